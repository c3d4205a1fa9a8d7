"""Carrying out what a status or an automation is told to do: the one place that knows how.

Everything happens in the transaction of what set it off: rows and their deliveries, never a
network. Every function runs inside that transaction.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bridge.clock import ms
from bridge.models import Conversation
from bridge.settings import Deed, Do, Keeping, LocalText, Telling, To
from bridge.store import conversations as q
from bridge.store import sorting as s
from bridge.store.transactions import Tx, is_passing
from routing import (
    asking,
    blocking,
    conversations,
    ending,
    giving,
    notices,
    queues,
    saying,
    snoozing,
    statused,
    statuses,
    tags,
    topics,
)
from routing.assignment import Choice
from routing.blocking import Order
from routing.desk import Desk
from routing.refusal import RefusedError
from routing.webhooks.data import conversation_data
from routing.webhooks.queueing import enqueue

_log = logging.getLogger(__name__)

RAN = "automation.ran"
"""The event that a webhook is told of which an automation or a status calls."""
Told = dict[str, object]


@dataclass(slots=True)
class Outcome:
    """What was done, each with what a person wants to know of it, and what could not be."""

    did: list[Told] = field(default_factory=list)
    failed: list[Deed] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Here:
    """Where something is done, and by whom: an agent who chose a status, or nobody."""

    tx: Tx
    desk: Desk
    conversation: Conversation
    by: str | None
    source: Told
    """Which automation or status it is done by."""


def choose_status(
    tx: Tx, desk: Desk, conversation: Conversation, status_id: str, *, by: str | None
) -> None:
    """Give a conversation a status, and do what the YAML has done then (R50).

    Raises `RefusedError` as `statuses.choose` does; an action that cannot be done is told of
    in the conversation, and does not keep the others from being done.
    """
    if not statuses.choose(tx, desk, conversation, status_id, by=by):
        return
    actions = desk.statuses[status_id].actions
    outcome = carry_out(tx, desk, conversation.id, actions, by=by, status=status_id)
    tell(tx, conversation, outcome, status=status_id)


def carry_out(
    tx: Tx,
    desk: Desk,
    conversation_id: int,
    deeds: Sequence[Do],
    *,
    by: str | None,
    **source: str,
) -> Outcome:
    """Do one thing after the other; one that cannot be done leaves nothing of itself behind.

    `source` is the id of the `automation` or of the `status` by which it is done.
    """
    outcome = Outcome()
    for one in deeds:
        deed, told = one.deed
        if deed == "suppress":
            # It is left out when it would be said (`suppressing.py`).
            continue
        try:
            with tx.attempt():
                here = _Here(tx, desk, conversations.get(tx, conversation_id), by, {**source})
                done = _WAYS[deed](here, told)
        except RefusedError:
            outcome.failed.append(deed)
        except Exception as error:
            if is_passing(error):
                raise
            # What set it off, a customer's message perhaps, must be kept whatever is wrong here.
            _log.exception("%s could not be done in conversation %d", deed, conversation_id)
            outcome.failed.append(deed)
        else:
            outcome.did += [] if done is None else [{"do": deed, **done}]
    return outcome


def tell(
    tx: Tx,
    conversation: Conversation,
    outcome: Outcome,
    *,
    automation: str | None = None,
    status: str | None = None,
) -> None:
    """Put into the thread what was done by which status or automation, if anything was."""
    if not outcome.did and not outcome.failed:
        return
    conversations.activity(
        tx,
        conversation,
        "automated",
        automation=automation,
        status=status,
        did=outcome.did,
        failed=outcome.failed or None,
    )


# --- each way, `None` where there was nothing to do -------------------------------------------


def _notify(here: _Here, told: Telling) -> Told | None:
    agents = _told(here, told)
    if not agents:
        return None
    conversations.activity(
        here.tx, here.conversation, "notified", agents=agents, text=told.text.written()
    )
    return {"agents": agents}


def _told(here: _Here, told: Telling) -> list[str]:
    conversation, teams = here.conversation, here.desk.teams
    wanted = [*(told.agents or ())]
    if told.assignee and conversation.assignee_id is not None:
        wanted.append(conversation.assignee_id)
    elif told.assignee or told.team:
        wanted += teams.members(conversation.team_id)
    return list(dict.fromkeys(wanted))


def _assign(here: _Here, to: To) -> Told | None:
    tx, desk, conversation = here.tx, here.desk, here.conversation
    if conversation.state != "open":
        raise RefusedError("state", {"state": conversation.state})
    kind, name = to.target
    if kind == "agent" and conversation.assignee_id == name:
        return None
    conversation = snoozing.end(tx, desk, conversation, by=here.by)
    if kind == "agent":
        notices.joined(tx, desk, conversations.assign(tx, conversation, name, by=here.by))
    elif kind == "team":
        queues.to_team(tx, desk, conversation, name, by=here.by)
    else:
        why = {"from_team": conversation.team_id}
        giving.place(
            tx, desk.teams, conversation, name, Choice(), to_be_given=False, by=here.by, why=why
        )
    return {kind: name}


def _tag(here: _Here, tag_id: str) -> Told | None:
    contact_id = here.conversation.contact_id
    had = here.tx.one(s.HAS_TAG, contact_id=contact_id, tag_id=tag_id)
    if had:
        return None
    tags.add(here.tx, contact_id, tag_id, by=here.by)
    return {"tag": tag_id}


def _topic(here: _Here, topic_id: str) -> Told | None:
    given = {"conversation_id": here.conversation.id, "topic_id": topic_id}
    if here.tx.one(s.IS_ABOUT, **given):
        return None
    topics.add(here.tx, here.conversation, topic_id, by=here.by)
    return {"topic": topic_id}


def _status(here: _Here, status_id: str) -> Told | None:
    before = statused.current(here.desk.statuses, here.conversation)
    if before == status_id:
        return None
    choose_status(here.tx, here.desk, here.conversation, status_id, by=here.by)
    return {"status": status_id}


def _send(here: _Here, words: LocalText) -> Told | None:
    message_id = saying.send(here.tx, here.desk, here.conversation, words)
    if message_id is None:
        # They are blocked, or programs might answer each other for ever.
        raise RefusedError("blocked")
    return {"message_id": message_id}


def _note(here: _Here, words: LocalText) -> Told:
    text = words.pick(here.desk.policy.language, here.desk.policy.language)
    message_id = conversations.add_message(here.tx, here.conversation, "note", text)
    here.tx.run(q.NOTE_WRITTEN, of=here.conversation.id, message_id=message_id)
    return {"message_id": message_id}


def _block(here: _Here, keeping: Keeping) -> Told:
    lasts = keeping.lasts
    order = Order(
        scope="contact" if keeping.scope == "client" else "identity",
        reason=keeping.reason,
        until=None if lasts is None else here.tx.now + ms(lasts),
    )
    blocking.block(here.tx, here.desk, here.conversation, order, by=here.by)
    return {}


def _ask_rating(here: _Here, _: object) -> Told | None:
    return {} if asking.rating_now(here.tx, here.desk, here.conversation) else None


def _close(here: _Here, _: object) -> Told | None:
    if here.conversation.state == "closed":
        return None
    program = None if here.by else "automation"
    by = here.by or "automation"
    ending.end(here.tx, here.desk, here.conversation, by=by, reason=program)
    return {}


def _webhook(here: _Here, webhook_id: str) -> Told:
    told = conversation_data(here.tx, here.desk, here.conversation)
    data = {"conversation": told, **here.source}
    where = here.conversation.id
    enqueue(here.tx, here.desk, webhook_id, RAN, data, conversation_id=where)
    return {"webhook": webhook_id}


_WAYS: Mapping[Deed, Callable[[_Here, Any], Told | None]] = {
    "notify": _notify,
    "assign": _assign,
    "tag": _tag,
    "topic": _topic,
    "status": _status,
    "send": _send,
    "note": _note,
    "block": _block,
    "ask_rating": _ask_rating,
    "close": _close,
    "webhook": _webhook,
}
