"""Notes, quick replies, and what becomes of messages that did not arrive."""

import pytest

from tests.agent_console.verbs.conftest import OpenStaff, Staff, options


async def test_a_note_is_left_by_words_or_by_a_form_and_calls_whom_it_names(
    staff: Staff,
) -> None:
    conversation, _ = await staff.office.customer_writes()
    await staff.press("pavel", "take", conversation)

    said = await staff.press("ivan", "note", conversation, "Он уже писал @pavel, @nobody")
    assert said.text == "The note is kept. Only your team sees it."
    form = (await staff.press("ivan", "note", conversation)).form
    assert form is not None
    await staff.press("ivan", "note", conversation, text="Ещё 📝")

    assert await staff.said(conversation, "note") == ["Он уже писал @pavel, @nobody", "Ещё 📝"]
    empty = await staff.press("ivan", "note", conversation, text=" ")
    assert (empty.refused, empty.text) == (True, "There is nothing in it.")


async def test_a_shortcut_shows_the_words_first_and_a_button_sends_them(staff: Staff) -> None:
    conversation, _ = await staff.office.customer_writes(sender={"name": "Пётр"})

    shown = await staff.press("pavel", "tpl", conversation, "/hi")
    assert shown.text == "Hello Пётр! This is Павел of Website."
    assert await staff.said(conversation, "outgoing") == []

    (button,) = shown.buttons
    sent = await staff.press("pavel", button.verb, conversation, button.value)
    assert sent.text == "The quick reply is on its way."
    assert await staff.said(conversation, "outgoing") == ["Hello Пётр! This is Павел of Website."]
    assert (await staff.row(conversation)).assignee_id == "pavel"


async def test_a_form_offers_those_that_fit_with_how_they_begin(staff: Staff) -> None:
    conversation, _ = await staff.office.customer_writes()

    every = options(await staff.press("pavel", "template", conversation), "which")
    assert list(every) == ["hello", "plain"]
    assert every["plain"] == f"/wait · One moment 🙏 ({conversation})"
    fitting = options(await staff.press("pavel", "template", conversation, "moment"), "which")
    assert list(fitting) == ["plain"]

    show = await staff.press("pavel", "template", conversation, which="plain", then="show")
    assert show.text == f"One moment 🙏 ({conversation})"
    await staff.press("pavel", "template", conversation, which="plain", then="send")
    assert await staff.said(conversation, "outgoing") == [f"One moment 🙏 ({conversation})"]


async def test_where_no_quick_reply_fits_it_says_so(staff: Staff) -> None:
    conversation, _ = await staff.office.customer_writes()
    answer = await staff.press("pavel", "template", conversation, "refund")
    assert (answer.refused, answer.text) == (True, "No quick reply fits “refund”.")


async def test_nobody_sends_a_quick_reply_where_they_may_not_answer(staff: Staff) -> None:
    conversation, _ = await staff.office.customer_writes()
    await staff.press("ivan", "take", conversation)
    assert (await staff.press("pavel", "template", conversation, "send hi")).refused
    assert await staff.said(conversation, "outgoing") == []


async def test_what_has_failed_is_sent_again_once(staff: Staff) -> None:
    conversation, _ = await staff.office.customer_writes()
    message = await staff.answers("pavel", conversation)
    await staff.office.delivered(message, "failed", "unavailable")

    done = await staff.press("pavel", "retry", conversation, str(message))
    assert done.text == "It is being sent again."
    again = await staff.press("pavel", "retry", conversation, str(message))
    assert again.refused


@pytest.mark.parametrize(
    ("word", "said"),
    [("arrived", "Noted: it has arrived."), ("again", "It is being sent again.")],
)
async def test_an_uncertain_message_is_settled_by_a_person(
    staff: Staff, word: str, said: str
) -> None:
    conversation, _ = await staff.office.customer_writes()
    message = await staff.answers("pavel", conversation)
    await staff.office.delivered(message, "uncertain")

    stranger = await staff.press("ivan", "settle", conversation, f"{word} {message}")
    assert stranger.refused
    done = await staff.press("pavel", "settle", conversation, f"{word} {message}")
    assert (done.refused, done.text) == (False, said)


async def test_a_message_of_another_conversation_is_not_meant(staff: Staff) -> None:
    conversation, _ = await staff.office.customer_writes()
    other, _ = await staff.office.customer_writes(customer="visitor-two-000002")
    message = await staff.answers("pavel", other)
    await staff.office.delivered(message, "failed", "unavailable")
    for value in (str(message), "soon", "", "9" * 30):
        answer = await staff.press("pavel", "retry", conversation, value)
        assert (answer.refused, answer.text) == (True, "Say which message is meant.")


async def test_ones_own_message_is_taken_back_where_the_yaml_lets_it(
    a_staff: OpenStaff,
) -> None:
    async with a_staff({"conversation.allow_delete": True}) as staff:
        conversation, _ = await staff.office.customer_writes()
        message = await staff.answers("pavel", conversation)

        assert (await staff.press("ivan", "delete", conversation, str(message))).refused
        done = await staff.press("pavel", "del", conversation, str(message))

        assert (done.refused, done.text) == (False, "The message is taken back.")
        (kept,) = [one for one in await staff.messages(conversation) if one.kind == "outgoing"]
        assert kept.deleted_at is not None


async def test_where_nothing_may_be_taken_back_the_refusal_says_so(staff: Staff) -> None:
    conversation, _ = await staff.office.customer_writes()
    message = await staff.answers("pavel", conversation)
    answer = await staff.press("pavel", "delete", conversation, str(message))
    assert (answer.refused, answer.text) == (True, "You have no right to do this.")
