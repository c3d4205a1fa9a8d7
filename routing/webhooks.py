"""Telling programs outside what has happened: a row in the transaction that makes it true.

A worker of its own (`bridge.webhooks`) carries it, however long the receiver takes.
"""

import secrets
from collections.abc import Mapping
from datetime import UTC, datetime

import msgspec

from bridge.delivery import PATIENCE
from bridge.store import webhooks as w
from bridge.store.transactions import Tx
from bridge.webhooks.calls import WEBHOOK_TOPIC
from routing.desk import Desk

VERSION = 1
"""Of what the requests hold: it grows when something in it comes to mean something else."""


def enqueue(
    tx: Tx,
    desk: Desk,
    webhook_id: str,
    event: str,
    payload: Mapping[str, object],
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
    body = {
        "type": event,
        "version": VERSION,
        "timestamp": datetime.fromtimestamp(tx.now / 1000, UTC),
        "data": payload,
    }
    tx.wake(WEBHOOK_TOPIC)
    return tx.the(
        w.ADD_CALL,
        webhook_id=webhook_id,
        public_id=f"msg_{secrets.token_hex(12)}",
        event=event,
        conversation_id=conversation_id,
        body=msgspec.json.encode(body).decode(),
        state="queued",
        due_at=tx.now,
        created_at=tx.now,
        changed_at=tx.now,
        expires_at=tx.now + PATIENCE,
    )
