"""Polling: stored, then confirmed; lines that break; numbers that begin anew."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bridge.botapi import polling as module
from bridge.channel import MisconfiguredError, StorageUnavailableError, UnavailableError
from bridge.sandbox.faults import Fault
from bridge.sandbox.telegram.errors import Refusal
from bridge.settings import Secret
from tests.channels.rig import eventually
from tests.channels.telegram.desk import Desk
from tests.clock import ManualClock


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PAUSES", (0.01, 0.01, 0.01))


@pytest.fixture
async def by_hand() -> AsyncIterator[Desk]:
    """A desk whose clock a test moves."""
    async with Desk("polling", clock=ManualClock()).open() as opened:
        yield opened


async def test_the_cursor_is_stored_with_what_it_confirms(polling: Desk) -> None:
    polling.person().write("one")
    async with polling.running():
        await eventually(lambda: polling.core.messages)
        assert polling.core.poller is not None
        assert polling.core.poller.partition("@")[0] == str(polling.bot.updates.next_id)
        await polling.taken()


async def test_after_a_restart_it_goes_on_where_the_core_had_stored(polling: Desk) -> None:
    async with polling.running():
        polling.person().write("one")
        await polling.taken()
    polling.person().write("two")
    async with polling.running(polling.new_channel()):
        await polling.taken()
    assert [one.text for one in polling.core.messages] == ["one", "two"]


async def test_what_was_stored_and_not_confirmed_comes_once_after_a_crash(polling: Desk) -> None:
    polling.core.gate.clear()
    async with polling.running():
        polling.person().write("one")
        await eventually(lambda: polling.core.waiting)
        assert len(polling.bot.updates.pending) == 1
    polling.core.gate.set()
    async with polling.running(polling.new_channel()):
        await polling.taken()
    assert [kept.text for kept in polling.core.book.values()] == ["one"]


async def test_what_could_not_be_stored_ends_the_run_and_stays_at_telegram(polling: Desk) -> None:
    polling.core.down = True
    polling.person().write("one")
    with pytest.raises(StorageUnavailableError):
        await polling.channel.run(polling.core)
    assert len(polling.bot.updates.pending) == 1


async def test_a_poisoned_update_is_kept_aside_and_confirmed(polling: Desk) -> None:
    anna = polling.person()
    anna.write("before")
    polling.bot.tell_raw({"hologram": {"id": "💥"}}, queue="x")
    anna.write("after")
    async with polling.running():
        await polling.taken()
    assert [one.text for one in polling.core.messages] == ["before", "after"]
    ((raw, why),) = polling.core.quarantined
    assert "💥".encode() in raw
    assert why == "an update of a kind that is not known"


async def test_a_batch_of_nothing_but_poison_is_confirmed_too(polling: Desk) -> None:
    polling.bot.tell_raw({"hologram": 1}, queue="x")
    async with polling.running():
        await polling.taken()
    assert len(polling.core.quarantined) == 1


async def test_a_webhook_that_was_left_behind_is_removed_and_what_waited_comes(
    polling: Desk,
) -> None:
    polling.person().write("early")
    async with Desk("webhook").open() as other, other.running():
        assert other.bot.courier.webhook is not None
        await polling.bot.courier.point_to(other.bot.courier.webhook)
    async with polling.running():
        await polling.taken()
    assert polling.bot.courier.webhook is None
    assert [one.text for one in polling.core.messages] == ["early"]


async def test_a_second_program_with_the_token_is_told_as_such(polling: Desk) -> None:
    first = asyncio.create_task(polling.channel.run(polling.core))
    await eventually(lambda: polling.telegram.arrived["getUpdates"] == 1)
    async with polling.running(polling.new_channel()):
        with pytest.raises(MisconfiguredError) as told:
            await first
        assert str(told.value) == "Another program receives this bot's messages."


async def test_a_wrong_token_ends_the_run_and_is_told(polling: Desk) -> None:
    channel = polling.new_channel(token=Secret("7000000001:AA" + "z" * 30))
    with pytest.raises(MisconfiguredError):
        await channel.run(polling.core)


@pytest.mark.parametrize(
    "fault",
    [
        Fault(reset=True),
        Fault(status=502),
        Fault(error=Refusal(500, "Internal")),
    ],
)
async def test_a_line_that_breaks_is_mended_without_a_word_lost(
    polling: Desk, fault: Fault
) -> None:
    polling.telegram.faults.plan("getUpdates", fault, times=3)
    polling.person().write("one")
    async with polling.running():
        await polling.taken()
    assert [one.text for one in polling.core.messages] == ["one"]


async def test_a_line_that_stays_broken_ends_the_run(polling: Desk) -> None:
    await polling.telegram.stop()
    with pytest.raises(UnavailableError):
        await polling.channel.run(polling.core)


async def test_an_hours_outage_of_telegram_loses_nothing(by_hand: Desk) -> None:
    anna, clock = by_hand.person(), by_hand.clock
    assert isinstance(clock, ManualClock)
    async with by_hand.running():
        anna.write("before")
        await by_hand.taken()
    await by_hand.telegram.stop()
    for minute in range(60):
        clock.tick(60)
        anna.write(f"minute {minute}")
        if minute % 20 == 0:
            with pytest.raises(UnavailableError):
                await by_hand.channel.run(by_hand.core)
            with pytest.raises(UnavailableError):
                await by_hand.channel.send(by_hand.part(anna, "no"), key="k")
    await by_hand.telegram.start()
    async with by_hand.running():
        await by_hand.taken()
    assert [one.text for one in by_hand.core.messages] == [
        "before",
        *(f"minute {n}" for n in range(60)),
    ]
    assert anna.received == []


async def test_numbers_that_begin_anew_after_a_week_of_silence_lose_nothing(
    by_hand: Desk,
) -> None:
    clock = by_hand.clock
    assert isinstance(clock, ManualClock)
    async with by_hand.running():
        by_hand.person().write("before")
        await by_hand.taken()
    clock.tick(8 * 24 * 3600)
    by_hand.bot.updates.next_id = 17
    async with by_hand.running(by_hand.new_channel()):
        by_hand.person().write("after")
        await by_hand.taken()
    assert [one.text for one in by_hand.core.messages] == ["before", "after"]


async def test_every_answer_of_telegram_is_a_sign_of_life_that_must_come_again(
    polling: Desk,
) -> None:
    async with polling.running():
        polling.person().write("hello")
        await eventually(lambda: polling.health.state == "well")
        assert polling.health.within is not None
        assert polling.health.within > 25 + 15
