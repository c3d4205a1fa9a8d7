"""Queries about how the inboxes are."""

import msgspec
from sqlalchemy import delete, select

from bridge.models import INBOX, INBOX_HEALTH, InboxHealth
from bridge.models.base import columns
from bridge.store.spoken import upsert
from bridge.store.statement import Statement, among, nothing, param
from bridge.store.transactions import Tx

_NAMES = InboxHealth.__struct_fields__


def _row(*values: object) -> InboxHealth:
    """Return a row; unlike others it is made by names too, since most of it is empty at first."""
    return msgspec.convert(dict(zip(_NAMES, values, strict=True)), InboxHealth)


ALL = Statement(_row, select(*columns(INBOX_HEALTH, InboxHealth)).order_by(INBOX_HEALTH.c.inbox_id))
# A staff surface is kept like an inbox, and has no row among them.
_SURFACE = INBOX_HEALTH.c.inbox_id.not_in(select(INBOX.c.id))
SURFACES_AMISS = Statement(
    _row,
    select(*columns(INBOX_HEALTH, InboxHealth))
    .where(_SURFACE, INBOX_HEALTH.c.state.not_in(("starting", "up")))
    .order_by(INBOX_HEALTH.c.inbox_id),
)
DROP_SURFACES = Statement(
    nothing, delete(INBOX_HEALTH).where(_SURFACE, ~among(INBOX_HEALTH.c.inbox_id, "watched"))
)
_PUT = Statement(
    nothing,
    (new := upsert(INBOX_HEALTH))
    .values({name: param(name) for name in _NAMES})
    .on_conflict_do_update(
        index_elements=["inbox_id"],
        set_={name: new.excluded[name] for name in _NAMES if name != "inbox_id"},
    ),
)


def put(tx: Tx, row: InboxHealth) -> None:
    """Keep how an inbox is."""
    tx.run(_PUT, **msgspec.structs.asdict(row))
