"""Bots: agents that are programs."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from bridge.models import Presence, Timer
from bridge.store import deliveries as d
from bridge.store.desk import AGENT_BY_ID
from bridge.store.transactions import Tx
from routing import presence, queues, timers
from routing.declared import declare
from tests.agent_console.bearers import Bearer, with_token
from tests.agent_console.conftest import OpenOffice
from tests.agent_console.office import Agent, Office
from tests.databases import by_hand

HELPER = {"name": "Helper", "role": "bot", "bot": {"answer_within": "30s"}}
BOT_FIRST = {
    "agents.helper": HELPER,
    "teams": {"sales": {"members": ["pavel", "ivan", "helper"]}},
    "routing.default": {"team": "sales", "strategy": "manual"},
    "routing.rules": [{"to": {"agent": "helper"}}],
}


@pytest.fixture
async def office(an_office: OpenOffice) -> AsyncIterator[Office]:
    """Return an office whose bot answers first."""
    async with an_office(BOT_FIRST) as opened:
        yield opened


@pytest.fixture
async def helper(office: Office) -> Bearer:
    """Return the bot, with its token, and here."""
    await office.store.write(presence.arrived, office.desk.policy, "helper")
    return await with_token(office, "helper")


SAYING = {"client_id": "3b0d5a4e-0f6e-4c6e-9a53-0d9d1c3c1a11", "kind": "reply", "text": "ещё"}


async def fire_due(office: Office) -> list[str]:
    """Fire what is due; return the kinds."""
    fired = []
    while due := await office.store.read(_due):
        for timer in due:
            await office.store.write(timers.fire, office.desk, timer)
            fired.append(timer.kind)
    return fired


def _due(tx: Tx) -> list[Timer]:
    return tx.all(d.DUE_TIMERS, now=tx.now)


async def presence_of(office: Office, agent_id: str) -> Presence:
    """Return what an agent's presence is."""
    return (await office.store.read(lambda tx: tx.the(AGENT_BY_ID, id=agent_id))).presence


async def assignee(anna: Agent, conversation: int) -> Any:
    """Return who has a conversation."""
    return (await anna.row(conversation))["conversation"]["assignee"]


async def told(anna: Agent, conversation: int) -> list[Any]:
    """Return what has happened in a conversation."""
    thread = await anna.thread(conversation)
    return [one["activity"] for one in thread if one["kind"] == "activity"]


async def test_j36_a_rule_gives_a_customer_to_the_bot_which_answers_and_hands_over(
    office: Office, helper: Bearer, anna: Agent
) -> None:
    conversation, _ = await office.customer_writes("Где мой заказ?")

    assert await helper.listed("mine") == [conversation]
    assert [one["text"] for one in await helper.thread(conversation) if one["text"]] == [
        "Где мой заказ?"
    ]
    await helper.says(conversation, "Минутку, смотрю.")
    await helper.act("team", conversation, {"team": "sales"})

    row = await anna.row(conversation)
    assert row["conversation"]["assignee"] is None
    assert row["conversation"]["team"] == "sales"


async def test_s44_after_the_hand_over_the_bot_neither_writes_nor_sees(
    office: Office, helper: Bearer, pavel: Agent
) -> None:
    conversation, message = await office.customer_writes()
    await helper.says(conversation, "Минутку")
    await helper.act("assign", conversation, {"agent": "pavel"})

    for method, path, body in (
        ("POST", f"/api/conversations/{conversation}/messages", SAYING),
        ("POST", f"/api/conversations/{conversation}/close", {}),
        ("POST", f"/api/conversations/{conversation}/assign", {"agent": "helper"}),
        ("GET", f"/api/conversations/{conversation}", None),
        ("GET", f"/api/conversations/{conversation}/messages", None),
        ("PATCH", f"/api/messages/{message}", {"text": "x"}),
    ):
        status, error = await helper.refused(method, path, body)
        assert (status, error["code"]) == (404, "not_found"), path
    assert await helper.listed("mine") == []
    # And a person who hands over to a bot cannot write either.
    await pavel.act("assign", conversation, {"agent": "helper"})
    with pytest.raises(AssertionError, match="taken"):
        await pavel.says(conversation, "ещё")


