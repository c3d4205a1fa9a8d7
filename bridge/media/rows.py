"""Attachments as rows: whose upload, of which message, and what is yet to be fetched."""

import secrets
from collections.abc import Sequence

from bridge.channel import InboundMedia
from bridge.media.kinds import shown_name
from bridge.models import Attachment
from bridge.store import messages as q
from bridge.store.transactions import Tx

FETCH_TOPIC = "fetches"


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


def fetch_later(tx: Tx, media: InboundMedia, *, owner: str, message_id: int | None) -> None:
    """Note a file that the network keeps, to be downloaded at once."""
    tx.the(
        q.ADD_ATTACHMENT,
        public_id=secrets.token_hex(16),
        message_id=message_id,
        owner=owner,
        sha256="",
        name=shown_name(media.name),
        mime=media.mime,
        kind=media.kind,
        size=media.size or 0,
        width=None,
        height=None,
        state="pending",
        fetch_ref=media.ref,
        created_at=tx.now,
    )
    tx.wake(FETCH_TOPIC)
