"""Keeping a customer away by words or by a form, and letting them in again."""

import pytest

from bridge.store.transactions import Tx
from tests.agent_console.verbs.conftest import OpenStaff, Staff, options
from tests.databases import by_hand


async def _trail(staff: Staff) -> list[tuple[str, str, str]]:
    def read(tx: Tx) -> list[tuple[str, str, str]]:
        rows = by_hand(tx, "SELECT action, agent_id, surface FROM audit ORDER BY id")
        return [tuple(row) for row in rows]

    return await staff.office.store.read(read)


async def test_words_with_an_end_and_a_reason_need_no_form(staff: Staff) -> None:
    conversation, _ = await staff.office.customer_writes(sender={"name": "Пётр"})

    answer = await staff.press("anna", "block", conversation, "7d spam 🚫")

    assert not answer.refused
    assert answer.text.startswith("Пётр is blocked here until 20")
    assert (await staff.card(conversation)).state.endswith(" · blocked")
    assert ("block", "anna", "slack") in await _trail(staff)

    again = await staff.press("anna", "unblock", conversation, language="ru")
    assert again.text == "Пётр снова может писать."
    assert ("unblock", "anna", "slack") in await _trail(staff)


@pytest.mark.parametrize(
    ("words", "reason", "until"),
    [("", "", "1h"), ("spam", "spam", "1h"), ("7d", "", "7d"), ("2h", "", "2h")],
)
async def test_words_that_do_not_suffice_are_in_the_form_already(
    staff: Staff, words: str, reason: str, until: str
) -> None:
    conversation, _ = await staff.office.customer_writes()

    answer = await staff.press("anna", "block", conversation, words)

    assert answer.form is not None
    chosen = {one.id: "".join(one.chosen) for one in answer.form.fields}
    assert chosen == {"scope": "identity", "until": until, "reason": reason}
    assert options(answer, "until")["forever"] == "For ever"
    assert options(answer, "scope")["identity"] == "Only this account (Website)"


async def test_the_form_blocks_the_whole_person_for_ever(staff: Staff) -> None:
    conversation, _ = await staff.office.customer_writes(sender={"name": "Пётр"})

    answer = await staff.press(
        "anna", "block", conversation, scope="contact", until="forever", reason="fraud"
    )

    assert answer.text == "Пётр is blocked on every channel for ever."
    twice = await staff.press("anna", "block", conversation, "7d again")
    assert twice.refused


async def test_a_reason_is_mandatory(staff: Staff) -> None:
    conversation, _ = await staff.office.customer_writes()
    answer = await staff.press(
        "anna", "block", conversation, scope="identity", until="7d", reason="  "
    )
    assert (answer.refused, answer.text) == (True, "Say why.")


async def test_where_an_end_is_mandatory_for_ever_is_not_offered(a_staff: OpenStaff) -> None:
    async with a_staff({"block.require_end": True}) as staff:
        conversation, _ = await staff.office.customer_writes()
        offered = options(await staff.press("anna", "block", conversation), "until")
        assert "forever" not in offered
        assert (await staff.press("anna", "block", conversation, "forever spam")).refused


async def test_an_agent_blocks_only_where_the_yaml_says_so(staff: Staff) -> None:
    conversation, _ = await staff.office.customer_writes()
    answer = await staff.press("pavel", "block", conversation, "7d spam")
    assert (answer.refused, answer.text) == (True, "You have no right to do this.")
