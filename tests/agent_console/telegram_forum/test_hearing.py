"""What staff do in topics, as the desk hears of it."""

import logging
from collections.abc import Sequence
from typing import Any

import pytest

from agent_console.surface import (
    PlaceChanged,
    Said,
    SaidAnew,
    Signed,
    ThreadMoved,
    Unsaid,
    UntakenError,
)
from agent_console.telegram_forum import intake
from agent_console.telegram_forum.calm import copied
from agent_console.telegram_forum.translate import Told
from bridge.sandbox.telegram import Member, entity
from tests.agent_console.telegram_forum.rig import CONVERSATION, RIGHTS, Group, a_card
from tests.channels.rig import eventually
from tests.channels.telegram.files import picture


async def heard(group: Group) -> list[Any]:
    await group.quiet()
    return group.desk.heard


async def test_words_in_a_topic_are_said_in_it_by_whoever_wrote_them(group: Group) -> None:
    thread = await group.opened()
    olga = group.person("Оля", last_name="Ко", username="olga", language_code="uk")
    sent = olga.say("Добрий день 🦊", topic=int(thread.id))

    [said] = await heard(group)
    assert isinstance(said, Said)
    assert (said.place, said.thread) == (group.place, thread.id)
    assert (said.external_id, said.text) == (str(sent["message_id"]), "Добрий день 🦊")
    assert said.reply_to is None, "what opened the topic is nothing anybody answers"
    by = said.by
    assert (by.id, by.name, by.username) == (str(olga.user.id), "Оля Ко", "olga")
    assert (by.language, by.is_program, by.is_hidden) == ("uk", False, False)


async def test_formatting_files_voices_and_albums_are_heard(group: Group) -> None:
    thread = await group.opened()
    olga, topic = group.person(), int(thread.id)
    olga.say("так **ні**", topic=topic, entities=[entity("так **ні**", "так", "bold")])
    olga.show("voice", b"OggS", topic=topic)
    inside: dict[str, Any] = {
        "message_thread_id": topic,
        "is_topic_message": True,
        "media_group_id": "77",
    }
    for _ in range(3):
        olga.send_file("photo", picture(), **inside)

    words, voice, *album = await heard(group)
    assert (words.format, words.text.startswith("**так**")) == ("markdown", True)
    assert voice.files[0].kind == "voice"
    assert {one.album for one in album} == {"77"}
    assert [one.files[0].kind for one in album] == ["image"] * 3
    chunks = [chunk async for chunk in group.surface.download(voice.files[0].ref)]
    assert b"".join(chunks) == b"OggS"


async def test_a_native_reply_names_what_it_answers(group: Group) -> None:
    thread = await group.opened()
    [number] = await group.posted(thread)
    group.person().say("так", topic=int(thread.id), reply_to=int(number))
    [said] = await heard(group)
    assert said.reply_to == number


async def test_an_edit_is_heard_each_time(group: Group) -> None:
    thread = await group.opened()
    olga = group.person()
    number = olga.say("раз", topic=int(thread.id))["message_id"]
    olga.edit(number, "два")
    olga.edit(number, "три")

    _, *edits = await heard(group)
    assert [type(one) for one in edits] == [SaidAnew, SaidAnew]
    assert [one.text for one in edits] == ["два", "три"]
    assert {one.external_id for one in edits} == {str(number)}


async def test_del_in_reply_takes_an_own_message_back(group: Group) -> None:
    thread = await group.opened()
    olga = group.person()
    number = olga.say("ой", topic=int(thread.id))["message_id"]
    olga.say("/del", topic=int(thread.id), reply_to=number)

    _, unsaid = await heard(group)
    assert isinstance(unsaid, Unsaid)
    assert (unsaid.external_id, unsaid.thread) == (str(number), thread.id)


async def test_del_without_a_reply_says_how_it_is_meant(group: Group) -> None:
    thread = await group.opened()
    group.person().say("/del", topic=int(thread.id))
    assert await heard(group) == []
    assert "with /del" in copied(group.said(thread)[-1])


