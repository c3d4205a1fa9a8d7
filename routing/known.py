"""Finding a message by what its network calls it."""

from bridge.models import Message
from bridge.store import albums as a
from bridge.store import deliveries as d
from bridge.store import messages as m
from bridge.store.transactions import Tx


def written(tx: Tx, inbox_id: str, external_id: str) -> Message | None:
    """Return the customer's message, or the one of which this is an item."""
    of = {"inbox_id": inbox_id, "external_id": external_id}
    message = tx.one(m.MESSAGE_BY_EXTERNAL, **of)
    if message is None and (item := tx.one(a.ITEM, **of)) is not None:
        return tx.one(m.MESSAGE_BY_ID, id=item.message_id)
    return message


def said(tx: Tx, inbox_id: str, external_id: str) -> Message | None:
    """Return the message, whoever wrote it."""
    return written(tx, inbox_id, external_id) or _sent(tx, inbox_id, external_id)


def quoted(tx: Tx, inbox_id: str, external_id: str | None) -> int | None:
    """Return our id of the message a customer quotes: one of theirs, or one of ours."""
    message = said(tx, inbox_id, external_id) if external_id is not None else None
    return message.id if message else None


def _sent(tx: Tx, inbox_id: str, external_id: str) -> Message | None:
    ours = tx.one(d.DELIVERIES_BY_RECEIPT, inbox_id=inbox_id, external_id=external_id)
    return tx.one(m.MESSAGE_BY_ID, id=ours.message_id) if ours else None
