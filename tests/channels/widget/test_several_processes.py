"""Two processes that serve one widget: a visitor's socket is at one, their words at another."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bridge.db import Place
from bridge.store.transactions import Store
from routing.attending import InboxElsewhere
from routing.once import InboxOnce
from tests.channels.widget.desk import KEY, Visitor
from tests.channels.widget.test_sessions import proof
from tests.channels.widget.watched import VISIT, Watched
from tests.clock import ManualClock
from tests.databases import clock, database, opened

__all__ = ["clock", "database"]

Two = tuple[Watched, Watched]


@pytest.fixture
async def two(database: Place, clock: ManualClock) -> AsyncIterator[Two]:
    """Give one process, and the other."""
    async with opened(database, clock=clock) as store:
        here = Watched(**_kept(store, 1), clock=clock)
        there = Watched(**_kept(store, 2), clock=clock, core=here.core)
        yield here, there


def _kept(store: Store, process: int) -> dict[str, Any]:
    return {
        "elsewhere": InboxElsewhere(store, "site", process),
        "once": InboxOnce(store, "site"),
    }


async def test_a_proof_with_a_jti_opens_one_session_of_all_processes(two: Two) -> None:
    here, there = two
    identity = proof(here, jti="one")
    victim = await here.visitor(identity=identity)
    thief = await there.visitor()
    answered = await thief.http.post(f"/widget/{KEY}/api/session", json={"identity": identity})
    assert answered.status_code == 401
    again = Visitor(there, there.client())
    await again.open_session(token=victim.token, identity=identity)
    assert again.customer == victim.customer


async def test_a_proof_of_another_inbox_may_have_the_same_jti(two: Two) -> None:
    here, _ = two
    site: Any = here.context.once
    blog = InboxOnce(site._store, "blog")
    assert await site.first("one", until=here.clock.now() + 1000)
    assert await blog.first("one", until=here.clock.now() + 1000)
    assert not await blog.first("one", until=here.clock.now() + 1000)
    # What has ended may be named so again, whether or not its row was swept away.
    here.clock.tick(1)
    assert await blog.first("one", until=here.clock.now() + 1000)


async def test_who_writes_to_another_process_is_seen_to_go_on_and_to_leave(two: Two) -> None:
    here, there = two
    visitor = await here.visitor()
    beside = Visitor(there, there.client(), token=visitor.token)
    async with visitor.live(visit=VISIT) as socket:
        await here.passes(2)
        # Nobody has heard of them so far, so nobody was told.
        assert visitor.customer not in here.core.visits
        await beside.write("Привіт", visit=VISIT)
        await socket.receive_type("changes")
        await there.passes(2)
        await here.passes(2)
        shown = here.core.visits[visitor.customer]
        assert (shown.online, shown.open_pages) == (True, 1)
        socket.send({"type": "page", "url": "https://shop.example.com/кошик", "title": "Кошик"})
        socket.send({"type": "ping"})
        await socket.receive_type("pong")
        await here.passes(2)
        assert here.core.visits[visitor.customer].title == "Кошик"
    await here.passes(5)
    assert not here.core.visits[visitor.customer].online
