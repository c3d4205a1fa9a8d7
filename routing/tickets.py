"""Tasks made of messages: what is asked for, where it goes, and what became of it.

Every function runs inside a transaction.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from bridge.markup import escape
from bridge.models import Conversation, Message, Ticket, WebhookCall
from bridge.settings import LocalText, TicketField
from bridge.settings import Ticket as TicketKind
from bridge.store import conversations as q
from bridge.store import log
from bridge.store import messages as m
from bridge.store import tickets as t
from bridge.store import webhooks as w
from bridge.store.desk import AGENT_BY_ID
from bridge.store.transactions import Tx
from bridge.webhooks.calls import Mail, send_again
from routing import conversations
from routing.desk import Desk
from routing.refusal import RefusedError
from routing.webhooks import enqueue, enqueue_mail
from routing.webhooks.data import (
    FieldData,
    TicketData,
    TicketEventData,
    agent_data,
    conversation_data,
    message_data,
)

EVENT = "ticket.created"
LONGEST_TITLE = 200
MOST_MESSAGES = 100
_LONGEST_VALUE = 1000
_WEB = re.compile(r"https?://[^\s<>\"]{1,2000}")
_LINK: Mapping[str, str] = {
    "en": "The conversation in the console",
    "ru": "Разговор в консоли",
    "uk": "Розмова в консолі",
    "es": "La conversación en la consola",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTicket:
    """What an agent has filled in; `messages` are the ids of those it was made of."""

    target: str
    title: str
    text: str
    fields: Mapping[str, str] = field(default_factory=dict)
    messages: Sequence[int] = ()


def create(tx: Tx, desk: Desk, conversation: Conversation, new: NewTicket, *, by: str) -> int:
    """Store a ticket and have it sent; return its id.

    Raises `RefusedError("invalid")` with the fields that are wrong: `target`, `title`, `text`,
    `messages`, and `fields.<id>` for those of the YAML.
    """
    kind = desk.tickets.get(new.target)
    if kind is None:
        raise RefusedError("invalid", {"fields": {"target": "There is no such kind of ticket."}})
    messages = _messages(tx, conversation, new.messages)
    faults = dict(_faults(kind, new))
    if messages is None:
        faults["messages"] = "These are not messages of this conversation."
    if faults or messages is None:
        raise RefusedError("invalid", {"fields": faults})
    ticket_id = _stored(tx, conversation, new, by)
    call_id = _sent(tx, desk, conversation, kind, _Made(ticket_id, new, messages, by))
    tx.run(t.SET_CALL, of=ticket_id, call_id=call_id)
    return ticket_id


def retry(tx: Tx, conversation: Conversation, ticket_id: int) -> None:
    """Send a ticket again that has failed.

    Raises `RefusedError("not_found")`, and `("state")` for one that has not failed, or that
    failed so long ago that what it held is forgotten.
    """
    ticket = tx.one(t.TICKET_BY_ID, id=ticket_id)
    if ticket is None or ticket.conversation_id != conversation.id:
        raise RefusedError("not_found")
    call = tx.one(w.CALL_BY_ID, id=ticket.call_id)
    if ticket.state != "failed" or call is None or not send_again(tx, call):
        raise RefusedError("state", {"state": ticket.state})
    _show(tx, ticket, state="queued", reason=None, url=ticket.url)


class TicketWatch:
    """Shows in the thread what becomes of tickets: the `CallWatcher` of every place."""

    def recorded(self, tx: Tx, call: WebhookCall) -> None:
        """Follow a call, if it is a ticket's."""
        ticket = tx.one(t.TICKET_OF_CALL, call_id=call.id) if call.event == EVENT else None
        if ticket is None:
            return
        url = _url_in(call.answer) if call.state == "sent" else ticket.url
        if (ticket.state, ticket.reason, ticket.url) != (call.state, call.reason, url):
            _show(tx, ticket, state=call.state, reason=call.reason, url=url)


def _show(tx: Tx, ticket: Ticket, **now: str | None) -> None:
    tx.run(t.SET_TICKET_STATE, of=ticket.id, **now)
    conversation = tx.the(q.CONVERSATION_BY_ID, id=ticket.conversation_id)
    log.about(tx, "message.changed", conversation, message_id=ticket.message_id)


def _url_in(answer: str | None) -> str | None:
    """Return where the ticket is in the other system, as the receiver may have answered."""
    try:
        told: Any = msgspec.json.decode(answer or "")
    except msgspec.DecodeError:
        return None
    url = told.get("url") if isinstance(told, dict) else None
    return url if isinstance(url, str) and _WEB.fullmatch(url) else None


