"""Keeping to what a group takes: never told to wait, and the urgent first."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest

from agent_console.surface import Thread, Urgency
from agent_console.telegram_forum import turns
from agent_console.telegram_forum.showing import name_of
from agent_console.telegram_forum.turns import Turns
from bridge.channel import ThrottledError
from bridge.pace import Budget
from bridge.sandbox.faults import Fault
from bridge.sandbox.telegram import limits
from bridge.sandbox.telegram.errors import too_many_requests
from tests.agent_console.telegram_forum.rig import Group, a_card, a_post

# A minute of the model's and ours, shortened: the same number of calls in less time.
MINUTE = 1.2
PLACE = "-1001"


@pytest.fixture
async def hurried(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Group]:
    """A group that takes 20 messages in a short minute, and counts them."""
    monkeypatch.setattr(turns, "GROUP", Budget(20, MINUTE))
    monkeypatch.setattr(turns, "CHAT", Budget(1, 0.01))
    monkeypatch.setattr(limits, "GROUP", limits.Budget(20, MINUTE))
    async with Group(limits=True).open() as group:
        group.listen()
        yield group


def refused(group: Group) -> list[str]:
    """Return what Telegram has told to wait."""
    calls = group.telegram.ledger.calls
    return [one.method for one in calls if "Too Many" in one.description]


async def test_a_burst_of_200_posts_over_40_topics_is_never_told_to_wait(hurried: Group) -> None:
    async def lives(number: int) -> Thread:
        place = hurried.place
        async with hurried.surface.turn(place, "words"):
            thread = await hurried.surface.open(place, a_card(conversation_id=number), key="k")
        for n in range(5):
            async with hurried.surface.turn(place, "words"):
                await hurried.surface.post(thread, a_post(f"{number}/{n}"))
        async with hurried.surface.turn(place, "cards"):
            await hurried.surface.draw(thread, a_card(conversation_id=number, look="answer"))
        return thread

    threads = await asyncio.gather(*(lives(number) for number in range(40)))

    for number, thread in enumerate(threads):
        _, *posts = hurried.said(thread)
        assert posts == [f"👤 Анна 🦊\n{number}/{n}" for n in range(5)]
    assert refused(hurried) == []


async def test_words_go_before_cards_that_asked_before_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(turns, "GROUP", Budget(1, 0.05))
    paced = Turns()
    order: list[str] = []

    async def once(urgency: Urgency, name: str) -> None:
        async with paced.turn(PLACE, urgency), paced.call(PLACE):
            order.append(name)

    async with paced.turn(PLACE, "words"), paced.call(PLACE):
        waiting = [asyncio.create_task(once("cards", "card"))]
        await asyncio.sleep(0)
        waiting += [asyncio.create_task(once("words", f"word {n}")) for n in range(3)]
        await asyncio.sleep(0)
    await asyncio.gather(*waiting)
    assert order == ["word 0", "word 1", "word 2", "card"]


async def test_a_turn_in_which_nothing_was_shown_costs_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(turns, "GROUP", Budget(1, 60.0))
    paced = Turns()
    async with asyncio.timeout(2):
        for _ in range(30):
            async with paced.turn(PLACE, "words"):
                pass


async def test_a_call_more_than_the_turn_has_waits_for_its_own_place(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(turns, "GROUP", Budget(2, 0.2))
    paced = Turns()
    began = time.monotonic()
    async with paced.turn(PLACE, "words"):
        for _ in range(3):
            async with paced.call(PLACE):
                pass
    assert time.monotonic() - began >= 0.2


async def test_half_a_thread_is_finished_before_another_is_begun(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(turns, "GROUP", Budget(2, 0.1))
    paced = Turns()
    order: list[str] = []

    async def opens(name: str) -> None:
        async with paced.turn(PLACE, "words"):
            for part in ("topic", "card"):
                async with paced.call(PLACE):
                    order.append(f"{part} {name}")
                    await asyncio.sleep(0.02)

    await asyncio.gather(*(opens(str(n)) for n in range(4)))
    assert order[:2] == ["topic 0", "topic 1"]
    assert sorted(order[2:4]) == ["card 0", "card 1"]


async def test_reactions_do_not_wait_for_the_groups_messages(hurried: Group) -> None:
    thread = await hurried.opened()
    numbers = [
        str(hurried.person().say(str(n), topic=int(thread.id))["message_id"]) for n in range(30)
    ]

    async def marked(number: str) -> None:
        async with hurried.surface.turn(hurried.place, "marks"):
            await hurried.surface.mark(thread, number, "accepted")

    began = time.monotonic()
    await asyncio.gather(*(marked(number) for number in numbers))
    assert all(hurried.message(number)["reactions"] == ["👌"] for number in numbers)
    assert refused(hurried) == []
    assert time.monotonic() - began >= 2.0, "all of them keep to what a bot may do in a second"


async def test_an_album_counts_as_many_messages_as_it_has_files(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(turns, "GROUP", Budget(10, 0.3))
    paced = Turns()
    async with paced.turn(PLACE, "words"), paced.call(PLACE):
        pass
    await paced.pay(PLACE, 9)
    began = time.monotonic()
    async with paced.turn(PLACE, "words"), paced.call(PLACE):
        pass
    assert time.monotonic() - began >= 0.2


async def test_of_many_changes_of_a_name_the_last_is_made(hurried: Group) -> None:
    thread = await hurried.opened()
    for n in range(19):
        await hurried.posted(thread, str(n))
    for look in ("answer", "waiting", "late", "answer", "closed"):
        hurried.surface._names.wanted(thread, name_of(a_card(look=look)))
    await hurried.surface._line.rest()
    assert hurried.chat.topics[int(thread.id)].name.startswith("✅")
    assert len(hurried.calls("editForumTopic")) == 1
    assert refused(hurried) == []


async def test_a_group_is_left_alone_while_telegram_asks_to_wait_whoever_was_told(
    hurried: Group,
) -> None:
    first, second = await hurried.opened(), await hurried.opened(conversation_id=18)
    hurried.telegram.faults.plan("sendMessage", Fault(error=too_many_requests(1)))
    began = time.monotonic()
    with pytest.raises(ThrottledError):
        await hurried.posted(first)
    arrived = hurried.telegram.arrived["sendMessage"]
    posting = asyncio.create_task(hurried.posted(second))
    await asyncio.sleep(0.5)
    assert hurried.telegram.arrived["sendMessage"] == arrived
    await posting
    assert time.monotonic() - began >= 1.0


async def test_a_turn_that_was_held_before_telegram_asked_to_wait_is_none_any_more() -> None:
    paced = Turns()

    async def told() -> None:
        async with paced.turn(PLACE, "words"), paced.call(PLACE):
            raise ThrottledError("wait", after=0.3)

    began = time.monotonic()
    async with paced.turn(PLACE, "words"):
        with pytest.raises(ThrottledError):
            await asyncio.create_task(told())
        with pytest.raises(ThrottledError) as raised:
            async with paced.call(PLACE):
                pytest.fail("it was not its turn")
    assert 0 < raised.value.after <= 0.3
    async with paced.turn(PLACE, "words"), paced.call(PLACE):
        assert time.monotonic() - began >= 0.3
