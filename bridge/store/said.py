"""What is said in a thread, stored together with what follows from it.

A message makes its conversation wait, and everybody is told of it. Each by itself would be one
more question to a server of PostgreSQL's and a wait for its answer, on which two threads pass
the interpreter to each other; so the server is asked for all of it at once. SQLite has no
words for that, and answers where it is asked.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Insert,
    Select,
    Update,
    exists,
    insert,
    literal,
    select,
    update,
)

from bridge.models import CONVERSATION, EVENT, MESSAGE, Conversation
from bridge.store import log
from bridge.store.conversations import CUSTOMER_WROTE, customer_wrote
from bridge.store.messages import ADD_MESSAGE, NEW
from bridge.store.spoken import upsert
from bridge.store.statement import Statement, nothing, param
from bridge.store.transactions import Tx

_p = param
ADDED = "message.added"
_WITHIN = "conversation_id"


class _Said(NamedTuple):
    message_id: int
    event_id: int


def _in_one(*, by_customer: bool) -> Select[Any]:
    """Return the message, its conversation and the event of it as one; none where it is there."""
    made = upsert(MESSAGE).values(NEW).on_conflict_do_nothing().returning(MESSAGE.c.id).cte("made")
    event = _event(made.c.id)
    row = select(*event.values()).select_from(made)
    told = insert(EVENT).from_select([*event], row).returning(EVENT.c.id).cte("told")
    both = select(made.c.id, told.c.id)
    if not by_customer:
        return both
    wrote = _wrote(select(made.c.id).scalar_subquery()).where(exists(select(made.c.id)))
    return both.add_cte(wrote.cte("wrote"))


def _as_told(message_id: ColumnElement[int], event_id: ColumnElement[int]) -> Insert:
    """Return the same of what a customer wrote that is certain to be new, under given ids."""
    made = insert(MESSAGE).values(id=message_id, **NEW).cte("made")
    told = insert(EVENT).values(id=event_id, **_event(message_id))
    return told.add_cte(made, _wrote(message_id).cte("wrote"))


def _wrote(message_id: ColumnElement[int]) -> Update:
    return (
        update(CONVERSATION)
        .where(CONVERSATION.c.id == _p(_WITHIN))
        .values(customer_wrote(message_id, _p("created_at")))
    )


def _event(message_id: ColumnElement[int]) -> dict[str, ColumnElement[Any]]:
    return {
        "at": _p("created_at"),
        "kind": literal(ADDED),
        "conversation_id": _p(_WITHIN),
        "message_id": message_id,
        "contact_id": _p("contact_id"),
        "identity_id": _p("whose"),
    }


HEARD: Statement[_Said] = Statement(_Said, _in_one(by_customer=True), within=_WITHIN)
SAID: Statement[_Said] = Statement(_Said, _in_one(by_customer=False), within=_WITHIN)
HEARD_AS = Statement(nothing, _as_told(_p("message_id"), _p("event_id")), within=_WITHIN)


def heard(tx: Tx, conversation: Conversation, row: Mapping[str, Any]) -> int | None:
    """Store what a customer wrote, have the conversation wait for an answer, and tell of it.

    `row` has all the columns of `NEW`. Returns the message's id, `None` where it is there
    already and nothing was done.
    """
    ids = tx.ids(row["inbox_id"], row["external_id"])
    if ids is None:
        return _stored(tx, conversation, row, HEARD, wrote)
    given = {"message_id": ids.message, "event_id": ids.event}
    tx.put_off(HEARD_AS, **row, **_whose(conversation), **given)
    log.told(tx, ids.event, ADDED, conversation, message_id=ids.message)
    return ids.message


def said(tx: Tx, conversation: Conversation, row: Mapping[str, Any]) -> int | None:
    """Store what somebody else has said, and tell of it; as `heard`, but nobody waits for it."""
    return _stored(tx, conversation, row, SAID, _added)


def wrote(tx: Tx, conversation: Conversation, message_id: int) -> None:
    """Have a conversation wait for an answer to what is stored already, and tell of it."""
    tx.run(CUSTOMER_WROTE, of=conversation.id, at=tx.now, message_id=message_id)
    _added(tx, conversation, message_id)


def _added(tx: Tx, conversation: Conversation, message_id: int) -> None:
    log.about(tx, ADDED, conversation, message_id=message_id)


def _stored(
    tx: Tx,
    conversation: Conversation,
    row: Mapping[str, Any],
    at_once: Statement[_Said],
    then: Callable[[Tx, Conversation, int], None],
) -> int | None:
    """Store a message with what follows from it: at once, or with `then` after it."""
    if tx.asks_afar:
        return _at_once(tx, conversation, at_once, row)
    message_id = tx.one(ADD_MESSAGE, **row)
    if message_id is not None:
        then(tx, conversation, message_id)
    return message_id


def _at_once(
    tx: Tx, conversation: Conversation, statement: Statement[_Said], row: Mapping[str, Any]
) -> int | None:
    both = tx.one(statement, **row, **_whose(conversation))
    if both is None:
        return None
    log.told(tx, both.event_id, ADDED, conversation, message_id=both.message_id)
    return both.message_id


def _whose(conversation: Conversation) -> dict[str, int]:
    return {"contact_id": conversation.contact_id, "whose": conversation.identity_id}
