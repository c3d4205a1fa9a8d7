"""Topics and tags through the console's API: who may give them, and what is told."""

from typing import Any

import pytest

from tests.agent_console.conftest import OpenOffice
from tests.agent_console.office import Agent, Office


def _topics(conversation: int) -> str:
    return f"/api/conversations/{conversation}/topics"


async def _contact(agent: Agent, conversation: int) -> int:
    number: int = (await agent.row(conversation))["conversation"]["contact"]["id"]
    return number


async def test_r53_the_session_has_the_topics_and_tags_of_the_yaml(
    an_office: OpenOffice,
) -> None:
    async with an_office({"topics.prices": {"label": {"en": "Prices", "ru": "Цены"}}}) as office:
        session = (await office.sign_in("pavel")).session

    assert session["topics"] == [
        {"id": "prices", "label": {"en": "Prices", "ru": "Цены"}},
        {"id": "orders", "label": "Orders"},
    ]
    assert session["tags"][0] == {
        "id": "vip", "label": "VIP", "color": "#d97706", "pinned": True,
    }  # fmt: skip
    assert session["settings"]["topic_required_to_close"] is False
    assert session["settings"]["other_topic"] is True


async def test_j26_r53_rows_carry_the_topics_and_what_was_typed(
    office: Office, pavel: Agent, anna: Agent
) -> None:
    conversation, _ = await office.customer_writes()
    await pavel.post(_topics(conversation), {"topic": "orders"})
    await pavel.post(_topics(conversation), {"topic": "prices"})
    other = f"/api/conversations/{conversation}/other-topic"
    await pavel.ask("PUT", other, {"text": " подарунок  🎁"}, expect=200)

    row = (await anna.row(conversation))["conversation"]
    assert (row["topics"], row["other_topic"]) == (["orders", "prices"], "подарунок 🎁")

    await pavel.ask("DELETE", f"{_topics(conversation)}/orders", expect=200)
    await pavel.ask("DELETE", other, expect=200)
    row = (await anna.row(conversation))["conversation"]
    assert row["topics"] == ["prices"]
    assert "other_topic" not in row


async def test_s37_rows_carry_their_persons_tags_in_the_order_of_the_yaml(
    office: Office, pavel: Agent
) -> None:
    one, _ = await office.customer_writes(thread="one")
    two, _ = await office.customer_writes(thread="two")
    contact = await _contact(pavel, one)
    for tag in ("gross", "vip"):
        await pavel.post(f"/api/contacts/{contact}/tags", {"tag": tag}, expect=204)

    for conversation in (one, two):
        row = (await pavel.row(conversation))["conversation"]
        assert row["contact"]["tags"] == ["vip", "gross"]
    await pavel.ask("DELETE", f"/api/contacts/{contact}/tags/vip", expect=204)
    assert (await pavel.row(two))["conversation"]["contact"]["tags"] == ["gross"]


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        ("/api/conversations/1/topics", {"topic": "nothing"}, "topic_unknown"),
        ("/api/contacts/1/tags", {"tag": "nothing"}, "tag_unknown"),
    ],
)
async def test_what_the_yaml_does_not_declare_cannot_be_given(
    office: Office, pavel: Agent, path: str, body: Any, code: str
) -> None:
    await office.customer_writes()
    assert (await pavel.refused("POST", path, body))[0] == 422
    assert (await pavel.refused("POST", path, body))[1]["code"] == code


async def test_r43_in_a_closed_conversation_neither_topic_nor_assignee_is_changed(
    office: Office, pavel: Agent, anna: Agent
) -> None:
    conversation, _ = await office.customer_writes()
    await pavel.act("close", conversation)

    for agent in (pavel, anna):
        assert not {"assign", "set_topics"} & set((await agent.row(conversation))["can"])
        for path, body in (("topics", {"topic": "prices"}), ("assign", {"agent": "ivan"})):
            answer = await agent.refused("POST", f"/api/conversations/{conversation}/{path}", body)
            assert (answer[0], answer[1]["code"]) == (409, "state")
            assert answer[1]["detail"] == {"state": "closed"}
    await pavel.act("reopen", conversation)
    assert {"assign", "set_topics"} <= set((await pavel.row(conversation))["can"])


async def test_a_colleagues_conversation_gets_no_topic_of_mine_and_says_whose_it_is(
    office: Office, pavel: Agent, ivan: Agent
) -> None:
    conversation, _ = await office.customer_writes()
    await pavel.act("take", conversation)

    status, error = await ivan.refused("POST", _topics(conversation), {"topic": "prices"})

    assert (status, error["code"], error["detail"]["agent"]) == (409, "taken", "pavel")


async def test_j27_closing_without_a_topic_is_refused_with_its_own_reason(
    an_office: OpenOffice,
) -> None:
    async with an_office({"conversation.topic_required_to_close": True}) as office:
        pavel = await office.sign_in("pavel")
        conversation, _ = await office.customer_writes()
        path = f"/api/conversations/{conversation}/close"

        status, error = await pavel.refused("POST", path, {})

        assert (status, error["code"]) == (409, "topic_required")
        await pavel.post(_topics(conversation), {"topic": "prices"})
        assert (await pavel.act("close", conversation))["conversation"]["state"] == "closed"


async def test_s35_s38_only_tags_that_conversations_have_are_counted(
    office: Office, pavel: Agent
) -> None:
    one, _ = await office.customer_writes(thread="one")
    await office.customer_writes(thread="two")
    other, _ = await office.customer_writes(customer="visitor-two-000002")
    for conversation, tag in ((one, "vip"), (one, "debtor"), (other, "vip")):
        contact = await _contact(pavel, conversation)
        await pavel.post(f"/api/contacts/{contact}/tags", {"tag": tag}, expect=204)

    assert await pavel.get("/api/tags") == [
        {"id": "vip", "count": 3},
        {"id": "debtor", "count": 2},
    ]
