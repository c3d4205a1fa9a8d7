"""Buttons, commands, questions and the private chat."""

import asyncio
from typing import Any

import pytest

from agent_console.surface import Answer, Field, Form, Line, Press
from agent_console.telegram_forum.presses import Moved, Pressed, data_of, moves, read
from bridge.sandbox.telegram import Member
from tests.agent_console.telegram_forum.rig import CONVERSATION, Group

TEAMS = [(f"t{n}", f"Team {n}") for n in range(20)]


def a_form(*fields: Field) -> Answer:
    return Answer(
        form=Form(
            verb="assign",
            conversation_id=CONVERSATION,
            title="Hand it over",
            done="Assign",
            fields=fields,
        )
    )


def choice(**more: Any) -> Field:
    given: dict[str, Any] = {"id": "to", "label": "To whom", "kind": "one", "options": TEAMS}
    return Field(**given | more)


async def pressed(group: Group, who: Member, number: int | str, label: str) -> dict[str, Any]:
    """Press a button; return what the press was answered."""
    query = who.press(int(number), label)
    await group.seen(lambda: group.bot.queries[query] is not None)
    await group.quiet()
    answered = group.bot.queries[query]
    assert answered is not None
    return answered


def question(group: Group) -> dict[str, Any]:
    """Return the question that is open."""
    return questions(group)[-1]


def questions(group: Group) -> list[dict[str, Any]]:
    """Return all that are open: none for the moment between one and the next."""
    return [one for one in group.chat.messages.values() if one.get("text", "").startswith("❓")]


def labels(message: dict[str, Any]) -> list[str]:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [one["text"] for row in rows for one in row]


# --- buttons ---


async def test_a_button_is_pressed_for_whoever_pressed_it_and_answered_at_once(
    group: Group,
) -> None:
    thread = await group.opened()
    olga = group.person(language_code="es")

    answered = await pressed(group, olga, thread.card, "Take")

    [asked] = group.desk.presses
    assert (asked.verb, asked.conversation_id, asked.value) == ("take", CONVERSATION, "")
    assert (asked.by.id, asked.by.language) == (str(olga.user.id), "es")
    assert answered == {"text": "done: take"}
    assert len(group.said(thread)) == 1, "what is said in passing costs no message"


async def test_a_refusal_is_an_alert(group: Group) -> None:
    thread = await group.opened()
    group.desk.answers["take"] = Answer(text="Pavel has it.", refused=True)
    answered = await pressed(group, group.person(), thread.card, "Take")
    assert answered == {"text": "Pavel has it.", "show_alert": True}


async def test_a_press_that_cannot_be_done_now_is_answered_too(group: Group) -> None:
    thread = await group.opened()
    query = group.person().press(int(thread.card), "Take")
    group.desk.broken = False
    real = group.desk.press

    async def fails(*given: Any, **more: Any) -> Answer:
        await asyncio.sleep(0)
        group.desk.broken = True
        return await real(*given, **more)

    group.desk.press = fails  # type: ignore[method-assign]
    await group.seen(lambda: group.bot.queries[query] is not None)
    answered = group.bot.queries[query]
    assert answered is not None
    assert answered["show_alert"]
    assert "Try again" in answered["text"]


async def test_what_is_too_long_to_be_said_in_passing_is_shown_in_the_topic(group: Group) -> None:
    thread = await group.opened()
    group.desk.answers["tag"] = Answer(text="довго " * 900)
    answered = await pressed(group, group.person(), thread.card, "Tags")
    assert answered == {"text": ""}
    assert group.said(thread)[-1].startswith("ℹ️ довго")


async def test_a_button_without_a_conversation_is_about_that_of_its_topic(group: Group) -> None:
    thread = await group.opened()
    group.desk.answers["tag"] = Answer(text="?", buttons=[Press(verb="x", label="X", value="7")])
    await pressed(group, group.person(), thread.card, "Tags")
    [number] = await group.posted(thread, buttons=[Press(verb="retry", label="Again", value="5")])
    await pressed(group, group.person("Pavel"), number, "Again")
    asked = group.desk.presses[-1]
    assert (asked.verb, asked.conversation_id, asked.value) == ("retry", CONVERSATION, "5")


@pytest.mark.parametrize("value", ["", "arrived 12", "a:b:c", "ї" * 20])
def test_what_stands_in_a_button_is_read_as_it_was_written(value: str) -> None:
    data = data_of(Press(verb="settle", label="x", value=value), 12)
    assert data is not None
    assert len(data.encode()) <= 64
    assert read(data) == Pressed("settle", 12, value)


