"""Words that meet a question on its way: they wait for it, and never longer."""

import asyncio
from typing import Any

import pytest

from agent_console.surface import Answer, Field, Thread
from bridge.sandbox.faults import Fault
from bridge.sandbox.telegram import Member
from bridge.sandbox.telegram.errors import Refusal, bad_request, too_many_requests
from tests.agent_console.telegram_forum.rig import Group
from tests.agent_console.telegram_forum.test_pressing import a_form, choice, pressed, question

FIELDS = (Field(id="why", label="Why", kind="text"), Field(id="who", label="Who", kind="line"))
DELETE = "deleteMessage"


async def asked_why(group: Group) -> tuple[Thread, Member, dict[str, Any]]:
    """Have Olga be asked the first of two questions."""
    thread, olga = await group.opened(), group.person()
    group.desk.answers |= {"take": a_form(*FIELDS), "assign!": Answer(text="Handed over.")}
    await pressed(group, olga, thread.card, "Take")
    return thread, olga, question(group)


async def answers_who(group: Group, thread: Thread, olga: Member) -> None:
    """Have Olga answer the second question, and see that it is the end of the form."""
    await group.seen(lambda: "Who" in question(group)["text"])
    olga.say("Павло", topic=int(thread.id))
    await group.seen(lambda: len(group.desk.presses) == 2)
    assert group.desk.presses[-1].fields == {"why": ["бо так"], "who": ["Павло"]}
    assert group.desk.heard == []


async def test_words_written_while_the_question_before_is_taken_away_are_told_to_be_for_nobody(
    group: Group, monkeypatch: pytest.MonkeyPatch
) -> None:
    thread, olga, first = await asked_why(group)
    line, holds, may_go = group.surface._line, asyncio.Event(), asyncio.Event()
    remove = line.remove

    async def slowly(place: str, numbers: list[str]) -> None:
        holds.set()
        await may_go.wait()
        await remove(place, numbers)

    monkeypatch.setattr(line, "remove", slowly)
    olga.say("бо так", topic=int(thread.id), reply_to=first["message_id"])
    await holds.wait()
    olga.say("Іван", topic=int(thread.id))
    await group.seen(lambda: not group.bot.updates.pending and len(line._errands) == 2)
    may_go.set()

    await group.seen(lambda: "This went to nobody" in group.said(thread)[-1])
    await answers_who(group, thread, olga)


@pytest.mark.parametrize(
    "refusal",
    [
        bad_request("message can't be deleted"),
        too_many_requests(1),
        Refusal(502, "Bad Gateway"),
    ],
    ids=str,
)
async def test_a_question_that_cannot_be_taken_away_is_over_and_the_next_is_asked_all_the_same(
    group: Group, refusal: Refusal
) -> None:
    thread, olga, first = await asked_why(group)
    group.telegram.faults.plan(DELETE, Fault(error=refusal))
    olga.say("бо так", topic=int(thread.id), reply_to=first["message_id"])
    await answers_who(group, thread, olga)
    assert first["message_id"] in group.chat.messages

    olga.say("Вже їде", topic=int(thread.id))
    await group.seen(lambda: group.desk.heard)


@pytest.mark.parametrize(
    ("first", "label", "given"),
    [
        (choice(id="to"), "Team 3", ["t3"]),
        (choice(id="to", kind="many", chosen=["t1"]), "Done", ["t1"]),
        (Field(id="to", label="To", kind="line", required=False), "Skip", []),
    ],
    ids=["option", "done", "skip"],
)
async def test_a_button_that_is_pressed_twice_does_not_answer_the_next_question_too(
    group: Group, first: Field, label: str, given: Any
) -> None:
    thread, olga = await group.opened(), group.person()
    more = choice(id="then", kind="many", required=False, chosen=["t5"])
    group.desk.answers |= {"take": a_form(first, more), "assign!": Answer(text="Handed over.")}
    await pressed(group, olga, thread.card, "Take")
    number = question(group)["message_id"]

    queries = [olga.press(number, label), olga.press(number, label)]
    await group.seen(lambda: all(group.bot.queries[one] is not None for one in queries))
    await group.quiet()

    assert len(group.desk.presses) == 1, "the form is not at its end"
    assert "✓ Team 5" in str(question(group)["reply_markup"])
    assert "✓ Team 3" not in str(question(group)["reply_markup"])
    await pressed(group, olga, number, "Done")
    fields = group.desk.presses[-1].fields or {}
    assert {name: list(values) for name, values in fields.items()} == {"to": given, "then": ["t5"]}


async def test_who_cancels_while_the_next_question_comes_has_cancelled_the_form(
    group: Group,
) -> None:
    thread, olga = await group.opened(), group.person()
    group.desk.answers |= {"take": a_form(choice(id="to"), choice(id="then"))}
    await pressed(group, olga, thread.card, "Take")
    number = question(group)["message_id"]
    olga.press(number, "Team 3")
    olga.press(number, "Cancel")
    await group.quiet()
    assert number not in group.chat.messages
    assert [one.verb for one in group.desk.presses] == ["take"]