async def test_eyes_are_heard_and_other_reactions_say_that_it_was_seen(group: Group) -> None:
    thread = await group.opened()
    [number] = await group.posted(thread)
    olga = group.person()
    olga.react(int(number), "🔥")
    olga.react(int(number), "👀")
    olga.react(int(number))

    seen, first, second = await heard(group)
    assert isinstance(first, Signed)
    assert isinstance(seen, Signed)
    assert (seen.sign, seen.external_id) == ("seen", number)
    assert (first.sign, first.gone, first.external_id) == ("eyes", False, number)
    assert (first.place, first.thread) == (group.place, ""), "Telegram names no topic"
    assert isinstance(second, Signed)
    assert (second.sign, second.gone) == ("eyes", True)


async def test_a_topic_closed_and_opened_by_hand_is_heard_and_our_own_closing_is_not(
    group: Group,
) -> None:
    thread = await group.opened()
    olga = group.person()
    olga.close_topic(int(thread.id))
    olga.close_topic(int(thread.id), again=True)
    await group.surface.shut(thread, shut=True)

    closed, opened = await heard(group)
    assert isinstance(closed, ThreadMoved)
    assert (closed.to, opened.to) == ("closed", "open")
    assert closed.by.id == str(olga.user.id)


@pytest.mark.parametrize(
    ("rights", "to", "why"),
    [
        (RIGHTS, "found", ""),
        (("can_manage_topics",), "found", ""),
        (("can_delete_messages",), "lost", "may not manage topics"),
        ((), "lost", "no administrator"),
    ],
)
async def test_rights_that_come_and_go_are_heard(
    group: Group, rights: tuple[str, ...], to: str, why: str
) -> None:
    group.person().promote(group.bot, *rights)
    [changed] = await heard(group)
    assert isinstance(changed, PlaceChanged)
    assert (changed.place, changed.to) == (group.place, to)
    assert why in changed.why


async def test_being_thrown_out_is_heard(group: Group) -> None:
    group.person().remove(group.bot)
    [changed] = await heard(group)
    assert (changed.to, changed.place) == ("lost", group.place)
    assert "removed" in changed.why


async def test_a_group_with_another_number_is_heard_of_and_heard_under_it(group: Group) -> None:
    olga = group.person()
    new = olga.upgrade("Support")
    [moved] = await heard(group)
    assert (moved.to, moved.place, moved.new_place) == ("moved", group.place, str(new.id))

    Member(group.world, olga.user, new).say("сюди", message_thread_id=5, is_topic_message=True)
    *_, said = await heard(group)
    assert said.place == str(new.id)


async def test_nobody_is_heard_in_general_and_they_are_told_so(group: Group) -> None:
    thread = await group.opened()
    olga = group.person(language_code="ru")
    stray = olga.say("клиенту привет")
    olga.say("и ещё", reply_to=stray["message_id"])
    olga.say("это тоже", message_thread_id=stray["message_id"])

    assert await heard(group) == []
    assert len(group.said()) == 1, "once a minute is enough"
    assert "никому не отправлено" in group.said()[0]
    assert len(group.said(thread)) == 1


async def test_a_topic_that_is_no_conversation_says_so(group: Group) -> None:
    thread = await group.opened()
    group.desk.threads.clear()
    await group.surface.draw(thread, a_card())
    group.person().say("хто тут?", topic=int(thread.id))
    await group.quiet()
    assert "no conversation" in group.said(thread)[-1]


async def test_an_anonymous_administrator_is_nobody_we_know(group: Group) -> None:
    thread = await group.opened()
    group.person().say_as_the_group("від імені групи", topic=int(thread.id))
    [said] = await heard(group)
    assert said.by.is_hidden
    assert said.by.id == group.place
    assert not said.by.is_program


async def test_bots_and_service_messages_are_not_heard(group: Group) -> None:
    thread = await group.opened()
    olga = group.person()
    inside = {"message_thread_id": int(thread.id), "is_topic_message": True}
    robot = {"id": 9, "is_bot": True, "first_name": "Robot"}
    olga.send({"text": "beep", "from": robot, **inside})
    olga.send({"new_chat_members": [robot]})
    olga.send({"new_chat_title": "x"})
    assert await heard(group) == []


