"""An agent is mailed what they have not seen in time, once, and never early."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from agent_console.actions.reading import mark_read
from bridge.models import Agent, WebhookCall
from bridge.store import webhooks as w
from bridge.store.desk import AGENT_BY_ID, PUT_AGENT
from bridge.store.transactions import Tx
from routing import conversations, unseen
from routing.desk import AgentMail
from tests.routing.continued.mailed import Mailed
from tests.routing.world import World

MINUTE = 60
ANNA = "anna@example.com"


@pytest.fixture
async def mailed(world: World) -> Mailed:
    """Return a world in which agents are mailed by `post`."""
    world.desk = replace(
        world.desk,
        agent_mail=AgentMail("post", languages={"anna": ("ru",)}),
        conversation_url=lambda one: f"https://desk.example.com/console/c/{one}",
    )
    world.under(mail_agent_after=60_000, release_idle=None)
    for one in ("anna", "boris"):
        await has_address(world, one, f"{one}@example.com")
    return Mailed(world)


async def has_address(world: World, agent: str, address: str | None) -> None:
    def work(tx: Tx) -> None:
        tx.run(PUT_AGENT, id=agent, name=agent.title(), email=address, role="agent")

    await world.store.write(work)


async def sent(world: Mailed) -> list[dict[str, Any]]:
    """Return the mails to agents, in their order."""
    calls: list[WebhookCall] = await world.store.read(
        lambda tx: tx.all(w.CALLS, state="queued", limit=100)
    )
    ours = sorted((one for one in calls if one.event == unseen.EVENT), key=lambda one: one.id)
    assert all(one.webhook_id == "mail:post" for one in ours)
    return [json.loads(one.body) for one in ours]


async def annas(world: Mailed, **more: Any) -> int:
    """Have anna take a conversation; what follows is new to her."""
    here: int = await world.begun("olena", **more)
    await world.takes("anna", here)
    await reads(world, here)
    return here


async def reads(world: Mailed, here: int, agent: str = "anna") -> None:
    last = [one.id for one in await world.messages(here) if one.kind == "incoming"][-1]

    def work(tx: Tx) -> None:
        me: Agent = tx.the(AGENT_BY_ID, id=agent)
        mark_read(tx, world.desk, me, here, last)

    await world.store.write(work)


async def test_o18_unseen_for_a_minute_it_is_mailed_then_and_not_before(mailed: Mailed) -> None:
    await annas(mailed)
    await mailed.passes(600)
    await mailed.says("olena", "Где мой заказ?")
    await mailed.passes(MINUTE - 0.001)
    assert await sent(mailed) == []
    await mailed.passes(0.001)
    [mail] = await sent(mailed)
    assert mail["to"] == ANNA
    await mailed.passes(100 * MINUTE)
    assert len(await sent(mailed)) == 1


async def test_o18_seen_at_the_59th_second_it_is_not_mailed(mailed: Mailed) -> None:
    here = await annas(mailed)
    await mailed.says("olena", "?")
    await mailed.passes(MINUTE - 1)
    await reads(mailed, here)
    await mailed.passes(100 * MINUTE)
    assert await sent(mailed) == []


async def test_what_was_answered_is_not_mailed(mailed: Mailed) -> None:
    here = await annas(mailed)
    await mailed.says("olena", "?")
    await mailed.replies("anna", here)
    await mailed.passes(100 * MINUTE)
    assert await sent(mailed) == []


async def test_o31_o40_the_mail_holds_what_was_written_and_how_to_answer(mailed: Mailed) -> None:
    here = await annas(mailed)
    await mailed.says("olena", "Где *мой* заказ?")
    await mailed.passes(30)
    await mailed.says("olena", "Он №4711")
    await mailed.passes(30)
    [mail] = await sent(mailed)
    assert "Где \\*мой\\* заказ?" in mail["text"]
    assert "Он №4711" in mail["text"]
    assert f"https://desk.example.com/console/c/{here}" in mail["text"]
    assert "Ответьте на это письмо" in mail["text"]
    assert "(pager)" in mail["subject"]
    about = unseen.answerable(mail["thread"])
    assert about is not None
    assert (about.conversation_id, about.agent_id) == (here, "anna")


async def test_o31_switched_off_nothing_is_mailed(mailed: Mailed) -> None:
    await annas(mailed)
    mailed.under(mail_agent_after=None)
    await mailed.says("olena", "?")
    await mailed.passes(100 * MINUTE)
    assert await sent(mailed) == []


async def test_without_a_surface_of_mail_nothing_is_mailed(mailed: Mailed) -> None:
    await annas(mailed)
    mailed.desk = replace(mailed.desk, agent_mail=None)
    mailed.under()
    await mailed.says("olena", "?")
    await mailed.passes(100 * MINUTE)
    assert await sent(mailed) == []


async def test_between_two_mails_are_some_minutes_and_the_second_holds_the_rest(
    mailed: Mailed,
) -> None:
    await annas(mailed)
    await mailed.says("olena", "первое")
    await mailed.passes(MINUTE)
    await mailed.says("olena", "второе")
    await mailed.says("olena", "третье")
    await mailed.passes(4 * MINUTE)
    assert len(await sent(mailed)) == 1
    await mailed.passes(MINUTE)
    _, second = await sent(mailed)
    assert "первое" not in second["text"]
    assert "второе" in second["text"]
    assert "третье" in second["text"]


async def test_whoever_is_given_what_waits_is_mailed_a_minute_later(mailed: Mailed) -> None:
    here = await annas(mailed)
    await mailed.says("olena", "?")
    await mailed.passes(30)
    await mailed.does(conversations.assign, here, "boris", by="anna")
    await mailed.passes(MINUTE - 1)
    assert await sent(mailed) == []
    await mailed.passes(1)
    assert [one["to"] for one in await sent(mailed)] == ["boris@example.com"]


async def test_what_nobody_has_is_mailed_to_nobody(mailed: Mailed) -> None:
    await mailed.begun("olena")
    await mailed.passes(100 * MINUTE)
    assert await sent(mailed) == []


async def test_who_has_no_address_is_not_mailed(mailed: Mailed) -> None:
    await annas(mailed)
    await has_address(mailed.world, "anna", None)
    await mailed.says("olena", "?")
    await mailed.passes(100 * MINUTE)
    assert await sent(mailed) == []


@pytest.mark.parametrize("notices", [{"level": "nothing"}, {"customers": False}])
async def test_whoever_is_told_nothing_of_customers_is_not_mailed(
    mailed: Mailed, notices: Mapping[str, Any]
) -> None:
    await annas(mailed)
    by = AgentMail("post", **notices)
    mailed.desk = replace(mailed.desk, agent_mail=by)
    mailed.under()
    await mailed.says("olena", "?")
    await mailed.passes(100 * MINUTE)
    assert await sent(mailed) == []
