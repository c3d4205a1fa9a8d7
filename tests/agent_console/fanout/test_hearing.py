"""What staff do in a thread: answers, notes and verbs of the agent's whose account it is."""

from types import SimpleNamespace
from typing import Any

import msgspec
import pytest
from msgspec import structs

from agent_console.fanout.hearing import Hearing
from agent_console.fanout.office import HEARD_TOPIC
from agent_console.fanout.speech import spoken
from agent_console.surface import Person, Said, Signed, StaffFile, ThreadMoved
from bridge.reload.wired import Running
from bridge.store.fenced import FencedStore
from bridge.store.holding import Hold
from bridge.store.transactions import News
from tests.agent_console.fanout.conftest import PutUp, Wall


def kinds(messages: list[Any]) -> list[str]:
    """Return what was said, without what happened by itself."""
    return [one["kind"] for one in messages if one["kind"] != "activity"]


async def test_a_message_of_a_mapped_agent_goes_to_the_customer_and_is_marked_on_itself(
    wall: Wall,
) -> None:
    conversation_id, _ = await wall.office.customer_writes("Hello")
    await wall.settled()
    number = await wall.says("acc-pavel", "We are *open*")
    pavel = await wall.office.sign_in("pavel")
    said = [one for one in await pavel.thread(conversation_id) if one["kind"] == "outgoing"]
    assert [(one["author"]["name"], one["text"]) for one in said] == [
        ("Павел", "We are \\*open\\*")
    ]
    assert (await pavel.row(conversation_id))["conversation"]["assignee"] == "pavel"
    assert wall.board.topic.marks[number] == "queued"
    assert len(wall.board.topic.posts) == 1, "what was written here is not shown again"
    await wall.office.delivered(said[0]["id"], "sent")
    wall.fanout.look(conversation_id)
    await wall.settled()
    assert wall.board.topic.marks[number] == "accepted"


async def test_a_failure_is_marked_and_told_with_what_may_be_done(wall: Wall) -> None:
    conversation_id, _ = await wall.office.customer_writes("Hello")
    await wall.settled()
    number = await wall.says("acc-pavel", "Good day")
    pavel = await wall.office.sign_in("pavel")
    said = (await pavel.thread(conversation_id))[-1]
    await wall.office.delivered(said["id"], "failed", "blocked")
    wall.fanout.look(conversation_id)
    await wall.settled()
    assert wall.board.topic.marks[number] == "failed"
    (hint,) = wall.board.topic.hints
    assert (hint.text, hint.about) == ("failed: blocked", number)
    assert [one.verb for one in hint.buttons] == ["retry"]


async def test_a_prefix_makes_a_note_that_never_goes_out(wall: Wall) -> None:
    conversation_id, _ = await wall.office.customer_writes("Hello")
    await wall.settled()
    number = await wall.says("acc-pavel", "// he is angry")
    pavel = await wall.office.sign_in("pavel")
    last = (await pavel.thread(conversation_id))[-1]
    assert (last["kind"], last["text"]) == ("note", "he is angry")
    assert wall.board.topic.marks[number] == "note"


async def test_people_who_are_not_mapped_are_told_once_and_nothing_goes_out(wall: Wall) -> None:
    conversation_id, _ = await wall.office.customer_writes("Hello")
    await wall.settled()
    await wall.says("somebody", "buy this")
    await wall.says("somebody", "and that")
    anna = await wall.office.sign_in("anna")
    assert kinds(await anna.thread(conversation_id)) == ["incoming"]
    assert [one.text for one in wall.board.topic.hints] == ["unknown: somebody"]


async def test_a_call_to_a_colleague_becomes_a_note_and_the_writer_is_told(wall: Wall) -> None:
    conversation_id, _ = await wall.office.customer_writes("Hello")
    await wall.settled()
    await wall.says("acc-pavel", "@anna look at this", mentions=["acc-anna"])
    anna = await wall.office.sign_in("anna")
    assert kinds(await anna.thread(conversation_id)) == ["incoming", "note"]
    assert [one.text for one in wall.board.topic.hints] == ["aside: acc-pavel"]


async def test_who_comes_second_is_told_that_a_colleague_has_it(wall: Wall) -> None:
    conversation_id, _ = await wall.office.customer_writes("Hello")
    await wall.settled()
    await wall.says("acc-pavel", "I am here")
    await wall.says("acc-ivan", "me too")
    anna = await wall.office.sign_in("anna")
    said = [one["text"] for one in await anna.thread(conversation_id) if one["kind"] == "outgoing"]
    assert said == ["I am here"]
    assert [one.text for one in wall.board.topic.hints] == ["refused: taken"]