def test_what_does_not_fit_into_a_button_is_no_button() -> None:
    assert data_of(Press(verb="template", label="x", value="ї" * 40), 10**9) is None


@pytest.mark.parametrize(
    "data", ["", "x", "a:b", "#", "#z1", "#ox", "a:x:b", ":1:", "#o-1", "#o1."]
)
def test_what_is_no_button_of_ours_is_none(data: str) -> None:
    assert read(data) is None


def test_moves_are_read_as_they_were_written() -> None:
    assert read(moves("option", 1, 12)) == Moved("option", 12, 1)
    assert read(moves("cancel", 0)) == Moved("cancel", 0)
    assert read("#o12") == Moved("option", 12, 0), "what an earlier version has shown"


# --- commands ---


@pytest.mark.parametrize(
    ("text", "verb", "value"),
    [
        ("/take", "take", ""),
        ("/take@desk_bot", "take", ""),
        ("/TAKE@Desk_Bot", "take", ""),
        ("/snooze 2h", "snooze", "2h"),
        ("/block 7d спам і лайка", "block", "7d спам і лайка"),
        ("/note два\nрядки", "note", "два\nрядки"),
        ("/t привіт", "t", "привіт"),
        ("/nonsense", "nonsense", ""),
    ],
)
async def test_a_command_is_done_and_never_said_to_the_customer(
    group: Group, text: str, verb: str, value: str
) -> None:
    thread = await group.opened()
    sent = group.person().say(text, topic=int(thread.id))
    await group.quiet()

    [asked] = group.desk.presses
    assert (asked.verb, asked.value) == (verb, value)
    assert asked.conversation_id == CONVERSATION
    assert group.desk.pressed_at == [sent["date"] * 1000]
    assert group.desk.heard == []
    answer = list(group.chat.messages.values())[-1]
    assert answer["text"] == f"ℹ️ done: {verb}"
    assert answer["reply_to_message"]["message_id"] == sent["message_id"]


async def test_a_command_for_another_bot_is_for_nobody_here(group: Group) -> None:
    thread = await group.opened()
    group.person().say("/ban@other_bot Анна", topic=int(thread.id))
    await group.quiet()
    assert (group.desk.presses, group.desk.heard) == ([], [])


@pytest.mark.parametrize("text", ["/usr/bin не працює", "// нотатка", "/ нотатка", "//n", "1/2"])
async def test_what_only_looks_like_a_command_is_said(group: Group, text: str) -> None:
    thread = await group.opened()
    group.person().say(text, topic=int(thread.id))
    await group.quiet()
    assert [one.text for one in group.desk.heard] == [text]  # type: ignore[union-attr]


async def test_presence_can_be_said_anywhere(group: Group) -> None:
    group.person().say("/online")
    await group.quiet()
    [asked] = group.desk.presses
    assert (asked.verb, asked.conversation_id) == ("online", None)
    assert group.said()[-1] == "ℹ️ done: online"


async def test_the_same_update_twice_does_a_command_once(group: Group) -> None:
    thread = await group.opened()
    group.person().say("/take", topic=int(thread.id))
    await group.quiet()
    await group.stop()
    group.surface = group.new_surface()
    group.listen()
    group.person().say("слово", topic=int(thread.id))
    await group.seen(lambda: group.desk.heard)
    assert [one.verb for one in group.desk.presses] == ["take"]


# --- questions ---


async def test_a_question_is_asked_with_a_keyboard_by_pages_of_eight(group: Group) -> None:
    thread = await group.opened()
    group.desk.answers["take"] = a_form(choice())
    olga = group.person()
    await pressed(group, olga, thread.card, "Take")

    asked = question(group)
    assert "Hand it over" in asked["text"]
    assert labels(asked) == [f"Team {n}" for n in range(8)] + ["›", "Cancel"]
    await pressed(group, olga, asked["message_id"], "›")
    await pressed(group, olga, asked["message_id"], "›")
    assert labels(question(group)) == [f"Team {n}" for n in range(16, 20)] + ["‹", "Cancel"]

    group.desk.answers["assign!"] = Answer(text="Handed over.")
    answered = await pressed(group, olga, asked["message_id"], "Team 17")
    assert answered == {"text": "Handed over."}
    sent = group.desk.presses[-1]
    assert (sent.verb, sent.conversation_id, sent.fields) == (
        "assign",
        CONVERSATION,
        {"to": ["t17"]},
    )
    assert asked["message_id"] not in group.chat.messages, "a question that is over goes"


