"""What happened and what failed, as a thread tells of it."""

# Sentences are compared whole.
# ruff: noqa: E501

import re

import pytest

from agent_console.cards.shapes import Mark
from agent_console.verbs import event_line, trouble, why_failed
from agent_console.verbs.posts import TOLD
from bridge.store.transactions import Tx
from routing import conversations
from tests.agent_console.office import ROOT
from tests.agent_console.verbs.conftest import OpenStaff, Staff


async def _happen(staff: Staff, conversation: int, verb: str, **data: object) -> int:
    def write(tx: Tx) -> int:
        return conversations.activity(tx, conversations.get(tx, conversation), verb, **data)  # type: ignore[arg-type]

    return await staff.office.store.write(write)


async def _line(staff: Staff, conversation: int, language: str = "en") -> str | None:
    return (await staff.lines(conversation, language))[-1]


async def test_a_thread_tells_who_did_what(staff: Staff) -> None:
    conversation, _ = await staff.office.customer_writes(sender={"name": "Пётр"})
    await staff.press("pavel", "take", conversation)
    await staff.press("pavel", "tag", conversation, "vip")
    await staff.press("pavel", "topic", conversation, "prices")
    await staff.press("pavel", "assign", conversation, "@ivan")
    await staff.press("ivan", "assign", conversation, "support")
    await staff.press("anna", "close", conversation)
    await staff.press("anna", "reopen", conversation)

    assert await staff.lines(conversation) == [
        None,
        "Павел took the conversation",
        "Павел gave the client the tag VIP",
        None,
        "Павел assigned the conversation to Иван 🧑‍💻",
        "Иван 🧑‍💻 handed the conversation to the team Support",
        "Анна Коваль closed the conversation",
        "Анна Коваль reopened the conversation",
    ]
    assert "Підтримка" in str((await staff.lines(conversation, "uk"))[5])


@pytest.mark.parametrize(
    ("verb", "data", "line"),
    [
        ("rated", {"score": 4, "scale": 5}, "★★★★☆ Пётр rated the conversation 4 of 5"),
        ("rated", {"score": 9, "scale": 10}, "9/10 Пётр rated the conversation 9 of 10"),
        ("commented", {"comment": "{ok} 👍"}, "Пётр added to the rating: “{ok} 👍”"),
        ("closed", {"reason": "inactivity"}, "Closed: the customer went quiet"),
        ("closed", {"reason": "customer"}, "Пётр has no more questions: the conversation is closed"),
        ("closed", {"reason": "automation"}, "Closed automatically"),
        ("reopened", {}, "Пётр wrote again: the conversation is open"),
        ("released", {"from": "ivan", "reason": "idle"}, "Иван 🧑‍💻 left the customer waiting: the conversation is New again"),
        ("assigned", {"to": "ivan", "rule": 2}, "The conversation goes to Иван 🧑‍💻 (rule 2)"),
        ("assigned", {"to": "ivan", "how": "sticky"}, "The conversation goes to Иван 🧑‍💻, as the last time"),
        ("assigned", {"to": "ivan", "how": "telepathy"}, "The conversation goes to Иван 🧑‍💻"),
        ("assigned", {"to": "ivan", "from": "pavel", "bot": "silent"}, "Павел did not answer in time: the conversation goes to Иван 🧑‍💻"),
        ("queued", {}, "The conversation waits for whoever is free"),
        ("queued", {"team": "support", "overflow": True}, "Nobody took it in time: the conversation goes to the team Support"),
        ("queued", {"team": "sales", "from": "pavel", "bot": "gone"}, "Павел is not there any more: the conversation goes to the team sales"),
        ("queued", {"from": "pavel", "bot": "silent"}, "Павел did not answer in time: the conversation waits for whoever is free"),
        ("blocked", {"by": "anna", "scope": "contact", "until": None, "reason": "spam"}, "Анна Коваль blocked this person for ever. Reason: spam"),
        ("blocked", {"scope": "identity", "until": 1_796_000_000_000, "reason": "spam"}, "This account was blocked automatically until 2026-11-30 02:53. Reason: spam"),
        ("people_joined", {"by": "anna", "other": None}, "Анна Коваль found that Пётр and somebody are one person"),
        ("participant_added", {"by": "pavel", "agent": "ivan"}, "Павел added Иван 🧑‍💻"),
        ("tagged", {"tag": "vip"}, "The client was automatically given the tag VIP"),
        ("automated", {"automation": "night", "did": [{"do": "tag"}], "failed": ["block"]}, "Automation “night”. Could not be done: block"),
        ("automated", {"automation": "night", "did": [{"do": "tag"}]}, None),
        ("automation_rests", {"automation": "night", "why": "runs"}, "Automation “night” rests here for a while: it has run too often"),
        ("notified", {"agents": ["anna", "gone"], "text": {"en": "Look"}}, "Notified: Анна Коваль, gone. Look"),
        ("ticket", {"by": "pavel", "title": "Box", "target": "crm"}, "Павел created a ticket “Box” · crm"),
        ("came_back", {"origin": "mail"}, "Somebody came back to the site by the link in the mail"),
        ("continued", {"inbox": "Shop bot"}, "The customer followed a link here. Continues from Shop bot:"),
        ("snoozed", {"by": "pavel", "until": 1_796_000_000_000}, "Павел snoozed the conversation until 2026-11-30 02:53"),
        ("unsnoozed", {"by": "pavel"}, "Павел brought the conversation back"),
        ("unsnoozed", {"reason": "time"}, "The time has come: the conversation is back"),
        ("unsnoozed", {}, "The conversation is back"),
        ("contact_edited", {"by": "pavel", "fields": ["name"]}, None),
        ("of_a_later_version", {"by": "pavel"}, None),
    ],
)  # fmt: skip
async def test_each_happening_has_its_line(
    staff: Staff, verb: str, data: dict[str, object], line: str | None
) -> None:
    conversation, _ = await staff.office.customer_writes(sender={"name": "Пётр"})
    await _happen(staff, conversation, verb, **data)
    assert await _line(staff, conversation) == line


