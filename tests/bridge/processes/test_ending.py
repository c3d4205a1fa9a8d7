"""A process that is about to end takes nothing more, whatever is under way then."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bridge.db import Server
from bridge.processes.leases import _spoken
from bridge.store.transactions import Store
from tests.bridge.processes.conftest import Member
from tests.databases import hold, until, watching

OWNERS = "SELECT name, owner FROM leases ORDER BY name"


@pytest.fixture
async def only(server: Server) -> AsyncIterator[Member]:
    """Return a process that is alone and holds nothing yet."""
    one = Member(server, 1, "all", "inbox:a", "inbox:b")
    yield one
    if one._work is not None:
        one.stand_still()
    await one.store.close()


def late(store: Store) -> asyncio.Event:
    """Have what a round did be answered only once it may be."""
    write: Any = store.write
    may = asyncio.Event()

    async def answered(work: Any, *args: Any) -> Any:
        result = await write(work, *args)
        if work is _spoken:
            await may.wait()
        return result

    store.write = answered  # type: ignore[method-assign,assignment]
    return may


def owners(server: Server) -> dict[str, int | None]:
    with watching(server) as outside:
        return dict(outside.execute(OWNERS).fetchall())


async def test_what_was_asked_for_before_a_process_began_to_end_it_is_not_given_after(
    only: Member, server: Server
) -> None:
    await only.leases.join(lambda _: None, lambda _: None)
    with watching(server) as outside:
        hold(outside)
        speaking = asyncio.create_task(only.leases._round())  # The test looks inside.
        await asyncio.sleep(0.1)
        closing = asyncio.create_task(only.leases.close())
        await asyncio.sleep(0.1)
        outside.execute("ROLLBACK")
    await asyncio.gather(speaking, closing)
    assert owners(server) == {}


async def test_what_a_late_answer_gives_to_a_process_that_ends_is_not_begun_and_handed_back(
    only: Member, server: Server
) -> None:
    may = late(only.store)
    await only.join()
    await until(lambda: any(owners(server).values()))
    await only.leases.close()
    may.set()
    await until(lambda: not any(owners(server).values()))
    assert only.duties.begun == []


async def test_what_a_round_took_whose_answer_never_came_is_anybodys_once_its_process_has_left(
    only: Member, server: Server
) -> None:
    late(only.store)
    await only.join()
    await until(lambda: any(owners(server).values()))
    await only.leases.close()
    only.stand_still()
    await only.leases.leave()
    other = Member(server, 2, "all", "inbox:a", "inbox:b")
    await other.join()
    await until(lambda: len(other.duties.done) == 2, seconds=1.0)
    other.stand_still()
    await other.store.close()
    assert only.duties.begun == []


async def test_what_is_being_begun_when_a_process_ends_is_begun_before_it_is_ended(
    only: Member, server: Server
) -> None:
    only.duties.slow_to_begin = asyncio.Event()
    await only.join()
    await until(lambda: bool(only.leases.held()))
    closing = asyncio.create_task(only.leases.close())
    await asyncio.sleep(0.1)
    only.duties.slow_to_begin.set()
    await closing
    await until(lambda: not any(owners(server).values()))
    assert only.duties.done == set()


async def test_what_is_lost_while_it_is_handed_over_is_ended_once(
    only: Member, server: Server
) -> None:
    await only.join()
    await until(lambda: len(only.duties.done) == 2)
    only.duties.slow = asyncio.Event()
    only.duties.wanted = ["inbox:a"]
    only.leases.wake()
    await until(lambda: only.duties.ended == ["inbox:b"])
    with watching(server) as outside:
        outside.execute("UPDATE leases SET fence = fence + 1, owner = 2 WHERE name = 'inbox:b'")
    only.leases.wake()
    await until(lambda: not only.leases.does("inbox:b"))
    await asyncio.sleep(0.1)
    assert only.duties.ended == ["inbox:b"]
    only.duties.slow.set()
    await until(lambda: only.duties.done == {"inbox:a"})
    assert owners(server)["inbox:b"] == 2
