"""Who is kept away: asked of every event that comes in, and of everything that would go out.

A block is one account's or a whole person's. Each account carries until when it is blocked,
so that asking costs a message nothing; this module keeps that true. What a blocked customer
does is acknowledged to their network and goes no further: only how often they wrote is kept.
"""

from collections.abc import Iterable
from typing import Literal

from bridge.channel import Answer
from bridge.models import FOREVER, Block, Conversation, Identity
from bridge.store import blocks as b
from bridge.store import log
from bridge.store import people as p
from bridge.store.transactions import Tx
from routing import conversations, known, timing
from routing.outcomes import BLOCKED, come_again
from routing.policy import BLOCK_ENDS
from routing.refusal import RefusedError

Scope = Literal["identity", "contact"]
# Whoever looks at a blocked customer sees the count grow at most so often, in ms: it must not
# be in their power to keep every console busy.
_TOLD_EVERY = 60_000


def stands(identity: Identity, now: int) -> bool:
    """Say whether the account is blocked at this moment. Pure."""
    return identity.blocked_until is not None and identity.blocked_until > now


def bars(tx: Tx, identity: Identity) -> bool:
    """Say whether the account is blocked; one whose time is over is free from here on (D29)."""
    if identity.blocked_until is None or stands(identity, tx.now):
        return identity.blocked_until is not None
    for one in tx.all(b.OVER, contact_id=identity.contact_id, now=tx.now):
        _run_out(tx, one)
    settle(tx, identity.contact_id)
    return False


def standing(tx: Tx, identity: Identity) -> Block | None:
    """Return what keeps the account away; of several, what lasts longest."""
    return tx.one(b.STANDING, identity_id=identity.id, contact_id=identity.contact_id, now=tx.now)


def is_blocked(tx: Tx, conversation: Conversation) -> bool:
    """Say whether a conversation's customer is blocked at this moment."""
    return stands(tx.the(p.IDENTITY_BY_ID, id=conversation.identity_id), tx.now)


def let_nothing_out(tx: Tx, conversation: Conversation) -> None:
    """Raise `RefusedError("blocked")` where nothing may go to a conversation's customer (S11)."""
    if is_blocked(tx, conversation):
        raise RefusedError("blocked")


def refusal(tx: Tx, inbox_id: str, whose: Identity | None, external_id: str) -> Answer | None:
    """Refuse a message of a blocked customer, and count it; `None` for everybody else's (D27).

    What was stored before they were blocked, and comes again, is still there.
    """
    if whose is None or not bars(tx, whose):
        return None
    message = known.written(tx, inbox_id, external_id)
    if message is not None:
        return come_again(tx, message)
    _count(tx, whose)
    return BLOCKED


def _count(tx: Tx, identity: Identity) -> None:
    """Count one more message that was not taken: all that is kept of it."""
    block = standing(tx, identity)
    if block is None:
        return
    tx.run(b.COUNT_REFUSED, of=block.id, at=tx.now)
    if block.refused_at is None or tx.now - block.refused_at > _TOLD_EVERY:
        log.append(tx, "contact.changed", contact_id=identity.contact_id)


def settle(tx: Tx, contact_id: int) -> None:
    """Bring every account of a person up to date with their blocks, for everybody to see."""
    for one in tx.all(p.IDENTITIES_OF_CONTACT, contact_id=contact_id):
        block = standing(tx, one)
        _set(tx, one, None if block is None else _end_of(block))
    log.contact_changed(tx, contact_id)


def _end_of(block: Block) -> int:
    return FOREVER if block.until is None else block.until


def _set(tx: Tx, identity: Identity, until: int | None) -> None:
    if until == identity.blocked_until:
        return
    tx.run(b.SET_BLOCKED_UNTIL, of=identity.id, until=until)
    # Named, so that their own widget learns of it at once.
    log.append(tx, "block.changed", contact_id=identity.contact_id, identity_id=identity.id)


def wait_for_end(tx: Tx, block_id: int, until: int | None) -> None:
    """Set the timer that tells everybody when a block is over."""
    if until is not None:
        timing.set_timer(tx, _subject(block_id), BLOCK_ENDS, until)


