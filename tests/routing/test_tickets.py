"""Messages become a task, which is sent, and whose way the thread shows."""

import json
from dataclasses import replace
from typing import Any

import pytest

from bridge.models import Ticket, WebhookCall
from bridge.settings import Secret, Webhook
from bridge.settings import Ticket as TicketKind
from bridge.store import tickets as t
from bridge.store import webhooks as w
from bridge.store.transactions import Tx
from bridge.webhooks.calls import Answer, record
from routing import tickets
from routing.refusal import RefusedError
from routing.tickets import NewTicket, TicketWatch
from tests.routing.world import World

FIELDS = {
    "order": {"label": {"en": "Order", "uk": "Замовлення"}, "required": True},
    "how": {"label": "Urgency", "type": "choice", "choices": {"low": "Low", "high": "High"}},
}
KINDS = {
    "depot": {"name": "Depot", "to": {"inbox": "post", "address": "tasks@example.com"}},
    "crm": {"name": "CRM", "to": {"webhook": "crm"}, "fields": FIELDS},
}


def open_places(world: World, **webhook: Any) -> None:
    """Give tickets places to go to."""
    secret = Secret(f"whsec_{'A' * 32}")
    hook = Webhook.model_validate({"url": "https://crm.example.com/", "secret": secret} | webhook)
    world.desk = replace(
        world.desk,
        webhooks={"crm": hook},
        tickets={key: TicketKind.model_validate(one) for key, one in KINDS.items()},
        conversation_url=lambda one: f"https://desk.example.com/console/c/{one}",
    )


async def made(world: World, conversation: int, target: str = "depot", **more: Any) -> Ticket:
    """Have anna make a task; return it."""
    given = {"title": "Send it again", "text": "The parcel was lost."} | more
    new = NewTicket(target=target, **given)
    number = await world.does(
        lambda tx, one: tickets.create(tx, world.desk, one, new, by="anna"), conversation
    )
    return await ticket(world, number)


async def ticket(world: World, number: int) -> Ticket:
    return await world.store.read(lambda tx: tx.the(t.TICKET_BY_ID, id=number))


async def call_of(world: World, one: Ticket) -> WebhookCall:
    return await world.store.read(lambda tx: tx.the(w.CALL_BY_ID, id=one.call_id))


async def answered(world: World, one: Ticket, answer: Answer) -> Ticket:
    """Have the other side answer an attempt."""
    call = await call_of(world, one)

    def work(tx: Tx) -> None:
        record(tx, call, answer, TicketWatch())

    await world.store.write(work)
    return await ticket(world, one.id)


async def faults(world: World, conversation: int, **given: Any) -> set[str]:
    with pytest.raises(RefusedError) as refused:
        await made(world, conversation, **given)
    assert refused.value.code == "invalid"
    found = refused.value.detail["fields"]
    assert isinstance(found, dict)
    return set(found)


async def test_d53_a_task_goes_to_an_address_by_a_mailbox_with_a_link_back(world: World) -> None:
    open_places(world)
    conversation = await world.begun("olena")
    one = await made(world, conversation, text="Олена: *де* моє замовлення?")
    call = await call_of(world, one)
    mail = json.loads(call.body)
    assert call.webhook_id == "mail:post"
    assert (mail["to"], mail["subject"]) == ("tasks@example.com", "Send it again")
    assert "Олена: \\*де\\* моє замовлення?" in mail["text"]
    assert f"https://desk.example.com/console/c/{conversation})" in mail["text"]


async def test_d53_a_task_goes_to_a_webhook_with_its_fields(world: World) -> None:
    open_places(world)
    conversation = await world.begun("olena")
    fields = {"order": " 4711 ", "how": "high"}
    one = await made(world, conversation, "crm", fields=fields)
    call = await call_of(world, one)
    told = json.loads(call.body)
    assert (call.webhook_id, told["type"]) == ("crm", "ticket.created")
    assert told["data"]["ticket"] == {
        "id": one.id,
        "target": "crm",
        "title": "Send it again",
        "text": "The parcel was lost.",
        "fields": [
            {"id": "order", "label": "Order", "value": "4711", "shown": "4711"},
            {"id": "how", "label": "Urgency", "value": "high", "shown": "High"},
        ],
    }
    assert told["data"]["by"]["id"] == "anna"
    assert told["data"]["conversation"]["url"].endswith(f"/console/c/{conversation}")


