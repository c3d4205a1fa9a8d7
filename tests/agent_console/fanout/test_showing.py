"""What a surface shows of conversations: all of it, in order, once, and as it is now."""

from typing import Any

from agent_console.fanout.reckoning import LAST
from agent_console.surface import PlaceGoneError, Said, ThreadGoneError
from bridge.channel import ThrottledError
from tests.agent_console.fanout.board import Board, ProvingBoard, lost
from tests.agent_console.fanout.conftest import PutUp, Wall


async def test_a_conversation_gets_a_thread_with_a_card_and_what_the_customer_says(
    wall: Wall,
) -> None:
    await wall.office.customer_writes("Добрый день", sender={"name": "Олена"})
    await wall.settled()
    await wall.office.customer_writes("*жирно*", sender={"name": "Олена"})
    await wall.settled()
    topic = wall.board.topic
    assert topic.card.title == "Олена"
    assert topic.texts == ["Олена: Добрый день", "Олена: \\*жирно\\*"]
    assert [one.role for one in topic.posts.values()] == ["customer", "customer"]


async def test_a_colleague_s_answer_from_elsewhere_appears_with_their_name(wall: Wall) -> None:
    conversation_id, _ = await wall.office.customer_writes("Hello")
    pavel = await wall.office.sign_in("pavel")
    await pavel.says(conversation_id, "Good **day**")
    await pavel.says(conversation_id, "he is nice", kind="note")
    await wall.settled()
    posts = list(wall.board.topic.posts.values())
    assert [(one.role, one.author, one.text) for one in posts[1:]] == [
        ("colleague", "Павел", "Good **day**"),
        ("note", "Павел", "he is nice"),
    ]
    assert wall.board.topic.card.state == "open pavel"


async def test_a_burst_is_merged_into_fewer_posts_in_order(put_up: PutUp) -> None:
    board = Board("room")
    async with put_up(board) as wall:
        await wall.stop()
        for number in range(12):
            await wall.office.customer_writes(f"line {number}")
        wall.start()
        await wall.settled()
        whole = "\n\n".join(one.text for one in wall.board.topic.posts.values())
        assert whole.split() == " ".join(f"line {n}" for n in range(2, 12)).split()
        assert len(wall.board.topic.posts) == 1


async def test_an_edit_and_a_deletion_are_shown_where_the_message_stands(
    put_up: PutUp,
) -> None:
    async with put_up(changes={"conversation.allow_delete": True}) as wall:
        await _edited_and_deleted(wall)


async def _edited_and_deleted(wall: Wall) -> None:
    conversation_id, _ = await wall.office.customer_writes("Hello")
    pavel = await wall.office.sign_in("pavel")
    first = await pavel.says(conversation_id, "frist")
    await wall.settled()
    second = await pavel.says(conversation_id, "second")
    await wall.settled()
    for message in (first["message"]["id"], second["message"]["id"]):
        await wall.office.delivered(message, "sent")
    await pavel.ask("PATCH", f"/api/messages/{first['message']['id']}", {"text": "first"})
    await pavel.ask("DELETE", f"/api/messages/{second['message']['id']}")
    await wall.settled()
    assert wall.board.topic.texts[1:] == ["Павел: first"]


async def test_a_long_text_is_cut_into_posts_and_nothing_is_lost(wall: Wall) -> None:
    text = " ".join(f"word{number}" for number in range(120))
    await wall.office.customer_writes(text)
    await wall.settled()
    posts = list(wall.board.topic.posts.values())
    assert len(posts) > 3
    assert " ".join(one.text for one in posts).split() == text.split()


async def test_closing_closes_the_thread_and_the_customer_s_next_word_opens_the_same(
    wall: Wall,
) -> None:
    conversation_id, _ = await wall.office.customer_writes("Hello")
    anna = await wall.office.sign_in("anna")
    await anna.act("take", conversation_id)
    await anna.act("close", conversation_id)
    await wall.settled()
    assert wall.board.topic.shut
    assert wall.board.topic.card.look == "closed"
    again, _ = await wall.office.customer_writes("One more thing")
    await wall.settled()
    assert again == conversation_id
    topic = wall.board.topic
    assert (topic.shut, topic.texts[-1].endswith("One more thing")) == (False, True)
    assert topic.texts[-1].endswith("One more thing")


async def test_a_deleted_thread_is_made_anew_with_the_last_messages(wall: Wall) -> None:
    for number in range(3):
        await wall.office.customer_writes(f"line {number}")
        await wall.settled()
    (old,) = wall.board.topics
    del wall.board.topics[old]
    await wall.office.customer_writes("after")
    await wall.settled()
    whole = " ".join(one.text for one in wall.board.topic.posts.values()).split()
    assert whole == ["line", "0", "line", "1", "line", "2", "after"]


async def test_what_a_kill_leaves_between_post_and_record_is_shown_again_and_says_so(
    put_up: PutUp,
) -> None:
    board = Board("room")
    async with put_up(board) as wall:
        await wall.office.customer_writes("first")
        await wall.settled()
        board.after = lost()
        await wall.office.customer_writes("second")
        await wall.settled()
        posts = list(board.topic.posts.values())
        assert [(one.text, one.again) for one in posts] == [
            ("first", False),
            ("second", False),
            ("second", True),
        ]


