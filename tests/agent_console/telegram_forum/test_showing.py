"""Conversations as topics: cards, posts, changes, marks, closing."""

from pathlib import Path
from typing import Any, get_args

import pytest

from agent_console.surface import Hint, Look, Mark, Press, Role
from agent_console.telegram_forum.showing import REACTIONS, SIGNS, name_of
from bridge.sandbox.telegram.changing import REACTIONS as TAKEN
from tests.agent_console.telegram_forum.rig import CONVERSATION, Group, a_card, a_post
from tests.channels.telegram.files import OGG, media, picture


async def test_a_conversation_is_a_topic_with_its_card_pinned_in_it(group: Group) -> None:
    thread = await group.opened()

    topic = group.chat.topics[int(thread.id)]
    card = group.message(thread.card)
    assert topic.name == "🆕 Анна 🦊 · Shop"
    assert card["message_thread_id"] == int(thread.id)
    for part in ("Анна 🦊 · Shop", "New, waits for 2 min", "Language: uk", "Де моє <замовлення>?"):
        assert part in card["text"]
    assert "pinChatMessage" not in group.calls("pinChatMessage"), "its rights are not looked at yet"
    await group.surface.check()
    other = await group.opened()
    assert group.chat.pinned == [int(other.card)]


async def test_a_card_has_its_buttons_with_the_conversation_in_each(group: Group) -> None:
    thread = await group.opened()

    rows = group.message(thread.card)["reply_markup"]["inline_keyboard"]
    assert [[one["text"] for one in row] for row in rows] == [["Take", "Close"], ["Tags"]]
    assert rows[0][0]["callback_data"] == f"take:{CONVERSATION}:"


@pytest.mark.parametrize("title", ["", " \n ", "Я" * 300, "🦊" * 200, "<b>&"])
def test_every_name_of_a_topic_is_one_that_telegram_takes(title: str) -> None:
    for look in get_args(Look):
        name = name_of(a_card(title=title, inbox="И" * 90, look=look))
        assert len(name.encode("utf-16-le")) // 2 >= 1
        assert len(name) <= 128
        assert name.startswith(SIGNS[look])


async def test_a_card_of_any_length_is_shown(group: Group) -> None:
    lines = [(f"Label {n}", "ї" * 900) for n in range(40)]
    thread = await group.opened(title="Ж" * 500, lines=lines, said="ю" * 300, state="с" * 100)
    assert "Label 3" in group.message(thread.card)["text"]


async def test_a_changed_card_is_edited_in_its_place_and_its_topic_named_anew(
    group: Group,
) -> None:
    thread = await group.opened()

    await group.surface.draw(thread, a_card(look="answer", state="Olga has it"))
    await group.quiet()

    assert "Olga has it" in group.message(thread.card)["text"]
    assert group.chat.topics[int(thread.id)].name == "🟪 Анна 🦊 · Shop"
    assert len(group.said(thread)) == 1


async def test_the_same_card_again_changes_nothing(group: Group) -> None:
    thread = await group.opened()
    await group.surface.draw(thread, a_card())
    await group.surface.draw(thread, a_card())
    await group.quiet()
    assert group.calls("editMessageText", "editForumTopic") == []


async def test_after_a_restart_the_name_follows_the_next_card(group: Group) -> None:
    thread = await group.opened()
    await group.stop()
    group.surface = group.new_surface()
    group.listen()
    await group.surface.draw(thread, a_card(look="closed"))
    await group.quiet()
    assert group.chat.topics[int(thread.id)].name.startswith("✅")


@pytest.mark.parametrize("role", get_args(Role))
async def test_who_said_something_is_told_apart(group: Group, role: Role) -> None:
    thread = await group.opened()
    [number] = await group.posted(thread, "Слова **жирні**", role=role, author="Оля")

    message = group.message(number)
    kinds = [one["type"] for one in message["entities"]]
    text = message["text"]
    if role == "event":
        assert text == "Слова жирні"
        assert "italic" in kinds
        return
    sign = {"customer": "👤", "colleague": "💬", "program": "🤖", "note": "📝"}[role]
    assert text == f"{sign} Оля\nСлова жирні"
    assert ("blockquote" in kinds) == (role == "note"), "a note is clearly one"


async def test_what_may_be_there_twice_says_so_and_what_was_edited_too(group: Group) -> None:
    thread = await group.opened()
    [number] = await group.posted(thread, "слово", again=True, edited=True)
    text = group.message(number)["text"]
    assert "may be here twice" in text
    assert "✎" in text


async def test_a_post_answers_the_one_it_is_an_answer_to(group: Group) -> None:
    thread = await group.opened()
    [first] = await group.posted(thread, "раз")
    [second] = await group.posted(thread, "два", reply_to=first)
    [gone] = await group.posted(thread, "три", reply_to="99999")
    assert group.message(second)["reply_to_message"]["message_id"] == int(first)
    assert "reply_to_message" not in group.message(gone)