async def test_d52_it_carries_just_the_messages_that_were_picked(world: World) -> None:
    open_places(world)
    conversation = await world.begun("olena", text="перше")
    for text in ("друге", "третє", "четверте", "пʼяте"):
        await world.says("olena", text)
    said = {one.text: one.id for one in await world.messages(conversation)}
    picked = [said["четверте"], said["друге"]]
    one = await made(world, conversation, "crm", fields={"order": "1"}, messages=picked)
    told = json.loads((await call_of(world, one)).body)
    assert [message["text"] for message in told["data"]["messages"]] == ["друге", "четверте"]


async def test_d53_the_thread_shows_it_from_the_start(world: World) -> None:
    open_places(world)
    conversation = await world.begun("olena")
    one = await made(world, conversation)
    shown = (await world.activities(conversation))[-1]
    assert shown == {"verb": "ticket", "by": "anna", "target": "depot", "title": "Send it again"}
    assert one.state == "queued"


async def test_d53_the_address_that_the_receiver_answers_is_kept(world: World) -> None:
    open_places(world)
    one = await made(world, await world.begun("olena"), "crm", fields={"order": "1"})
    url = "https://crm.example.com/tasks/77"
    now = await answered(world, one, Answer("", 201, json.dumps({"url": url})))
    assert (now.state, now.reason, now.url) == ("sent", None, url)


@pytest.mark.parametrize("text", ["ok", "[1]", '{"url": "javascript:alert(1)"}', '{"url": 7}'])
async def test_what_is_no_address_is_not_kept(world: World, text: str) -> None:
    open_places(world)
    one = await made(world, await world.begun("olena"), "crm", fields={"order": "1"})
    now = await answered(world, one, Answer("", 200, text))
    assert (now.state, now.url) == ("sent", None)


async def test_a_task_that_failed_says_why_and_can_be_sent_again(world: World) -> None:
    open_places(world)
    conversation = await world.begun("olena")
    one = await made(world, conversation)
    failed = await answered(world, one, Answer("refused", text="No such mailbox."))
    assert (failed.state, failed.reason) == ("failed", "refused")
    await world.does(tickets.retry, conversation, one.id)
    again = await ticket(world, one.id)
    assert (again.state, again.reason) == ("queued", None)
    assert (await call_of(world, again)).state == "queued"


async def test_a_task_that_waits_for_another_attempt_says_why(world: World) -> None:
    open_places(world)
    one = await made(world, await world.begun("olena"))
    now = await answered(world, one, Answer("unreachable"))
    assert (now.state, now.reason) == ("queued", "unreachable")


async def test_only_what_has_failed_is_sent_again(world: World) -> None:
    open_places(world)
    conversation, other = await world.begun("olena"), await world.begun("ivan")
    one = await made(world, conversation)
    with pytest.raises(RefusedError, match="state"):
        await world.does(tickets.retry, conversation, one.id)
    with pytest.raises(RefusedError, match="not_found"):
        await world.does(tickets.retry, other, one.id)


async def test_each_change_of_a_task_is_an_event_of_its_conversation(world: World) -> None:
    open_places(world)
    one = await made(world, await world.begun("olena"))
    before = len(await world.events())
    await answered(world, one, Answer(""))
    news = (await world.events())[before:]
    assert [(event.kind, event.message_id) for event in news] == [
        ("message.changed", one.message_id)
    ]


async def test_what_is_missing_or_wrong_is_named_by_its_field(world: World) -> None:
    open_places(world)
    conversation = await world.begun("olena")
    assert await faults(world, conversation, target="erp") == {"target"}
    assert await faults(world, conversation, title=" ") == {"title"}
    assert await faults(world, conversation, target="crm") == {"fields.order"}
    wrong = {"order": "1", "how": "soon", "color": "red"}
    assert await faults(world, conversation, target="crm", fields=wrong) == {
        "fields.how",
        "fields.color",
    }


async def test_messages_of_another_conversation_are_never_sent(world: World) -> None:
    open_places(world)
    conversation, other = await world.begun("olena"), await world.begun("ivan")
    [foreign] = [one.id for one in await world.messages(other) if one.kind == "incoming"]
    [activity] = [one.id for one in await world.messages(conversation) if one.kind == "activity"]
    assert await faults(world, conversation, messages=[foreign]) == {"messages"}
    assert await faults(world, conversation, messages=[activity]) == {"messages"}
    assert await faults(world, conversation, messages=[999_999]) == {"messages"}


async def test_without_texts_a_webhook_gets_what_the_agent_wrote_and_no_more(world: World) -> None:
    open_places(world, include_text=False)
    conversation = await world.begun("olena", text="таємниця")
    [said] = [one.id for one in await world.messages(conversation) if one.kind == "incoming"]
    one = await made(world, conversation, "crm", fields={"order": "1"}, messages=[said])
    body = (await call_of(world, one)).body
    assert "таємниця" not in body
    assert "The parcel was lost." in body
