"""Who may do what by a verb, in each state of things, and that every verb speaks all languages."""

import re

import pytest

from agent_console.surface import Answer
from agent_console.verbs import ALIASES, HELP, VERBS
from tests.agent_console.office import ROOT
from tests.agent_console.verbs.conftest import OpenStaff, Staff

WHO = {"owner": "olga", "supervisor": "anna", "agent": "ivan", "viewer": "vera"}
# The words with which a verb needs no form.
WORDS = {
    "assign": "@olga",
    "participants": "@olga",
    "note": "Опт 📦",
    "template": "send hi",
    "tag": "vip",
    "topic": "prices",
    "status": "supplier",
    "block": "7d spam",
    "snooze": "2h",
    "find": "посылка",
}
# + it is done, - it is refused: of what nobody has, what is one's own, a colleague's, closed.
TABLE = """
take          owner ++-- supervisor ++-- agent ++-- viewer ----
release       owner -++- supervisor -++- agent -+-- viewer ----
assign        owner +++- supervisor +++- agent ++-- viewer ----
close         owner +++- supervisor +++- agent ++-- viewer ----
reopen        owner ---+ supervisor ---+ agent ---+ viewer ----
snooze        owner +++- supervisor +++- agent ++-- viewer ----
unsnooze      owner +++- supervisor +++- agent ++-- viewer ----
join          owner +-+- supervisor +-+- agent ---- viewer ----
leave         owner ---- supervisor ---- agent ---- viewer ----
participants  owner +++- supervisor +++- agent -+-- viewer ----
note          owner ++++ supervisor ++++ agent ++++ viewer ----
template      owner ++-+ supervisor ++-+ agent ++-+ viewer ----
tag           owner ++++ supervisor ++++ agent ++++ viewer ----
topic         owner +++- supervisor +++- agent ++-- viewer ----
status        owner ++++ supervisor ++++ agent ++-+ viewer ----
block         owner ++++ supervisor ++++ agent ---- viewer ----
unblock       owner ---- supervisor ---- agent ---- viewer ----
history       owner ++++ supervisor ++++ agent ++++ viewer ++++
find          owner ++++ supervisor ++++ agent ++++ viewer ++++
my            owner ++++ supervisor ++++ agent ++++ viewer ++++
queue         owner ++++ supervisor ++++ agent ++++ viewer ++++
overdue       owner ++++ supervisor ++++ agent ++++ viewer ++++
online        owner ++++ supervisor ++++ agent ++++ viewer ----
break         owner ++++ supervisor ++++ agent ++++ viewer ----
offline       owner ++++ supervisor ++++ agent ++++ viewer ----
help          owner ++++ supervisor ++++ agent ++++ viewer ++++
"""
STATUSES = {
    "conversation.statuses": {
        "open": {"kind": "open"},
        "supplier": {"kind": "open"},
    }
}


def _rows() -> dict[str, dict[str, str]]:
    lines = (line.split() for line in TABLE.strip().splitlines())
    return {verb: dict(zip(rest[::2], rest[1::2], strict=True)) for verb, *rest in lines}


async def _conversation(staff: Staff, state: str, me: str, number: int) -> int:
    conversation, _ = await staff.office.customer_writes(customer=f"visitor-{number:03}-000001")
    if state == "mine" and me != "vera":
        await staff.press(me, "take", conversation)
    elif state == "theirs":
        await staff.press("pavel", "take", conversation)
    elif state == "closed":
        await staff.press("pavel", "close", conversation)
    return conversation


def test_every_verb_has_its_line() -> None:
    # Those of single messages have tests of their own, with the messages they are about.
    assert {*_rows()} == {*VERBS} - {"retry", "settle", "delete", "merge"}


@pytest.mark.parametrize("role", WHO)
async def test_each_role_may_do_what_the_table_says(a_staff: OpenStaff, role: str) -> None:
    me, number = WHO[role], 0
    words = {verb: text.replace(f"@{me}", "@anna") for verb, text in WORDS.items()}
    async with a_staff(STATUSES) as staff:
        found: dict[str, str] = {}
        for verb in _rows():
            for state in ("untaken", "mine", "theirs", "closed"):
                number += 1
                conversation = await _conversation(staff, state, me, number)
                answer = await staff.press(me, verb, conversation, words.get(verb, ""))
                found[verb] = found.get(verb, "") + ("-" if answer.refused else "+")
                # Whoever chose to be offline takes nothing in the next row.
                await staff.press(me, "online")
    assert found == {verb: signs[role] for verb, signs in _rows().items()}


def _speaks(answer: Answer) -> list[str]:
    form = answer.form
    told = [answer.text, *(one.label for one in answer.buttons)]
    if form is not None:
        told += [form.title, form.done, *(one.label for one in form.fields)]
    return [one for one in told if one]


@pytest.mark.parametrize("language", ["en", "ru", "uk", "es"])
async def test_every_verb_answers_in_every_language(a_staff: OpenStaff, language: str) -> None:
    async with a_staff(STATUSES) as staff:
        mine, _ = await staff.office.customer_writes()
        await staff.press("anna", "take", mine)
        theirs, _ = await staff.office.customer_writes(customer="visitor-two-000002")
        await staff.press("pavel", "take", theirs)
        for verb in VERBS:
            for who, conversation in (("anna", mine), ("ivan", theirs), ("vera", mine)):
                answer = await staff.press(who, verb, conversation, language=language)
                told = _speaks(answer)
                assert told, (verb, who)
                assert not [one for one in told if "{" in one], told
                if verb in ("take", "release", "close", "reopen"):
                    break


def test_the_page_of_verbs_has_every_verb_and_no_other() -> None:
    page = (ROOT / "docs" / "reference" / "staff-commands.md").read_text(encoding="utf-8")
    rows = [line.split("|")[1] for line in page.splitlines() if line.startswith("| `")]
    told = set(re.findall(r"`(\w+)`", " ".join(rows)))
    assert told >= set(HELP)
    assert told <= {*VERBS, *ALIASES}


async def test_help_names_every_verb_that_is_said(staff: Staff) -> None:
    answer = await staff.press("vera", "help", language="ru")
    assert [line.split()[0] for line in answer.text.splitlines()[1:]] == HELP


async def test_a_refusal_changes_nothing(staff: Staff) -> None:
    conversation, _ = await staff.office.customer_writes()
    await staff.press("pavel", "take", conversation)
    before = len(await staff.messages(conversation))
    for verb in ("release", "close", "assign", "template", "topic"):
        answer = await staff.press("ivan", verb, conversation, WORDS.get(verb, ""))
        assert answer.refused, verb
    assert len(await staff.messages(conversation)) == before
    assert (await staff.row(conversation)).assignee_id == "pavel"
