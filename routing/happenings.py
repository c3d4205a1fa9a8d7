"""What the events of a transaction mean to automations: what happened, and whose doing it was.

Every function runs inside that transaction.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from bridge.models import Event, Message
from bridge.settings import Doer, Happening
from bridge.store import messages as m
from bridge.store.transactions import Tx

_VERBS: Mapping[str, Happening] = {
    "opened": "opened",
    "taken": "assigned",
    "assigned": "assigned",
    "released": "released",
    "closed": "closed",
    "reopened": "reopened",
    "status_changed": "status_changed",
    "topic_added": "topic_added",
    "tagged": "tag_added",
}


@dataclass(frozen=True, slots=True)
class Happened:
    """Something that happened in a conversation; `text` is that of the message, if it is one."""

    event: Happening
    conversation_id: int
    by: Doer
    text: str = ""


def happenings(tx: Tx, events: Iterable[Event]) -> Iterator[Happened]:
    """Yield what happened, oldest first; what nothing can be set off by is passed over."""
    for event in events:
        if event.kind != "message.added" or event.message_id is None:
            continue
        message = tx.one(m.MESSAGE_BY_ID, id=event.message_id)
        found = None if message is None else _happened(message)
        if found is not None:
            yield found


def _happened(message: Message) -> Happened | None:
    where, text = message.conversation_id, message.text
    if message.kind == "incoming":
        return Happened("message_received", where, "customer", text)
    if message.kind == "outgoing" and message.agent_id is not None:
        return Happened("message_sent", where, "agent", text)
    if message.activity is None:
        return None
    told = msgspec.json.decode(message.activity, type=dict[str, Any])
    event = _event_of(told["verb"], told["data"])
    return None if event is None else Happened(event, where, _doer(event, told["data"]))


def _event_of(verb: str, data: Mapping[str, Any]) -> Happening | None:
    if verb == "queued" and data.get("from") is not None:
        return "released"
    return _VERBS.get(verb)


def _doer(event: Happening, data: Mapping[str, Any]) -> Doer:
    if data.get("by") is not None:
        return "agent"
    if event == "opened" or data.get("reason") == "customer":
        return "customer"
    return "program"
