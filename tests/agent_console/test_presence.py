"""Whether an agent works now: said by them, told to everybody, and what follows at the console."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bridge.store.presence import HAS_TIMER
from routing import conversations
from routing.policy import AUTO_OFFLINE
from tests.agent_console.conftest import OpenOffice
from tests.agent_console.office import Agent, Office


async def chooses(agent: Agent, choice: str) -> None:
    """Have an agent choose their status."""
    answer = await agent.ask("PUT", "/api/me/presence", {"presence": choice}, expect=200)
    assert answer.json() == {"presence": choice}


async def seen(by: Agent, of: str) -> Any:
    """Return what a colleague reads of an agent's presence."""
    (one,) = [ref for ref in await by.get("/api/agents") if ref["id"] == of]
    return one["presence"]


async def test_signing_in_is_coming(office: Office, anna: Agent) -> None:
    assert await seen(anna, "pavel") == "offline"
    await office.sign_in("pavel")
    assert await seen(anna, "pavel") == "online"


async def test_d01_offline_neither_take_nor_reply_and_one_press_ends_it(
    office: Office, pavel: Agent
) -> None:
    conversation, _ = await office.customer_writes()
    await chooses(pavel, "offline")
    for verb in ("take", "messages"):
        body = {} if verb == "take" else _reply("Здравствуйте!")
        path = f"/api/conversations/{conversation}/{verb}"
        status, error = await pavel.refused("POST", path, body)
        assert (status, error["code"]) == (409, "offline")
    assert (await pavel.row(conversation))["conversation"]["assignee"] is None
    await chooses(pavel, "online")
    await pavel.act("take", conversation)
    await pavel.says(conversation, "Здравствуйте!")


def _reply(text: str) -> dict[str, str]:
    return {"client_id": "0b7c4c5e-1f5a-4a58-9d3c-6d7c1c1f0a11", "kind": "reply", "text": text}


async def test_d01_offline_nothing_else_gives_one_a_conversation_either(
    office: Office, anna: Agent, pavel: Agent
) -> None:
    untaken, _ = await office.customer_writes()
    theirs, _ = await office.customer_writes(customer="visitor-two-000002", thread="u")
    done, _ = await office.customer_writes(customer="visitor-three-00003", thread="v")
    await pavel.act("take", theirs)
    await pavel.act("close", done)
    await chooses(anna, "offline")
    for path, body in (
        (f"{untaken}/assign", {"agent": "anna"}),
        (f"{theirs}/join", {}),
        (f"{theirs}/participants", {"agents": ["anna"]}),
        (f"{done}/reopen", {}),
    ):
        _, error = await anna.refused("POST", f"/api/conversations/{path}", body)
        assert error["code"] == "offline", path


async def test_d01_offline_one_still_leaves_notes_and_hands_over(
    office: Office, anna: Agent, pavel: Agent
) -> None:
    conversation, _ = await office.customer_writes()
    await anna.act("take", conversation)
    await chooses(anna, "offline")
    await anna.says(conversation, "Позвоните ему", kind="note")
    row = await anna.act("assign", conversation, {"agent": "pavel"})
    assert row["conversation"]["assignee"] == "pavel"


async def test_r34_on_a_break_one_keeps_and_answers_ones_own(office: Office, pavel: Agent) -> None:
    conversation, _ = await office.customer_writes()
    await pavel.act("take", conversation)
    await chooses(pavel, "break")
    await pavel.says(conversation, "Минуту, пожалуйста")
    assert (await pavel.row(conversation))["conversation"]["assignee"] == "pavel"


async def test_d02_a_break_outlives_a_new_sign_in(office: Office, pavel: Agent) -> None:
    await chooses(pavel, "break")
    again = await office.sign_in("pavel")
    assert await seen(again, "pavel") == "break"


@pytest.mark.parametrize("wrong", ["away", "busy", None])
async def test_what_is_no_choice_is_refused(pavel: Agent, wrong: Any) -> None:
    status, _ = await pavel.refused("PUT", "/api/me/presence", {"presence": wrong})
    assert status == 400


