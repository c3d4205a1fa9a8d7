"""What is to run runs, again and again, until it is told to stop."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bridge import supervisor as supervising
from bridge.channel import MisconfiguredError, StorageUnavailableError, UnavailableError
from bridge.supervisor import WELL_AFTER, Supervisor
from tests.clock import ManualClock
from tests.databases import until


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Take no time between restarts; note after how many attempts each came."""
    asked: list[int] = []

    def at_once(attempts: int) -> float:
        asked.append(attempts)
        return 0.0

    monkeypatch.setattr(supervising, "pause_after", at_once)
    return asked


@pytest.fixture
async def supervisor(clock: ManualClock) -> AsyncIterator[Supervisor]:
    one = Supervisor(clock)
    yield one
    await one.stop()


async def test_what_falls_over_is_started_again_after_growing_pauses(
    supervisor: Supervisor, pauses: list[int], caplog: pytest.LogCaptureFixture
) -> None:
    runs = 0

    async def falls() -> None:
        nonlocal runs
        runs += 1
        if runs < 5:
            raise OSError("the token is SECRET")
        await asyncio.Event().wait()

    supervisor.start("channel:site", falls)
    await until(lambda: runs == 5)
    assert pauses == [1, 2, 3, 4]
    health = supervisor.health["channel:site"]
    assert (health.state, health.restarts) == ("up", 4)
    assert "channel:site fell over" in caplog.text


async def test_a_network_out_of_reach_is_said_in_its_own_words_and_without_a_traceback(
    supervisor: Supervisor, pauses: list[int], caplog: pytest.LogCaptureFixture
) -> None:
    runs: list[None] = []

    async def falls() -> None:
        runs.append(None)
        if len(runs) == 1:
            raise UnavailableError("Telegram cannot be reached.", reason="unavailable")
        await asyncio.Event().wait()

    supervisor.start("channel:shop", falls)
    await until(lambda: len(runs) == 2)
    assert "channel:shop: Telegram cannot be reached." in caplog.text
    assert "Traceback" not in caplog.text


async def test_while_the_database_is_away_it_is_asked_again_and_again_and_that_is_said_once(
    supervisor: Supervisor, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(supervising, "pause_after", lambda _attempts: 3600.0)
    monkeypatch.setattr(supervising, "ASK_AGAIN", 0.0)
    runs = 0

    async def reads() -> None:
        nonlocal runs
        runs += 1
        if runs < 5:
            raise StorageUnavailableError("connection refused")
        await asyncio.Event().wait()

    supervisor.start("events", reads)
    await until(lambda: runs == 5)
    assert [one.getMessage() for one in caplog.records] == ["events waits for the database"]
    assert caplog.records[0].exc_info is None


async def test_what_ends_by_itself_is_started_again_too(
    supervisor: Supervisor, pauses: list[int]
) -> None:
    runs: list[None] = []

    async def ends() -> None:
        runs.append(None)
        if len(runs) == 3:
            await asyncio.Event().wait()

    supervisor.start("x", ends)
    await until(lambda: len(runs) == 3)


async def test_a_cancellation_from_within_is_a_fall_not_an_end(
    supervisor: Supervisor, pauses: list[int]
) -> None:
    runs: list[None] = []

    async def is_cancelled() -> None:
        runs.append(None)
        if len(runs) == 1:
            raise asyncio.CancelledError
        await asyncio.Event().wait()

    supervisor.start("x", is_cancelled)
    await until(lambda: len(runs) == 2)


async def test_after_running_well_for_a_while_the_pauses_begin_anew(
    supervisor: Supervisor, pauses: list[int], clock: ManualClock
) -> None:
    runs: list[None] = []

    async def falls() -> None:
        runs.append(None)
        if len(runs) == 3:
            clock.tick(WELL_AFTER + 1)
        if len(runs) == 5:
            await asyncio.Event().wait()
        raise OSError

    supervisor.start("x", falls)
    await until(lambda: len(runs) == 5)
    assert pauses == [1, 2, 1, 2]


async def test_health_says_what_people_may_know_and_no_secrets(
    supervisor: Supervisor, monkeypatch: pytest.MonkeyPatch, clock: ManualClock
) -> None:
    monkeypatch.setattr(supervising, "pause_after", lambda _attempts: 3600.0)

    async def falls() -> None:
        raise OSError("https://api/botSECRET/getUpdates")

    async def is_misconfigured() -> None:
        raise MisconfiguredError("The token was revoked.", reason="credentials_refused")

    supervisor.start("a", falls)
    supervisor.start("b", is_misconfigured)
    await until(lambda: all(one.restarts for one in supervisor.health.values()))
    a, b = supervisor.health["a"], supervisor.health["b"]
    assert (a.state, a.why, a.since) == ("degraded", "OSError", clock.now())
    assert (b.state, b.why) == ("misconfigured", "The token was revoked.")


async def test_one_that_falls_leaves_the_others_alone(
    supervisor: Supervisor, pauses: list[int]
) -> None:
    steady: list[None] = []

    async def falls() -> None:
        await asyncio.sleep(0)
        raise OSError

    async def runs() -> None:
        steady.append(None)
        await asyncio.Event().wait()

    supervisor.start("falls", falls)
    supervisor.start("runs", runs)
    await until(lambda: len(pauses) > 20)
    assert len(steady) == 1


async def test_stopping_waits_until_everything_has_ended(clock: ManualClock) -> None:
    supervisor = Supervisor(clock)
    ended: list[str] = []

    async def tidies_up() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0.02)
            ended.append("tidied")

    supervisor.start("x", tidies_up)
    await asyncio.sleep(0.01)
    await supervisor.stop()
    assert ended == ["tidied"]
    assert supervisor.health["x"].state == "stopped"
