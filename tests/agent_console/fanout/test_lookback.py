"""What is done in Slack while nobody listens: found afterwards, and done once."""

import asyncio
from typing import Any

import pytest

from agent_console.fanout.lookback import SKEW, WRITTEN_FOR
from agent_console.fanout.tidying import SIGNS_FOR, tidy
from agent_console.slack.backfill import OVERLAP
from agent_console.slack.surface import SlackSurface
from agent_console.surface import Person, Signed, ThreadMoved, Unsaid
from bridge.store.statement import Statement, value
from tests.agent_console.fanout.conftest import PutUp, Wall
from tests.agent_console.fanout.houses import TwoHouses
from tests.agent_console.office import Agent
from tests.channels.rig import eventually


async def outgoing(anna: Agent, conversation: int) -> list[Any]:
    """Return what agents have said to a customer."""
    return [one for one in await anna.thread(conversation) if one["kind"] == "outgoing"]


async def kept(houses: TwoHouses, *texts: str) -> None:
    """Wait until these answers are stored."""
    for one in texts:
        await houses.is_kept(one)


async def a_talk(houses: TwoHouses) -> tuple[int, str]:
    """Begin a conversation in the channel; return it, and its thread."""
    conversation, _ = await houses.office.customer_writes("Где заказ?", inbox="blog")
    await eventually(lambda: houses.cards() and houses.in_channel() == ["Где заказ?"])
    return conversation, houses.cards()[0].ts


async def looked_back(houses: TwoHouses) -> None:
    """Have a break in which nothing happens, and wait until it was looked into."""
    async with houses.deaf():
        houses.office.clock.tick(1)
    surface = houses.staff["slack"].surface
    assert isinstance(surface, SlackSurface)
    await eventually(lambda: surface._intake.caught_up)  # The test looks inside.
    stored = "SELECT value FROM cursors WHERE inbox_id = 'staff:slack'"
    cursor, now = Statement(value, stored), houses.office.clock.now()
    async with asyncio.timeout(20):
        while int(await houses.office.store.read(lambda tx: tx.the(cursor))) < now - OVERLAP:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_edits_and_deletions_of_the_break_reach_the_customer_once(houses: TwoHouses) -> None:
    conversation, thread = await a_talk(houses)
    place, writes = houses.channel.id, houses.anna.writes
    first, second, _ = [
        await writes(place, text, thread_ts=thread) for text in ("раз", "два", "три")
    ]
    await kept(houses, "раз", "два", "три")
    anna = await houses.office.sign_in("anna")
    for one in await outgoing(anna, conversation):
        await houses.office.delivered(one["id"], "delivered")
    async with houses.deaf():
        told = [
            await houses.anna.edits(place, first.ts, "раз, но лучше"),
            await houses.anna.deletes(place, second.ts),
            await writes(place, "четыре", thread_ts=thread),
        ]
        told.append(await houses.anna.edits(place, told[-1].ts, "четыре с половиной"))
    await houses.is_kept("раз, но лучше")
    await houses.is_kept("четыре с половиной")

    async def said() -> list[tuple[str, bool, int]]:
        found = await outgoing(anna, conversation)
        return [(one["text"], "deleted" in one, one["revision"]) for one in found]

    after = await said()
    assert [(text, gone) for text, gone, _ in after] == [
        ("раз, но лучше", False),
        ("", True),
        ("три", False),
        ("четыре с половиной", False),
    ]
    for one in told:
        await told_again(houses, one.event_id)
    await looked_back(houses)
    await asyncio.sleep(0.2)
    assert await said() == after, "told later, and found again, it is nothing new"


async def told_again(houses: TwoHouses, event_id: str) -> None:
    """Tell of an event once more, as often as Slack does: a busy machine may be late once."""
    for retry in (1, 2, 3):
        if (await houses.slack.telling.again(event_id, retry)).ok:
            return
    pytest.fail("Slack was not answered")


