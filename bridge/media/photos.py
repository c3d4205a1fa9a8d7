"""Pictures of people: fetched like any file once a network tells of one (J09)."""

from bridge.channel import InboundMedia
from bridge.media.rows import fetch_later
from bridge.models import Attachment, Identity
from bridge.store import log
from bridge.store import messages as q
from bridge.store import people as p
from bridge.store.transactions import Tx

_OWNER = "photo:"


def fetch(tx: Tx, identity_id: int, ref: str) -> None:
    """Have the picture fetched that the network calls `ref`."""
    tx.run(p.SET_PHOTO_REF, of=identity_id, ref=ref)
    media = InboundMedia(kind="image", ref=ref)
    fetch_later(tx, media, owner=f"{_OWNER}{identity_id}", message_id=None)


def identity_of(tx: Tx, row: Attachment) -> Identity | None:
    """Return whose picture a file is; `None` for a file of another kind."""
    if not row.owner.startswith(_OWNER):
        return None
    return tx.the(p.IDENTITY_BY_ID, id=int(row.owner.removeprefix(_OWNER)))


def settle(tx: Tx, row: Attachment, identity: Identity) -> None:
    """Show the fetched picture in place of the one before; no picture at all is dropped."""
    if row.state != "ready" or row.kind != "image" or row.fetch_ref != identity.photo_ref:
        tx.run(q.DROP_ATTACHMENT, public_id=row.public_id)
        return
    tx.run(p.SET_PHOTO, of=identity.id, photo_id=row.public_id)
    if identity.photo_id is not None:
        tx.run(q.DROP_ATTACHMENT, public_id=identity.photo_id)
    log.contact_changed(tx, identity.contact_id)


def is_photo(row: Attachment) -> bool:
    """Say whether the file is a person's picture, which every agent may see."""
    return row.owner.startswith(_OWNER)
