"""Files of an inbound message: bound to it, or noted to be fetched."""

import secrets
from collections.abc import Sequence

from bridge.channel import InboundMedia
from bridge.media import attach
from bridge.models import Identity
from bridge.store import messages as m
from bridge.store.transactions import Tx

FETCH_TOPIC = "fetches"


def owner_of(identity: Identity) -> str:
    """Return whose upload a file of this customer is."""
    return f"visitor:{identity.inbox_id}/{identity.external_id}"


def add_inbound(tx: Tx, media: Sequence[InboundMedia], identity: Identity, message_id: int) -> None:
    """Bind what the adapter has stored already; queue the rest to be downloaded at once."""
    stored = [one.stored for one in media if one.stored is not None]
    if stored:
        attach(tx, stored, owner_of(identity), message_id)
    for one in media:
        if one.stored is None:
            _fetch_later(tx, one, identity, message_id)


def _fetch_later(tx: Tx, media: InboundMedia, identity: Identity, message_id: int) -> None:
    tx.the(
        m.ADD_ATTACHMENT,
        public_id=secrets.token_hex(16),
        message_id=message_id,
        owner=owner_of(identity),
        sha256="",
        name=media.name,
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
