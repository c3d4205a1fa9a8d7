"""Files of an inbound message: bound to it, noted to be fetched, replaced by an edit."""

from collections.abc import Collection, Sequence

from bridge.channel import InboundMedia, InboundMessage, customer_owner
from bridge.media import FETCH_TOPIC, attach, fetch_later
from bridge.models import Attachment, Message
from bridge.store import messages as m
from bridge.store.transactions import Tx


def owners_of(message: InboundMessage, inbox_id: str) -> list[str]:
    """Return as whom the files of a message may have been uploaded."""
    selves = [message.sender.external_id, message.uploaded_as]
    return [customer_owner(inbox_id, one) for one in selves if one is not None]


def are_free(tx: Tx, media: Sequence[InboundMedia], owners: Collection[str]) -> bool:
    """Say whether all that the adapter has stored already is theirs and in no message."""
    wanted = [one.stored for one in media if one.stored is not None]
    if not wanted:
        return True
    if len(set(wanted)) < len(wanted):
        return False
    found = [tx.one(m.ATTACHMENT_BY_PUBLIC_ID, public_id=one) for one in wanted]
    return all(one and one.owner in owners and one.message_id is None for one in found)


def add_inbound(tx: Tx, message: InboundMessage, owners: Sequence[str], message_id: int) -> None:
    """Bind what the adapter has stored already; queue the rest to be downloaded at once."""
    media, place = message.media, message.album.place if message.album else 0
    stored = [one.stored for one in media if one.stored is not None]
    if stored:
        attach(tx, stored, owners, message_id)
    for one in media:
        if one.stored is not None and one.role != "attachment":
            tx.run(m.SET_ROLE, of=one.stored, role=one.role)
        if one.stored is None:
            _fetch(tx, one, owners[0], message_id, place)


def replace(
    tx: Tx,
    message: Message,
    files: Sequence[Attachment],
    media: Sequence[InboundMedia] | None,
    *,
    owner: str,
    place: int | None = None,
) -> bool:
    """Put `media` where `files` were, in their order, or all at one `place` of an album.

    Say whether that changed anything: `None` and the same files again do not. What is among
    both stays as it is; what is not leaves with the revision that the message has until now,
    so call this before the text is changed.
    """
    if media is None or [_name_of(one) for one in files] == [one.key or one.ref for one in media]:
        return False
    left = list(files)
    for number, one in enumerate(media):
        position = number if place is None else place
        same = next((file for file in left if _name_of(file) == (one.key or one.ref)), None)
        if same is None:
            _fetch(tx, one, owner, message.id, position)
        else:
            left.remove(same)
            tx.run(m.SET_POSITION, of=same.id, position=position)
    for file in left:
        tx.run(m.REPLACE_ATTACHMENT, of=file.id, revision=message.revision)
    count = message.attachment_count + len(media) - len(files)
    tx.run(m.SET_ATTACHMENT_COUNT, of=message.id, count=count)
    return True


def _name_of(file: Attachment) -> str | None:
    return file.fetch_key or file.fetch_ref


def _fetch(tx: Tx, media: InboundMedia, owner: str, message_id: int, position: int) -> None:
    fetch_later(tx, media, owner=owner, message_id=message_id, position=position)
    tx.wake(FETCH_TOPIC)
