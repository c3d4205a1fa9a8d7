"""Purging: what was deleted for good goes, a piece at a time, until nothing is left.

Marked in one moment, and in no list from then on. The rows go in small transactions, so that
whoever writes hardly waits, and a stop of the program in between only delays the rest.
"""

import asyncio
import hashlib
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bridge import search
from bridge.channel import StorageUnavailableError
from bridge.media import MediaStore
from bridge.models import Conversation
from bridge.store import bulk, log
from bridge.store import trash as t
from bridge.store.transactions import Store, Tx
from bridge.waking import woken
from routing import conversations
from routing.refusal import RefusedError

_log = logging.getLogger(__name__)

PURGE_TOPIC = "purge"
"""What is to be woken where there is something to purge."""

# In one transaction: some 20 ms.
MESSAGES_AT_ONCE = 100
CONVERSATIONS_AT_ONCE = 50
# Seconds between two looks at what is old enough, and at what was on the wire.
_LOOK = 300.0
# Seconds between two pieces of what retention lets go.
_PACE = 0.5
# A file this young (ms) may be about to get a row that names it; housekeeping comes by later.
_YOUNG = 600_000


@dataclass(frozen=True, slots=True)
class Piece:
    """What one step has removed: whether there may be more, and whose files may be unused."""

    more: bool
    contents: Sequence[str] = ()


def purge(tx: Tx, conversation: Conversation) -> None:
    """Have a deleted conversation removed for ever; raises `RefusedError("state")`."""
    if not tx.run(t.PURGE, of=conversation.id):
        raise RefusedError("state", {"state": conversation.state})
    tx.run(t.FORGET_DELETED, of=conversation.id)
    tx.run(t.CLEAR_TIMERS, subject=f"conversation:{conversation.id}")
    log.about(tx, "conversation.purged", conversation)
    tx.wake(PURGE_TOPIC)


def purge_old(tx: Tx, kept_for: int) -> bool:
    """Purge some of what was deleted `kept_for` ms ago or earlier; say whether there is more."""
    old = tx.all(t.DELETED_BEFORE, before=tx.now - kept_for, limit=CONVERSATIONS_AT_ONCE)
    for conversation_id in old:
        purge(tx, conversations.get(tx, conversation_id))
    return len(old) == CONVERSATIONS_AT_ONCE


def was_purged(tx: Tx, inbox_id: str, external_id: str) -> bool:
    """Say whether a message of this name was purged."""
    digest = digest_of(inbox_id, external_id)
    return bool(tx.the(t.WAS_PURGED, inbox_id=inbox_id, digest=digest))


def purge_some(tx: Tx) -> Piece:
    """Remove a piece of one purged conversation, or with nothing left in it the conversation."""
    conversation_id = tx.one(t.TO_PURGE)
    if conversation_id is None:
        return Piece(more=False)
    given = {"conversation_id": conversation_id, "limit": MESSAGES_AT_ONCE}
    messages = tx.all(t.MESSAGES_OF, **given)
    if messages:
        return _without(tx, messages)
    tx.run(t.LEAVE_BLOCKS, of=conversation_id)
    tx.run(t.DROP_CONVERSATION, of=conversation_id)
    return Piece(more=True)


def _without(tx: Tx, messages: Sequence[t.Purged]) -> Piece:
    ids = bulk.ids(one.id for one in messages)
    contents = tx.all(t.CONTENTS_OF, ids=ids)
    for named in tx.all(t.NAMES_OF, ids=ids):
        digest = digest_of(named.inbox_id, named.external_id)
        tx.run(t.REMEMBER_PURGED, inbox_id=named.inbox_id, digest=digest)
    tx.run(t.MARK_SENDERS, ids=ids, at=tx.now)
    for one in messages:
        # What was taken back is in the index no longer.
        if one.text and one.deleted_at is None:
            search.message_changed(tx, one.id, before=one.text, after="")
    tx.run(t.UNQUOTE, ids=ids)
    tx.run(t.DROP_MESSAGES, ids=ids)
    return Piece(more=True, contents=contents)


def digest_of(inbox_id: str, external_id: str) -> str:
    """Return the hash by which a message that was purged is known again."""
    return hashlib.sha256(f"{inbox_id}\n{external_id}".encode()).hexdigest()


class Purger:
    """Purges what is to go, and what has lain among the deleted for its time."""

    def __init__(
        self,
        store: Store,
        media: MediaStore,
        *,
        kept_for: int | None,
        let_go: Callable[[Tx], bool] = lambda _: False,
    ) -> None:
        """`kept_for` is in ms; `None` keeps what was deleted until somebody purges it.

        `let_go` marks some more that is to go, and says whether there is more of it.
        """
        self._store = store
        self._media = media
        self._kept_for = kept_for
        self._let_go = let_go
        self._awake = asyncio.Event()

    def wake(self) -> None:
        """Say that something is to be purged."""
        self._awake.set()

    async def run(self) -> None:
        """Purge until cancelled."""
        while True:
            self._awake.clear()
            try:
                await self.tidy()
            except StorageUnavailableError:
                _log.error("purging waits for the database")
            await woken(self._awake, within=_LOOK)

    async def tidy(self) -> None:
        """Purge all there is now."""
        if self._kept_for is not None:
            while await self._store.write(purge_old, self._kept_for):
                continue
        await self._purge_all()
        # In no hurry: what is written comes before what is forgotten.
        while await self._store.write(self._let_go):
            await self._purge_all()
            await asyncio.sleep(_PACE)
        await self._purge_all()

    async def _purge_all(self) -> None:
        while (piece := await self._store.write(purge_some)).more:
            await self._media.forget(piece.contents, older_than=_YOUNG)
