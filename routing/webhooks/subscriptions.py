"""Who asked to be told of what: read from the event log, a moment after it happened.

What is hot, taking in and answering, pays nothing for it. The place in the log is moved in
the transaction that queues the calls, and the log keeps what has not been told
(`housekeeping.prune`): nothing is lost, and nothing queued twice.
"""

import asyncio
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from bridge.channel import StorageUnavailableError
from bridge.models import Event, Message
from bridge.settings import WebhookEvent
from bridge.store import conversations as q
from bridge.store import log
from bridge.store import messages as m
from bridge.store.transactions import Store, Tx, is_passing
from routing.desk import Desk
from routing.webhooks.data import EventData, agent_data, conversation_data, message_data
from routing.webhooks.queueing import enqueue

_log = logging.getLogger(__name__)

# More in one transaction would keep those who write waiting.
AT_ONCE = 50
_PAUSE = 1.0
TOLD_UP_TO = "webhooks_told_up_to"

_SAID: Mapping[str, WebhookEvent] = {
    "incoming": "message.received",
    "outgoing": "message.sent",
    "note": "note.added",
}
_DONE: Mapping[str, WebhookEvent] = {
    "opened": "conversation.opened",
    "taken": "conversation.assigned",
    "assigned": "conversation.assigned",
    "released": "conversation.released",
    "queued": "conversation.released",
    "closed": "conversation.closed",
    "reopened": "conversation.reopened",
}


@dataclass(frozen=True, slots=True)
class _Happened:
    """An event of ours in the words of a webhook; `by` and `reason` are of a change."""

    event: WebhookEvent
    message: Message
    by: str | None = None
    reason: str | None = None


class Subscriptions:
    """Queues what webhooks have asked for."""

    def __init__(self, store: Store, desk: Desk) -> None:
        """Serve the webhooks of this desk."""
        self._store = store
        self._desk = desk
        self._awake = asyncio.Event()

    def wake(self) -> None:
        """Say that others may be asking now than before."""
        self._awake.set()

    def committed(self, events: Sequence[Event]) -> None:
        """Look whether a commit appended anything that may be told."""
        if _is_asked(self._desk) and any(one.kind == "message.added" for one in events):
            self._awake.set()

    async def run(self) -> None:
        """Queue until cancelled."""
        # There may be what the last run of the program left.
        self._awake.set()
        while True:
            await self._awake.wait()
            self._awake.clear()
            try:
                while await self._store.write(tell, self._desk):
                    pass
            except StorageUnavailableError:
                _log.error("webhooks wait for the database")
                self._awake.set()
                await asyncio.sleep(_PAUSE)


def tell(tx: Tx, desk: Desk) -> bool:
    """Queue what has been asked for of the next events; say whether there may be more."""
    if not _is_asked(desk):
        # Whoever asks later is told of what happens from then on.
        _stand_at(tx, None)
        return False
    told = told_up_to(tx)
    if told is None:
        _stand_at(tx, tx.the(log.LAST_EVENT))
        return False
    events = tx.all(log.EVENTS_AFTER, after=told, limit=AT_ONCE)
    for event in events:
        if event.kind == "message.added":
            _tell_of(tx, desk, event)
    if events:
        _stand_at(tx, events[-1].id)
    return len(events) == AT_ONCE


def told_up_to(tx: Tx) -> int | None:
    """Return the last event that webhooks have been told of; `None` where nobody asked."""
    told = tx.one(log.GET_META, key=TOLD_UP_TO)
    return int(told) if told else None


def _is_asked(desk: Desk) -> bool:
    return any(one.events for one in desk.webhooks.values())


def _stand_at(tx: Tx, event_id: int | None) -> None:
    tx.run(log.PUT_META, key=TOLD_UP_TO, value="" if event_id is None else str(event_id))


def _tell_of(tx: Tx, desk: Desk, event: Event) -> None:
    """Queue one event; one that cannot be told must not stop those after it."""
    try:
        with tx.attempt():
            _queue(tx, desk, event)
    except Exception as error:
        if is_passing(error):
            raise
        _log.exception("event %s could not be told to webhooks", event.id)


def _queue(tx: Tx, desk: Desk, event: Event) -> None:
    message = tx.one(m.MESSAGE_BY_ID, id=event.message_id)
    happened = None if message is None else _happened(message)
    if happened is None:
        return
    data: dict[bool, EventData] = {}
    for webhook_id, include_text in _asked(desk, happened.event):
        if include_text not in data:
            data[include_text] = _data(tx, desk, happened, include_text=include_text)
        about = happened.message.conversation_id
        enqueue(tx, desk, webhook_id, happened.event, data[include_text], conversation_id=about)


def _asked(desk: Desk, event: WebhookEvent) -> Iterator[tuple[str, bool]]:
    for webhook_id, one in desk.webhooks.items():
        if event in one.events:
            yield webhook_id, one.include_text


def _happened(message: Message) -> _Happened | None:
    """Return what a message says has happened, if a webhook may ask for it."""
    if message.activity is None:
        said = _SAID.get(message.kind)
        return None if said is None else _Happened(said, message)
    told: dict[str, Any] = msgspec.json.decode(message.activity)
    event, data = _DONE.get(told["verb"]), told["data"]
    # Into a queue goes also what nobody has had yet, and so nobody has let go.
    if event is None or (told["verb"] == "queued" and data.get("from") is None):
        return None
    return _Happened(event, message, data.get("by"), data.get("reason"))


def _data(tx: Tx, desk: Desk, happened: _Happened, *, include_text: bool) -> EventData:
    message = happened.message
    conversation = tx.the(q.CONVERSATION_BY_ID, id=message.conversation_id)
    about = conversation_data(tx, desk, conversation)
    if message.activity is None:
        said = message_data(tx, message, include_text=include_text)
        return EventData(conversation=about, message=said)
    return EventData(
        conversation=about,
        by=agent_data(tx, happened.by),
        reason=happened.reason or msgspec.UNSET,
    )
