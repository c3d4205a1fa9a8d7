"""Attachments as rows: whose upload, and of which message."""

from collections.abc import Sequence

from bridge.models import Attachment
from bridge.store import messages as q
from bridge.store.transactions import Tx


class AttachmentUnknownError(Exception):
    """No upload of this owner's that is still free has this id."""


def attach(tx: Tx, public_ids: Sequence[str], owner: str, message_id: int) -> list[Attachment]:
    """Give the owner's uploads to a message, in the transaction that stores it.

    Raises `AttachmentUnknownError` if any is another's, used already, or unknown.
    """
    for position, public_id in enumerate(public_ids):
        given = {"of": public_id, "owner": owner, "message_id": message_id, "position": position}
        if not tx.run(q.ATTACH, **given):
            raise AttachmentUnknownError(public_id)
    if not public_ids:
        return []
    return tx.all(q.ATTACHMENTS_OF, message_id=message_id)
