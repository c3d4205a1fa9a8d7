"""A backlog goes out as fast as Telegram lets it, and not one call faster."""

import asyncio

import pytest

from channels.telegram import pace
from channels.telegram.pace import Pace
from tests.channels.telegram.desk import Desk
from tests.clock import ManualClock

INTERVAL = 1.02


@pytest.fixture(autouse=True)
def _paced(_unpaced: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "CHAT_INTERVAL", INTERVAL)


def test_a_chat_gets_a_message_a_second_and_others_do_not_wait_for_it() -> None:
    keeping = Pace(ManualClock())
    assert [keeping.wait(1) for _ in range(3)] == pytest.approx([0, INTERVAL, 2 * INTERVAL])
    assert keeping.wait(2) == 0


def test_a_chat_that_has_been_quiet_is_written_to_at_once() -> None:
    clock = ManualClock()
    keeping = Pace(clock)
    keeping.wait(1)
    clock.tick(INTERVAL)
    assert keeping.wait(1) == pytest.approx(0)


def test_all_chats_together_get_less_than_thirty_in_any_second() -> None:
    clock = ManualClock()
    keeping = Pace(clock)
    at = sorted(keeping.wait(chat) for chat in range(1000))
    most = max(sum(start <= one < start + 1 for one in at) for start in at)
    assert 25 <= most <= 30
    assert at[-1] == pytest.approx(1000 / 25, abs=1)


def test_chats_that_are_long_past_are_forgotten() -> None:
    clock = ManualClock()
    keeping = Pace(clock)
    for chat in range(pace.MOST_CHATS + 1):
        clock.tick(10)
        keeping.wait(chat)
    assert len(keeping._next_in) == 1


async def test_a_backlog_goes_out_without_being_told_to_wait_once(polling: Desk) -> None:
    polling.bot.limits.on = True
    people = [polling.met(f"n{n}") for n in range(20)]

    async def lane(n: int) -> None:
        for k in range(3):
            await polling.channel.send(polling.part(people[n], str(k)), key=f"{n}/{k}")

    await asyncio.gather(*(lane(n) for n in range(20)))
    calls = polling.telegram.ledger.of("sendMessage")
    assert (len(calls), [one for one in calls if not one.ok]) == (60, [])
    assert all(one.texts == ["0", "1", "2"] for one in people)


def test_what_is_no_message_may_go_only_while_no_message_waits() -> None:
    clock = ManualClock()
    keeping = Pace(clock)
    free = [keeping.has_room]
    for chat in range(10):
        keeping.wait(chat)
    free.append(keeping.has_room)
    clock.tick(1)
    free.append(keeping.has_room)
    assert free == [True, False, True]