async def test_d12_d13_with_online_only_nobody_else_can_be_given_one(
    an_office: OpenOffice,
) -> None:
    async with an_office({"routing.transfer.online_only": True}) as office:
        anna, ivan = await office.sign_in("anna"), await office.sign_in("ivan")
        assert anna.session["settings"]["online_only"] is True
        conversation, _ = await office.customer_writes()
        path = f"/api/conversations/{conversation}/assign"
        status, error = await anna.refused("POST", path, {"agent": "pavel"})
        assert (status, error["code"]) == (409, "agent_offline")
        assert error["detail"] == {"agent": "pavel", "name": "Павел"}
        row = await anna.act("assign", conversation, {"agent": "ivan"})
        assert row["conversation"]["assignee"] == "ivan"
        await chooses(anna, "break")
        _, error = await ivan.refused("POST", path, {"agent": "anna"})
        assert error["code"] == "agent_offline"


async def test_without_it_somebody_offline_can_be_given_one(office: Office, anna: Agent) -> None:
    conversation, _ = await office.customer_writes()
    row = await anna.act("assign", conversation, {"agent": "pavel"})
    assert row["conversation"]["assignee"] == "pavel"


# --- over the wire ---


async def is_leaving(office: Office, agent_id: str) -> bool:
    """Say whether the time until an agent is offline is running."""
    given = {"subject": f"agent:{agent_id}", "kind": AUTO_OFFLINE}
    return await office.store.read(lambda tx: tx.one(HAS_TIMER, **given)) is not None


async def worked_now(office: Office, conversation_id: int) -> bool:
    """Say whether its agent was at work in it just now."""
    conversation = await office.store.read(conversations.get, conversation_id)
    return conversation.active_at == office.clock.now()


async def comes_true(asked: Callable[[], Awaitable[bool]], *, wanted: bool) -> None:
    """Wait until the database says so."""
    async with asyncio.timeout(30):
        while await asked() != wanted:  # noqa: ASYNC110  # What is waited for is not ours to announce.
            await asyncio.sleep(0.01)


async def test_r35_every_console_is_told_at_once_the_agents_other_tabs_too(
    office: Office, anna: Agent, pavel: Agent
) -> None:
    async with (
        office.listening() as address,
        anna.live(address) as hers,
        pavel.live(address) as his,
    ):
        await hers.until("hello")
        await his.until("hello")
        office.clock.tick(1)
        await chooses(pavel, "break")
        told = [{"id": "pavel", "presence": "break"}]
        assert await hers.until("presence", agents=told)
        assert await his.until("presence", agents=told)


async def test_d02_an_open_console_is_written_down_and_so_is_its_end(
    office: Office, anna: Agent, pavel: Agent
) -> None:
    assert await is_leaving(office, "pavel")
    async with office.listening() as address:
        async with pavel.live(address) as his:
            await his.until("hello")
            await comes_true(lambda: is_leaving(office, "pavel"), wanted=False)
        await comes_true(lambda: is_leaving(office, "pavel"), wanted=True)
    assert await seen(anna, "pavel") == "online"


async def test_d15_a_touch_while_it_is_on_the_screen_is_work_in_it(
    office: Office, pavel: Agent
) -> None:
    conversation, _ = await office.customer_writes()
    await pavel.act("take", conversation)
    office.clock.tick(60)
    async with office.listening() as address, pavel.live(address) as his:
        await his.until("hello")
        await his.send({"type": "viewing", "conversation_id": conversation})
        await his.send({"type": "active"})
        await comes_true(lambda: worked_now(office, conversation), wanted=True)


async def test_d15_a_draft_is_work_in_it(office: Office, pavel: Agent) -> None:
    conversation, _ = await office.customer_writes()
    await pavel.act("take", conversation)
    office.clock.tick(60)
    path = f"/api/conversations/{conversation}/drafts/reply"
    await pavel.ask("PUT", path, {"text": "Добрый", "revision": 0}, expect=200)
    assert await worked_now(office, conversation)
