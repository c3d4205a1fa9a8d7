"""Programs outside are told what they have asked for: all of it, once, in its order."""

import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest

from bridge import channel as ch
from bridge.models import WebhookCall
from bridge.settings import Secret, Webhook
from bridge.store import log
from bridge.store import webhooks as w
from bridge.store.transactions import News, Tx
from routing import conversations
from routing.housekeeping import prune
from routing.webhooks import enqueue, forget
from routing.webhooks.subscriptions import Subscriptions, tell
from tests.databases import until
from tests.routing.world import World

ALL = (
    "conversation.opened",
    "conversation.assigned",
    "conversation.released",
    "conversation.closed",
    "conversation.reopened",
    "message.received",
    "message.sent",
    "note.added",
)
DAY = 24 * 3600


def webhook(*events: str, **keys: Any) -> Webhook:
    given = {"url": "https://crm.example.com/", "secret": Secret(f"whsec_{'A' * 32}")}
    return Webhook.model_validate(given | {"events": list(events)} | keys)


async def subscribed(world: World, **webhooks: Webhook) -> None:
    """Have programs be told from now on."""
    world.desk = replace(
        world.desk, webhooks=webhooks, conversation_url=lambda one: f"https://desk/c/{one}"
    )
    await told(world)


async def told(world: World) -> None:
    """Let all that has happened be queued."""
    while await world.store.write(tell, world.desk):
        pass


async def calls(world: World, webhook_id: str = "crm") -> list[WebhookCall]:
    def read(tx: Tx) -> list[WebhookCall]:
        queued = tx.all(w.CALLS, state="queued", limit=1000)
        return sorted((one for one in queued if one.webhook_id == webhook_id), key=lambda c: c.id)

    return await world.store.read(read)


async def events(world: World, webhook_id: str = "crm") -> list[str]:
    await told(world)
    return [one.event for one in await calls(world, webhook_id)]


async def data(world: World, event: str, webhook_id: str = "crm") -> Any:
    """Return what the last such event said."""
    await told(world)
    found = [one for one in await calls(world, webhook_id) if one.event == event]
    return json.loads(found[-1].body)["data"]


async def test_the_whole_of_a_conversation_is_told_in_its_order(world: World) -> None:
    await subscribed(world, crm=webhook(*ALL))
    conversation = await world.begun("olena")
    await world.takes("anna", conversation)
    await world.notes("anna", conversation)
    await world.replies("anna", conversation)
    await world.does(conversations.release, conversation, by="anna")
    await world.does(conversations.assign, conversation, "boris", by="sofia")
    await world.closes("boris", conversation)
    await world.says("olena")
    assert await events(world) == [
        "conversation.opened",
        "message.received",
        "conversation.assigned",
        "note.added",
        "message.sent",
        "conversation.released",
        "conversation.assigned",
        "conversation.closed",
        "conversation.reopened",
        "message.received",
    ]


async def test_each_is_told_only_what_it_has_asked_for(world: World) -> None:
    await subscribed(world, crm=webhook("conversation.closed"), erp=webhook("message.received"))
    conversation = await world.begun("olena")
    await world.closes("sofia", conversation)
    assert await events(world) == ["conversation.closed"]
    assert await events(world, "erp") == ["message.received"]


async def test_a_message_is_told_with_who_wrote_it_and_where(world: World) -> None:
    await subscribed(world, crm=webhook("message.received"))
    sender = ch.Sender(external_id="olena", name="Олена", email="olena@example.com")
    conversation = await world.begun("olena", text="Де моє замовлення? 📦", sender=sender)
    now = await data(world, "message.received")
    kept = await world.conversation(conversation)
    [message] = [one for one in await world.messages(conversation) if one.kind == "incoming"]
    assert now["message"] == {
        "id": message.id,
        "kind": "incoming",
        "author": {"kind": "customer"},
        "format": "plain",
        "created_at": now["message"]["created_at"],
        "attachments": [],
        "text": "Де моє замовлення? 📦",
    }
    about = now["conversation"]
    assert about["url"] == f"https://desk/c/{conversation}"
    assert about["contact"] == {
        "id": kept.contact_id,
        "name": "Олена",
        "email": "olena@example.com",
        "phone": None,
    }
    assert about["inbox"]["id"] == "pager"
    assert (about["state"], about["assignee"], about["team"]) == ("open", None, None)


async def test_a_change_is_told_with_who_made_it(world: World) -> None:
    await subscribed(world, crm=webhook("conversation.assigned", "conversation.closed"))
    conversation = await world.begun("olena")
    await world.does(conversations.assign, conversation, "boris", by="sofia")
    assigned = await data(world, "conversation.assigned")
    assert assigned["by"]["id"] == "sofia"
    assert assigned["conversation"]["assignee"]["id"] == "boris"
    assert "message" not in assigned
    await world.does(
        conversations.close, conversation, world.desk.policy, by="customer", reason="customer"
    )
    closed = await data(world, "conversation.closed")
    assert (closed["by"], closed["reason"]) == (None, "customer")
    assert closed["conversation"]["state"] == "closed"


