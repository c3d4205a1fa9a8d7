"""Telling programs outside what has happened: a row in the transaction that makes it true.

A worker of its own (`bridge.webhooks`) carries it, however long the receiver takes.
"""

from collections.abc import Mapping

import msgspec

from bridge.delivery import PATIENCE
from bridge.store import webhooks as w
from bridge.store.transactions import Tx
from bridge.webhooks.calls import WEBHOOK_TOPIC, Mail, body_of, mail_place, new_id
from routing.desk import Desk

_DAY = 24 * 3_600_000
# What was taken is kept for whoever looks for it, what failed until somebody has seen to it.
_KEPT = {"sent": 3 * _DAY, "failed": 30 * _DAY}
_FORGOTTEN_AT_ONCE = 1000


def enqueue(
    tx: Tx,
    desk: Desk,
    webhook_id: str,
    event: str,
    payload: Mapping[str, object] | msgspec.Struct,
    *,
    conversation_id: int | None = None,
) -> int:
    """Have a webhook told of an event; return the call's id.

    `payload` becomes the `data` of the request (docs/reference/webhooks.md). What is told of
    one conversation arrives in its order, and is forgotten with it; without a conversation
    there is no order. Raises `LookupError` where the YAML has no webhook of this id.
    """
    if webhook_id not in desk.webhooks:
        raise LookupError(f"there is no webhook {webhook_id}")
    return _queue(tx, webhook_id, event, body_of(event, tx.now, payload), conversation_id)


def enqueue_mail(
    tx: Tx, inbox_id: str, event: str, mail: Mail, *, conversation_id: int | None = None
) -> int:
    """Have a mailbox write to somebody who is no customer; return the call's id."""
    body = msgspec.json.encode(mail).decode()
    return _queue(tx, mail_place(inbox_id), event, body, conversation_id)


def _queue(tx: Tx, place: str, event: str, body: str, conversation_id: int | None) -> int:
    tx.wake(WEBHOOK_TOPIC)
    return tx.the(
        w.ADD_CALL,
        webhook_id=place,
        public_id=new_id(),
        event=event,
        conversation_id=conversation_id,
        body=body,
        state="queued",
        due_at=tx.now,
        created_at=tx.now,
        changed_at=tx.now,
        expires_at=tx.now + PATIENCE,
    )


def forget(tx: Tx) -> int:
    """Forget some of what has ended long ago; return how many."""
    limit = _FORGOTTEN_AT_ONCE
    return sum(
        tx.run(w.FORGET_CALLS, state=state, before=tx.now - kept, limit=limit)
        for state, kept in _KEPT.items()
    )
