"""Queries about the event log and the small facts kept about the database itself."""

from sqlalchemy import delete, func, select

from bridge.models import CURSOR, EVENT, META, PARKED, Conversation, Event
from bridge.models.base import columns
from bridge.store.conversations import IDS_OF_CONTACT
from bridge.store.spoken import upsert
from bridge.store.statement import Statement, adding, insertion, nothing, param, value
from bridge.store.transactions import Tx

_p = param
_e = EVENT.c

ADD_EVENT = insertion(
    EVENT,
    ["at", "kind", "conversation_id", "message_id", "contact_id", "identity_id", "private_to"],
)
EVENTS_AFTER = Statement(
    Event,
    select(*columns(EVENT, Event)).where(_e.id > _p("after")).order_by(_e.id).limit(_p("limit")),
)
LAST_EVENT = Statement(value, select(func.coalesce(func.max(_e.id), 0)))
FIRST_EVENT = Statement(value, select(func.coalesce(func.min(_e.id), 0)))
OLDEST_EVENTS = Statement(Event, select(*columns(EVENT, Event)).order_by(_e.id).limit(_p("limit")))
PRUNE_EVENTS = Statement(nothing, delete(EVENT).where(_e.id < _p("keep")))

GET_META = Statement(value, select(META.c.value).where(META.c.key == _p("key")))
PUT_META = Statement(
    nothing,
    (meta := upsert(META))
    .values(key=_p("key"), value=_p("value"))
    .on_conflict_do_update(index_elements=["key"], set_={"value": meta.excluded.value}),
)
GET_CURSOR = Statement(value, select(CURSOR.c.value).where(CURSOR.c.inbox_id == _p("inbox_id")))
PUT_CURSOR = Statement(
    nothing,
    (cursor := upsert(CURSOR))
    .values(inbox_id=_p("inbox_id"), value=_p("value"))
    .on_conflict_do_update(index_elements=["inbox_id"], set_={"value": cursor.excluded.value}),
)

PARK = Statement(nothing, adding(PARKED, "inbox_id", "awaits", "event", "parked_at"))
PARKED_FOR = Statement(
    value,
    select(PARKED.c.event)
    .where(PARKED.c.inbox_id == _p("inbox_id"), PARKED.c.awaits == _p("awaits"))
    .order_by(PARKED.c.id),
)
PARKED_SINCE = Statement(
    value,
    select(PARKED.c.event)
    .where(PARKED.c.inbox_id == _p("inbox_id"), PARKED.c.parked_at >= _p("since"))
    .order_by(PARKED.c.id)
    .limit(_p("limit")),
)
UNPARK = Statement(
    nothing,
    delete(PARKED).where(PARKED.c.inbox_id == _p("inbox_id"), PARKED.c.awaits == _p("awaits")),
)
EXPIRE_PARKED = Statement(nothing, delete(PARKED).where(PARKED.c.parked_at < _p("before")))


def about(tx: Tx, kind: str, conversation: Conversation, *, message_id: int | None = None) -> None:
    """Add an event that concerns a conversation, its contact and its customer."""
    append(
        tx,
        kind,
        conversation_id=conversation.id,
        message_id=message_id,
        contact_id=conversation.contact_id,
        identity_id=conversation.identity_id,
    )


def told(tx: Tx, event_id: int, kind: str, conversation: Conversation, *, message_id: int) -> None:
    """Know of an event that stands in the log already, put there with what it tells of."""
    whose = conversation.contact_id, conversation.identity_id
    tx.news.events.append(Event(event_id, tx.now, kind, conversation.id, message_id, *whose, None))


def contact_changed(tx: Tx, contact_id: int) -> None:
    """Tell everybody who shows the contact, in its own panel or in a row."""
    append(tx, "contact.changed", contact_id=contact_id)
    for conversation_id in tx.all(IDS_OF_CONTACT, contact_id=contact_id):
        append(tx, "conversation.changed", conversation_id=conversation_id, contact_id=contact_id)


def append(
    tx: Tx,
    kind: str,
    *,
    conversation_id: int | None = None,
    message_id: int | None = None,
    contact_id: int | None = None,
    identity_id: int | None = None,
    private_to: str | None = None,
) -> int:
    """Add to the event log, in the transaction that makes the change true; return its id."""
    event_id = tx.the(
        ADD_EVENT,
        at=tx.now,
        kind=kind,
        conversation_id=conversation_id,
        message_id=message_id,
        contact_id=contact_id,
        identity_id=identity_id,
        private_to=private_to,
    )
    tx.news.events.append(
        Event(
            event_id, tx.now, kind, conversation_id, message_id, contact_id, identity_id, private_to
        )
    )
    return event_id


def end(tx: Tx) -> int:
    """Return the id of the last event there is, this transaction's own included."""
    last: int = tx.news.events[-1].id if tx.news.events else tx.the(LAST_EVENT)
    return last
