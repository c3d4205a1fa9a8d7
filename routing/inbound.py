"""The `Sink` an adapter is given: one call, one transaction, answered after the sync.

Only then does the adapter acknowledge (DESIGN.md, In). What each event changes is in
`intake.py`.
"""

from collections.abc import Sequence

from bridge import channel as ch
from bridge.events import EventHub, Whisper
from bridge.store import conversations as q
from bridge.store import log
from bridge.store.transactions import Store, Tx
from routing import contacts
from routing.desk import Desk
from routing.intake import IGNORED, Intake


class InboundSink:
    """Where the adapter of one inbox hands what it received."""

    def __init__(self, store: Store, hub: EventHub, desk: Desk, inbox_id: str) -> None:
        """Serve one inbox."""
        self._store = store
        self._hub = hub
        self._desk = desk
        self._inbox_id = inbox_id

    async def accept(
        self, events: Sequence[ch.InboundEvent], cursor: str | None = None
    ) -> Sequence[ch.Answer]:
        """Store the events and the cursor; see `bridge.channel.Sink`."""
        typing = [e for e in events if isinstance(e, ch.ContactTyping)]
        if typing:
            await self._whisper(typing)
        if len(typing) == len(events) and cursor is None:
            return [IGNORED] * len(events)
        return await self._store.write(self._accept, events, cursor)

    async def quarantine(self, raw: bytes, why: str) -> None:
        """Keep aside what could not be translated."""
        await self._store.write(self._quarantine, raw, why)

    async def cursor(self) -> str | None:
        """Return the poller's cursor stored last."""
        return await self._store.read(self._cursor)

    async def _whisper(self, typing: Sequence[ch.ContactTyping]) -> None:
        for conversation_id in await self._store.read(self._typed_in, typing):
            self._hub.whisper(Whisper("customer_typing", conversation_id=conversation_id))

    # --- inside a transaction ---

    def _accept(
        self, tx: Tx, events: Sequence[ch.InboundEvent], cursor: str | None
    ) -> list[ch.Answer]:
        intake = Intake(tx, self._desk, self._inbox_id)
        answers = [intake.take(event) for event in events]
        if cursor is not None:
            tx.run(log.PUT_CURSOR, inbox_id=self._inbox_id, value=cursor)
        return answers

    def _quarantine(self, tx: Tx, raw: bytes, why: str) -> None:
        tx.the(log.ADD_QUARANTINE, inbox_id=self._inbox_id, raw=raw, why=why, at=tx.now)
        log.append(tx, "quarantine.added")

    def _cursor(self, tx: Tx) -> str | None:
        return tx.one(log.GET_CURSOR, inbox_id=self._inbox_id)

    def _typed_in(self, tx: Tx, typing: Sequence[ch.ContactTyping]) -> list[int]:
        found = []
        for event in typing:
            identity = contacts.find(tx, self._inbox_id, event.sender)
            if identity is None:
                continue
            latest = tx.one(q.LATEST_IN_THREAD, identity_id=identity.id, thread=event.thread)
            found.extend([latest.id] if latest else [])
        return found
