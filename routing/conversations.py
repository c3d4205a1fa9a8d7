"""The life of a conversation: opened, taken, released, assigned, closed, reopened.

Every function runs inside a transaction and leaves an activity in the thread and an event
in the log. Whether the agent may do it has been checked before (`access.py`).
"""

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec.structs import replace

from bridge.models import Conversation, Identity, MessageKind
from bridge.store import conversations as q
from bridge.store import deliveries as timers
from bridge.store import log, said
from bridge.store import messages as m
from bridge.store.desk import AGENT_BY_ID
from bridge.store.sorting import HAS_TOPIC
from bridge.store.transactions import Tx
from routing import following, sight, timing
from routing.hours import Hours
from routing.policy import (
    CLOSE_INACTIVE,
    CLOSE_WARNING,
    MAIL_AGENT,
    RELEASE_IDLE,
    SNOOZE,
    Policy,
    close_due,
    idle_due,
    passed_at,
    stands_at,
    warning_due,
)
from routing.refusal import RefusedError

# The columns that most of what we add has nothing of its own in.
_PLAIN: dict[str, object] = {
    "format": "markdown",
    "identity_id": None,
    "external_id": None,
    "client_key": None,
    "reply_to_id": None,
    "activity": None,
    "attachment_count": 0,
}


def get(tx: Tx, conversation_id: int) -> Conversation:
    """Return the conversation; raises `RefusedError("not_found")`."""
    found = tx.one(q.CONVERSATION_BY_ID, id=conversation_id)
    if found is None:
        raise RefusedError("not_found")
    return found


def changed(tx: Tx, conversation: Conversation) -> None:
    """Say in the event log that the conversation is no longer as it was."""
    log.about(tx, "conversation.changed", conversation)


def activity(
    tx: Tx, conversation: Conversation, verb: str, *, by: str | None = None, **data: object
) -> int:
    """Put into the thread what happened (S20); return the message's id."""
    happened = _happened(verb, {"by": by} | data)
    return add_message(tx, conversation, "activity", "", by=by, **happened)


def _happened(verb: str, data: Mapping[str, object]) -> dict[str, Any]:
    told = {key: one for key, one in data.items() if one is not None}
    happened = msgspec.json.encode({"verb": verb, "data": told}).decode()
    return {"format": "plain", "activity": happened}


def add_message(
    tx: Tx,
    conversation: Conversation,
    kind: MessageKind,
    text: str,
    *,
    by: str | None = None,
    **more: object,
) -> int:
    """Put what no customer wrote into the thread, with `more` of its columns; return its id."""
    row = _row(tx, conversation, kind, text, by=by, **more)
    message_id = said.said(tx, conversation, row)
    if message_id is None:
        raise LookupError(f"a {kind} with a key that is taken")
    return message_id


def _row(
    tx: Tx,
    conversation: Conversation,
    kind: MessageKind,
    text: str,
    *,
    by: str | None = None,
    **more: object,
) -> dict[str, Any]:
    row = {"conversation_id": conversation.id, "kind": kind, "agent_id": by, "text": text}
    return row | _PLAIN | {"inbox_id": conversation.inbox_id, "created_at": tx.now} | more


def open_new(
    tx: Tx,
    identity: Identity,
    thread: str,
    *,
    language: str | None,
    url: str | None = None,
    source: str | None = None,
    is_told: bool = True,
) -> Conversation:
    """Begin a conversation of this identity; `url` and `source` tell where it began.

    Of one that is not told of yet, lists know, and nobody else.
    """
    conversation_id = tx.the(
        q.ADD_CONVERSATION,
        inbox_id=identity.inbox_id,
        identity_id=identity.id,
        contact_id=identity.contact_id,
        thread=thread,
        state="open",
        language=language,
        created_at=tx.now,
        last_at=tx.now,
    )
    conversation = get(tx, conversation_id)
    if is_told:
        activity(tx, conversation, "opened", url=url, source=source)
    else:
        began = _happened("opened", {"url": url, "source": source})
        tx.the(m.ADD_MESSAGE, **_row(tx, conversation, "activity", "", **began))
        changed(tx, conversation)
    return conversation


def set_timers(tx: Tx, conversation: Conversation, policy: Policy) -> None:
    """Make the conversation's timers what its state, as it is now, needs."""
    hours = hours_of_silence(conversation, policy)
    due = close_due(
        policy,
        state=conversation.state,
        waiting_since=conversation.waiting_since,
        quiet_since=tx.now,
        paused=conversation.paused_at is not None,
        hours=hours,
    )
    if due is None:
        let_silence_be(tx, conversation)
    else:
        set_timer(tx, conversation, CLOSE_INACTIVE, due)
        warn_at = warning_due(policy, due, quiet_since=tx.now, hours=hours)
        set_timer(tx, conversation, CLOSE_WARNING, warn_at)
    set_timer(tx, conversation, RELEASE_IDLE, released_at(conversation, policy))


