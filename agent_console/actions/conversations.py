"""Who answers a conversation, and whether it is open."""

import re
from collections.abc import Sequence

from agent_console.actions.rights import allowed, at_work, colleague, naming, receiver
from agent_console.actions.sight import seen
from bridge.models import Agent
from bridge.store import messages as m
from bridge.store.transactions import Tx
from routing import bots, conversations, ending, giving, notices, queues, snoozing
from routing.access import Verb
from routing.desk import Desk
from routing.refusal import RefusedError

# A platform's clock and ours are no further apart (ms).
_APART = 300_000
_WEB = re.compile(r"https?://[^\s<>\"]{1,2000}", re.IGNORECASE)


def take(tx: Tx, desk: Desk, me: Agent, conversation_id: int) -> None:
    """Make `me` the one who answers (D11, J33); pressed twice, it is done once."""
    conversation = seen(tx, desk, me, conversation_id)
    if conversation.state == "open" and conversation.assignee_id == me.id:
        return
    conversation = allowed(tx, desk, me, conversation_id, "take")
    conversation = snoozing.end(tx, desk, conversation, by=me.id)
    with naming(tx):
        if desk.policy.bot(conversation.assignee_id) is not None:
            taken = conversations.assign(tx, conversation, me.id, by=me.id)
        else:
            taken = conversations.take(tx, conversation, me.id)
    bots.handed(tx, desk, conversation, taken)
    notices.joined(tx, desk, taken)


def release(tx: Tx, desk: Desk, me: Agent, conversation_id: int) -> None:
    """Put the conversation back into New (D17)."""
    conversation = allowed(tx, desk, me, conversation_id, "release")
    released = conversations.release(tx, conversation, by=me.id)
    giving.set_overflow(tx, desk.teams, released)


def assign(tx: Tx, desk: Desk, me: Agent, conversation_id: int, to: str) -> None:
    """Hand the conversation to `to`; raises `RefusedError("agent_unknown")` for nobody.

    `agent_offline` where only those online may be given one, `offline` for oneself.
    """
    conversation = allowed(tx, desk, me, conversation_id, "assign")
    at_work(tx, desk, me, conversation_id, answering=to == me.id)
    with naming(tx):
        agent = receiver(tx, desk.policy, to)
        if agent.id != conversation.assignee_id:
            conversation = snoozing.end(tx, desk, conversation, by=me.id)
        assigned = conversations.assign(tx, conversation, agent.id, by=me.id)
    bots.handed(tx, desk, conversation, assigned)
    notices.joined(tx, desk, assigned)


def assign_team(tx: Tx, desk: Desk, me: Agent, conversation_id: int, team: str) -> None:
    """Put the conversation into the queue of a team, whoever has it now (S04).

    A closed one waits for nobody: it can be handed to an agent only (S07).
    """
    conversation = allowed(tx, desk, me, conversation_id, "assign")
    if conversation.state != "open":
        raise RefusedError("state", {"state": conversation.state})
    if team not in desk.teams.crews:
        raise RefusedError("invalid", {"fields": {"team": "There is no such team."}})
    conversation = snoozing.end(tx, desk, conversation, by=me.id)
    queues.to_team(tx, desk, conversation, team, by=me.id)
    bots.handed(tx, desk, conversation, conversations.get(tx, conversation_id))


def close(
    tx: Tx, desk: Desk, me: Agent, conversation_id: int, *, asked_at: int | None = None
) -> None:
    """Close the conversation (D45, S08), and tell its customer (O39).

    `asked_at` is when a platform says that it was asked for (ms), which may be long ago: refused
    as `asked_since` if the customer has written after that.
    """
    conversation = allowed(tx, desk, me, conversation_id, "close")
    if asked_at is not None and _has_written(tx, conversation_id, since=asked_at + _APART):
        raise RefusedError("asked_since")
    ending.end(tx, desk, conversation, by=me.id)


def _has_written(tx: Tx, conversation_id: int, *, since: int) -> bool:
    last = tx.one(m.LAST_INCOMING, conversation_id=conversation_id)
    return last is not None and tx.the(m.MESSAGE_BY_ID, id=last).created_at > since


def reopen(tx: Tx, desk: Desk, me: Agent, conversation_id: int) -> None:
    """Open a closed conversation again; `me` answers it from now on (S43)."""
    conversation = allowed(tx, desk, me, conversation_id, "reopen")
    notices.joined(tx, desk, conversations.reopen(tx, conversation, desk.policy, by=me.id))


def join(tx: Tx, desk: Desk, me: Agent, conversation_id: int) -> None:
    """Take part beside the one who answers, for everybody to see."""
    conversation = allowed(tx, desk, me, conversation_id, "join")
    conversations.add_participant(tx, conversation, me.id, by=me.id)


def leave(tx: Tx, desk: Desk, me: Agent, conversation_id: int) -> None:
    """Take part no longer."""
    conversation = allowed(tx, desk, me, conversation_id, "leave")
    conversations.drop_participant(tx, conversation, me.id, by=me.id)


def link(tx: Tx, desk: Desk, me: Agent, conversation_id: int, label: str, url: str | None) -> None:
    """Link the conversation to an order, a ticket, a task elsewhere (O04)."""
    conversation = allowed(tx, desk, me, conversation_id, "note")
    label = " ".join(label.split())
    faults = {}
    if not label:
        faults["label"] = "Say what it is: a number, a name."
    if url is not None and not _WEB.fullmatch(url):
        faults["url"] = "This is no web address; begin it with https://."
    if faults:
        raise RefusedError("invalid", {"fields": faults})
    conversations.link(tx, conversation, label, url, by=me.id)


def unlink(tx: Tx, desk: Desk, me: Agent, conversation_id: int) -> None:
    """Let the conversation stand alone again."""
    conversation = allowed(tx, desk, me, conversation_id, "note")
    conversations.unlink(tx, conversation, by=me.id)


def add_participants(
    tx: Tx, desk: Desk, me: Agent, conversation_id: int, agents: Sequence[str]
) -> None:
    """Let colleagues answer too (O02): all of them or, if one is unknown, none."""
    conversation = allowed(tx, desk, me, conversation_id, "add_participant")
    at_work(tx, desk, me, conversation_id, answering=me.id in agents)
    if any(desk.policy.bot(one) is not None for one in agents):
        raise RefusedError("invalid", {"fields": {"agents": "A bot answers alone or not at all."}})
    for agent_id in agents:
        conversations.add_participant(tx, conversation, colleague(tx, agent_id).id, by=me.id)


def remove_participant(tx: Tx, desk: Desk, me: Agent, conversation_id: int, agent_id: str) -> None:
    """Take somebody out again; oneself is always allowed to leave."""
    verb: Verb = "leave" if agent_id == me.id else "add_participant"
    conversation = allowed(tx, desk, me, conversation_id, verb)
    conversations.drop_participant(tx, conversation, agent_id, by=me.id)
