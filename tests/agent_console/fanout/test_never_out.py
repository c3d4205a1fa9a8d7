"""What is for colleagues stays with them, and no customer is lost, in the narrow places."""

import asyncio
from itertools import count
from typing import Any

import pytest

from agent_console.fanout import hints, records
from agent_console.fanout.speech import spoken
from agent_console.fanout.voice import Told
from agent_console.surface import (
    Person,
    PlaceChanged,
    Said,
    SaidAnew,
    StaffFile,
    ThreadMoved,
    ThreadShutError,
    Unsaid,
)
from bridge.channel import OutcomeUnknownError, RejectedError
from bridge.store import surfaces as s
from bridge.store.transactions import Tx
from tests.agent_console.fanout.board import Board
from tests.agent_console.fanout.conftest import PutUp, Wall

PAVEL = "acc-pavel"


async def said_in(wall: Wall) -> list[tuple[str, str]]:
    """Return what was said in the only conversation, but by its customer."""
    pavel = await wall.office.sign_in("pavel")
    return [
        (one["kind"], one["text"])
        for one in await pavel.thread(1)
        if one["kind"] in ("outgoing", "note")
    ]


async def begun(wall: Wall) -> dict[str, Any]:
    """Let a customer write; return what an event of Pavel's in the thread has."""
    await wall.office.customer_writes("Hello")
    await wall.settled()
    topic = wall.board.topic
    by = Person(id=PAVEL)
    return {"place": topic.place, "thread": topic.id, "by": by, "at": wall.office.clock.now()}


async def later(wall: Wall, seconds: float = 6) -> None:
    """Let time pass, and what is held be acted on."""
    wall.office.clock.tick(seconds)
    wall.hearing.wake()
    await wall.settled()


async def test_an_answer_that_is_edited_into_a_note_stays_as_it_went(wall: Wall) -> None:
    await begun(wall)
    number = await wall.says(PAVEL, "one")
    pavel = await wall.office.sign_in("pavel")
    (answer,) = [one for one in await pavel.thread(1) if one["kind"] == "outgoing"]
    await wall.office.delivered(answer["id"], "sent")
    await wall.changes(PAVEL, number, "// he is a thief")
    assert await said_in(wall) == [("outgoing", "one"), ("note", "he is a thief")]
    assert wall.board.topic.hints[-1].text == f"aside: {PAVEL}"


async def test_a_held_answer_that_comes_to_call_a_colleague_never_goes(put_up: PutUp) -> None:
    async with put_up(held_for=5000) as wall:
        at = await begun(wall)
        await wall.desk.accept([Said(**at, key="k1", external_id="x", text="he lies")])
        changed: dict[str, Any] = {"text": "@anna he lies", "mentions": ["acc-anna"]}
        await wall.desk.accept([SaidAnew(**at, key="k2", external_id="x", **changed)])
        await asyncio.sleep(0.1)
        await later(wall)
        assert await said_in(wall) == [("note", "@anna he lies")]


async def test_what_was_taken_back_in_time_never_goes_however_late_it_is_looked_at(
    put_up: PutUp,
) -> None:
    async with put_up(held_for=5000) as wall:
        at = await begun(wall)
        await wall.stop()
        await wall.desk.accept([Said(**at, key="k1", external_id="x", text="wrong customer")])
        await wall.desk.accept([Unsaid(**at, key="k2", external_id="x")])
        wall.office.clock.tick(6)
        await wall.begin()
        await wall.settled()
        assert await said_in(wall) == []


async def test_what_was_changed_in_time_goes_as_it_is_now_however_late_it_is_looked_at(
    put_up: PutUp,
) -> None:
    async with put_up(held_for=5000) as wall:
        at = await begun(wall)
        await wall.stop()
        await wall.desk.accept([Said(**at, key="k1", external_id="x", text="frist")])
        await wall.desk.accept([SaidAnew(**at, key="k2", external_id="x", text="first")])
        wall.office.clock.tick(6)
        await wall.begin()
        await wall.settled()
        assert await said_in(wall) == [("outgoing", "first")]