async def test_a_reaction_of_the_break_is_a_verb_once(houses: TwoHouses) -> None:
    conversation, thread = await a_talk(houses)
    anna = await houses.office.sign_in("anna")

    async def has_it() -> str | None:
        who: str | None = (await anna.row(conversation))["conversation"]["assignee"]
        return who

    async def taken(by: str | None) -> None:
        async with asyncio.timeout(20):
            while await has_it() != by:  # noqa: ASYNC110  # It is asked for over HTTP.
                await asyncio.sleep(0.02)

    async with houses.deaf():
        told = await houses.anna.reacts(houses.channel.id, thread, "eyes")
    await taken("anna")
    await anna.act("release", conversation)
    await told_again(houses, told.event_id)
    await looked_back(houses)
    await asyncio.sleep(0.2)
    assert await has_it() is None, "the eyes are still there, and mean nothing new"

    async with houses.deaf():
        await houses.anna.unreacts(houses.channel.id, thread, "eyes")
    await looked_back(houses)
    async with houses.deaf():
        await houses.anna.reacts(houses.channel.id, thread, "eyes")
    await taken("anna")


async def test_a_card_that_was_deleted_meanwhile_is_made_anew(houses: TwoHouses) -> None:
    conversation, thread = await a_talk(houses)
    async with houses.deaf():
        await houses.anna.deletes_any(houses.channel.id, thread)
    await eventually(lambda: [one for one in houses.cards() if one.ts != thread])
    await eventually(lambda: houses.in_channel(-1) == ["Где заказ?"])
    assert conversation


async def test_only_threads_that_were_open_and_answered_are_read(houses: TwoHouses) -> None:
    office, arrived = houses.office, houses.slack.server.arrived

    async def read() -> int:
        """Look back to ten minutes ago; return how many threads were read."""
        office.clock.tick(600)
        await looked_back(houses)
        office.clock.tick(600)
        before = arrived["conversations.replies"]
        await looked_back(houses)
        return arrived["conversations.replies"] - before

    conversation, thread = await a_talk(houses)
    for number in range(3):
        await office.customer_writes("Ау", inbox="blog", customer=f"visitor-many-{number:04}")
    await eventually(lambda: len(houses.cards()) == 4)
    await eventually(lambda: all(houses.threads()))
    assert await read() == 0, "nobody has answered anybody"
    await houses.anna.writes(houses.channel.id, "да", thread_ts=thread)
    await houses.is_kept("да")
    assert await read() == 1

    anna = await office.sign_in("anna")
    await anna.act("close", conversation)
    await houses.is_shut()
    office.clock.tick(600)
    assert await read() == 0, "what was closed before the break is left alone"


# --- the kernel's part ---------------------------------------------------------------


def a_sign(wall: Wall, at: int, **more: Any) -> Signed:
    """Return a reaction of Pavel's to the only card."""
    topic, number = wall.board.topic, f"{at}/{sorted(more.items())}"
    given: dict[str, Any] = {"sign": "eyes", "name": "eyes", "external_id": f"card{topic.id}"}
    by = Person(id="acc-pavel")
    where: dict[str, Any] = {"place": topic.place, "thread": topic.id}
    return Signed(key=f"sign/{number}", by=by, at=at, **where, **given | more)


@pytest.mark.parametrize(
    ("events", "counted"),
    [
        ([(100, {})], 1),
        ([(100, {}), (100, {"found": True})], 1),
        ([(100, {"found": True}), (90, {})], 1),
        ([(100, {"found": True}), (100 + SKEW, {})], 1),
        ([(100, {"found": True}), (101 + SKEW, {})], 2),
        ([(100, {}), (110, {"gone": True}), (100, {"found": True})], 2),
        ([(100, {}), (110, {"gone": True}), (120, {})], 2),
        ([(100, {}), (110, {"gone": True}), (105, {"key": "late"})], 1),
        ([(100, {}), (100, {"name": "heavy_eyes"})], 2),
    ],
)
async def test_a_reaction_counts_once_however_it_is_come_by(
    wall: Wall, events: list[tuple[int, dict[str, Any]]], counted: int
) -> None:
    await wall.office.customer_writes("Hello")
    await wall.settled()
    for at, more in events:
        event = a_sign(wall, at, **{k: v for k, v in more.items() if k != "key"})
        await wall.hears(event)
    stored = Statement(value, "SELECT count(*) FROM surface_heard WHERE key NOT LIKE '%gone%'")
    assert await wall.office.store.read(lambda tx: tx.the(stored)) == counted
    wall.office.clock.tick(SIGNS_FOR / 1000 + 1)
    await wall.office.store.write(tidy, ["wall"])
    signs = Statement(value, "SELECT count(*) FROM surface_signs")
    assert await wall.office.store.read(lambda tx: tx.the(signs)) == 0