async def test_without_texts_it_is_told_that_something_was_said_and_not_what(world: World) -> None:
    await subscribed(
        world, crm=webhook("message.received", include_text=False), erp=webhook("message.received")
    )
    file = ch.InboundMedia(ref="1", kind="file", name="паспорт.pdf", mime="application/pdf")
    await world.begun("olena", text="таємниця", media=[file])
    told_crm = await data(world, "message.received")
    assert "text" not in told_crm["message"]
    assert "name" not in told_crm["message"]["attachments"][0]
    for one in await calls(world):
        assert "таємниця" not in one.body
        assert "паспорт" not in one.body
    told_erp = await data(world, "message.received", "erp")
    assert told_erp["message"]["text"] == "таємниця"
    assert told_erp["message"]["attachments"][0]["name"] == "паспорт.pdf"


async def test_nobody_is_told_of_what_happened_before_they_asked(world: World) -> None:
    await world.begun("olena")
    await subscribed(world, crm=webhook(*ALL))
    assert await events(world) == []
    await world.says("olena")
    assert await events(world) == ["message.received"]


async def test_whoever_asks_again_after_a_while_is_not_told_of_that_while(world: World) -> None:
    await subscribed(world, crm=webhook(*ALL))
    await subscribed(world)
    await world.begun("olena")
    await subscribed(world, crm=webhook(*ALL))
    assert await events(world) == []


async def test_what_happened_while_nobody_told_it_is_told_afterwards_once(world: World) -> None:
    await subscribed(world, crm=webhook("message.received"))
    for number in range(120):
        await world.says("olena", f"{number}")
    assert len(await events(world)) == 120
    assert len(await events(world)) == 120
    said = [json.loads(one.body)["data"]["message"]["text"] for one in await calls(world)]
    assert said == [f"{number}" for number in range(120)]


async def test_the_log_keeps_what_has_not_been_told(world: World) -> None:
    await subscribed(world, crm=webhook("message.received"))
    await world.says("olena", "перше")
    world.clock.tick(30 * DAY)
    await world.says("olena", "друге")
    while await world.store.write(prune):
        pass
    assert await events(world) == ["message.received", "message.received"]
    while await world.store.write(prune):
        pass
    oldest = await world.store.read(lambda tx: tx.the(log.FIRST_EVENT))
    assert oldest > 1


async def test_one_that_cannot_be_told_does_not_stop_the_others(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    await subscribed(world, crm=webhook("message.received"))
    await world.says("olena", "перше")
    broken = world.desk
    world.desk = replace(broken, conversation_url=_bug)
    await told(world)
    world.desk = broken
    await world.says("olena", "друге")
    assert await events(world) == ["message.received"]
    assert "could not be told" in caplog.text


def _bug(_conversation: int) -> str:
    raise ValueError("a bug")


async def test_a_commit_with_something_to_tell_wakes_whoever_tells_it(world: World) -> None:
    await subscribed(world, crm=webhook("message.received"))
    subscriptions = Subscriptions(world.store, world.desk)
    woken: list[str] = []

    def committed(news: News) -> None:
        subscriptions.committed(news.events)
        woken.extend(news.topics)

    world.store.on_commit = committed
    running = asyncio.create_task(subscriptions.run())
    await world.says("olena")
    await until(lambda: "webhooks" in woken)
    running.cancel()
    assert len(await calls(world)) == 1


async def test_what_has_ended_is_forgotten_in_time_and_what_waits_never(world: World) -> None:
    await subscribed(world, crm=webhook())

    def three(tx: Tx) -> None:
        for state in ("sent", "failed", "queued"):
            call = enqueue(tx, world.desk, "crm", state, {})
            if state != "queued":
                tx.run(
                    w.END_CALL,
                    of=call,
                    at=tx.now,
                    status=None,
                    reason=None,
                    answer=None,
                    state=state,
                )

    async def left() -> list[str]:
        def read(tx: Tx) -> list[str]:
            return [
                one.event
                for state in ("sent", "failed", "queued")
                for one in tx.all(w.CALLS, state=state, limit=10)
            ]

        await world.store.write(forget)
        return await world.store.read(read)

    await world.store.write(three)
    assert await left() == ["sent", "failed", "queued"]
    world.clock.tick(4 * DAY)
    assert await left() == ["failed", "queued"]
    world.clock.tick(40 * DAY)
    assert await left() == ["queued"]