# --- What is wrong with it ---


def _faults(kind: TicketKind, new: NewTicket) -> Iterator[tuple[str, str]]:
    if not new.title.strip():
        yield "title", "Say in a line what is to be done."
    if len(new.title) > LONGEST_TITLE:
        yield "title", f"This is longer than {LONGEST_TITLE} characters."
    for name in new.fields:
        if name not in kind.fields:
            yield f"fields.{name}", "There is no such field."
    for name, one in kind.fields.items():
        fault = _fault_in(one, new.fields.get(name, "").strip())
        if fault is not None:
            yield f"fields.{name}", fault


def _fault_in(one: TicketField, value: str) -> str | None:
    if not value:
        return "This is needed." if one.required else None
    if one.type == "choice" and value not in one.choices:
        return "This is none of the choices."
    return None if len(value) <= _LONGEST_VALUE else f"This is longer than {_LONGEST_VALUE}."


def _messages(tx: Tx, conversation: Conversation, ids: Sequence[int]) -> list[Message] | None:
    """Return the messages in their order, or `None` if some are no messages of it."""
    found = [tx.one(m.MESSAGE_BY_ID, id=one) for one in sorted(set(ids))]
    good = [
        one
        for one in found
        if one is not None and one.conversation_id == conversation.id and one.kind != "activity"
    ]
    return good if len(good) == len(found) <= MOST_MESSAGES else None


# --- What is sent ---


@dataclass(frozen=True, slots=True)
class _Made:
    """A ticket that is stored, with what it was made of."""

    id: int
    new: NewTicket
    messages: Sequence[Message]
    by: str


def _stored(tx: Tx, conversation: Conversation, new: NewTicket, by: str) -> int:
    title = " ".join(new.title.split())
    message_id = conversations.activity(
        tx, conversation, "ticket", by=by, target=new.target, title=title
    )
    return tx.the(
        t.ADD_TICKET,
        conversation_id=conversation.id,
        message_id=message_id,
        agent_id=by,
        target=new.target,
        title=title,
        state="queued",
        created_at=tx.now,
    )


def _sent(tx: Tx, desk: Desk, conversation: Conversation, kind: TicketKind, made: _Made) -> int:
    filled = _filled(desk, kind, made.new)
    if kind.to.webhook is not None:
        data = _data(tx, desk, conversation, made, filled, kind.to.webhook)
        return enqueue(tx, desk, kind.to.webhook, EVENT, data, conversation_id=conversation.id)
    mail = Mail(
        to=kind.to.address or "",
        subject=" ".join(made.new.title.split()),
        text=_letter(desk, conversation, made.new, filled),
        author=tx.the(AGENT_BY_ID, id=made.by).name,
    )
    return enqueue_mail(tx, kind.to.inbox or "", EVENT, mail, conversation_id=conversation.id)


def _filled(desk: Desk, kind: TicketKind, new: NewTicket) -> list[FieldData]:
    def words(text: LocalText) -> str:
        return text.pick(desk.policy.language, desk.policy.language)

    filled = []
    for name, one in kind.fields.items():
        value = new.fields.get(name, "").strip()
        if value:
            shown = words(one.choices[value]) if one.type == "choice" else value
            filled.append(FieldData(id=name, label=words(one.label), value=value, shown=shown))
    return filled


def _letter(
    desk: Desk, conversation: Conversation, new: NewTicket, filled: Sequence[FieldData]
) -> str:
    """Return the mail in our own markup; nothing that was typed is taken for marks."""
    lines = "\n".join(f"**{escape(one.label)}:** {escape(one.shown)}" for one in filled)
    words = escape(_LINK.get(desk.policy.language, _LINK["en"]))
    link = f"[{words}]({desk.conversation_url(conversation.id)})"
    return "\n\n".join(part for part in (lines, escape(new.text.strip()), link) if part)


def _data(
    tx: Tx,
    desk: Desk,
    conversation: Conversation,
    made: _Made,
    filled: Sequence[FieldData],
    webhook_id: str,
) -> TicketEventData:
    include_text = desk.webhooks[webhook_id].include_text
    return TicketEventData(
        ticket=TicketData(
            id=made.id,
            target=made.new.target,
            title=" ".join(made.new.title.split()),
            text=made.new.text.strip(),
            fields=filled,
        ),
        conversation=conversation_data(tx, desk, conversation),
        messages=[message_data(tx, one, include_text=include_text) for one in made.messages],
        by=agent_data(tx, made.by),
    )