# What the card shows anyway, and words that are parts of other lines.
LEFT_OUT = {
    "opened",
    "topic_added",
    "topic_removed",
    "contact_edited",
    "linked",
    "unlinked",
    "identified",
}
PARTS = {
    "byStatus",
    "byAutomation",
    "did",
    "didSome",
    "couldNot",
    "rests",
    "bot",
    "other",
    "status",
}


def test_whatever_the_console_tells_of_is_told_in_threads_or_left_to_the_card() -> None:
    source = (ROOT / "agent_console/web/client/src/i18n/en.ts").read_text(encoding="utf-8")
    told = set(re.findall(r'^  "event\.(\w+)', source, re.MULTILINE)) - PARTS
    assert told - LEFT_OUT == told & TOLD.keys()
    assert not LEFT_OUT & TOLD.keys()


async def test_what_is_said_is_no_happening(staff: Staff) -> None:
    conversation, _ = await staff.office.customer_writes()
    message = next(one for one in await staff.messages(conversation) if one.kind == "incoming")
    told = await staff.office.store.read(event_line, staff.front, message, "en")
    assert told is None


@pytest.mark.parametrize(
    ("reason", "detail", "state", "of", "said"),
    [
        ("blocked", None, "failed", None, "Not sent: the customer has blocked us or allows us no messages. Try to reach them another way."),
        ("blocked", "Forbidden: bot was blocked by the user", "failed", None, "Not sent: the customer has blocked us or allows us no messages. Try to reach them another way. In detail: Forbidden: bot was blocked by the user"),
        ("not_sent", "internals", "failed", "edit", "Change not delivered, the customer still sees the old text: nothing of it had been sent."),
        ("brand_new", "Err 77", "failed", None, "Not sent: Err 77"),
        (None, None, "failed", None, "Not sent: the network gave no reason."),
        (None, None, "uncertain", None, "This may not have arrived."),
        (None, None, "uncertain", "delete", "The customer may still see this message."),
        (None, None, "delivered", None, None),
    ],
)  # fmt: skip
def test_what_did_not_arrive_says_why(
    reason: str | None, detail: str | None, state: str, of: str | None, said: str | None
) -> None:
    assert why_failed(reason, detail, state, "en", of) == said


@pytest.mark.parametrize(
    ("mark", "presses"),
    [
        (Mark(state="failed", at=1, reason="timeout"), [("retry", "Повторить", "12")]),
        (
            Mark(state="uncertain", at=1),
            [("settle", "Отправить ещё раз", "again 12"), ("settle", "Дошло", "arrived 12")],
        ),
        (
            Mark(state="uncertain", at=1, of="delete"),
            [("settle", "Отправить ещё раз", "again 12"), ("settle", "Исчезло", "arrived 12")],
        ),
        (Mark(state="sent", at=1, may_be_double=True), []),
    ],
)
def test_trouble_has_its_ways_out(mark: Mark, presses: list[tuple[str, str, str]]) -> None:
    told = trouble(12, mark, "ru")
    assert told is not None
    assert [(one.verb, one.label, one.value) for one in told[1]] == presses


def test_what_arrived_is_no_trouble() -> None:
    assert trouble(12, Mark(state="read", at=1), "ru") is None


async def test_an_automation_is_called_as_the_yaml_calls_it(a_staff: OpenStaff) -> None:
    automation = {
        "night": {
            "name": {"en": "Night watch"},
            "when": {"event": "opened"},
            "do": [{"tag": "vip"}],
        }
    }
    async with a_staff({"automations": automation}) as staff:
        conversation, _ = await staff.office.customer_writes()
        await _happen(staff, conversation, "automated", automation="night", failed=["tag"])
        assert await _line(staff, conversation) == (
            "Automation “Night watch”. Could not be done: tag"
        )