async def test_a_colleague_called_by_name_is_told_apart_from_any_other_name(group: Group) -> None:
    thread = await group.opened()
    topic = int(thread.id)
    pavel = group.person("Pavel", username="Pavel_K")
    pavel.say("я тут", topic=topic)
    await group.quiet()
    olga = group.person("Olga")
    text = "🦊 @pavel_k глянь"
    olga.say(text, topic=topic, entities=[entity(text, "@pavel_k", "mention")])
    shop = "пишіть @our_shop"
    olga.say(shop, topic=topic, entities=[entity(shop, "@our_shop", "mention")])
    called = entity("Pavel", "Pavel", "text_mention", user=pavel.user.raw)
    olga.say("Pavel", topic=topic, entities=[called])

    _, first, second, third = await heard(group)
    assert (list(first.mentions), first.only_mentions) == ([str(pavel.user.id)], False)
    assert list(second.mentions) == [], "that name is for the customer"
    assert (list(third.mentions), third.only_mentions) == ([str(pavel.user.id)], True)


async def test_a_group_that_is_not_in_the_yaml_is_named_in_the_log_once(
    group: Group, caplog: pytest.LogCaptureFixture
) -> None:
    other = group.world.add_group("Чужа")
    other.rights[group.bot.id] = set(RIGHTS)
    eve = Member(group.world, group.world.add_user("Eve"), other)
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            eve.say("агов")
        await group.quiet()

    assert group.desk.heard == []
    assert other.messages.keys() == {2, 3, 4}, "nobody answers there"
    lines = [one.getMessage() for one in caplog.records if str(other.id) in one.getMessage()]
    assert len(lines) == 1
    assert "staff.team_tg.groups" in lines[0]


async def test_what_nobody_understands_is_kept_aside_and_its_neighbours_are_heard(
    group: Group,
) -> None:
    thread = await group.opened()
    group.bot.tell_raw({"hologram": {"id": "💥"}}, queue="x")
    group.bot.tell_raw({"message": {"message_id": "one"}}, queue="x")
    group.bot.tell_raw({"callback_query": {"id": 5, "data": 5, "message": {}}}, queue="x")
    group.person().say("чую", topic=int(thread.id))

    [said] = await heard(group)
    assert said.text == "чую"
    assert len(group.desk.aside) == 3
    with pytest.raises(UntakenError, match="chat is no object"):
        await group.surface.take_again(group.desk.aside[1][0])


async def test_what_was_set_aside_is_heard_later_once_it_is_understood(
    group: Group, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_old(updates: Sequence[object], _: Any) -> Told:
        return Told(broken=[(one, "too old") for one in updates])

    thread = await group.opened()
    with monkeypatch.context() as old:
        old.setattr(intake, "translate_all", too_old)
        group.person().say("чую", topic=int(thread.id))
        await eventually(lambda: group.desk.aside)
        cursor = group.desk.stored
    ((raw, _), *_) = group.desk.aside
    for _ in range(2):
        await group.surface.take_again(raw)
    [said] = await heard(group)
    assert (said.text, group.desk.stored) == ("чую", cursor)


async def test_what_could_not_be_stored_is_asked_for_again_and_heard_once(group: Group) -> None:
    thread = await group.opened()
    group.desk.broken = True
    group.person().say("не загуби", topic=int(thread.id))
    await group.seen(lambda: group._running is not None and group._running.done())
    assert group.bot.updates.pending, "it was not acknowledged"

    group.desk.broken = False
    group.listen()
    assert [one.text for one in await heard(group)] == ["не загуби"]
    assert CONVERSATION in group.desk.threads.values()


async def test_after_a_restart_it_goes_on_where_it_was(group: Group) -> None:
    thread = await group.opened()
    group.person().say("раз", topic=int(thread.id))
    await group.quiet()
    await group.stop()
    group.person("Pavel").say("два", topic=int(thread.id))
    group.surface = group.new_surface()
    group.listen()
    await group.seen(lambda: len(group.desk.heard) == 2)
    assert [one.text for one in await heard(group)] == ["раз", "два"]
