"""Files of an inbound message: bound to it, or noted to be fetched."""

from collections.abc import Collection, Sequence

from bridge.channel import InboundMedia, InboundMessage, customer_owner
from bridge.media import FETCH_TOPIC, attach, fetch_later
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
            fetch_later(tx, one, owner=owners[0], message_id=message_id, position=place)
            tx.wake(FETCH_TOPIC)