async def test_what_is_open_is_told_with_what_agents_wrote_in_it(put_up: PutUp) -> None:
    async with put_up(held_for=5000) as wall:
        conversation, _ = await wall.office.customer_writes("Hello")
        await wall.settled()
        with pytest.raises(AssertionError, match="rest"):
            await wall.says("acc-pavel", "held")
        (held,) = await wall.desk.standing("room", 0)
        wall.office.clock.tick(6)
        wall.hearing.wake()
        await wall.settled()
        (went,) = await wall.desk.standing("room", 0)
        assert held.written == went.written
        assert len(held.written) == 1
        await wall.hears(a_sign(wall, 5))
        (seen,) = await wall.desk.standing("room", 0)
        assert seen.signs == {("acc-pavel", "eyes")}

        later = wall.office.clock.now() + WRITTEN_FOR + 1000
        assert [list(one.written) for one in await wall.desk.standing("room", later)] == [[]]
        anna = await wall.office.sign_in("anna")
        await anna.act("close", conversation)
        await wall.settled()
        now = wall.office.clock.now()
        assert len(await wall.desk.standing("room", now - 1000)) == 1, "it was open after that"
        assert await wall.desk.standing("room", now + 1000) == []
        assert await wall.desk.standing("elsewhere", 0) == []


async def test_what_nobody_says_they_took_back_counts_as_its_writers(put_up: PutUp) -> None:
    async with put_up(changes={"conversation.allow_delete": True}) as wall:
        conversation, _ = await wall.office.customer_writes("Hello")
        await wall.settled()
        mine = await wall.says("acc-pavel", "wrong")
        anna = await wall.office.sign_in("anna")
        (message,) = await outgoing(anna, conversation)
        await wall.office.delivered(message["id"], "delivered")
        await wall.hears(taken_back(wall, mine))
        (message,) = await outgoing(anna, conversation)
        assert message["deleted"]


def taken_back(wall: Wall, external_id: str) -> Unsaid:
    """Return that a message is there no more, whoever took it back."""
    topic = wall.board.topic
    return Unsaid(
        key=f"gone/{external_id}",
        place=topic.place,
        thread=topic.id,
        by=Person(id=""),
        at=0,
        external_id=external_id,
    )


async def test_a_deleted_thread_is_made_anew_whoever_deleted_it(wall: Wall) -> None:
    await wall.office.customer_writes("Hello")
    await wall.settled()
    topic = wall.board.topic
    nobody = Person(id="", is_program=True)
    del wall.board.topics[topic.id]
    await wall.hears(
        ThreadMoved(key="d", place=topic.place, thread=topic.id, by=nobody, at=0, to="deleted")
    )
    assert wall.board.topic.id != topic.id
    assert wall.board.topic.texts == ["Visitor: Hello"]


async def test_a_deletion_that_is_refused_is_told_to_the_thread_where_nobody_is_known(
    wall: Wall,
) -> None:
    await wall.office.customer_writes("Hello")
    await wall.settled()
    mine = await wall.says("acc-pavel", "for ever")
    await wall.hears(taken_back(wall, mine))
    (hint,) = wall.board.topic.hints
    assert (hint.to, hint.text) == ("", "refused: forbidden")