async def test_several_can_be_chosen_and_taken_off_again(group: Group) -> None:
    thread = await group.opened()
    group.desk.answers["tag"] = a_form(choice(id="tags", kind="many", chosen=["t1"]))
    olga = group.person()
    await pressed(group, olga, thread.card, "Tags")
    number = question(group)["message_id"]
    for label in ("Team 0", "Team 2", "✓ Team 1", "✓ Team 2", "Done"):
        await pressed(group, olga, number, label)
    assert group.desk.presses[-1].fields == {"tags": ["t0"]}


async def test_nothing_chosen_where_something_must_be_is_said(group: Group) -> None:
    thread = await group.opened()
    group.desk.answers["tag"] = a_form(choice(kind="many"))
    olga = group.person()
    await pressed(group, olga, thread.card, "Tags")
    answered = await pressed(group, olga, question(group)["message_id"], "Done")
    assert answered["show_alert"]
    assert [one.verb for one in group.desk.presses] == ["tag"]


async def test_one_question_follows_another_and_words_are_an_answer_to_it(group: Group) -> None:
    thread = await group.opened()
    why = Field(id="why", label="Why", kind="text", hint="for colleagues")
    group.desk.answers["take"] = a_form(choice(), why)
    olga = group.person()
    await pressed(group, olga, thread.card, "Take")
    await pressed(group, olga, question(group)["message_id"], "Team 3")

    asked = question(group)
    assert "Why" in asked["text"]
    assert "Answer this message." in asked["text"]
    forced = [one for one in group.telegram.ledger.calls if "force_reply" in str(one.params)]
    assert forced, "Telegram opens the field for it"
    olga.say("бо так", topic=int(thread.id), reply_to=asked["message_id"])
    await group.quiet()

    assert group.desk.presses[-1].fields == {"to": ["t3"], "why": ["бо так"]}
    assert group.desk.heard == [], "an answer to a question is for no customer"


async def test_what_need_not_be_answered_can_be_skipped(group: Group) -> None:
    thread = await group.opened()
    note = Field(id="note", label="Note", kind="line", required=False)
    group.desk.answers["take"] = a_form(note)
    olga = group.person()
    await pressed(group, olga, thread.card, "Take")
    await pressed(group, olga, question(group)["message_id"], "Skip")
    assert group.desk.presses[-1].fields == {"note": ()}


async def test_a_form_without_questions_wants_to_be_confirmed(group: Group) -> None:
    thread = await group.opened()
    group.desk.answers["take"] = a_form()
    olga = group.person()
    await pressed(group, olga, thread.card, "Take")
    assert labels(question(group)) == ["Assign", "Cancel"]
    await pressed(group, olga, question(group)["message_id"], "Assign")
    assert group.desk.presses[-1].fields == {}


async def test_nobody_answers_for_another_and_a_cancelled_question_is_over(group: Group) -> None:
    thread = await group.opened()
    group.desk.answers["take"] = a_form(choice())
    olga, pavel = group.person(), group.person("Pavel")
    await pressed(group, olga, thread.card, "Take")
    number = question(group)["message_id"]
    refused = await pressed(group, pavel, number, "Team 1")
    assert refused["show_alert"]
    await pressed(group, olga, number, "Cancel")
    assert number not in group.chat.messages
    assert [one.verb for one in group.desk.presses] == ["take"]


async def test_after_a_restart_a_question_is_still_asked_and_its_answer_counts(
    group: Group,
) -> None:
    thread = await group.opened()
    group.desk.answers["take"] = a_form(Field(id="why", label="Why", kind="text"))
    olga = group.person()
    await pressed(group, olga, thread.card, "Take")
    number = question(group)["message_id"]
    await group.stop()
    group.surface = group.new_surface()
    group.listen()

    olga.say("таємно", topic=int(thread.id), reply_to=number)
    await group.seen(lambda: len(group.desk.presses) == 2)
    assert group.desk.presses[-1].fields == {"why": ["таємно"]}
    assert group.desk.heard == []


async def test_a_question_nobody_remembers_is_over_and_its_answer_goes_to_nobody(
    group: Group,
) -> None:
    thread = await group.opened()
    group.desk.answers["take"] = a_form(Field(id="why", label="Why", kind="text"))
    olga = group.person()
    await pressed(group, olga, thread.card, "Take")
    number = question(group)["message_id"]
    await group.stop()
    group.desk.things.clear()
    group.surface = group.new_surface()
    group.listen()

    olga.say("таємно", topic=int(thread.id), reply_to=number)
    await group.seen(lambda: "question is over" in group.said(thread)[-1])
    assert group.desk.heard == []


async def test_a_button_below_a_question_that_was_taken_away_says_that_it_is_over(
    group: Group,
) -> None:
    thread = await group.opened()
    group.desk.answers["take"] = a_form(choice())
    olga = group.person()
    await pressed(group, olga, thread.card, "Take")
    await group.stop()
    group.desk.things.clear()
    group.surface = group.new_surface()
    group.listen()
    answered = await pressed(group, olga, question(group)["message_id"], "Team 1")
    assert answered["show_alert"]
    assert "over" in answered["text"]


