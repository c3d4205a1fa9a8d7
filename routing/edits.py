"""Changing and taking back messages that are stored: the rows, the index, the event."""

from collections.abc import Iterable
from typing import Protocol, TypeVar

from bridge import search
from bridge.channel import MessageEdited, TextFormat
from bridge.models import DeliveryAction, DeliveryState, Message
from bridge.store import conversations as q
from bridge.store import log
from bridge.store import messages as m
from bridge.store.transactions import Tx
from routing import attachments

# The ends of a delivery that ask nothing more of anybody.
_ARRIVED = frozenset({"sent", "delivered", "read"})


class PartOfMessage(Protocol):
    """Of a delivery, what tells whether it still counts."""

    @property
    def part(self) -> int:
        """Return which part of the message it carries."""
        ...

    @property
    def action(self) -> DeliveryAction:
        """Return what it does with the part."""
        ...

    @property
    def revision(self) -> int:
        """Return the revision of the message that it brings."""
        ...

    @property
    def state(self) -> DeliveryState:
        """Return what became of it."""
        ...

    @property
    def reason(self) -> str | None:
        """Return the code of why it failed."""
        ...


P = TypeVar("P", bound=PartOfMessage)


def that_count(deliveries: Iterable[P], *, deleted: bool) -> list[P]:
    """Return the deliveries that say how a message stands. Pure.

    What carried it, and the last change of each part while it has not arrived; of a
    message taken back only the taking back. What never went out needs none.
    """
    known = list(deliveries)
    wanted: DeliveryAction = "delete" if deleted else "edit"
    changes = sorted((one for one in known if one.action == wanted), key=lambda one: one.revision)
    last = {one.part: one for one in changes if one.reason != "not_sent"}
    carried = [] if deleted else [one for one in known if one.action == "send"]
    return [*carried, *(one for one in last.values() if one.state not in _ARRIVED)]


def take(tx: Tx, message: Message, event: MessageEdited, owner: str) -> bool:
    """Change a message as its customer did, `owner` of its new files; say whether it was news."""
    # A network's clock may be ahead of ours; no edit is from our future.
    at = min(event.edited_at, tx.now)
    if message.edited_at is not None and at < message.edited_at:
        return message.text != event.text and keep_older(tx, message, event.text)
    files = tx.all(m.ATTACHMENTS_OF, message_id=message.id) if event.media is not None else []
    replaced = attachments.replace(tx, message, files, event.media, owner=owner)
    if message.text == event.text and not replaced:
        return False
    change_text(tx, message, event.text, at, event.format)
    return True


def change_text(
    tx: Tx, message: Message, text: str, at: int, format: TextFormat | None = None
) -> None:
    """Replace the text, and its format if it has another, keeping what it was as a revision."""
    _keep(tx, message, message.text)
    tx.run(m.CHANGE_TEXT, of=message.id, text=text, format=format or message.format, at=at)
    search.message_changed(tx, message.id, before=message.text, after=text)
    message_changed(tx, message)


def keep_older(tx: Tx, message: Message, text: str) -> bool:
    """Keep an edit that comes after a newer one, as a revision; say whether that was news."""
    if tx.one(m.HAD_TEXT, message_id=message.id, text=text) is not None:
        return False
    _keep(tx, message, text)
    given = {"text": message.text, "format": message.format, "at": message.edited_at}
    tx.run(m.CHANGE_TEXT, of=message.id, **given)
    message_changed(tx, message)
    return True


def _keep(tx: Tx, message: Message, text: str) -> None:
    tx.run(m.KEEP_REVISION, message_id=message.id, revision=message.revision, text=text, at=tx.now)


def take_back(tx: Tx, message: Message, at: int) -> bool:
    """Mark the message deleted and out of reach of the search; say whether that was news."""
    if not tx.run(m.MARK_DELETED, of=message.id, at=at):
        return False
    search.message_changed(tx, message.id, before=message.text, after="")
    message_changed(tx, message)
    return True


def message_changed(tx: Tx, message: Message) -> None:
    """Say in the event log that the message, or its mark, is no longer as it was."""
    conversation = tx.the(q.CONVERSATION_BY_ID, id=message.conversation_id)
    log.about(tx, "message.changed", conversation, message_id=message.id)