async def test_a_thread_of_whose_making_no_answer_came_says_that_there_may_be_an_empty_one(
    put_up: PutUp,
) -> None:
    board = Board("room")
    async with put_up(board) as wall:
        board.after = lost(name="open")
        await wall.office.customer_writes("first")
        await wall.settled()
        empty, whole = board.topics.values()
        assert (empty.texts, [one.text for one in empty.hints]) == ([], [])
        assert [one.text for one in whole.posts.values()] == ["first"]
        assert [one.text for one in whole.hints] == ["maybe two"]


async def test_where_the_platform_can_be_asked_nothing_is_shown_twice(put_up: PutUp) -> None:
    board = ProvingBoard("room")
    async with put_up(board) as wall:
        board.after = lost(name="open")
        await wall.office.customer_writes("first")
        await wall.settled()
        board.after = lost()
        await wall.office.customer_writes("second")
        await wall.settled()
        board.before = lost()
        await wall.office.customer_writes("third")
        await wall.settled()
        assert [one.text for one in board.topic.posts.values()] == ["first", "second", "third"]
        assert not any(one.again for one in board.topic.posts.values())
        assert board.topic.hints == []


async def test_a_stop_and_a_start_show_what_came_meanwhile(wall: Wall) -> None:
    await wall.office.customer_writes("before")
    await wall.settled()
    await wall.stop()
    await wall.office.customer_writes("meanwhile")
    wall.start()
    await wall.settled()
    assert [one.text for one in wall.board.topic.posts.values()] == ["before", "meanwhile"]


async def test_too_fast_is_waited_out(wall: Wall) -> None:
    left = [2]

    def refuses(name: str) -> None:
        if name == "post" and left[0]:
            left[0] -= 1
            raise ThrottledError("too fast", after=0.02)

    wall.board.before = refuses
    await wall.office.customer_writes("Hello")
    await wall.settled()
    assert wall.board.topic.texts == ["Visitor: Hello"] or len(wall.board.topic.texts) == 1


async def test_a_place_that_is_gone_hands_its_conversations_to_the_next(put_up: PutUp) -> None:
    board = Board("room", "hall")
    async with put_up(board) as wall:
        await wall.office.customer_writes("first")
        await wall.settled()

        def refuses(name: str) -> None:
            if name == "post" and "hall" not in {one.place for one in board.topics.values()}:
                raise PlaceGoneError("we were removed", reason="unreachable")

        board.before = refuses
        await wall.office.customer_writes("second")
        await wall.settled()
        hall = next(one for one in board.topics.values() if one.place == "hall")
        assert " ".join(one.text for one in hall.posts.values()).split() == ["first", "second"]


async def test_a_thread_that_vanishes_during_a_post_loses_nothing(put_up: PutUp) -> None:
    board = Board("room")
    async with put_up(board) as wall:
        await wall.office.customer_writes("first")
        await wall.settled()
        gone = [True]

        def vanishes(name: str) -> None:
            if name == "post" and gone.pop() if gone else False:
                board.topics.clear()
                raise ThreadGoneError("deleted", reason="unreachable")

        board.before = vanishes
        await wall.office.customer_writes("second")
        await wall.settled()
        whole = " ".join(one.text for one in board.topic.posts.values())
        assert whole.split() == ["first", "second"]


async def test_an_answer_that_comes_when_its_thread_is_gone_already_goes_out_all_the_same(
    put_up: PutUp,
) -> None:
    board = Board("room")
    async with put_up(board) as wall:
        await wall.office.customer_writes("first")
        await wall.settled()
        old = board.topic.id
        board.topics.clear()
        await wall.office.customer_writes("second")
        await wall.settled()
        assert board.topic.id != old
        at: dict[str, Any] = {"place": "room", "thread": old, "by": wall.by("acc-pavel")}
        await wall.hears(Said(**at, key="late", external_id="late", at=1, text="an answer"))
        shown = " ".join(one.text for one in board.topic.posts.values())
        assert shown.split() == ["first", "second", "an", "answer"]
        pavel = await wall.office.sign_in("pavel")
        said = [one["text"] for one in await pavel.thread(1) if one["kind"] == "outgoing"]
        assert said == ["an answer"]


async def test_a_thread_that_is_deleted_with_much_still_to_be_shown_loses_none_of_it(
    put_up: PutUp,
) -> None:
    board = Board("room")
    async with put_up(board) as wall:
        await wall.office.customer_writes("seen")
        await wall.settled()
        waits = [ThrottledError("too fast", after=0.2)]

        def vanishes(name: str) -> None:
            if name == "post" and waits:
                raise waits.pop()
            if name == "post" and len(board.topics) == 1 and board.topics.keys() == first:
                board.topics.clear()
                raise ThreadGoneError("deleted", reason="unreachable")

        first, board.before = board.topics.keys() | set(), vanishes
        for number in range(LAST + 5):
            await wall.office.customer_writes(f"unseen{number}")
        await wall.settled()
        whole = " ".join(one.text for one in board.topic.posts.values())
        assert whole.split() == [f"unseen{number}" for number in range(LAST + 5)]
