"""A backlog goes out as fast as Telegram lets it, and not one call faster."""

import asyncio

import pytest

from bridge.pace import Budget
from bridge.sandbox.faults import Fault
from channels.telegram import channel
from tests.channels.telegram.desk import Desk


@pytest.fixture(autouse=True)
def _paced(_unpaced: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(channel, "CHAT", Budget(1, 1.0))


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


async def test_calls_that_are_held_up_and_come_together_are_not_too_many(polling: Desk) -> None:
    polling.bot.limits.on = True
    polling.telegram.faults.plan("sendMessage", Fault(delay=0.9), times=25)
    sends = [
        polling.channel.send(polling.part(polling.met(f"n{n}"), "Hello"), key=f"{n}")
        for n in range(60)
    ]
    await asyncio.gather(*sends)
    assert all(one.ok for one in polling.telegram.ledger.of("sendMessage"))


async def test_typing_gives_way_to_messages_when_half_of_the_allowance_is_taken(
    polling: Desk,
) -> None:
    for n in range(16):
        await polling.channel.send(polling.part(polling.met(f"n{n}"), "Hello"), key=f"{n}")
    anna = polling.met("n1")
    await polling.channel.show_typing(str(anna.user.id), "", "Павел")
    assert anna.chat.actions == []
    await asyncio.sleep(1.1)
    await polling.channel.show_typing(str(anna.user.id), "", "Павел")
    assert anna.chat.actions == ["typing"]