def hours_of_silence(conversation: Conversation, policy: Policy) -> Hours | None:
    """Return the hours outside of which the customer's silence does not count, if any."""
    return policy.hours_for("close_inactive", conversation.team_id, conversation.inbox_id)


def waits_for_opening(
    tx: Tx, conversation: Conversation, policy: Policy, kind: str, *, spare: int = 0
) -> bool:
    """Put off what a timer of the customer's silence is for, where it is shut; say whether.

    It was set by other hours, or by a clock that has been set since. It comes `spare` ms after
    the opening.
    """
    hours = hours_of_silence(conversation, policy)
    if not stands_at(tx.now, hours):
        return False
    set_timer(tx, conversation, kind, passed_at(tx.now, spare, hours))
    return True


def let_silence_be(tx: Tx, conversation: Conversation) -> None:
    """Have the customer's silence neither warned of nor closing the conversation."""
    tx.run(timers.CLEAR_SILENCE, subject=f"conversation:{conversation.id}")


def released_at(conversation: Conversation, policy: Policy) -> int | None:
    """Return when its agent's silence releases the conversation, as it is now."""
    return idle_due(
        policy,
        state=conversation.state,
        assignee=conversation.assignee_id,
        waiting_since=conversation.waiting_since,
        active_at=conversation.active_at,
        team=conversation.team_id,
        paused=conversation.paused_at is not None,
        hours=policy.hours_for("release_idle", conversation.team_id, conversation.inbox_id),
    )


def set_timer(tx: Tx, conversation: Conversation, kind: str, due_at: int | None) -> None:
    """Have a timer of the conversation fire at `due_at`, or not at all."""
    timing.set_timer(tx, f"conversation:{conversation.id}", kind, due_at)


def begins_to_wait(tx: Tx, conversation: Conversation, policy: Policy) -> None:
    """Change the timers of a conversation whose customer has spoken, and waits from now on."""
    let_silence_be(tx, conversation)
    due = released_at(replace(conversation, waiting_since=tx.now), policy)
    if due is not None:
        set_timer(tx, conversation, RELEASE_IDLE, due)


def take(tx: Tx, conversation: Conversation, agent: str) -> Conversation:
    """Make `agent` the one who answers, if nobody else was faster.

    Raises `RefusedError("taken")` naming the colleague, `("state")` when it is closed.
    """
    if conversation.assignee_id == agent and conversation.state == "open":
        return conversation
    sight.changing(tx, conversation, to=agent)
    if not tx.run(q.TAKE, of=conversation.id, agent=agent, at=tx.now):
        now = get(tx, conversation.id)
        if now.assignee_id is not None:
            raise RefusedError("taken", {"agent": now.assignee_id})
        raise RefusedError("state", {"state": now.state})
    return watched(tx, _after(tx, conversation, "taken", by=agent))


def watched(tx: Tx, conversation: Conversation) -> Conversation:
    """Have the time of the one who answers now begin to run, where a customer waits.

    The timer looks at once, and sets itself to when that time is up.
    """
    if conversation.waiting_since is not None and conversation.paused_at is None:
        set_timer(tx, conversation, RELEASE_IDLE, tx.now)
    return conversation


def release(
    tx: Tx, conversation: Conversation, *, by: str | None, reason: str | None = None
) -> Conversation:
    """Put the conversation back among the untaken ones (D17).

    `by` is an agent's id; without one it comes of itself, for the `reason` ("idle", "offline").
    """
    before = conversation.assignee_id
    sight.changing(tx, conversation)
    if not tx.run(q.RELEASE, of=conversation.id, expected=before):
        raise RefusedError("state", {"state": "untaken"})
    set_timer(tx, conversation, RELEASE_IDLE, None)
    whose = {} if by else {"from": before}
    return _after(tx, conversation, "released", by=by, reason=reason, **whose)


def assign(tx: Tx, conversation: Conversation, to: str, *, by: str | None) -> Conversation:
    """Hand the conversation to `to`; raises `RefusedError("taken")` if it moved meanwhile.

    Without `by` it goes to them of itself.
    """
    if conversation.assignee_id == to:
        return conversation
    before = conversation.assignee_id
    sight.changing(tx, conversation, to=to, handed_on=True)
    if not tx.run(q.SET_ASSIGNEE, of=conversation.id, expected=before, agent=to, at=tx.now):
        raise RefusedError("taken", {"agent": get(tx, conversation.id).assignee_id})
    if to != by and conversation.waiting_since is not None:
        set_timer(tx, conversation, MAIL_AGENT, tx.now)
    verb, data = ("taken", {}) if to == by else ("assigned", {"to": to, "from": before})
    return watched(tx, _after(tx, conversation, verb, by=by, **data))