async def test_only_as_many_questions_wait_as_are_remembered_and_older_ones_go(
    group: Group, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent_console.telegram_forum.questions.MOST_OPEN", 2)
    thread = await group.opened()
    group.desk.answers["take"] = a_form(choice())
    olga = group.person()
    for _ in range(4):
        await pressed(group, olga, thread.card, "Take")
    group.person("Pavel").say("слово", topic=int(thread.id))
    await group.quiet()
    asked = [one for one in group.chat.messages.values() if one.get("text", "").startswith("❓")]
    assert len(asked) == 2


async def test_what_cannot_be_kept_is_not_asked_and_says_so(group: Group) -> None:
    thread = await group.opened()
    why = Field(id="why", label="Why", kind="text")
    group.desk.answers["take"] = a_form(why, why)
    olga = group.person()
    await pressed(group, olga, thread.card, "Take")
    number = question(group)["message_id"]
    real = group.desk.keep

    async def fails(*given: Any, **more: Any) -> None:
        group.desk.broken = True
        try:
            await real(*given, **more)
        finally:
            group.desk.broken = False

    group.desk.keep = fails  # type: ignore[method-assign]
    olga.say("таємно", topic=int(thread.id), reply_to=number)
    await group.seen(lambda: "Try again" in group.said(thread)[-1])
    group.desk.keep = real  # type: ignore[method-assign]
    olga.say("таємно", topic=int(thread.id), reply_to=number)
    await group.seen(lambda: any(one["message_id"] != number for one in questions(group)))
    assert group.desk.heard == []


# --- the private chat ---


async def test_start_says_the_number_that_the_yaml_wants(group: Group) -> None:
    olga = group.person(language_code="uk")
    private = group.in_private(olga)
    private.start()
    await group.seen(lambda: private.texts)
    assert f"Ваш номер у Telegram: {olga.user.id}." in private.texts[0]
    assert [one.verb for one in group.desk.presses] == ["help"]


async def test_start_with_a_code_links_the_account(group: Group) -> None:
    private = group.in_private(group.person())
    group.desk.answers["link"] = Answer(text="You are Olga here.")
    private.start("ABCDE-FGHJK")
    await group.seen(lambda: private.texts)
    [asked] = group.desk.presses
    assert (asked.verb, asked.value) == ("link", "ABCDE-FGHJK")
    assert private.texts == ["ℹ️ You are Olga here."]


async def test_lists_lead_to_the_topics(group: Group) -> None:
    private = group.in_private(group.person())
    lines = [
        Line(
            conversation_id=n,
            title=f"Анна {n} <&>",
            state="waits",
            look="late",
            said="ї" * 300,
            url=f"https://t.me/c/1000000001/{n}",
        )
        for n in range(60)
    ]
    group.desk.answers["my"] = Answer(lists={"Mine": lines, "Others": []})
    private.write("/my")
    await group.seen(lambda: private.texts)

    shown = private.received[0]
    assert shown["text"].startswith("Mine\n🟥 Анна 0 <&>, waits — їїї")
    links = [one["url"] for one in shown["entities"] if one["type"] == "text_link"]
    assert links[0] == "https://t.me/c/1000000001/0"
    left = 60 - len(links)
    assert left
    assert f"and {left} more" in shown["text"]


@pytest.mark.parametrize(
    ("text", "verb", "value"),
    [
        ("/queue", "queue", ""),
        ("/break", "break", ""),
        ("/find замовлення 12", "find", "замовлення 12"),
        ("замовлення 12", "find", "замовлення 12"),
    ],
)
async def test_in_private_the_bot_does_what_needs_no_topic(
    group: Group, text: str, verb: str, value: str
) -> None:
    private = group.in_private(group.person())
    private.write(text)
    await group.seen(lambda: private.texts)
    [asked] = group.desk.presses
    assert (asked.verb, asked.value, asked.conversation_id) == (verb, value, None)


async def test_commands_are_offered_in_every_language_for_groups_and_in_private(
    group: Group,
) -> None:
    await group.seen(lambda: len(group.bot.commands) == 10)
    languages = {language for _scope, language in group.bot.commands}
    assert languages == {"", "en", "ru", "uk", "es"}
    here = next(
        commands
        for (scope, language), commands in group.bot.commands.items()
        if str(group.chat.id) in scope and language == "uk"
    )
    assert {"take", "close", "note", "online"} <= {one["command"] for one in here}
