"""Whether an agent may do something now, and how it is said if not."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal, get_args

from agent_console.actions.sight import seen
from bridge.models import Agent, Conversation, Message
from bridge.store import conversations as q
from bridge.store.desk import AGENT_BY_ID
from bridge.store.transactions import Tx
from routing import blocks, presence
from routing.access import ANSWERING, Standing, Verb, standing, verbs
from routing.desk import Desk
from routing.policy import Policy
from routing.refusal import Code, RefusedError

_STANDINGS: tuple[Standing, ...] = get_args(Standing)


def allowed(tx: Tx, desk: Desk, me: Agent, conversation_id: int, verb: Verb) -> Conversation:
    """Return the conversation, in which `me` may do this now; raises `RefusedError`.

    To ask is to be at work: whatever surface it comes from, it counts for their presence.
    """
    conversation = seen(tx, desk, me, conversation_id)
    how = standing_in(tx, me, conversation, desk.policy)
    blocked = blocks.is_blocked(tx, conversation)
    if verb in verbs(me.role, conversation.state, how, desk.policy, blocked=blocked):
        at_work(tx, desk, me, conversation_id, answering=verb in ANSWERING)
        return conversation
    code = why_not(me, conversation.state, how, verb, desk.policy, blocked=blocked)
    if code == "taken":
        raise taken(tx, conversation.assignee_id)
    raise RefusedError(code, {"state": conversation.state} if code == "state" else None)


def at_work(tx: Tx, desk: Desk, me: Agent, conversation_id: int, *, answering: bool) -> None:
    """Count what `me` does; raises `RefusedError("offline")` where they chose to be (D01).

    Only what would have them answer a customer is refused: `answering`.
    """
    now = presence.acted(tx, desk.policy, me.id, conversation_id)
    if answering and now == "offline":
        raise RefusedError("offline")


def standing_in(tx: Tx, me: Agent, conversation: Conversation, policy: Policy) -> Standing:
    """Return how `me` stands to the conversation."""
    participants = tx.all(q.PARTICIPANTS, conversation_id=conversation.id)
    return standing(conversation.assignee_id, participants, me.id, policy)


def why_not(
    me: Agent, state: str, how: Standing, verb: Verb, policy: Policy, *, blocked: bool = False
) -> Code:
    """Return why a verb that is not allowed is not. Pure.

    `blocked`: it would be, were the customer not. `taken`: it would be, had no colleague the
    conversation. `state`: it is not for this state of things. `forbidden`: it is never for
    this agent.
    """
    ever = [
        (s, h)
        for s in ("open", "closed", "deleted")
        for h in _STANDINGS
        for b in (False, True)
        if verb in verbs(me.role, s, h, policy, blocked=b)
    ]
    if not ever:
        return "forbidden"
    if blocked and verb in verbs(me.role, state, how, policy):
        return "blocked" if verb == "reply" else "state"
    if how in ("colleague", "beside_bot") and state == "open":
        # Handing over what a colleague has is a right of its own, not a race lost (S05).
        if verb == "assign":
            return "forbidden"
        if any(s == "open" and h in ("assignee", "untaken") for s, h in ever):
            return "taken"
    return "state"


def taken(tx: Tx, agent_id: object) -> RefusedError:
    """Return the refusal that names who has the conversation (D11, D14)."""
    who = tx.one(AGENT_BY_ID, id=agent_id)
    return RefusedError("taken", {"agent": agent_id, "name": who.name if who else agent_id})


@contextmanager
def naming(tx: Tx) -> Iterator[None]:
    """Give the colleague's name to a `taken` that routing raises."""
    try:
        yield
    except RefusedError as refusal:
        if refusal.code != "taken":
            raise
        raise taken(tx, refusal.detail.get("agent")) from None


def may_change(
    tx: Tx, desk: Desk, me: Agent, message: Message, verb: Literal["edit_message", "delete_message"]
) -> None:
    """Check that `me` may change this message now; raises `RefusedError`.

    Their own, where they may still write; a supervisor takes back anybody's (J34).
    """
    conversation = allowed(tx, desk, me, message.conversation_id, verb)
    how = standing_in(tx, me, conversation, desk.policy)
    can = verbs(me.role, conversation.state, how, desk.policy)
    if verb == "delete_message" and "delete_any_message" in can:
        return
    if message.agent_id != me.id:
        raise RefusedError("forbidden")
    needed: Verb = "note" if message.kind == "note" else "reply"
    # That the customer is blocked keeps nobody from taking back what they have.
    if needed not in can:
        allowed(tx, desk, me, conversation.id, needed)


def colleague(tx: Tx, agent_id: str) -> Agent:
    """Return an agent who can answer; raises `RefusedError("agent_unknown")`."""
    found = tx.one(AGENT_BY_ID, id=agent_id)
    if found is None or found.retired_at is not None or found.role == "viewer":
        raise RefusedError("agent_unknown", {"agent": agent_id})
    return found


def receiver(tx: Tx, policy: Policy, agent_id: str) -> Agent:
    """Return the agent to whom a conversation may be handed; raises as `colleague`.

    And `RefusedError("agent_offline")` where only those online may be given one (D12, D13).
    """
    found = colleague(tx, agent_id)
    if policy.transfer_online_only and found.presence != "online":
        raise RefusedError("agent_offline", {"agent": found.id, "name": found.name})
    return found


def may_reply(tx: Tx, desk: Desk, me: Agent, conversation_id: int) -> tuple[Conversation, bool]:
    """Return the conversation, and whether `me` could write to its customer now."""
    conversation = seen(tx, desk, me, conversation_id)
    how = standing_in(tx, me, conversation, desk.policy)
    blocked = blocks.is_blocked(tx, conversation)
    can = verbs(me.role, conversation.state, how, desk.policy, blocked=blocked)
    return conversation, "reply" in can


def may_edit_contacts(me: Agent, policy: Policy) -> bool:
    """Say whether `me` may change what is known of a person (R44). Pure."""
    return "edit_contact" in verbs(me.role, "open", "untaken", policy)