async def test_a_bot_sees_only_what_it_has_to_answer(office: Office, helper: Bearer) -> None:
    mine, _ = await office.customer_writes()
    theirs, _ = await office.customer_writes(customer="visitor-two-000002")
    await helper.act("release", theirs)

    assert await helper.listed("mine") == [mine]
    for folder in ("new", "all", "closed"):
        assert (await helper.refused("GET", f"/api/conversations?folder={folder}"))[0] == 403
    assert (await helper.refused("GET", f"/api/conversations/{theirs}"))[0] == 404
    for path in ("/api/search?q=x", "/api/contacts/1", "/api/folders", "/api/channels"):
        assert (await helper.refused("GET", path))[0] in (403, 404), path


async def test_where_the_bot_is_not_here_the_rule_is_passed_over(
    office: Office, anna: Agent
) -> None:
    conversation, _ = await office.customer_writes()

    row = (await anna.row(conversation))["conversation"]
    assert (row["assignee"], row["team"]) == (None, "sales")


async def test_j36_a_customer_whom_the_bot_leaves_waiting_goes_to_the_team_in_time(
    office: Office, helper: Bearer, anna: Agent
) -> None:
    conversation, _ = await office.customer_writes()
    await fire_due(office)
    office.clock.tick(29.9)
    await fire_due(office)
    assert await assignee(anna, conversation) == "helper"

    office.clock.tick(0.1)
    assert "release_idle" in await fire_due(office)

    row = (await anna.row(conversation))["conversation"]
    assert (row["assignee"], row["team"]) == (None, "sales")
    assert (await told(anna, conversation))[-1] == {
        "verb": "queued",
        "data": {"from": "helper", "team": "sales", "from_team": "sales", "bot": "silent"},
    }


async def test_a_bot_that_answers_in_time_keeps_the_customer(
    office: Office, helper: Bearer, anna: Agent
) -> None:
    conversation, _ = await office.customer_writes()
    office.clock.tick(20)
    await helper.says(conversation, "Здравствуйте")
    office.clock.tick(60)
    await fire_due(office)

    assert await assignee(anna, conversation) == "helper"


async def test_the_customer_of_a_bot_that_has_gone_goes_to_the_team_in_seconds(
    office: Office, helper: Bearer, anna: Agent
) -> None:
    waiting, _ = await office.customer_writes()
    answered, _ = await office.customer_writes(customer="visitor-two-000002")
    await helper.says(answered, "Здравствуйте")

    await office.store.write(presence.departed, office.desk.policy, "helper")
    assert await presence_of(office, "helper") == "offline"
    office.clock.tick(presence.BOT_GRACE / 1000)
    await fire_due(office)

    assert await assignee(anna, waiting) is None
    assert await assignee(anna, answered) == "helper"
    assert (await told(anna, waiting))[-1]["data"]["bot"] == "offline"


async def test_a_bot_that_is_back_at_once_keeps_its_customers(
    office: Office, helper: Bearer, anna: Agent
) -> None:
    conversation, _ = await office.customer_writes()
    await office.store.write(presence.departed, office.desk.policy, "helper")
    office.clock.tick(1)
    await office.store.write(presence.arrived, office.desk.policy, "helper")
    office.clock.tick(presence.BOT_GRACE / 1000)
    await fire_due(office)

    assert await presence_of(office, "helper") == "online"
    assert await assignee(anna, conversation) == "helper"


async def test_a_bot_that_misses_several_in_a_row_is_offline_until_it_does_something(
    office: Office, helper: Bearer
) -> None:
    for number in range(presence.MOST_MISSED):
        assert await presence_of(office, "helper") == "online"
        await office.customer_writes(customer=f"visitor-{number:06}-xxxx")
        await fire_due(office)
        office.clock.tick(30)
        await fire_due(office)

    assert await presence_of(office, "helper") == "offline"
    await helper.ask("PUT", "/api/me/presence", {"presence": "online"}, expect=200)
    assert await presence_of(office, "helper") == "online"


