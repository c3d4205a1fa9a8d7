"""Files of an inbound message: bound to it, or noted to be fetched."""

from collections.abc import Sequence

from bridge.channel import InboundMedia, customer_owner
from bridge.media.rows import attach, fetch_later
from bridge.models import Identity
from bridge.store import messages as m
from bridge.store.transactions import Tx


def are_free(tx: Tx, media: Sequence[InboundMedia], owner: str) -> bool:
    """Say whether all that the adapter has stored already is this owner's and in no message."""
    wanted = [one.stored for one in media if one.stored is not None]
    if not wanted:
        return True
    if len(set(wanted)) < len(wanted):
        return False
    found = [tx.one(m.ATTACHMENT_BY_PUBLIC_ID, public_id=one) for one in wanted]
    return all(one and one.owner == owner and one.message_id is None for one in found)


def add_inbound(tx: Tx, media: Sequence[InboundMedia], identity: Identity, message_id: int) -> None:
    """Bind what the adapter has stored already; queue the rest to be downloaded at once."""
    owner = customer_owner(identity.inbox_id, identity.external_id)
    stored = [one.stored for one in media if one.stored is not None]
    if stored:
        attach(tx, stored, owner, message_id)
    for one in media:
        if one.stored is None:
            fetch_later(tx, one, owner=owner, message_id=message_id)


def hand_over(tx: Tx, inbox_id: str, before: str, now: str) -> None:
    """Give what somebody has uploaded and not sent yet to the one they have proven to be."""
    tx.run(
        m.CHANGE_OWNER,
        owner=customer_owner(inbox_id, before),
        new_owner=customer_owner(inbox_id, now),
    )
