"""What agents ask of us by name in a thread: a verb is done, and its words go nowhere."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from agent_console.fanout.words import DeskVoice
from agent_console.surface import Hint
from tests.agent_console.fanout.conftest import PutUp, Wall

PAVEL, ANNA, STRANGER, BOT = "222222222", "111111111", "999", "U0BOT"
_CHANGES = {"agents.pavel.telegram": int(PAVEL), "agents.anna.telegram": int(ANNA)}


@pytest.fixture
async def wall(put_up: PutUp) -> AsyncIterator[Wall]:
    """Return a wall that speaks as the desk does, with a conversation on it."""
    async with put_up(changes=_CHANGES, held_for=5_000) as up:
        voice = DeskVoice(up.office.settings, up.office.desk, "telegram")
        await up.stop()
        up.use(voice, voice.press)
        await up.begin()
        await up.office.customer_writes("Добрий день")
        await up.settled()
        yield up


async def asks(wall: Wall, account: str, words: str, **more: Any) -> None:
    """Let somebody ask something of the bot in the only thread."""
    await wall.says(account, f"@deskbridge {words}", asked=words, mentions=[BOT], **more)


async def conversation(wall: Wall) -> Any:
    """Return the conversation as its row has it."""
    return (await (await wall.office.sign_in("pavel")).row(1))["conversation"]


async def kinds(wall: Wall) -> set[str]:
    """Return the kinds of what was said, apart from what is told of deeds."""
    pavel = await wall.office.sign_in("pavel")
    return {one["kind"] for one in await pavel.thread(1)} - {"activity"}


def hint(wall: Wall) -> Hint:
    """Return what somebody was told last."""
    return wall.board.topic.hints[-1]


async def test_a_verb_is_done_at_once_and_answered_to_the_one_who_asked(wall: Wall) -> None:
    await asks(wall, PAVEL, "take")
    assert (await conversation(wall))["assignee"] == "pavel"
    assert hint(wall).to == PAVEL
    await asks(wall, PAVEL, "tag vip")
    await asks(wall, PAVEL, "Close")
    assert (await conversation(wall))["state"] == "closed"
    assert await kinds(wall) == {"incoming"}


async def test_what_is_asked_to_be_closed_and_heard_late_stays_open_if_its_customer_wrote_since(
    wall: Wall,
) -> None:
    await asks(wall, PAVEL, "take")
    asked_at = wall.office.clock.now()
    wall.office.clock.tick(3600)
    await wall.office.customer_writes("Агов?")
    await wall.settled()
    await asks(wall, PAVEL, "close", at=asked_at)
    assert (await conversation(wall))["state"] == "open"
    assert hint(wall).text.startswith("The customer has written since")
    await asks(wall, PAVEL, "close")
    assert (await conversation(wall))["state"] == "closed"


async def test_a_verb_that_has_to_be_told_more_is_answered_with_a_button_for_it(
    wall: Wall,
) -> None:
    await asks(wall, PAVEL, "take")
    await asks(wall, PAVEL, "assign")
    (button,) = hint(wall).buttons
    assert button.verb == "assign"
    assert (await conversation(wall))["assignee"] == "pavel"


async def test_a_list_is_told_in_lines(wall: Wall) -> None:
    await asks(wall, PAVEL, "queue")
    heading, one = hint(wall).text.splitlines()
    assert one.startswith("• Visitor 1 · New")
    assert heading not in one


async def test_a_refusal_says_who_has_it(wall: Wall) -> None:
    await asks(wall, ANNA, "take")
    await asks(wall, PAVEL, "close")
    assert (await conversation(wall))["state"] == "open"
    assert hint(wall).to == PAVEL
    assert "Анна" in hint(wall).text


async def test_what_is_no_verb_is_a_word_to_colleagues_and_goes_to_nobody_else(
    wall: Wall,
) -> None:
    await asks(wall, PAVEL, "чому вона сердита?")
    wall.office.clock.tick(6)
    wall.hearing.wake()
    await wall.settled()
    assert await kinds(wall) == {"incoming", "note"}


async def test_whoever_is_no_agent_asks_in_vain(wall: Wall) -> None:
    await asks(wall, STRANGER, "close")
    assert (await conversation(wall))["state"] == "open"
    assert STRANGER in hint(wall).text
    assert await kinds(wall) == {"incoming"}