def close(
    tx: Tx,
    conversation: Conversation,
    policy: Policy,
    *,
    by: str,
    reason: str | None = None,
    status: str | None = None,
) -> Conversation:
    """Close the conversation; raises `RefusedError("state")` if it is closed already.

    `by` is an agent's id, or "inactivity", "customer" or "automation" with that `reason`;
    `status` is the one that it has from then on, if it has one. Whoever closes one
    that its customer knows of says so as well (`ending.py`). Raises `("topic_required")`
    where the YAML wants an agent to have given a topic first; without an agent, nobody
    could, so nothing is asked (J27).
    """
    needed = policy.topic_to_close and reason is None and conversation.state == "open"
    if needed and not tx.the(HAS_TOPIC, conversation_id=conversation.id):
        raise RefusedError("topic_required")
    if not tx.run(q.CLOSE, of=conversation.id, at=tx.now, by=by, status=status):
        raise RefusedError("state", {"state": "closed"})
    agent = None if reason else by
    now = _after(tx, conversation, "closed", by=agent, reason=reason)
    set_timers(tx, now, policy)
    set_timer(tx, now, SNOOZE, None)
    return now


def reopen(
    tx: Tx,
    conversation: Conversation,
    policy: Policy,
    *,
    by: str | None,
    reason: str | None = None,
) -> Conversation:
    """Open a closed conversation again (S09): an agent, or its customer, or for a `reason`.

    An agent who reopens it answers it from then on; a customer's message leaves it with
    the one who had it, or with nobody if they are gone. Raises `RefusedError("state")` if
    it is open, or if the customer has gone on in a newer one, which `detail` then names.
    """
    newer = tx.one(
        q.OPEN_IN_THREAD, identity_id=conversation.identity_id, thread=conversation.thread
    )
    if newer is not None and newer.id != conversation.id:
        raise RefusedError("state", {"state": "closed", "open_conversation": newer.id})
    assignee = by or still_here(tx, conversation.assignee_id)
    sight.changing(tx, conversation, to=assignee)
    if not tx.run(q.REOPEN, of=conversation.id, assignee=assignee):
        raise RefusedError("state", {"state": "open"})
    told = None if by else (reason or "customer")
    now = _after(tx, conversation, "reopened", by=by, reason=told)
    if by or reason:
        set_timers(tx, now, policy)
    return now


def still_here(tx: Tx, agent_id: str | None) -> str | None:
    """Return the agent, unless they have left the house: then somebody else must see it."""
    agent = tx.one(AGENT_BY_ID, id=agent_id) if agent_id is not None else None
    return agent.id if agent is not None and agent.retired_at is None else None


def link(
    tx: Tx, conversation: Conversation, label: str, url: str | None, *, by: str
) -> Conversation:
    """Say which order, ticket or task of another system the conversation is about (O04)."""
    if (conversation.item_label, conversation.item_url) == (label, url):
        return conversation
    tx.run(q.SET_ITEM, of=conversation.id, label=label, url=url)
    return _after(tx, conversation, "linked", by=by, label=label)


def unlink(tx: Tx, conversation: Conversation, *, by: str) -> Conversation:
    """Let the conversation stand alone again; nothing happens if it does."""
    if conversation.item_label is None:
        return conversation
    tx.run(q.SET_ITEM, of=conversation.id, label=None, url=None)
    return _after(tx, conversation, "unlinked", by=by, label=conversation.item_label)


def add_participant(tx: Tx, conversation: Conversation, agent: str, *, by: str) -> Conversation:
    """Let `agent` answer too (O02); nothing happens if they already may."""
    if conversation.assignee_id == agent:
        return conversation
    sight.changing(tx, conversation)
    added = tx.run(q.ADD_PARTICIPANT, conversation_id=conversation.id, agent_id=agent, at=tx.now)
    if not added:
        return conversation
    if agent == by:
        return _after(tx, conversation, "joined", by=by)
    return _after(tx, conversation, "participant_added", by=by, agent=agent)


def drop_participant(tx: Tx, conversation: Conversation, agent: str, *, by: str) -> Conversation:
    """Take `agent` out again; raises `RefusedError("state")` for one who is not in."""
    sight.changing(tx, conversation)
    if not tx.run(q.DROP_PARTICIPANT, conversation_id=conversation.id, agent_id=agent):
        raise RefusedError("state", {"agent": agent})
    # Whoever is out hears nothing of it any more, not even of its notes (R62).
    following.unfollow(tx, conversation, agent)
    if agent == by:
        return _after(tx, conversation, "left", by=by)
    return _after(tx, conversation, "participant_removed", by=by, agent=agent)


def _after(
    tx: Tx, conversation: Conversation, verb: str, *, by: str | None, **data: object
) -> Conversation:
    activity(tx, conversation, verb, by=by, **data)
    changed(tx, conversation)
    return get(tx, conversation.id)