async def test_eyes_take_the_conversation(wall: Wall) -> None:
    conversation_id, _ = await wall.office.customer_writes("Hello")
    await wall.settled()
    await wall.signs("acc-ivan", "eyes")
    anna = await wall.office.sign_in("anna")
    assert (await anna.row(conversation_id))["conversation"]["assignee"] == "ivan"
    assert wall.board.topic.card.state == "open ivan"


async def test_what_comes_twice_is_said_once(wall: Wall) -> None:
    conversation_id, _ = await wall.office.customer_writes("Hello")
    await wall.settled()
    topic = wall.board.topic
    said = Said(
        key="k",
        place=topic.place,
        thread=topic.id,
        by=Person(id="acc-pavel"),
        at=0,
        external_id="s-once",
        text="Good day",
    )
    await wall.hears(said, said)
    await wall.hears(said)
    anna = await wall.office.sign_in("anna")
    said_out = [one for one in await anna.thread(conversation_id) if one["kind"] == "outgoing"]
    assert len(said_out) == 1


async def test_an_answer_that_is_held_can_be_changed_and_taken_back(put_up: PutUp) -> None:
    async with put_up(held_for=5000) as wall:
        conversation_id, _ = await wall.office.customer_writes("Hello")
        await wall.settled()
        topic = wall.board.topic
        for name, text in (("s-keep", "frist"), ("s-drop", "wrong customer")):
            await wall.desk.accept(
                [
                    Said(
                        key=name,
                        place=topic.place,
                        thread=topic.id,
                        by=Person(id="acc-pavel"),
                        at=0,
                        external_id=name,
                        text=text,
                    )
                ]
            )
        with pytest.raises(AssertionError, match="rest"):
            await wall.changes("acc-pavel", "s-keep", "first")
        with pytest.raises(AssertionError, match="rest"):
            await wall.takes_back("acc-pavel", "s-drop")
        anna = await wall.office.sign_in("anna")
        assert kinds(await anna.thread(conversation_id)) == ["incoming"]
        wall.office.clock.tick(6)
        wall.hearing.wake()
        await wall.settled()
        said = [
            one["text"] for one in await anna.thread(conversation_id) if one["kind"] == "outgoing"
        ]
        assert said == ["first"]


async def test_an_album_of_an_agent_is_one_message(wall: Wall) -> None:
    conversation_id, _ = await wall.office.customer_writes("Hello")
    await wall.settled()
    topic = wall.board.topic
    wall.board.files = {"a": b"one", "b": b"two"}
    for name in ("a", "b"):
        await wall.desk.accept(
            [
                Said(
                    key=f"al-{name}",
                    place=topic.place,
                    thread=topic.id,
                    by=Person(id="acc-pavel"),
                    at=0,
                    external_id=f"al-{name}",
                    text="both" if name == "a" else "",
                    album="g1",
                    files=[StaffFile(ref=name, kind="file", name=f"{name}.txt")],
                )
            ]
        )
    wall.office.clock.tick(2)
    wall.hearing.wake()
    await wall.settled()
    anna = await wall.office.sign_in("anna")
    last = (await anna.thread(conversation_id))[-1]
    assert last["text"] == "both"
    assert [one["name"] for one in last["attachments"]] == ["a.txt", "b.txt"]


async def test_a_thread_closed_by_hand_closes_the_conversation_or_is_opened_again(
    wall: Wall,
) -> None:
    conversation_id, _ = await wall.office.customer_writes("Hello")
    await wall.settled()
    topic = wall.board.topic
    anna = await wall.office.sign_in("anna")

    async def moved(account: str, key: str) -> None:
        topic.shut = True
        await wall.hears(
            ThreadMoved(
                key=key,
                place=topic.place,
                thread=topic.id,
                by=Person(id=account),
                at=wall.office.clock.now(),
                to="closed",
            )
        )

    await moved("acc-vera", "m1")
    assert (await anna.row(conversation_id))["conversation"]["state"] == "open"
    assert not topic.shut, "who may not close it finds it open again"
    await moved("acc-anna", "m2")
    assert (await anna.row(conversation_id))["conversation"]["state"] == "closed"
    assert topic.shut


