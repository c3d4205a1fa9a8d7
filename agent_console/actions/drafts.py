"""What an agent has not sent yet, kept so that it survives the browser (S21, S22)."""

from collections.abc import Mapping
from typing import Literal

from agent_console.actions.sight import seen
from bridge.models import Agent, Draft
from bridge.store import conversations as q
from bridge.store import log
from bridge.store.transactions import Tx
from routing import presence
from routing.desk import Desk
from routing.refusal import RefusedError

Kind = Literal["reply", "note"]
KINDS: tuple[Kind, ...] = ("reply", "note")
LONGEST = 20_000


def drafts(tx: Tx, desk: Desk, me: Agent, conversation_id: int) -> Mapping[Kind, Draft]:
    """Return the agent's drafts in a conversation; an emptied one keeps its revision."""
    seen(tx, desk, me, conversation_id)
    found = {kind: _draft(tx, me, conversation_id, kind) for kind in KINDS}
    return {kind: draft for kind, draft in found.items() if draft is not None}


def put_draft(
    tx: Tx, desk: Desk, me: Agent, conversation_id: int, kind: Kind, text: str, *, revision: int
) -> int:
    """Keep a draft that grew from `revision` (0 for the first); return the new revision.

    Whoever writes is at work, in this conversation too.
    Raises `RefusedError("draft_changed")` with what is there, if it grew elsewhere too.
    """
    if len(text) > LONGEST:
        raise RefusedError(
            "too_long", {"limit": LONGEST, "length": len(text), "unit": "characters"}
        )
    conversation = seen(tx, desk, me, conversation_id)
    old = _draft(tx, me, conversation_id, kind)
    known, before = (old.revision, old.text) if old else (0, "")
    if text == before:
        return known
    if revision != known:
        raise RefusedError("draft_changed", {"text": before, "revision": known})
    tx.run(
        q.PUT_DRAFT,
        agent_id=me.id,
        conversation_id=conversation_id,
        kind=kind,
        text=text,
        revision=known + 1,
        at=tx.now,
    )
    log.append(tx, "draft.changed", conversation_id=conversation.id, private_to=me.id)
    presence.acted(tx, desk.policy, me.id, conversation_id)
    return known + 1


def _draft(tx: Tx, me: Agent, conversation_id: int, kind: Kind) -> Draft | None:
    return tx.one(q.DRAFT_OF, agent_id=me.id, conversation_id=conversation_id, kind=kind)
