"""The `Sink` an adapter is given: one call, one transaction, answered after the sync.

Only then does the adapter acknowledge (DESIGN.md, In). What each event changes is in
`intake.py`.
"""

import logging
from collections.abc import Sequence
from functools import partial

from bridge import channel as ch
from bridge import tracing, written
from bridge.events import EventHub, Whisper
from bridge.redis import SharedBudgets
from bridge.store import conversations as q
from bridge.store import log, quarantine
from bridge.store.transactions import Asking, Store, Tx, is_passing
from routing import blocks, contacts, places, way_back, wellformed
from routing.desk import Desk
from routing.flow import Flow, Pour
from routing.intake import Intake
from routing.outcomes import IGNORED

_log = logging.getLogger(__name__)

_MALFORMED = ch.Answer(outcome="refused", reason="malformed")
_BROKEN = ch.Answer(outcome="refused", reason="internal")


class InboundSink:
    """Where the adapter of one inbox hands what it received."""

    def __init__(
        self,
        store: Store,
        hub: EventHub,
        desk: Desk,
        inbox_id: str,
        shared: SharedBudgets | None = None,
    ) -> None:
        """Serve one inbox; `shared` is where processes count together."""
        self._store = store
        self._hub = hub
        self._desk = desk
        self._inbox_id = inbox_id
        self._flow = Flow(store.clock, inbox_id=inbox_id, shared=shared)

    def is_crowded(self) -> bool:
        """Say whether more people write than they may together, so that many are held."""
        return self._flow.is_crowded()

    async def accept(
        self, events: Sequence[ch.InboundEvent], cursor: str | None = None
    ) -> Sequence[ch.Answer]:
        """Store the events and the cursor; see `bridge.channel.Sink`."""
        if not events:
            return await self._accepted(events, cursor)
        told: dict[str, tracing.Value] = {"inbox": self._inbox_id, "events": len(events)}
        with tracing.span("intake", told):
            return await self._accepted(events, cursor)

    async def _accepted(
        self, events: Sequence[ch.InboundEvent], cursor: str | None
    ) -> Sequence[ch.Answer]:
        typing = [e for e in events if isinstance(e, ch.ContactTyping)]
        if typing:
            await self._whisper(typing)
        if len(typing) == len(events) and cursor is None:
            return [IGNORED] * len(events)
        pour = Pour(self._flow)
        answers = await self._stored(events, cursor, pour)
        pour.stored()
        return answers

    async def _stored(
        self, events: Sequence[ch.InboundEvent], cursor: str | None, pour: Pour
    ) -> Sequence[ch.Answer]:
        try:
            asks = partial(places.questions, self._inbox_id, events)
            return await self._store.write(Asking(self._accept, asks), events, cursor, pour)
        except ch.StorageUnavailableError:
            # It comes again, and counts then.
            pour.undo_all()
            raise
        except Exception:  # noqa: BLE001  # One poisoned event must not stop its neighbours.
            _log.exception(
                "what came to %s cannot all be taken in; each is tried alone", self._inbox_id
            )
            return await self._store.write(self._accept_apart, events, cursor, pour)

    async def take_again(self, events: Sequence[ch.InboundEvent]) -> Sequence[ch.Answer]:
        """Store what was set aside; raises whatever it breaks with, and nothing is stored."""
        return await self._store.write(self._accept, events, None, None)

    async def quarantine(self, raw: bytes, why: str) -> None:
        """Keep aside what could not be translated."""
        await self._store.write(self._quarantine, raw, wellformed.text(why))

    async def cursor(self) -> str | None:
        """Return the poller's cursor stored last."""
        return await self._store.read(self._cursor)

    async def _whisper(self, typing: Sequence[ch.ContactTyping]) -> None:
        for conversation_id in await self._store.read(self._typed_in, typing):
            self._hub.whisper(Whisper("customer_typing", conversation_id=conversation_id))

    # --- inside a transaction ---

    def _accept(
        self,
        tx: Tx,
        events: Sequence[ch.InboundEvent],
        cursor: str | None,
        pour: Pour | None,
    ) -> list[ch.Answer]:
        if pour is not None:
            # What an earlier try has counted was not kept.
            pour.undo_all()
        intake = Intake(tx, self._desk, self._inbox_id, pour)
        return self._answered(tx, [_take(intake, event) for event in events], cursor)

    def _accept_apart(
        self, tx: Tx, events: Sequence[ch.InboundEvent], cursor: str | None, pour: Pour
    ) -> list[ch.Answer]:
        """As `_accept`, but what breaks is set aside alone."""
        pour.undo_all()
        intake = Intake(tx, self._desk, self._inbox_id, pour)
        answers = []
        for event in events:
            try:
                with tx.attempt():
                    answers.append(_take(intake, event))
            except Exception as error:
                if is_passing(error):
                    raise
                why = f"{type(event).__name__}: {type(error).__name__}"
                quarantine.put(tx, self._inbox_id, *_raw(event, why))
                answers.append(_BROKEN)
        return self._answered(tx, answers, cursor)

    def _answered(
        self, tx: Tx, answers: Sequence[ch.Answer], cursor: str | None
    ) -> list[ch.Answer]:
        """Keep the poller's cursor; say where the log stands after all of this."""
        if cursor is not None:
            tx.run(log.PUT_CURSOR, inbox_id=self._inbox_id, value=cursor)
        after = self._hub.cursor_at(log.end(tx))
        return [answer.at(after) for answer in answers]

    def _quarantine(self, tx: Tx, raw: bytes, why: str) -> None:
        quarantine.put(tx, self._inbox_id, raw, why)

    def _cursor(self, tx: Tx) -> str | None:
        return tx.one(log.GET_CURSOR, inbox_id=self._inbox_id)

    def _typed_in(self, tx: Tx, typing: Sequence[ch.ContactTyping]) -> list[int]:
        found = []
        for event in typing:
            identity = contacts.find(tx, self._inbox_id, event.sender)
            if identity is None or blocks.stands(identity, tx.now):
                continue
            latest = tx.one(q.LATEST_IN_THREAD, identity_id=identity.id, thread=event.thread)
            if latest is not None:
                found.append(latest.id)
            elif (stay := way_back.stay_in(tx, identity.id, event.thread)) is not None:
                found.append(stay.conversation_id)
        return found


def _take(intake: Intake, event: ch.InboundEvent) -> ch.Answer:
    clean = wellformed.event(event)
    return _MALFORMED if clean is None else intake.take(clean)


def _raw(event: ch.InboundEvent, why: str) -> tuple[bytes, str, quarantine.Form]:
    """Return the event as it is kept, why, and its form: as Python has it where JSON cannot."""
    raw = written.anyhow(event)
    return raw, why, "event" if raw.startswith(b"{") else "words"
