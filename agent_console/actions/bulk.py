"""The same verb for many conversations, each checked and refused for itself."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from agent_console.actions import conversations as verbs
from agent_console.actions import reading, snoozing, sorting, trash
from agent_console.actions.sight import seen
from bridge.models import Agent
from bridge.store import people as p
from bridge.store.transactions import Tx
from routing.desk import Desk
from routing.refusal import RefusedError

Do = Literal[
    "assign",
    "assign_team",
    "close",
    "reopen",
    "status",
    "topic",
    "tag",
    "read",
    "snooze",
    "delete",
    "restore",
    "purge",
]
# In one transaction: some 20 ms, in which nobody else writes.
AT_ONCE = 20


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be done; `to` names the agent, the team, the status, the topic or the tag.

    Of `snooze` it is a choice (`snooze_times.Until`) or a time in ms.
    """

    do: Do
    to: str | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """A conversation in which it was not done, whose it is, and why."""

    conversation_id: int
    contact: str | None
    why: RefusedError


def check(order: Order) -> None:
    """Raise `RefusedError("invalid")` for an order without what it takes. Pure."""
    needs = ("assign", "assign_team", "status", "topic", "tag", "snooze")
    if order.do in needs and not order.to:
        raise RefusedError("invalid", {"fields": {"to": "Say to whom, or which."}})


def some(
    tx: Tx, desk: Desk, me: Agent, conversation_ids: Sequence[int], order: Order
) -> list[Refused]:
    """Carry out the order for some conversations; return those in which it was refused.

    What is done in one does not depend on another: each is kept, or left as it was.
    """
    refused = []
    for conversation_id in conversation_ids:
        try:
            with tx.attempt():
                _WAYS[order.do](tx, desk, me, conversation_id, order.to or "")
        except RefusedError as why:
            refused.append(Refused(conversation_id, _contact(tx, desk, me, conversation_id), why))
    return refused


def _contact(tx: Tx, desk: Desk, me: Agent, conversation_id: int) -> str | None:
    """Return whose conversation it is, for who may know."""
    try:
        conversation = seen(tx, desk, me, conversation_id)
    except RefusedError:
        return None
    return tx.the(p.CONTACT_BY_ID, id=conversation.contact_id).name


def _close(tx: Tx, desk: Desk, me: Agent, conversation_id: int, topic: str) -> None:
    """Close it; one that needs a topic for that is given `topic`, if there is one (J27)."""
    try:
        verbs.close(tx, desk, me, conversation_id)
    except RefusedError as refusal:
        if refusal.code != "topic_required" or not topic:
            raise
        sorting.add_topic(tx, desk, me, conversation_id, topic)
        verbs.close(tx, desk, me, conversation_id)


def _tag(tx: Tx, desk: Desk, me: Agent, conversation_id: int, tag: str) -> None:
    conversation = seen(tx, desk, me, conversation_id)
    sorting.add_tag(tx, desk, me, conversation.contact_id, tag)


def _read(tx: Tx, desk: Desk, me: Agent, conversation_id: int, _: str) -> None:
    last = seen(tx, desk, me, conversation_id).last_message_id
    if last is not None:
        reading.mark_read(tx, desk, me, conversation_id, last)


def _snooze(tx: Tx, desk: Desk, me: Agent, conversation_id: int, until: str) -> None:
    snoozing.snooze(tx, desk, me, conversation_id, snoozing.read_until(until))


Way = Callable[[Tx, Desk, Agent, int, str], None]


def _as_it_is(verb: Callable[[Tx, Desk, Agent, int], None]) -> Way:
    """Return the way of a verb that takes nothing."""
    return lambda tx, desk, me, conversation_id, _: verb(tx, desk, me, conversation_id)


_WAYS: Mapping[Do, Way] = {
    "assign": verbs.assign,
    "assign_team": verbs.assign_team,
    "close": _close,
    "reopen": _as_it_is(verbs.reopen),
    "status": sorting.set_status,
    "topic": sorting.add_topic,
    "tag": _tag,
    "read": _read,
    "snooze": _snooze,
    "delete": _as_it_is(trash.delete_conversation),
    "restore": _as_it_is(trash.restore),
    "purge": _as_it_is(trash.purge),
}
