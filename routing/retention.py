"""Retention: closed conversations whose time is over go for ever, a few at a time.

What is open is never taken, however long nothing was said in it: the claim is on its state.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from bridge.models import Conversation
from bridge.store import chain, log
from bridge.store import people as p
from bridge.store import retention as r
from bridge.store import trash as t
from bridge.store.transactions import Tx
from routing import conversations, purging, sight

AT_ONCE = 20
"""Conversations in one transaction; their messages go in pieces of their own."""


@dataclass(frozen=True, slots=True)
class Retained:
    """For how long (ms) closed conversations are kept, `None` for ever; some inboxes' apart."""

    messages: int | None = None
    inboxes: Mapping[str, int | None] = field(default_factory=dict)

    def of(self, inbox_id: str) -> int | None:
        """Return how long what came by an inbox is kept."""
        return self.inboxes.get(inbox_id, self.messages)


@dataclass(frozen=True, slots=True)
class Outlook:
    """Of an inbox, how many closed conversations go now, and how many within some time."""

    inbox_id: str
    kept: int | None
    now: int
    soon: int


def let_go(tx: Tx, retained: Retained) -> bool:
    """Mark some whose time is over to be purged; say whether there may be more.

    Inboxes that the YAML has no more are kept as all are.
    """
    for inbox_id in tx.all(p.ALL_INBOX_IDS):
        kept = retained.of(inbox_id)
        if kept is None:
            continue
        old = tx.all(r.OLD, inbox_id=inbox_id, before=tx.now - kept, limit=AT_ONCE)
        gone = sum(_purge(tx, conversations.get(tx, one)) for one in old)
        if gone:
            _write_down(tx, inbox_id, gone)
            tx.wake(purging.PURGE_TOPIC)
        if len(old) == AT_ONCE:
            return True
    return False


def outlook(tx: Tx, retained: Retained, within: int) -> list[Outlook]:
    """Return what retention would do now and within so many ms, by inbox; changes nothing."""
    return [
        Outlook(inbox_id, kept, _count(tx, inbox_id, kept), _count(tx, inbox_id, kept, within))
        for inbox_id in tx.all(p.ALL_INBOX_IDS)
        for kept in [retained.of(inbox_id)]
    ]


def _count(tx: Tx, inbox_id: str, kept: int | None, within: int = 0) -> int:
    if kept is None:
        return 0
    return int(tx.the(r.COUNT_OLD, inbox_id=inbox_id, before=tx.now - kept + within))


def _purge(tx: Tx, conversation: Conversation) -> int:
    sight.changing(tx, conversation)
    if not tx.run(r.PURGE_CLOSED, of=conversation.id):
        return 0
    tx.run(t.CLEAR_TIMERS, subject=f"conversation:{conversation.id}")
    log.about(tx, "conversation.purged", conversation)
    return 1


def _write_down(tx: Tx, inbox_id: str, gone: int) -> None:
    chain.append(
        tx,
        {
            "at": tx.now,
            "agent_id": None,
            "action": "retention",
            "subject": f"inbox:{inbox_id}",
            "surface": "program",
            "address": None,
            "detail": json.dumps({"conversations": gone}),
        },
    )