@pytest.mark.parametrize("by", ["the thread", "a reaction"])
async def test_what_was_closed_while_we_were_away_stays_open_if_its_customer_has_written_since(
    wall: Wall, by: str
) -> None:
    conversation_id, _ = await wall.office.customer_writes("Hello")
    await wall.settled()
    anna, topic = await wall.office.sign_in("anna"), wall.board.topic
    there: dict[str, Any] = {"place": topic.place, "thread": topic.id, "by": Person(id="acc-anna")}

    async def closes(key: str, at: int) -> str:
        topic.shut = by == "the thread"
        if by == "the thread":
            await wall.hears(ThreadMoved(**there, key=key, at=at, to="closed"))
        else:
            (post, *_) = topic.posts
            await wall.hears(Signed(**there, key=key, at=at, external_id=post, sign="done"))
        state: str = (await anna.row(conversation_id))["conversation"]["state"]
        return state

    closed_at = wall.office.clock.now()
    wall.office.clock.tick(3600)
    await wall.office.customer_writes("Is anybody there?")
    await wall.settled()
    assert await closes("late", closed_at) == "open"
    assert not topic.shut
    assert topic.hints[-1].text.startswith("refused: asked_since")
    assert await closes("again", wall.office.clock.now()) == "closed"


@pytest.mark.parametrize(
    ("text", "explicit", "kind", "left"),
    [
        ("Hello", False, "reply", "Hello"),
        ("// note", False, "note", "note"),
        ("  //note", False, "note", "note"),
        ("Note: what", False, "note", "what"),
        ("/ quick", False, "note", "quick"),
        ("/", False, "note", ""),
        ("http://a/b", False, "reply", "http://a/b"),
        ("Hello", True, "note", "Hello"),
        ("> Hello\n> you", True, "reply", "Hello\nyou"),
        ("> Hello\nyou", True, "note", "> Hello\nyou"),
        ("// > Hello", True, "note", "> Hello"),
    ],
)
def test_a_note_is_told_from_an_answer(text: str, explicit: bool, kind: str, left: str) -> None:  # noqa: FBT001
    said = Said(key="k", place="p", thread="t", by=Person(id="a"), at=0, external_id="e", text=text)
    meant = spoken(said, ["//", "note:", "/ "], explicit=explicit)
    assert (meant.kind, meant.text) == (kind, left)


async def test_a_thread_that_nobody_says_who_deleted_is_made_anew(wall: Wall) -> None:
    conversation_id, _ = await wall.office.customer_writes("Hello")
    await wall.settled()
    (old,) = wall.board.topics.values()
    by = Person(id="", is_program=True)
    gone: dict[str, Any] = {
        "place": old.place,
        "thread": old.id,
        "by": by,
        "at": 1,
        "to": "deleted",
    }
    await wall.hears(ThreadMoved(key="gone", **gone))
    anew = [one for one in wall.board.topics.values() if one is not old]
    assert [one.texts[-1].endswith("Hello") for one in anew] == [True]
    # Told of once more, it is the old one that is gone.
    await wall.hears(ThreadMoved(key="gone again", **gone))
    wall.fanout.look(conversation_id)
    await wall.settled()
    assert len(wall.board.topics) == 2


async def test_what_was_set_aside_is_acted_on_again_whichever_process_was_asked_to(
    wall: Wall,
) -> None:
    conversation_id, _ = await wall.office.customer_writes("Hello")
    await wall.settled()
    store, anew = wall.office.store, Said(**wall._by("acc-pavel", "said:s0"), external_id="s0")
    await wall.hears(anew)
    # It was set aside empty: what is acted on is what lies there.
    event = msgspec.json.encode(structs.replace(anew, text="We are open"))

    elsewhere = FencedStore(store, Hold("surface:wall", wall.office.clock))
    hearing = Hearing(elsewhere, wall.board, wall.hearing._deck, limit=0, look=wall.fanout.look)
    program: Any = SimpleNamespace(store=store, staff={"wall": SimpleNamespace(hearing=hearing)})
    told, woken = store.on_commit, set[str]()

    def committed(news: News) -> None:
        assert told is not None
        told(news)
        woken.update(news.topics)

    store.on_commit = committed
    await Running(program).hear("wall", event)
    assert HEARD_TOPIC in woken
    wall.hearing.wake()
    await wall.settled()

    pavel = await wall.office.sign_in("pavel")
    said = [one["text"] for one in await pavel.thread(conversation_id) if one["author"]]
    assert "We are open" in said
    with pytest.raises(LookupError):
        await Running(program).hear("gone", event)
