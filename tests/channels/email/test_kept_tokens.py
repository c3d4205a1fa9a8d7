"""Tokens that a provider gives only once, known to every process and after every restart."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bridge.channel import (
    MisconfiguredError,
    Pocket,
    Safe,
    StorageUnavailableError,
    UnavailableError,
)
from bridge.db import Place
from bridge.safes import Safes
from bridge.settings import Secret
from bridge.store.transactions import Tx
from channels.email.oauth import MOST_GRANTS
from tests.channels.email.tokens import REFRESH, TokenServer, renewed, tokens
from tests.clock import ManualClock
from tests.databases import clock, database, everything_in, opened

__all__ = ["clock", "database", "tokens"]

KEY = b"k" * 32


@pytest.fixture
def once(tokens: TokenServer) -> TokenServer:
    """Return a provider that takes each refresh token once."""
    tokens.rotates = True
    return tokens


@pytest.fixture
async def safes(database: Place, clock: ManualClock) -> AsyncIterator[Safes]:
    async with opened(database, clock=clock) as store:
        yield Safes(store, KEY)


def shown(server: TokenServer) -> list[str]:
    """Return the refresh tokens that were shown to the provider, in their order."""
    return [one["refresh_token"] for one in server.forms]


async def test_a_program_that_starts_anew_shows_what_it_was_given_last(
    once: TokenServer, safes: Safes, clock: ManualClock
) -> None:
    assert await renewed(once, clock, safes.of("help")).word()
    clock.tick(3600)
    assert await renewed(once, clock, safes.of("help")).word()
    assert shown(once) == [REFRESH, f"{REFRESH}-1"]


async def test_a_token_that_is_good_outlasts_the_program(
    once: TokenServer, safes: Safes, clock: ManualClock
) -> None:
    word = await renewed(once, clock, safes.of("help")).word()
    assert await renewed(once, clock, safes.of("help")).word() == word
    assert len(once.forms) == 1


async def test_processes_that_want_a_token_at_one_moment_ask_once(
    once: TokenServer, safes: Safes, clock: ManualClock
) -> None:
    several = [renewed(once, clock, safes.of("help")) for _ in range(4)]
    words = await asyncio.gather(*(one.word() for one in several))
    assert len(set(words)) == len(once.forms) == 1
    assert await asyncio.gather(*(one.another(words[0]) for one in several)) == [True] * 4
    assert shown(once) == [REFRESH, f"{REFRESH}-1"]


async def test_two_inboxes_have_tokens_of_their_own(
    tokens: TokenServer, safes: Safes, clock: ManualClock
) -> None:
    first = await renewed(tokens, clock, safes.of("help")).word()
    assert await renewed(tokens, clock, safes.of("sales")).word() != first


async def test_access_that_was_given_anew_counts_from_then_on(
    tokens: TokenServer, safes: Safes, clock: ManualClock
) -> None:
    await renewed(tokens, clock, safes.of("help")).word()
    tokens.good = "another"
    again = renewed(tokens, clock, safes.of("help"), refresh_token=Secret("another"))
    assert await again.word()
    assert shown(tokens) == [REFRESH, "another"]


async def test_who_looks_with_another_yaml_takes_nothing_from_the_program(
    once: TokenServer, safes: Safes, clock: ManualClock
) -> None:
    safe, first = safes.of("help"), Secret(REFRESH)
    await renewed(once, clock, safe, refresh_token=first).word()
    last, once.good = once.good, "another"
    await renewed(once, clock, safe, refresh_token=Secret("another")).word()
    clock.tick(3600)
    once.good = last
    assert await renewed(once, clock, safe, refresh_token=first).word()
    assert shown(once) == [REFRESH, "another", last]


async def test_of_grants_that_came_and_went_only_the_last_are_kept(
    tokens: TokenServer, clock: ManualClock
) -> None:
    safe = Pocket()
    for number in range(MOST_GRANTS + 3):
        tokens.good = f"grant {number}"
        await renewed(tokens, clock, safe, refresh_token=Secret(tokens.good)).word()
    kept = await safe.kept()
    assert kept is not None
    assert [f"grant {number}" in kept for number in range(MOST_GRANTS + 3)] == [
        *[False] * 3,
        *[True] * MOST_GRANTS,
    ]


async def test_where_the_database_is_of_an_earlier_day_the_first_is_tried_too(
    once: TokenServer, clock: ManualClock
) -> None:
    safe = Pocket()
    await renewed(once, clock, safe).word()
    clock.tick(3600)
    once.good = REFRESH
    assert await renewed(once, clock, safe).word()
    assert shown(once) == [REFRESH, f"{REFRESH}-1", REFRESH]
    clock.tick(3600)
    once.good = "taken away"
    with pytest.raises(MisconfiguredError) as caught:
        await renewed(once, clock, safe).word()
    assert caught.value.reason == "credentials_refused"


async def test_nothing_is_asked_for_that_could_not_be_kept(once: TokenServer, safes: Safes) -> None:
    await safes._store.close()
    with pytest.raises(UnavailableError):
        await renewed(once, safe=safes.of("help")).word()
    assert once.forms == []


class Full(Pocket):
    """A safe that takes nothing in for a while."""

    def __init__(self) -> None:
        super().__init__()
        self.is_full = True

    async def keep(self, secret: str) -> None:
        if self.is_full:
            raise StorageUnavailableError
        await super().keep(secret)


async def test_what_could_not_be_kept_after_all_is_kept_before_it_is_used(
    once: TokenServer, clock: ManualClock
) -> None:
    safe = Full()
    source = renewed(once, clock, safe)
    for _ in range(2):
        with pytest.raises(UnavailableError):
            await source.word()
    safe.is_full = False
    assert await source.word() == await renewed(once, clock, safe).word()
    assert len(once.forms) == 1


async def test_who_stops_waiting_loses_no_token(once: TokenServer, clock: ManualClock) -> None:
    safe, once.waits = Pocket(), asyncio.Event()
    source = renewed(once, clock, safe)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await source.word()
    assert len(once.forms) == 1
    once.waits.set()
    await source.close()
    assert await renewed(once, clock, safe).word() == await source.word()
    assert len(once.forms) == 1


class Fickle(Pocket):
    """A safe that can be had once, and then not for a while."""

    def __init__(self) -> None:
        super().__init__()
        self.had = 0

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[None]:
        self.had += 1
        if self.had > 1:
            raise StorageUnavailableError
        async with super().alone():
            yield


async def test_who_comes_while_a_token_is_on_its_way_is_given_it_and_so_is_the_end(
    once: TokenServer, clock: ManualClock
) -> None:
    safe, once.waits = Fickle(), asyncio.Event()
    source = renewed(once, clock, safe)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await source.word()
    second = asyncio.create_task(source.word())
    await asyncio.wait([second], timeout=0.2)
    ending = asyncio.create_task(source.close())
    await asyncio.wait([ending], timeout=0.2)
    assert not ending.done()
    once.waits.set()
    await ending
    assert await second in (await safe.kept() or "")
    assert len(once.forms) == 1


async def test_no_token_can_be_read_in_the_database(
    once: TokenServer, safes: Safes, clock: ManualClock
) -> None:
    word = await renewed(once, clock, safes.of("help")).word()
    told = await safes._store.read(everything_in)
    assert "inbox:help" in told
    assert word not in told
    assert REFRESH not in told
    assert REFRESH not in repr((safes.of("help"), renewed(once), vars(renewed(once))["_tokens"]))


async def test_what_another_secret_has_sealed_is_not_there(
    once: TokenServer, safes: Safes, clock: ManualClock
) -> None:
    await renewed(once, clock, safes.of("help")).word()
    assert await safes.of("help").kept()
    assert await Safes(safes._store, b"x" * 32).of("help").kept() is None


async def test_who_died_alone_keeps_the_others_waiting_for_a_minute(
    safes: Safes, clock: ManualClock
) -> None:
    dead = safes.of("help").alone()
    await dead.__aenter__()
    waiting = asyncio.create_task(_have_it(safes.of("help")))
    await asyncio.wait([waiting], timeout=0.4)
    assert not waiting.done()
    clock.tick(61)
    await asyncio.wait_for(waiting, 10)
    # What is let go too late is another's by now.
    async with safes.of("help").alone():
        await dead.__aexit__(None, None, None)
        assert await safes._store.read(_held) == 1
    assert await safes._store.read(_held) == 0


async def _have_it(safe: Safe) -> None:
    async with safe.alone():
        pass


def _held(tx: Tx) -> int:
    return everything_in(tx).count("alone")
