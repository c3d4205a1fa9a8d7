"""What counts as seen in a thread, and when whoever works there is mailed (O18)."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from agent_console.surface import Person, Signed, Unsaid
from bridge.store import deliveries as d
from bridge.store import webhooks as w
from routing import unseen
from routing.desk import AgentMail
from routing.timers import fire
from tests.agent_console.fanout.conftest import PutUp, Wall
from tests.databases import by_hand

PAVEL = "acc-pavel"
MINUTE = 60


@pytest.fixture
async def mailed(put_up: PutUp) -> AsyncIterator[Wall]:
    """A board whose agents are mailed what they have not seen; Pavel has the conversation."""
    async with put_up(
        changes={"routing.release_idle": "off", "routing.release_offline": "off"}
    ) as wall:
        office = wall.office
        office.desk = replace(office.desk, agent_mail=AgentMail("post", languages={}))
        await wall.stop()
        await wall.begin()
        await office.customer_writes("Hello")
        await wall.settled()
        await wall.signs(PAVEL, "eyes", wall.board.topic.card.title)
        office.clock.tick(10 * MINUTE)
        await office.customer_writes("Where is it?")
        await wall.settled()
        yield wall


async def passes(wall: Wall, seconds: float) -> None:
    """Let time pass, and fire what has come due."""
    office = wall.office
    office.clock.tick(seconds)
    now = office.clock.now()
    for timer in await office.store.read(lambda tx: tx.all(d.DUE_TIMERS, now=now)):
        await office.store.write(fire, office.desk, timer)


async def mails(wall: Wall) -> list[str]:
    """Return what was mailed, by whom it is to."""
    calls = await wall.office.store.read(lambda tx: tx.all(w.CALLS, state="queued", limit=100))
    return [json.loads(one.body)["to"] for one in calls if one.event == unseen.EVENT]


async def unread(wall: Wall) -> int:
    """Return how many messages Pavel has not read, as the console has it."""
    pavel = await wall.office.sign_in("pavel")
    row = await pavel.row(1)
    return max(0, int(row["conversation"]["incoming_count"]) - int(row["mark"]["seen"]))


def at(wall: Wall, ago: float = 0) -> dict[str, Any]:
    """Return what an event of Pavel's in the thread has, from some seconds ago."""
    topic = wall.board.topic
    when = wall.office.clock.now() - round(ago * 1000)
    return {"place": topic.place, "thread": topic.id, "by": Person(id=PAVEL), "at": when}


async def test_o18_what_is_shown_in_a_thread_and_nobody_reacts_to_is_mailed(mailed: Wall) -> None:
    await passes(mailed, MINUTE - 1)
    assert await mails(mailed) == []
    await passes(mailed, 1)
    assert await mails(mailed) == ["pavel@example.com"]


async def _reacts(wall: Wall) -> None:
    post = list(wall.board.topic.posts)[-1]
    await wall.hears(Signed(**at(wall), key="r", external_id=post, sign="seen"))


async def _reacts_without_a_thread(wall: Wall) -> None:
    post = list(wall.board.topic.posts)[-1]
    given = at(wall) | {"thread": ""}
    await wall.hears(Signed(**given, key="r", external_id=post, sign="seen"))


async def _notes(wall: Wall) -> None:
    await wall.says(PAVEL, "// looking")


async def _answers(wall: Wall) -> None:
    await wall.says(PAVEL, "On its way")


async def _takes_back(wall: Wall) -> None:
    await wall.hears(Unsaid(**at(wall), key="u", external_id="x"))


async def _presses(wall: Wall) -> None:
    await wall.desk.press(Person(id=PAVEL), "history", conversation_id=1)


@pytest.mark.parametrize(
    "does", [_reacts, _reacts_without_a_thread, _notes, _answers, _takes_back, _presses]
)
async def test_o18_whoever_does_something_in_a_thread_has_read_it_and_is_not_mailed(
    mailed: Wall, does: Callable[[Wall], Awaitable[None]]
) -> None:
    assert await unread(mailed) == 1
    mailed.office.clock.tick(MINUTE - 1)
    await does(mailed)
    assert await unread(mailed) == 0
    await passes(mailed, 10 * MINUTE)
    assert await mails(mailed) == []


async def test_what_came_after_they_did_it_is_not_read(mailed: Wall) -> None:
    mailed.office.clock.tick(30)
    late = Signed(**at(mailed, 60), key="late", external_id="x", sign="seen")
    await mailed.hears(late)
    assert await unread(mailed) == 1
    await passes(mailed, MINUTE)
    assert await mails(mailed) == ["pavel@example.com"]


async def test_what_was_not_shown_yet_is_not_read(mailed: Wall) -> None:
    await mailed.stop()
    await mailed.office.customer_writes("And this?")
    await mailed.desk.press(Person(id=PAVEL), "history", conversation_id=1)
    assert await unread(mailed) == 1


async def test_what_a_colleague_does_there_is_nothing_of_ones_own(mailed: Wall) -> None:
    await mailed.says("acc-anna", "// hm")
    await passes(mailed, MINUTE)
    assert await mails(mailed) == ["pavel@example.com"]


async def test_o18_whoever_works_elsewhere_on_the_surface_is_mailed_once_they_stop(
    mailed: Wall,
) -> None:
    mailed.office.clock.tick(50)
    await mailed.desk.press(Person(id=PAVEL), "queue")
    await passes(mailed, 59)
    assert await mails(mailed) == [], "they are at work there, and come to it"
    assert await unread(mailed) == 1, "which says nothing of what they have read"
    await passes(mailed, 1)
    assert await mails(mailed) == ["pavel@example.com"]


async def test_work_on_a_surface_that_does_not_show_it_says_nothing(mailed: Wall) -> None:
    mailed.office.clock.tick(50)
    await mailed.office.store.write(
        lambda tx: by_hand(tx, "UPDATE surface_posts SET state = 'failed'")
    )
    await mailed.desk.press(Person(id=PAVEL), "queue")
    await passes(mailed, 10)
    assert await mails(mailed) == ["pavel@example.com"]


async def test_what_is_said_to_come_from_the_future_counts_as_now(mailed: Wall) -> None:
    await mailed.says("acc-pavel", "// hm")
    await mailed.office.customer_writes("And?")
    await mailed.settled()
    later = at(mailed) | {"at": mailed.office.clock.now() + 3_600_000}
    await mailed.hears(Signed(**later, key="z", external_id="x", sign="seen"))
    mailed.office.clock.tick(1)
    await mailed.office.customer_writes("Hello?")
    await mailed.settled()
    await passes(mailed, MINUTE)
    assert await mails(mailed) == ["pavel@example.com"]


async def test_a_customer_is_told_that_they_were_read(mailed: Wall) -> None:
    await _reacts(mailed)
    marks = await mailed.office.store.read(
        lambda tx: by_hand(
            tx, "SELECT message_id FROM read_marks WHERE agent_id = 'pavel'"
        ).fetchall()
    )
    last = await mailed.office.store.read(
        lambda tx: by_hand(tx, "SELECT max(id) FROM messages WHERE kind = 'incoming'").fetchone()
    )
    assert [one[0] for one in marks] == [last[0]]


async def test_a_stranger_or_a_viewer_without_sight_marks_nothing(mailed: Wall) -> None:
    await mailed.says("acc-nobody", "hm")
    await passes(mailed, MINUTE)
    assert await mails(mailed) == ["pavel@example.com"]
