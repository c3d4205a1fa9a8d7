"""Putting a conversation out of the way, by words and by a form."""

from datetime import datetime

import pytest

from tests.agent_console.verbs.conftest import Staff, listed, options

HOUR = 3_600_000


@pytest.mark.parametrize(("words", "hours"), [("2h", 2), ("3h", 3), ("3d", 72)])
async def test_words_say_for_how_long(staff: Staff, words: str, hours: int) -> None:
    conversation, _ = await staff.office.customer_writes()
    await staff.press("pavel", "take", conversation)

    answer = await staff.press("pavel", "snooze", conversation, words)

    assert answer.text.startswith("Snoozed until 20")
    until = (await staff.row(conversation)).snoozed_until
    assert until == staff.office.clock.now() + hours * HOUR
    card = await staff.card(conversation)
    assert card.look == "waiting"
    assert card.state.startswith("Павел · snoozed until ")
    assert "unsnooze" in [one.verb for one in card.more]
    assert listed(await staff.press("pavel", "overdue")) == []

    back = await staff.press("pavel", "unsnooze", conversation, language="uk")
    assert back.text == "Розмова знову тут."
    assert (await staff.row(conversation)).snoozed_until is None


async def test_a_form_offers_times_with_what_they_come_to(staff: Staff) -> None:
    conversation, _ = await staff.office.customer_writes()
    offered = options(await staff.press("pavel", "snooze", conversation), "until")
    assert list(offered) == ["1h", "3h", "tomorrow", "next_week"]
    assert all("(20" in one for one in offered.values())

    done = await staff.press("pavel", "snooze", conversation, until="tomorrow")
    assert not done.refused
    by_words = await staff.press("pavel", "snooze", conversation, "next week")
    assert not by_words.refused


@pytest.mark.parametrize(
    ("words", "language"), [("{iso}", "en"), ("{iso}", "uk"), ("{own}", "uk"), ("{ms}", "es")]
)
async def test_a_time_of_ones_own_is_picked_or_typed(
    staff: Staff, words: str, language: str
) -> None:
    conversation, _ = await staff.office.customer_writes()
    wanted = (staff.office.clock.now() // 60_000 + 50 * 60) * 60_000
    at = datetime.fromtimestamp(wanted / 1000, staff.front.zone)
    typed = words.format(iso=f"{at:%Y-%m-%d %H:%M}", own=f"{at:%d.%m.%Y %H:%M}", ms=wanted)
    answer = await staff.press("pavel", "snooze", conversation, typed, language=language)
    assert not answer.refused, answer.text
    assert (await staff.row(conversation)).snoozed_until == wanted
    picked = await staff.press("pavel", "snooze", conversation, until=str(wanted + 60_000))
    assert not picked.refused
    assert (await staff.row(conversation)).snoozed_until == wanted + 60_000


@pytest.mark.parametrize(
    "words", ["2020-01-01 10:00", "1500000000000", "31.02.2027 10:00", "soon", "400d", "0h"]
)
async def test_what_is_no_time_changes_nothing(staff: Staff, words: str) -> None:
    conversation, _ = await staff.office.customer_writes()
    answer = await staff.press("pavel", "snooze", conversation, words)
    assert answer.refused
    assert answer.text == "Choose a time that is still to come, within a year."
    assert (await staff.row(conversation)).snoozed_until is None
