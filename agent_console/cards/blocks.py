"""Blocks as agents see them: the one that stands, and those there have been."""

from collections.abc import Sequence

from msgspec import UNSET

from agent_console.cards import shapes as w
from bridge.models import Block
from bridge.store import blocks as b
from bridge.store.bulk import ids
from bridge.store.transactions import Tx
from routing.blocks import scope_of


def blocks_in(tx: Tx, conversation_ids: Sequence[int]) -> dict[int, w.Block]:
    """Return what keeps the customers of these conversations away: what lasts longest."""
    if not conversation_ids:
        return {}
    found = tx.all(b.STANDING_IN, ids=ids(conversation_ids), now=tx.now)
    # The one that lasts longest comes last, and stays.
    return {one.conversation_id: _block(one.block) for one in found}


def history(tx: Tx, contact_id: int) -> list[w.PastBlock]:
    """Return a person's blocks, the latest first."""
    return [_past(one) for one in tx.all(b.BLOCKS_OF, contact_id=contact_id)]


def _block(block: Block) -> w.Block:
    return w.Block(
        id=block.id,
        scope=scope_of(block),
        until=block.until,
        reason=block.reason,
        by=block.agent_id,
        at=block.created_at,
    )


def _past(block: Block) -> w.PastBlock:
    return w.PastBlock(
        id=block.id,
        scope=scope_of(block),
        until=block.until,
        reason=block.reason,
        by=block.agent_id,
        at=block.created_at,
        refused=block.refused,
        identity=UNSET if block.identity_id is None else block.identity_id,
        ended_at=block.ended_at or UNSET,
        lifted_by=block.lifted_by or UNSET,
    )