async def test_files_and_albums_and_voices_are_shown_as_such(group: Group, tmp_path: Path) -> None:
    thread = await group.opened()
    voice = media(tmp_path, OGG, kind="voice", mime="audio/ogg", name="voice.ogg")
    [spoken] = await group.posted(thread, "", media=[voice])
    album = [media(tmp_path, picture(), name=f"{n}.png") for n in range(10)]
    numbers = await group.posted(thread, "десять", media=album)

    assert "voice" in group.message(spoken)
    assert len(numbers) == 10
    assert all("photo" in group.message(one) for one in numbers)
    assert group.message(numbers[0])["caption"] == "👤 Анна 🦊\nдесять"
    assert len({group.message(one)["media_group_id"] for one in numbers}) == 1


async def test_a_changed_post_is_edited_and_a_removed_one_goes(
    group: Group, tmp_path: Path
) -> None:
    thread = await group.opened()
    numbers = await group.posted(thread, "один")
    file = media(tmp_path, picture())
    shown = await group.posted(thread, "файл", media=[file])

    await group.surface.change(thread, a_post("два", edited=True), numbers)
    await group.surface.change(thread, a_post("інший", media=[file]), shown)
    assert "два" in group.message(numbers[0])["text"]
    assert "інший" in group.message(shown[0])["caption"]

    await group.surface.remove(thread, numbers)
    await group.surface.remove(thread, numbers)
    assert int(numbers[0]) not in group.chat.messages


async def test_with_its_card_a_topic_goes_altogether(group: Group) -> None:
    thread = await group.opened()
    await group.surface.remove(thread, [thread.card])
    assert group.chat.topics == {}
    await group.surface.remove(thread, [thread.card])


@pytest.mark.parametrize("mark", get_args(Mark))
async def test_every_mark_is_a_reaction_that_a_bot_may_set(group: Group, mark: Mark) -> None:
    thread = await group.opened()
    number = group.person().say("так", topic=int(thread.id))["message_id"]

    await group.surface.mark(thread, str(number), mark)
    assert group.chat.messages[number]["reactions"] == [REACTIONS[mark]]
    assert REACTIONS[mark] in TAKEN
    await group.surface.mark(thread, str(number), None)
    assert group.chat.messages[number]["reactions"] == []


async def test_a_hint_answers_the_message_it_is_about(group: Group) -> None:
    thread = await group.opened()
    number = group.person().say("так", topic=int(thread.id))["message_id"]
    take = [Press(verb="take", label="Take")]
    hint = Hint(to="5", text="Somebody <else> has it", about=str(number), buttons=take)

    await group.surface.tell(thread, hint)

    told = next(one for one in group.chat.messages.values() if "else" in one.get("text", ""))
    assert told["reply_to_message"]["message_id"] == number
    assert told["reply_markup"]["inline_keyboard"][0][0]["callback_data"] == "take::"


async def test_a_hint_about_nothing_calls_the_person_by_name(group: Group) -> None:
    thread = await group.opened()
    await group.surface.tell(thread, Hint(to="5000000001", text="so"))
    assert group.said(thread)[-1] == "ℹ️ 👤 so"


@pytest.mark.parametrize("way", ["close_topic", "keep_open", "delete_topic"])
async def test_a_closed_conversation_closes_its_topic_as_configured(way: str) -> None:
    async with Group(on_close=way).open() as group:
        thread = await group.opened()
        await group.surface.shut(thread, shut=True)
        topic = group.chat.topics.get(int(thread.id))
        if way == "delete_topic":
            assert topic is None
            return
        assert topic is not None
        assert topic.closed == (way == "close_topic")
        await group.surface.shut(thread, shut=True)
        await group.surface.shut(thread, shut=False)
        await group.surface.shut(thread, shut=False)
        assert not topic.closed


async def test_the_lines_about_what_the_bot_does_itself_go_away(group: Group) -> None:
    thread = await group.opened()
    await group.surface.draw(thread, a_card(look="answer"))
    await group.surface.shut(thread, shut=True)
    await group.quiet()

    def lines() -> list[dict[str, Any]]:
        events = ("forum_topic_closed", "forum_topic_edited", "pinned_message")
        return [one for one in group.chat.messages.values() if set(events) & set(one)]

    await group.seen(lambda: not lines())
    assert int(thread.id) in group.chat.messages, "what opened it stays"


async def test_the_address_of_a_topic_opens_it_for_members(group: Group) -> None:
    thread = await group.opened()
    number = group.place.removeprefix("-100")
    assert group.surface.url(thread) == f"https://t.me/c/{number}/{thread.id}"
