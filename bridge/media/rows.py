"""Attachments as rows: whose upload, of which message, and what is yet to be fetched."""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bridge.channel import InboundMedia, MediaKind
from bridge.media.kinds import shown_name
from bridge.models import Attachment
from bridge.store import messages as q
from bridge.store.transactions import Tx


@dataclass(frozen=True, slots=True)
class Content:
    """A file that was kept: its hash, what it really is, its bytes, a picture's pixels."""

    sha256: str
    mime: str
    size: int
    width: int | None = None
    height: int | None = None


class AttachmentUnknownError(Exception):
    """No upload of this owner's that is still free has this id."""


def add_upload(tx: Tx, owner: str, name: str, kind: MediaKind, content: Content) -> Attachment:
    """Note a file that is kept, as an upload that is not sent with anything yet."""
    public_id = secrets.token_hex(16)
    tx.the(
        q.ADD_ATTACHMENT,
        public_id=public_id,
        message_id=None,
        identity_id=None,
        owner=owner,
        sha256=content.sha256,
        name=name,
        mime=content.mime,
        kind=kind,
        size=content.size,
        width=content.width,
        height=content.height,
        state="ready",
        role="attachment",
        fetch_ref=None,
        fetch_key=None,
        position=0,
        created_at=tx.now,
    )
    return tx.the(q.ATTACHMENT_BY_PUBLIC_ID, public_id=public_id)


def attach(
    tx: Tx, public_ids: Sequence[str], owners: Collection[str], message_id: int
) -> list[Attachment]:
    """Give uploads of any of `owners` to a message, in the transaction that stores it.

    Raises `AttachmentUnknownError` if any is another's, used already, or unknown.
    """
    for position, public_id in enumerate(public_ids):
        given = {"of": public_id, "message_id": message_id, "position": position}
        if not any(tx.run(q.ATTACH, owner=owner, **given) for owner in owners):
            raise AttachmentUnknownError(public_id)
    if not public_ids:
        return []
    return tx.all(q.ATTACHMENTS_OF, message_id=message_id)


def fetch_later(
    tx: Tx,
    media: InboundMedia,
    *,
    owner: str = "",
    message_id: int | None = None,
    identity_id: int | None = None,
    position: int = 0,
) -> None:
    """Note a file that the network keeps, of a message or a person, to be downloaded.

    `position` is its place among the message's files; those of one place stay as they came.
    """
    tx.the(
        q.ADD_ATTACHMENT,
        public_id=secrets.token_hex(16),
        message_id=message_id,
        identity_id=identity_id,
        owner=owner,
        sha256="",
        name=shown_name(media.name),
        mime=media.mime,
        kind=media.kind,
        size=media.size or 0,
        width=None,
        height=None,
        state="pending",
        role=media.role,
        fetch_ref=media.ref,
        fetch_key=media.key or None,
        position=position,
        created_at=tx.now,
    )
