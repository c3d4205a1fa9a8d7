"""What it is about, what kind of person writes, and how it ends."""

from typing import Any

import pytest

from tests.agent_console.verbs.conftest import OpenStaff, Staff, options

STATUSES: dict[str, Any] = {
    "conversation.statuses": {
        "open": {"kind": "open", "label": {"en": "Open", "uk": "Відкрито"}},
        "supplier": {"kind": "open", "label": {"en": "Waiting for the supplier"}},
        "spam": {"kind": "closed", "label": "Spam"},
    }
}


async def test_tags_are_given_and_taken_away_by_words(staff: Staff) -> None:
    conversation, _ = await staff.office.customer_writes()

    given = await staff.press("pavel", "tag", conversation, "vip, Wholesale")
    assert given.text == "The client’s tags: VIP, Wholesale."

    taken = await staff.press("pavel", "tag", conversation, "-vip", language="uk")
    assert taken.text == "Теги клієнта: Гурт."


async def test_a_form_has_the_tags_a_customer_has_and_makes_them_what_is_chosen(
    staff: Staff,
) -> None:
    conversation, _ = await staff.office.customer_writes()
    await staff.press("pavel", "tag", conversation, "vip debtor")

    answer = await staff.press("pavel", "tag", conversation)
    assert options(answer, "tags") == {"vip": "VIP", "gross": "Wholesale", "debtor": "Debtor"}
    assert answer.form is not None
    assert list(answer.form.fields[0].chosen) == ["vip", "debtor"]

    changed = await staff.press("pavel", "tag", conversation, tags=["gross"])
    assert changed.text == "The client’s tags: Wholesale."
    assert (await staff.press("pavel", "tag", conversation, tags=[])).text == (
        "The client has no tags."
    )


async def test_a_tag_that_there_is_not_is_answered_with_those_there_are(staff: Staff) -> None:
    conversation, _ = await staff.office.customer_writes()
    answer = await staff.press("pavel", "tag", conversation, "gold")
    assert answer.refused
    assert answer.text == "“gold” is not among these: VIP, Wholesale, Debtor."


async def test_topics_are_given_by_words_and_by_a_form_with_a_typed_one(staff: Staff) -> None:
    conversation, _ = await staff.office.customer_writes()

    assert (await staff.press("pavel", "topic", conversation, "Prices")).text == "Topics: Prices."
    form = (await staff.press("pavel", "topic", conversation)).form
    assert form is not None
    assert [(one.id, one.required) for one in form.fields] == [("topics", False), ("other", False)]

    answer = await staff.press("pavel", "topic", conversation, topics=["orders"], other="Возврат")
    assert answer.text == "Topics: Orders, Возврат."
    assert (await staff.press("pavel", "topic", conversation, topics=[], other="")).text == (
        "The conversation has no topic."
    )


async def test_a_topic_is_not_for_whoever_could_not_answer(staff: Staff) -> None:
    conversation, _ = await staff.office.customer_writes()
    await staff.press("ivan", "take", conversation)
    answer = await staff.press("pavel", "topic", conversation, "prices")
    assert answer.refused
    assert answer.text.startswith("Иван 🧑‍💻 was faster")


async def test_a_conversation_is_closed_at_once_where_no_topic_is_wanted(staff: Staff) -> None:
    conversation, _ = await staff.office.customer_writes()

    assert (await staff.press("pavel", "close", conversation)).text == "The conversation is closed."
    assert (await staff.row(conversation)).state == "closed"

    again = await staff.press("pavel", "close", conversation)
    assert again.refused
    assert again.text.endswith("It is closed: reopen it first.")
    assert [one.verb for one in again.buttons] == ["reopen"]

    opened = await staff.press("pavel", "reopen", conversation)
    assert opened.text == "The conversation is open again, and yours."
    assert (await staff.row(conversation)).assignee_id == "pavel"


async def test_a_mandatory_topic_is_asked_for_the_teams_own_first(a_staff: OpenStaff) -> None:
    """J26, J27."""
    async with a_staff({"conversation.topic_required_to_close": True}) as staff:
        conversation, _ = await staff.office.customer_writes()
        await staff.press("anna", "assign", conversation, "support")
        await staff.press("pavel", "take", conversation)

        answer = await staff.press("pavel", "close", conversation)
        assert list(options(answer, "topics")) == ["orders", "prices"]
        assert answer.form is not None
        assert answer.form.title == "A conversation needs a topic before it can be closed."

        empty = await staff.press("pavel", "close", conversation, topics=[], other="")
        assert (empty.refused, (await staff.row(conversation)).state) == (True, "open")

        done = await staff.press("pavel", "close", conversation, topics=["orders"])
        assert (done.refused, (await staff.row(conversation)).state) == (False, "closed")


async def test_words_give_the_topic_with_which_it_is_closed(a_staff: OpenStaff) -> None:
    async with a_staff({"conversation.topic_required_to_close": True}) as staff:
        conversation, _ = await staff.office.customer_writes()
        wrong = await staff.press("pavel", "close", conversation, "thanks")
        assert wrong.text == "“thanks” is not among these: Prices, Orders."

        await staff.press("pavel", "close", conversation, "prices", language="es")
        assert (await staff.row(conversation)).state == "closed"


async def test_a_status_is_chosen_by_its_name_or_of_those_there_are(a_staff: OpenStaff) -> None:
    async with a_staff(STATUSES) as staff:
        conversation, _ = await staff.office.customer_writes()
        answer = await staff.press("pavel", "status", conversation)
        assert options(answer, "status") == {
            "open": "Open",
            "supplier": "Waiting for the supplier",
            "spam": "Spam · closes",
        }
        assert answer.form is not None
        assert list(answer.form.fields[0].chosen) == ["open"]

        said = await staff.press("pavel", "status", conversation, "waiting for the supplier")
        assert said.text == "Status: Waiting for the supplier."
        closed = await staff.press("pavel", "status", conversation, status="spam")
        assert closed.text == "Status: Spam."
        assert (await staff.row(conversation)).state == "closed"


async def test_without_statuses_there_is_none_to_choose(staff: Staff) -> None:
    conversation, _ = await staff.office.customer_writes()
    assert (await staff.press("pavel", "status", conversation)).refused


@pytest.mark.parametrize("verb", ["tag", "topic", "close", "block", "note"])
async def test_what_one_does_not_see_is_not_there(a_staff: OpenStaff, verb: str) -> None:
    async with a_staff({"permissions.agent.see": "own"}) as staff:
        conversation, _ = await staff.office.customer_writes()
        await staff.press("ivan", "take", conversation)

        answer = await staff.press("pavel", verb, conversation)

        assert (answer.refused, answer.form) == (True, None)
        assert answer.text == "This does not exist, or is not yours to see."