def end(tx: Tx, block: Block, *, by: str | None) -> bool:
    """End a block, lifted by an agent or by itself; say whether it still stood."""
    timing.set_timer(tx, _subject(block.id), BLOCK_ENDS, None)
    return bool(tx.run(b.END_BLOCK, of=block.id, at=tx.now, by=by))


def run_out(tx: Tx, block_id: int) -> None:
    """End a block whose time has come: the timer's action."""
    block = tx.one(b.BLOCK_BY_ID, id=block_id)
    if block is None or block.ended_at is not None:
        return
    _run_out(tx, block)
    settle(tx, block.contact_id)


def _run_out(tx: Tx, block: Block) -> None:
    if end(tx, block, by=None) and block.conversation_id is not None:
        conversation = conversations.get(tx, block.conversation_id)
        conversations.activity(tx, conversation, "block_ended", scope=scope_of(block))


def scope_of(block: Block) -> Scope:
    """Return whether it is one account's or the whole person's."""
    return "contact" if block.identity_id is None else "identity"


def _subject(block_id: int) -> str:
    return f"block:{block_id}"


# --- accounts that come and go ---


def inherit(tx: Tx, identity: Identity) -> None:
    """Block a new account of somebody who is blocked as a person."""
    block = standing(tx, identity)
    if block is not None:
        _set(tx, identity, _end_of(block))


def join(tx: Tx, old: Identity, into: Identity) -> None:
    """Keep `into` away from whatever `old`, now known to be the same person, was kept away.

    Called when `old` is the contact's of `into` already; `old` is as it was before.
    """
    kept = tx.all(b.STANDING, identity_id=old.id, contact_id=old.contact_id, now=tx.now)
    tx.run(b.MOVE_BLOCKS_OF_IDENTITY, of=old.id, contact_id=into.contact_id)
    moved = old.contact_id != into.contact_id
    if moved and not tx.all(p.IDENTITIES_OF_CONTACT, contact_id=old.contact_id):
        tx.run(b.MOVE_BLOCKS_OF_CONTACT, of=old.contact_id, contact_id=into.contact_id)
        moved = False
    for block in _to_repeat(kept, moved=moved):
        _repeat(tx, block, into)
    if kept:
        settle(tx, into.contact_id)


def follow(tx: Tx, accounts: Iterable[int], contact_id: int) -> None:
    """Have the blocks of single accounts go with them to another person."""
    for identity_id in accounts:
        tx.run(b.MOVE_BLOCKS_OF_IDENTITY, of=identity_id, contact_id=contact_id)


def join_people(tx: Tx, of: int, to: int) -> None:
    """Keep away, whole, two who are one from now on if one of them was; settles `to`."""
    tx.run(b.MOVE_BLOCKS_OF_CONTACT, of=of, contact_id=to)
    settle(tx, to)


def part_people(tx: Tx, of: int, to: int) -> None:
    """Keep away both of two who are no longer one, if they were as one; settles both."""
    account = tx.all(p.IDENTITIES_OF_CONTACT, contact_id=to)[0]
    kept = tx.all(b.STANDING, identity_id=account.id, contact_id=of, now=tx.now)
    for block in kept:
        if block.identity_id is None:
            _repeat(tx, block, account)
    settle(tx, of)
    settle(tx, to)


def _to_repeat(kept: Iterable[Block], *, moved: bool) -> list[Block]:
    """Return which blocks `into` needs too: those of `old` alone, and its former person's."""
    return [one for one in kept if one.identity_id is not None or moved]


def _repeat(tx: Tx, block: Block, into: Identity) -> None:
    block_id = tx.the(
        b.ADD_BLOCK,
        contact_id=into.contact_id,
        identity_id=None if block.identity_id is None else into.id,
        conversation_id=block.conversation_id,
        agent_id=block.agent_id,
        reason=block.reason,
        until=block.until,
        created_at=block.created_at,
        notice_id=None,
    )
    wait_for_end(tx, block_id, block.until)
