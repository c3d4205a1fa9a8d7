"""Blocking a customer and letting them in again, by an agent (D24, R57 to R60).

Every function runs inside a transaction. Rights have been checked before (`access.py`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bridge.models import Block, Conversation, Identity
from bridge.store import blocks as b
from bridge.store import conversations as q
from bridge.store import deliveries as d
from bridge.store import messages as m
from bridge.store import people as p
from bridge.store.transactions import Tx
from routing import blocks, conversations, notices, wellformed
from routing.blocks import Scope
from routing.desk import Desk
from routing.edits import message_changed
from routing.policy import Policy
from routing.refusal import RefusedError
from routing.reports import tell

LONGEST_REASON = 500
# No block with an end lasts longer, in ms: whoever means more means for ever.
_LONGEST = 10 * 366 * 86_400_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Whom to block: one account, or the whole person. `until` (ms) is null for ever."""

    scope: Scope
    reason: str
    until: int | None


def block(tx: Tx, desk: Desk, conversation: Conversation, order: Order, *, by: str | None) -> None:
    """Keep a conversation's customer away, and tell them once (D26).

    `by` is an agent's id; without one an automation does it.

    What waits to be sent to them fails as `withheld`, for an agent to send again by hand once
    they are back. Raises `RefusedError`: `invalid` with a sentence for each field, `state`
    for somebody who is blocked already.
    """
    reason = _checked(order, desk, tx.now)
    identity = tx.the(p.IDENTITY_BY_ID, id=conversation.identity_id)
    if blocks.bars(tx, identity):
        raise RefusedError("state", {"state": "blocked"})
    for one in _meant(tx, identity, order.scope):
        _call_off(tx, one, desk.policy)
    block_id = tx.the(
        b.ADD_BLOCK,
        contact_id=identity.contact_id,
        identity_id=identity.id if order.scope == "identity" else None,
        conversation_id=conversation.id,
        agent_id=by,
        reason=reason,
        until=order.until,
        created_at=tx.now,
        notice_id=notices.blocked(tx, desk, conversation),
    )
    blocks.wait_for_end(tx, block_id, order.until)
    conversations.activity(
        tx,
        conversation,
        "blocked",
        by=by,
        scope=order.scope,
        until=order.until,
        reason=reason,
    )
    blocks.settle(tx, identity.contact_id)


def unblock(tx: Tx, conversation: Conversation, *, by: str) -> None:
    """Let a conversation's customer in again at once (D30): whatever kept this account away.

    Raises `RefusedError("state")` for one who is not blocked.
    """
    identity = tx.the(p.IDENTITY_BY_ID, id=conversation.identity_id)
    lifted = [one for one in _to_lift(tx, identity) if blocks.end(tx, one, by=by)]
    if not lifted:
        raise RefusedError("state", {"state": "not_blocked"})
    for one in lifted:
        # Told only now, it would be wrong.
        told = one.notice_id
        if told is not None and tx.run(d.CALL_OFF, message_id=told, at=tx.now):
            message_changed(tx, tx.the(m.MESSAGE_BY_ID, id=told))
    conversations.activity(tx, conversation, "unblocked", by=by, scope=blocks.scope_of(lifted[0]))
    blocks.settle(tx, identity.contact_id)


def _to_lift(tx: Tx, identity: Identity) -> list[Block]:
    """Return what keeps the account away, and the same blocks of accounts joined with it."""
    of = {"identity_id": identity.id, "contact_id": identity.contact_id}
    standing = tx.all(b.STANDING, now=tx.now, **of)
    done = {(one.conversation_id, one.created_at) for one in standing}
    every = tx.all(b.BLOCKS_OF, contact_id=identity.contact_id)
    return [*standing, *(x for x in every if (x.conversation_id, x.created_at) in done)]


def _checked(order: Order, desk: Desk, now: int) -> str:
    """Return the reason as it is kept; raises `RefusedError("invalid")` (R58, R59)."""
    reason = " ".join(wellformed.text(order.reason).split())
    faults: dict[str, str] = {}
    if not reason:
        faults["reason"] = "Say why."
    elif len(reason) > LONGEST_REASON:
        faults["reason"] = f"A reason has at most {LONGEST_REASON} characters."
    if order.until is None:
        if desk.policy.block_require_end:
            faults["until"] = "Say until when."
    elif order.until <= now:
        faults["until"] = "This time is over."
    elif order.until - now > _LONGEST:
        faults["until"] = "This is too far away; block them for ever."
    if faults:
        raise RefusedError("invalid", {"fields": faults})
    return reason


def _meant(tx: Tx, identity: Identity, scope: Scope) -> Sequence[Identity]:
    if scope == "identity":
        return [identity]
    return tx.all(p.IDENTITIES_OF_CONTACT, contact_id=identity.contact_id)


def _call_off(tx: Tx, identity: Identity, policy: Policy) -> None:
    """Send nothing more of what waits for this account, and let nobody wait for its answers.

    Whoever is blocked cannot be answered, so their conversation is not overdue either; it
    ends as one does whose customer is silent.
    """
    for one in tx.all(b.QUEUED_FOR, identity_id=identity.id):
        tx.run(b.WITHHOLD, of=one.id, at=tx.now)
        tell(tx, one)
    tx.run(b.NOBODY_WAITS, of=identity.id)
    for conversation in tx.all(q.OPEN_OF_IDENTITY, identity_id=identity.id):
        conversations.set_timers(tx, conversation, policy)