async def test_a_bot_without_line_or_webhook_is_not_online_by_saying_so(office: Office) -> None:
    bot = await with_token(office, "helper")
    await bot.ask("PUT", "/api/me/presence", {"presence": "online"}, expect=200)

    assert await presence_of(office, "helper") == "offline"


async def test_a_strategy_gives_nothing_to_a_bot(an_office: OpenOffice) -> None:
    least = {"routing.default": {"team": "sales", "strategy": "least_loaded"}, "routing.rules": []}
    async with an_office(BOT_FIRST | least) as office:
        await office.store.write(presence.arrived, office.desk.policy, "helper")
        conversation, _ = await office.customer_writes()
        anna = await office.sign_in("anna")
        assert await assignee(anna, conversation) is None

        await office.sign_in("pavel")
        await office.store.write(queues.give_out, office.desk)
        assert await assignee(anna, conversation) == "pavel"


async def test_s44_anybody_may_take_a_customer_from_a_bot_and_it_is_out(
    office: Office, helper: Bearer, ivan: Agent
) -> None:
    conversation, _ = await office.customer_writes()

    assert "take" in (await ivan.row(conversation))["can"]
    assert "reply" not in (await ivan.row(conversation))["can"]
    await ivan.act("take", conversation)
    await ivan.says(conversation, "Я отвечу")

    assert (await helper.refused("GET", f"/api/conversations/{conversation}"))[0] == 404


async def test_r65_a_bot_is_an_assignee_like_any_other(
    office: Office, helper: Bearer, pavel: Agent
) -> None:
    conversation, _ = await office.customer_writes()
    await helper.act("assign", conversation, {"agent": "pavel"})

    row = await pavel.act("assign", conversation, {"agent": "helper"})

    assert row["conversation"]["assignee"] == "helper"
    refs = {one["id"]: one for one in await pavel.get("/api/agents")}
    assert (refs["helper"]["role"], refs["helper"]["presence"]) == ("bot", "online")


async def test_a_bot_takes_part_beside_nobody(office: Office, pavel: Agent, anna: Agent) -> None:
    conversation, _ = await office.customer_writes()
    await pavel.act("take", conversation)

    path = f"/api/conversations/{conversation}/participants"
    status, error = await anna.refused("POST", path, {"agents": ["ivan", "helper"]})

    assert (status, error["code"]) == (422, "invalid")
    assert (await anna.row(conversation))["conversation"]["participants"] == []


async def test_the_customer_is_told_the_name_of_the_bot_and_then_of_the_person(
    an_office: OpenOffice,
) -> None:
    joined = {"enabled": True, "text": "{{agent.name}} answers"}
    changed = {"enabled": True, "text": "Now {{agent.name}} answers"}
    said = {"system_messages": {"agent_joined": joined, "agent_changed": changed}}
    async with an_office(BOT_FIRST | said) as office:
        await office.store.write(presence.arrived, office.desk.policy, "helper")
        helper, anna = await with_token(office, "helper"), await office.sign_in("anna")
        conversation, _ = await office.customer_writes()
        await helper.act("assign", conversation, {"agent": "pavel"})

        words = [one["text"] for one in await anna.thread(conversation)]

    assert "Helper answers" in words
    assert "Now Павел answers" in words


async def test_the_bot_is_told_of_its_own_conversations_only_and_of_losing_them(
    office: Office, helper: Bearer, pavel: Agent
) -> None:
    before, _ = await office.customer_writes()
    async with office.listening() as address, helper.live(address) as view:
        await view.until("reset")
        other, _ = await office.customer_writes(customer="visitor-two-000002")
        await helper.act("assign", other, {"agent": "pavel"})
        await view.until("changes", gone=[other])
        _, hidden = await office.customer_writes("не для бота", customer="visitor-two-000002")
        await pavel.says(other, "Секрет", kind="note")
        _, own = await office.customer_writes("для бота")
        assert (await view.message(own))["conversation_id"] == before

    seen = str(view.frames)
    assert "не для бота" not in seen
    assert "Секрет" not in seen
    assert hidden != own
    assert {one["type"] for one in view.frames} <= {"hello", "reset", "changes"}


