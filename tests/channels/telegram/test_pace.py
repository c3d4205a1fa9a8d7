"""A backlog goes out as fast as Telegram lets it, and not one call faster."""

import asyncio

import pytest

from bridge.pace import Budget
from bridge.sandbox.faults import Fault
from bridge.settings import Secret
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


async def test_an_edit_lets_replies_pass_that_are_written_after_it(polling: Desk) -> None:
    anna = polling.met("anna")
    receipt = await polling.channel.send(polling.part(anna, "Вітаю"), key="k")
    parts = [polling.part(polling.met(f"n{n}"), ".") for n in range(29)]
    others = await asyncio.gather(*(polling.channel.send(part, key="k") for part in parts))
    changed = polling.part(anna, "Вітаємо", external_ids=receipt.external_ids)
    edit = asyncio.create_task(polling.channel.edit(changed, key="k"))
    taken_back = polling.part(polling.met("n3"), external_ids=others[3].external_ids)
    deletion = asyncio.create_task(polling.channel.delete(taken_back, key="k"))
    await asyncio.sleep(0)
    reply = polling.channel.send(polling.part(polling.met("last"), "reply"), key="k")
    await asyncio.gather(edit, reply, deletion)
    methods = [one.method for one in polling.telegram.ledger.calls]
    assert methods[30] == "sendMessage"
    assert set(methods[31:]) == {"deleteMessage", "editMessageText"}


async def test_every_bot_has_a_pace_of_its_own(polling: Desk) -> None:
    token = "7000000002:AAother-canary-0123456789abcdefgh"
    other = polling.telegram.world.add_bot(token, username="other_bot")
    polling.bot.limits.on = other.limits.on = True
    second = polling.new_channel(token=Secret(token))
    people = [polling.met(f"n{n}") for n in range(30)]
    for one in people:
        polling.telegram.world.private_chat(other, one.user).started = True
    parts = [polling.part(one, "Hello") for one in people]
    channels = (polling.channel, second)
    await asyncio.gather(*(one.send(part, key="k") for one in channels for part in parts))
    calls = polling.telegram.ledger.of("sendMessage")
    assert [one.ok for one in calls] == [True] * 60
    # One pace for both would have taken a second and more.
    assert calls[-1].at - calls[0].at < 1.0