async def test_a_colleague_called_in_any_item_of_an_album_keeps_it_inside(wall: Wall) -> None:
    at = await begun(wall)
    wall.board.files = {"a": b"one", "b": b"two"}
    called: dict[str, Any] = {"text": "@anna look", "mentions": ["acc-anna"]}
    items: list[tuple[str, dict[str, Any]]] = [("a", {}), ("b", called)]
    for name, more in items:
        file = StaffFile(ref=name, kind="file", name=f"{name}.txt")
        said = Said(**at, key=name, external_id=name, album="g", files=[file], **more)
        await wall.desk.accept([said])
    await later(wall, 2)
    assert await said_in(wall) == [("note", "@anna look")]


@pytest.mark.parametrize("gone", ["deleted", "moved"])
async def test_a_held_answer_goes_although_its_thread_or_place_has_changed(
    put_up: PutUp, gone: str
) -> None:
    async with put_up(held_for=5000) as wall:
        at = await begun(wall)
        await wall.desk.accept([Said(**at, key="k1", external_id="x", text="kept")])
        if gone == "deleted":
            await wall.desk.accept([ThreadMoved(**at, key="k2", to="deleted")])
        else:
            moved = PlaceChanged(**at, key="k2", to="moved", new_place="room2")
            await wall.desk.accept([moved])
        await asyncio.sleep(0.2)
        await later(wall)
        assert await said_in(wall) == [("outgoing", "kept")]


async def test_a_place_that_begins_anew_under_its_new_id_gives_nobodys_answer_to_another(
    put_up: PutUp,
) -> None:
    async with put_up(carries=False) as wall:
        at = await begun(wall)
        moved = PlaceChanged(**at, key="k2", to="moved", new_place="room2")
        await wall.desk.accept([moved])
        await wall.settled()
        (anew,) = [one for one in wall.board.topics.values() if one.place == "room2"]
        assert "Hello" in " ".join(anew.texts)
        # The thread that has the old one's id there is none of this conversation's.
        there = at | {"place": "room2"}
        await wall.desk.accept([Said(**there, key="k3", external_id="y", text="for another")])
        await wall.settled()
        assert await said_in(wall) == []


async def moved_by_a_call(wall: Wall) -> dict[str, Any]:
    """Have a call find that the only place began anew; its thread there has the old one's id."""
    at = await begun(wall)
    old = wall.board.topic
    wall.board._ids = count(int(old.id))  # The test looks inside.
    await wall.office.store.write(records.move, "wall", "room", "room2", carries=False)
    wall.board.names = ["room2"]
    del wall.board.topics[old.id]
    await wall.office.customer_writes("are you there?")
    await wall.settled()
    assert (wall.board.topic.place, wall.board.topic.id) == ("room2", old.id)
    return at


async def test_what_was_written_before_its_place_began_anew_goes_although_that_is_told_again(
    put_up: PutUp,
) -> None:
    async with put_up(carries=False, held_for=5000) as wall:
        at = await moved_by_a_call(wall)
        moved = PlaceChanged(**at, key="k2", to="moved", new_place="room2")
        await wall.desk.accept([Said(**at, key="k1", external_id="x", text="kpet"), moved])
        await wall.desk.accept([SaidAnew(**at, key="k3", external_id="x", text="kept")])
        await asyncio.sleep(0.2)
        await later(wall)
        assert await said_in(wall) == [("outgoing", "kept")]
        # It stands in the old place alone: so it is shown in the new one.
        assert any("kept" in one for one in wall.board.topic.texts)


async def test_what_is_called_the_same_in_a_place_that_began_anew_is_not_changed_for_the_other(
    put_up: PutUp,
) -> None:
    async with put_up(carries=False) as wall:
        at = await moved_by_a_call(wall)
        there = at | {"place": "room2"}
        await wall.hears(Said(**there, key="k1", external_id="7", text="of now"))
        pavel = await wall.office.sign_in("pavel")
        (answer,) = [one for one in await pavel.thread(1) if one["kind"] == "outgoing"]
        await wall.office.delivered(answer["id"], "sent")
        await wall.hears(SaidAnew(**at, key="k2", external_id="7", text="of then"))
        await wall.hears(Unsaid(**at, key="k3", external_id="7"))
        assert await said_in(wall) == [("outgoing", "of now")]


