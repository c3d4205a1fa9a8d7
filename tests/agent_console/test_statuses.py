"""Statuses in the console: what it is told of them, choosing one, and finding by it."""

from collections.abc import AsyncIterator

import pytest

from tests.agent_console.conftest import OpenOffice
from tests.agent_console.office import Agent, Office
from tests.routing.automated import STATUSES

CONFIGURED = {
    "conversation.statuses": STATUSES,
    "conversation.rating": {},
    "automations": {
        "remind": {
            "name": {"en": "Reminder"},
            "when": {"event": "waiting", "for": "30m"},
            "do": ["close"],
        }
    },
}


@pytest.fixture
async def statused(an_office: OpenOffice) -> AsyncIterator[Office]:
    """An office with statuses."""
    async with an_office(CONFIGURED) as office:
        yield office


async def choose(agent: Agent, conversation: int, status: str, *, expect: int = 200) -> None:
    path = f"/api/conversations/{conversation}/status"
    await agent.ask("PUT", path, {"status": status}, expect=expect)


async def test_the_console_is_told_of_statuses_and_automations(statused: Office) -> None:
    session = await (await statused.sign_in("pavel")).get("/api/session")
    assert [(one["id"], one["kind"]) for one in session["statuses"]] == [
        ("active", "open"), ("waiting", "open"), ("spam", "closed"), ("solved", "closed"),
    ]  # fmt: skip
    assert session["settings"]["automations"] == [{"id": "remind", "label": {"en": "Reminder"}}]


async def test_where_none_are_configured_nobody_can_choose_any(
    office: Office, pavel: Agent
) -> None:
    conversation, _ = await office.customer_writes()
    row = await pavel.row(conversation)
    assert "set_status" not in row["can"]
    assert "status" not in row["conversation"]
    assert (await pavel.get("/api/session"))["statuses"] == []


async def test_r50_whoever_answers_chooses_and_spam_needs_no_right_to_block(
    statused: Office,
) -> None:
    pavel = await statused.sign_in("pavel")
    conversation, _ = await statused.customer_writes()
    await pavel.act("take", conversation)
    row = await pavel.row(conversation)
    assert "set_status" in row["can"]
    assert "block" not in row["can"]
    await choose(pavel, conversation, "spam")
    now = (await pavel.row(conversation))["conversation"]
    assert (now["state"], now["status"], now["blocked"]) == ("closed", "spam", True)
    assert now["block"]["by"] == "pavel"


async def test_what_a_colleague_has_is_theirs_to_sort(statused: Office) -> None:
    pavel, ivan = await statused.sign_in("pavel"), await statused.sign_in("ivan")
    conversation, _ = await statused.customer_writes()
    await pavel.act("take", conversation)
    await choose(ivan, conversation, "waiting", expect=409)


async def test_a_paused_conversation_says_since_when(statused: Office) -> None:
    pavel = await statused.sign_in("pavel")
    conversation, _ = await statused.customer_writes()
    await choose(pavel, conversation, "waiting")
    now = (await pavel.row(conversation))["conversation"]
    assert (now["status"], now["paused_at"]) == ("waiting", statused.clock.now())


async def test_an_unknown_status_is_refused(statused: Office) -> None:
    pavel = await statused.sign_in("pavel")
    conversation, _ = await statused.customer_writes()
    await choose(pavel, conversation, "nonsense", expect=422)


async def test_s31_conversations_are_found_by_their_status(statused: Office) -> None:
    pavel = await statused.sign_in("pavel")
    plain, waiting, spam = [
        (await statused.customer_writes("шукай мене", customer=f"c{n}", thread=f"t{n}"))[0]
        for n in range(3)
    ]
    await choose(pavel, waiting, "waiting")
    await choose(pavel, spam, "spam")

    async def found(**query: str) -> set[int]:
        page = await pavel.get("/api/conversations", **query)
        return {row["conversation"]["id"] for row in page["rows"]}

    async def searched(status: str) -> set[int]:
        hits = (await pavel.get("/api/search", q="шукай", has_status=status))["hits"]
        return {hit["row"]["conversation"]["id"] for hit in hits}

    for status, expected in (("active", plain), ("waiting", waiting), ("spam", spam)):
        assert await found(folder="all", status="any", has_status=status) == {expected}
        assert await searched(status) == {expected}
