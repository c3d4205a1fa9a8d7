"""Who has the conversation, by buttons, words and forms."""

import pytest

from tests.agent_console.verbs.conftest import OpenStaff, Staff, options


async def test_whoever_takes_a_conversation_has_it(staff: Staff) -> None:
    conversation, _ = await staff.office.customer_writes()

    answer = await staff.press("pavel", "take", conversation)

    assert (answer.text, answer.refused) == ("The conversation is yours.", False)
    assert (await staff.row(conversation)).assignee_id == "pavel"


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "Павел was faster: the conversation is taken."),
        ("ru", "Диалог уже взят: Павел."),
        ("uk", "Діалог уже взято: Павел."),
        ("es", "Павел"),
    ],
)
async def test_whoever_comes_second_reads_who_was_first_and_what_to_do(
    staff: Staff, language: str, sentence: str
) -> None:
    conversation, _ = await staff.office.customer_writes()
    await staff.press("pavel", "take", conversation)

    answer = await staff.press("ivan", "take", conversation, language=language)

    assert answer.refused
    assert "Павел" in answer.text
    assert [one.verb for one in answer.buttons] == ["note"]
    assert (await staff.row(conversation)).assignee_id == "pavel"
    if language == "en":
        assert answer.text.startswith(sentence)
        assert answer.text.endswith("Leave a note, or ask for it to be handed over.")


async def test_a_supervisor_is_shown_the_way_in(staff: Staff) -> None:
    conversation, _ = await staff.office.customer_writes()
    await staff.press("pavel", "take", conversation)

    answer = await staff.press("anna", "take", conversation)
    assert answer.refused
    assert [one.verb for one in answer.buttons] == ["join"]

    assert (await staff.press("anna", "join", conversation)).text == "You take part now."
    assert not (await staff.press("anna", "leave", conversation)).refused


async def test_what_is_released_is_new_again(staff: Staff) -> None:
    conversation, _ = await staff.office.customer_writes()
    await staff.press("pavel", "take", conversation)
    refused = await staff.press("ivan", "release", conversation)
    assert refused.refused

    await staff.press("pavel", "release", conversation)
    assert (await staff.row(conversation)).assignee_id is None


async def test_the_picker_has_those_online_first_then_who_is_near_then_teams(
    staff: Staff,
) -> None:
    conversation, _ = await staff.office.customer_writes()
    await staff.present("ivan", "online")
    await staff.present("anna", "break")

    answer = await staff.press("pavel", "assign", conversation)

    offered = options(answer, "to")
    assert list(offered) == [
        "agent:ivan",
        "agent:pavel",
        "agent:anna",
        "agent:olga",
        "team:support",
        "team:sales",
    ]
    assert offered["agent:anna"] == "Анна Коваль · On a break"
    assert offered["team:support"] == "Team Support"
    assert answer.form is not None
    assert (answer.form.verb, answer.form.conversation_id) == ("assign", conversation)


async def test_a_form_hands_it_over_with_a_note(staff: Staff) -> None:
    conversation, _ = await staff.office.customer_writes()

    answer = await staff.press("pavel", "assign", conversation, to="agent:ivan", note="Опт 📦")

    assert answer.text == "The conversation goes to Иван 🧑‍💻."
    assert (await staff.row(conversation)).assignee_id == "ivan"
    assert await staff.said(conversation, "note") == ["Опт 📦"]


@pytest.mark.parametrize(
    ("words", "assignee", "note"),
    [
        ("@ivan", "ivan", []),
        ("Анна please have a look", "anna", ["please have a look"]),
        ("анна коваль: срочно", "anna", ["срочно"]),
    ],
)
async def test_words_name_whom_and_the_rest_is_a_note(
    staff: Staff, words: str, assignee: str, note: list[str]
) -> None:
    conversation, _ = await staff.office.customer_writes()

    answer = await staff.press("pavel", "transfer", conversation, words)

    assert not answer.refused, answer.text
    assert (await staff.row(conversation)).assignee_id == assignee
    assert await staff.said(conversation, "note") == note


