"""The picture that agents put up of themselves."""

from agent_console.audit import By, Deed, record
from bridge.media import Content, add_upload
from bridge.models import Agent
from bridge.store import desk as d
from bridge.store import log
from bridge.store import messages as q
from bridge.store.transactions import Tx


def set_portrait(tx: Tx, me: Agent, content: Content, by: By) -> str:
    """Show this picture wherever `me` is shown, in place of the one before; return its public id.

    `content` is our own drawing of what was uploaded (`MediaStore.keep_portrait`).
    """
    before = tx.the(d.AGENT_BY_ID, id=me.id).photo_id
    photo = add_upload(tx, f"agent:{me.id}", "photo.webp", "image", content)
    tx.run(q.MAKE_PORTRAIT, of=photo.public_id, agent=me.id)
    _show(tx, me, photo.public_id, before, by)
    return photo.public_id


def remove_portrait(tx: Tx, me: Agent, by: By) -> None:
    """Show the first letters of the name again; nothing happens where there is no picture."""
    before = tx.the(d.AGENT_BY_ID, id=me.id).photo_id
    if before is not None:
        _show(tx, me, None, before, by)


def _show(tx: Tx, me: Agent, photo_id: str | None, before: str | None, by: By) -> None:
    tx.run(d.SET_PHOTO, of=me.id, photo_id=photo_id)
    if before is not None:
        tx.run(q.DROP_ATTACHMENT, public_id=before)
    log.append(tx, "photo.changed")
    record(tx, by, Deed("profile_edited", f"agent:{me.id}", {"photo": photo_id is not None}))