async def test_a_hint_about_what_was_written_before_its_place_began_anew_answers_no_other_message(
    put_up: PutUp,
) -> None:
    async with put_up(carries=False) as wall:
        at = await moved_by_a_call(wall)
        there = at | {"place": "room2", "by": Person(id="acc-nobody")}
        await wall.hears(Said(**there, key="k1", external_id="7", text="of now"))
        before = at | {"by": Person(id="acc-stranger")}
        await wall.hears(Said(**before, key="k2", external_id="7", text="of then"))
        found = {hint.to: hint.about for hint in wall.board.topic.hints}
        assert found == {"acc-nobody": "7", "acc-stranger": None}


async def test_a_hint_that_waits_while_its_place_begins_anew_answers_no_message_there(
    put_up: PutUp,
) -> None:
    def told_and_moved(tx: Tx, thread: str) -> None:
        of = {"surface_id": "wall", "of_place": "room", "of_thread": thread}
        hints.tell(tx, tx.the(s.THREAD_AT, **of).id, PAVEL, Told("who?"), about="7")
        records.move(tx, "wall", "room", "room2", carries=False)

    async with put_up(carries=False) as wall:
        await begun(wall)
        await wall.office.store.write(told_and_moved, wall.board.topic.id)
        wall.board.names = ["room2"]
        await wall.office.customer_writes("are you there?")
        await wall.settled()
        found = [one for topic in wall.board.topics.values() for one in topic.hints]
        assert [(hint.to, hint.text, hint.about) for hint in found] == [(PAVEL, "who?", None)]


async def test_a_post_that_is_refused_says_where_its_words_are(wall: Wall) -> None:
    await begun(wall)

    left = [True]

    def refuses(name: str) -> None:
        if name == "post" and left:
            left.pop()
            raise RejectedError("no", reason="rejected")

    wall.board.before = refuses
    await wall.office.customer_writes("my order is 7")
    await wall.settled()
    assert any("💬" in one.text for one in wall.board.topic.posts.values())


async def test_what_stays_unknown_ends_in_a_link_and_lets_the_rest_pass(
    put_up: PutUp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent_console.fanout.runner.pause_after", lambda _tries: 0.01)
    async with put_up() as wall:
        await begun(wall)
        calls = 0

        def loses(name: str) -> None:
            nonlocal calls
            if name == "post" and calls < 9:
                calls += 1
                raise OutcomeUnknownError("no answer", reason="timeout")

        wall.board.before = loses
        await wall.office.customer_writes("hard to show")
        await wall.office.customer_writes("easy to show")
        await wall.settled()
        shown = [one.text for one in wall.board.topic.posts.values()]
        assert any("easy to show" in one or "💬" in one for one in shown[1:])


@pytest.mark.parametrize("refusal", ["open", "shut"])
async def test_what_is_refused_is_not_tried_again_without_a_pause(
    put_up: PutUp, refusal: str
) -> None:
    board = Board("room")
    async with put_up(board) as wall:
        if refusal == "shut":
            await begun(wall)

        def refuses(name: str) -> None:
            if refusal == "open" and name == "open":
                raise RejectedError("no", reason="rejected")
            if refusal == "shut" and name == "post":
                raise ThreadShutError("closed", reason="rejected")

        board.before = refuses
        before = len(board.calls)
        await wall.office.customer_writes("Hello")
        await asyncio.sleep(0.5)
        assert len(board.calls) - before < 8


async def test_an_answer_changed_twice_elsewhere_is_told_in_lines_and_then_rests(
    wall: Wall,
) -> None:
    await begun(wall)
    await wall.says(PAVEL, "one")
    pavel = await wall.office.sign_in("pavel")
    (answer,) = [one for one in await pavel.thread(1) if one["kind"] == "outgoing"]
    await wall.office.delivered(answer["id"], "sent")
    for text in ("two", "three"):
        await pavel.ask("PATCH", f"/api/messages/{answer['id']}", {"text": text})
        await wall.settled()
    told = [one.text for one in wall.board.topic.posts.values() if one.role == "event"]
    assert told == ["now: two", "now: three"]
    assert not [one for one in wall.board.topic.posts.values() if one.role == "colleague"]


@pytest.mark.parametrize(
    "text", ["**// angry**", "_//_ angry", "> // angry", "\u200b// angry", "\\[n\\] angry"]
)
def test_a_prefix_is_found_under_marks_and_what_nobody_sees(text: str) -> None:
    said = Said(key="k", place="p", thread="t", by=Person(id="a"), at=0, external_id="e", text=text)
    assert spoken(said, ["//", "[n]"], explicit=False).kind == "note"