async def test_a_team_is_named_as_a_colleague_is(staff: Staff) -> None:
    conversation, _ = await staff.office.customer_writes()

    answer = await staff.press("pavel", "assign", conversation, "support")

    assert answer.text == "The conversation goes to Support."
    assert (await staff.row(conversation)).team_id == "support"


async def test_nobody_by_that_name_gets_nothing_and_no_note_is_left(staff: Staff) -> None:
    conversation, _ = await staff.office.customer_writes()

    answer = await staff.press("pavel", "assign", conversation, "@nobody look")

    assert answer.refused
    assert answer.text == "There is no colleague and no team “nobody”."
    assert await staff.said(conversation, "note") == []


async def test_a_refused_handing_over_leaves_no_note(a_staff: OpenStaff) -> None:
    async with a_staff({"routing.transfer": {"online_only": True}}) as staff:
        conversation, _ = await staff.office.customer_writes()
        await staff.present("ivan", "offline")
        offered = options(await staff.press("anna", "assign", conversation), "to")
        assert "agent:ivan" not in offered

        answer = await staff.press("anna", "assign", conversation, to="agent:ivan", note="Опт")

        assert (answer.refused, answer.text) == (True, "Иван 🧑‍💻 is not online.")
        assert await staff.said(conversation, "note") == []


async def test_an_agent_may_not_hand_over_what_a_colleague_has(staff: Staff) -> None:
    conversation, _ = await staff.office.customer_writes()
    await staff.press("ivan", "take", conversation)
    # Before a form that would be filled in for nothing.
    answer = await staff.press("pavel", "assign", conversation)
    assert (answer.refused, answer.form) == (True, None)
    assert answer.text == "You have no right to do this."


async def test_participants_are_chosen_of_all_or_named(staff: Staff) -> None:
    conversation, _ = await staff.office.customer_writes()
    await staff.press("pavel", "take", conversation)

    answer = await staff.press("pavel", "participants", conversation, "@ivan @olga")
    assert answer.text in ("Taking part: Иван 🧑‍💻, Ольга.", "Taking part: Ольга, Иван 🧑‍💻.")

    form = (await staff.press("pavel", "participants", conversation)).form
    assert form is not None
    assert sorted(form.fields[0].chosen) == ["ivan", "olga"]
    assert "pavel" not in dict(form.fields[0].options)

    await staff.press("pavel", "participants", conversation, who=["anna"])
    form = (await staff.press("pavel", "participants", conversation)).form
    assert form is not None
    assert list(form.fields[0].chosen) == ["anna"]

    nobody = await staff.press("pavel", "participants", conversation, who=[])
    assert nobody.text == "Nobody but the one responsible."


async def test_who_is_offline_is_told_so_with_a_button(staff: Staff) -> None:
    conversation, _ = await staff.office.customer_writes()
    await staff.press("pavel", "offline")

    answer = await staff.press("pavel", "take", conversation)

    assert answer.refused
    assert answer.text == "You are offline: go online to take conversations and answer."
    assert [one.verb for one in answer.buttons] == ["online"]
    await staff.press("pavel", "online")
    assert not (await staff.press("pavel", "take", conversation)).refused


@pytest.mark.parametrize(
    "verb",
    ["take", "release", "assign", "close", "join", "participants", "note", "topic", "tag", "block"],
)
async def test_a_viewer_may_do_nothing(staff: Staff, verb: str) -> None:
    conversation, _ = await staff.office.customer_writes()

    answer = await staff.press("vera", verb, conversation)

    assert (answer.refused, answer.form) == (True, None)
    assert answer.text == "You have no right to do this."


async def test_what_is_said_outside_of_a_conversation_says_where_it_belongs(
    staff: Staff,
) -> None:
    answer = await staff.press("pavel", "take")
    assert (answer.refused, answer.text) == (True, "Say this in the thread of a conversation.")


async def test_what_is_no_verb_is_answered_with_what_there_is(staff: Staff) -> None:
    answer = await staff.press("pavel", "/abracadabra", language="uk")
    assert answer.text.startswith("Що можна сказати:\n")
    assert "\ntake взяти розмову\n" in f"{answer.text}\n" or "take взяти розмову" in answer.text