async def test_a_bot_that_comes_back_is_told_what_it_has_lost_meanwhile(
    office: Office, helper: Bearer, pavel: Agent
) -> None:
    conversation, _ = await office.customer_writes()
    cursor = (await helper.get("/api/me"))["cursor"]
    await pavel.act("take", conversation)
    _, hidden = await office.customer_writes("не для бота")

    async with office.listening() as address, helper.live(address, after=cursor) as view:
        await view.until("changes", gone=[conversation])

    assert "не для бота" not in str(view.frames)
    assert hidden


async def test_a_live_line_makes_the_bot_present_and_its_end_absent(
    office: Office, helper: Bearer
) -> None:
    await office.store.write(presence.departed, office.desk.policy, "helper")
    async with office.listening() as address:
        async with helper.live(address) as view:
            await view.until("reset")
            await until_presence(office, "online")
        await until_presence(office, "offline")


async def until_presence(office: Office, wanted: Presence) -> None:
    """Wait until the bot is so."""
    async with asyncio.timeout(30):
        while await presence_of(office, "helper") != wanted:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_who_becomes_a_bot_signs_in_no_more(office: Office) -> None:
    ivan = await office.sign_in("ivan")
    agents = dict(office.settings.agents)
    agents["ivan"] = agents["helper"]

    await office.store.write(declare, office.settings.model_copy(update={"agents": agents}))

    await ivan.ask("GET", "/api/folders", expect=401)


async def test_a_blocked_customer_is_not_answered_by_a_bot(
    office: Office, helper: Bearer, anna: Agent
) -> None:
    conversation, _ = await office.customer_writes()
    await anna.act("block", conversation, {"scope": "identity", "until": None, "reason": "spam"})

    with pytest.raises(AssertionError):
        await helper.says(conversation, "Здравствуйте")


async def test_s32_what_bots_have_can_be_listed_alone(
    office: Office, helper: Bearer, anna: Agent, pavel: Agent
) -> None:
    of_bot, _ = await office.customer_writes()
    of_pavel, _ = await office.customer_writes(customer="visitor-two-000002")
    await helper.act("assign", of_pavel, {"agent": "pavel"})

    assert sorted(await anna.listed("all")) == sorted([of_bot, of_pavel])
    assert await anna.listed("all", bot=True) == [of_bot]


HOOK = {
    "url": "http://127.0.0.1:9/bot",
    "allow_private": True,
}


def calls(tx: Tx) -> list[tuple[str, Any]]:
    """Return what is to be told, as (event, data)."""
    rows = by_hand(tx, "SELECT event, body FROM webhook_calls ORDER BY id").fetchall()
    return [(event, msgspec.json.decode(body)["data"]) for event, body in rows]


async def test_a_bot_with_a_webhook_is_here_and_is_told_of_its_own_customers(
    an_office: OpenOffice, tmp_path: Path
) -> None:
    secret = tmp_path / "hook"
    secret.write_text("whsec_" + "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo=")
    hook = HOOK | {"secret": f"${{file:{secret}}}"}
    hooked = HELPER | {"bot": {"answer_within": "30s", "webhook": "bot"}}
    async with an_office(
        BOT_FIRST | {"agents.helper": hooked, "webhooks": {"bot": hook}}
    ) as office:
        await office.store.write(presence.restarted, office.desk.policy)
        assert await presence_of(office, "helper") == "online"
        helper, anna = await with_token(office, "helper"), await office.sign_in("anna")
        conversation, message = await office.customer_writes("Где заказ?")
        await helper.says(conversation, "Смотрю")
        await anna.act("take", conversation)
        await office.customer_writes("Ау?")
        await anna.act("assign", conversation, {"agent": "helper"})

        told = await office.store.read(calls)

    assert [event for event, _ in told] == ["bot.message", "bot.lost", "bot.assigned"]
    assert told[0][1]["message"]["id"] == message
    assert told[0][1]["message"]["text"] == "Где заказ?"
    assert told[2][1]["message"]["text"] == "Ау?"
    assert "message" not in told[1][1]
