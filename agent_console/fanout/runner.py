"""Brings every thread of one surface up to what the database says, as the surface takes it."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Sequence
from functools import partial

from agent_console.fanout import records, steps
from agent_console.fanout.ahead import Ahead, Look, give_back, said_in
from agent_console.fanout.deck import Deck
from agent_console.fanout.posts import FILES_WAIT
from agent_console.fanout.reckoning import asked_of, peek
from agent_console.fanout.unfinished import begun, unfinished
from agent_console.surface import (
    CanProve,
    PlaceMovedError,
    StaffSurface,
    Thread,
    ThreadShutError,
    Urgency,
)
from bridge import tracing, wirelog
from bridge.channel import (
    MisconfiguredError,
    OutcomeUnknownError,
    Receipt,
    SendError,
    StorageUnavailableError,
    ThrottledError,
    UnavailableError,
)
from bridge.delivery import pause_after
from bridge.models import Event
from bridge.store.surfaces import THREAD_BY_ID
from bridge.store.transactions import Asking, Store, Tx, is_passing
from bridge.store.tx import Asked
from routing.flooding import HELD

_log = logging.getLogger(__name__)

# Tried again after these many seconds where nobody says when.
_LONGEST = 300.0
# Between two looks at everything, in seconds.
_EVERY = 1800.0
# What comes again at once if the same is asked for at once.
_PAUSES = (
    ThrottledError,
    UnavailableError,
    MisconfiguredError,
    OutcomeUnknownError,
    ThreadShutError,
)
# What is claimed is called within so many seconds, or given back.
_SOON = 1.0
# A call that takes longer is given up; what became of it is then to be found out.
_CALL = 90.0


class Fanout:
    """Shows conversations on one surface."""

    def __init__(
        self,
        store: Store,
        surface: StaffSurface,
        deck: Deck,
        *,
        heard: Callable[[Receipt | SendError], None] = lambda _outcome: None,
        lost: Callable[[], None] = lambda: None,
    ) -> None:
        """Show nothing yet.

        `heard` is told how the platform has answered each call, `lost` that places are gone.
        """
        self._lost = lost
        self._looking: asyncio.Task[None] | None = None
        # Told to look at everything since a look began.
        self._look_anew = False
        self._heard = heard
        self._store = store
        self._surface = surface
        self._deck = deck
        self._ahead = Ahead(deck, surface.room, store)
        # Claimed and committed, by conversation.
        self._ready: dict[int, steps.Put] = {}
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._again: set[int] = set()
        # Whose last post was answered, and is recorded by a transaction that is not over yet.
        self._recording: set[int] = set()
        # Who waits for a turn, and for how long.
        self._waits: dict[int, asyncio.Timeout] = {}
        self._later: set[asyncio.TimerHandle] = set()
        self._running = False

    def claim(self, tx: Tx) -> None:
        """Have what a transaction says in threads at rest claimed before it is committed."""
        if self._running:
            for conversation_id in said_in(tx):
                tx.at_last(self._go_on, Look(conversation_id))

    def _go_on(self, tx: Tx, looks: Sequence[Look]) -> None:
        """Claim what was said, in the writer's thread.

        Whatever happens to that, it is stored, and is shown in the usual way; and what was
        recorded is.
        """
        try:
            claimed = self._ahead.go_on(tx, looks, self._is_busy)
        except Exception as error:
            if is_passing(error):
                raise
            _log.exception("nothing can be claimed ahead on %s", self._deck.surface_id)
            return
        for step in claimed:
            tx.then(partial(self._is_claimed, step))

    def _is_busy(self, conversation_id: int) -> bool:
        """Say whether a claim would have to wait for a call; from any thread."""
        return conversation_id in self._tasks and conversation_id not in self._recording

    def _is_claimed(self, step: steps.Put) -> None:
        """Do what was claimed, at once or as soon as the call before it is recorded."""
        if not self._running:
            return
        self._ready[step.on.conversation_id] = step
        self.look(step.on.conversation_id)
        waits = self._waits.get(step.on.conversation_id)
        if waits is not None and not waits.expired():
            # With something that is less urgent.
            waits.reschedule(asyncio.get_running_loop().time())

    def committed(self, events: Sequence[Event]) -> None:
        """Look at the conversations that something has happened in."""
        for event in events:
            if event.conversation_id is not None and event.kind != HELD:
                self.look(event.conversation_id)

    def look(self, conversation_id: int) -> None:
        """Bring one conversation up, soon."""
        if not self._running:
            return
        if conversation_id in self._tasks:
            self._again.add(conversation_id)
            return
        task = asyncio.create_task(self._bring_up(conversation_id))
        self._tasks[conversation_id] = task

    async def run(self) -> None:
        """Show what there is to show until cancelled; what was missed meanwhile comes first."""
        await self._store.write(begun, self._deck.surface_id)
        self._running = True
        try:
            while True:
                await self._look_at_all()
                await asyncio.sleep(_EVERY)
        finally:
            await self._stop()

    def look_at_all(self) -> None:
        """Look at everything that may be owed something, soon."""
        self._look_anew = True
        if self._running and (self._looking is None or self._looking.done()):
            self._looking = asyncio.create_task(self._look_until_seen())

    async def _look_until_seen(self) -> None:
        """Look until nothing was told of since a look began."""
        while self._look_anew:
            self._look_anew = False
            try:
                await self._look_at_all()
            except StorageUnavailableError:
                _log.error("what is owed on %s waits for the database", self._deck.surface_id)
                self._look_anew = True
                await asyncio.sleep(pause_after(1))

    async def _look_at_all(self) -> None:
        for conversation_id in await self._store.read(unfinished, self._deck.surface_id):
            self.look(conversation_id)

    async def _stop(self) -> None:
        self._running = False
        for handle in self._later:
            handle.cancel()
        self._later.clear()
        self._ready.clear()
        tasks = [*self._tasks.values(), *([self._looking] if self._looking else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        # One that was cancelled before it began has not taken itself out.
        self._tasks.clear()
        self._again.clear()
        with contextlib.suppress(StorageUnavailableError):
            await self._store.write(self._ahead.give_back)
        self._ahead.forget()
        # By one that was cancelled while it was recorded.
        self._recording.clear()

    async def _bring_up(self, conversation_id: int) -> None:
        tries = calm = 0
        try:
            while True:
                self._again.discard(conversation_id)
                try:
                    if not await self._one_step(conversation_id):
                        if conversation_id not in self._again:
                            return
                        continue
                    calm += 1
                    if calm > 2:
                        tries = 0
                except (SendError, StorageUnavailableError) as error:
                    tries, calm = tries + 1, 0
                    await asyncio.sleep(_pause(error, tries))
        except Exception:  # noqa: BLE001  # Whatever it is, it is looked at again.
            _log.exception("showing a conversation on %s failed", self._deck.surface_id)
            self._look_in(conversation_id, pause_after(tries + 1))
        finally:
            self._tasks.pop(conversation_id, None)
            if conversation_id in self._again:
                self.look(conversation_id)

    async def _one_step(self, conversation_id: int) -> bool:
        """Do the next call; say whether another may follow. Raises what asks for a pause."""
        ready = self._ready.pop(conversation_id, None)
        if ready is not None and self._ahead.holds(ready):
            return await self._do_ready(ready)
        found = await self._store.read(peek, self._deck, conversation_id)
        if found is None:
            return False
        async with contextlib.AsyncExitStack() as turn:
            if not await self._has_turn(turn, conversation_id, *found):
                return True
            step = await self._store.write(self._ahead.reckon, conversation_id)
            if step is None:
                # Files are on their way: their coming is an event, and so is their not coming.
                self._look_in(conversation_id, FILES_WAIT / 1000 + 1)
                return False
            return await self._do(step)

    async def _do_ready(self, step: steps.Put) -> bool:
        """Do what was claimed, or give it back if its turn does not come: it may change by then."""
        of, urgency = step.on.conversation_id, steps.urgency_of(step)
        async with contextlib.AsyncExitStack() as turn:
            if await self._has_turn(turn, of, step.on.place, urgency, within=_SOON):
                return await self._do(step)
        await self._store.write(give_back, step)
        self._ahead.begun(of)
        return True

    async def _has_turn(
        self,
        turn: contextlib.AsyncExitStack,
        conversation_id: int,
        place: str,
        urgency: Urgency,
        *,
        within: float | None = None,
    ) -> bool:
        """Enter a turn; say whether it came in time, and before something was claimed."""
        try:
            async with asyncio.timeout(within) as waits:
                self._waits[conversation_id] = waits
                await turn.enter_async_context(self._surface.turn(place, urgency))
        except TimeoutError:
            return False
        finally:
            self._waits.pop(conversation_id, None)
        return True

    async def _do(self, step: steps.AnyStep) -> bool:
        if not self._store.stands():
            # Another process may show it by now, and then finds out what became of this. If none
            # does, it is certain: nothing did.
            self._ahead.keep(step)
            raise StorageUnavailableError("another process may show this")
        self._ahead.begun(step.on.conversation_id)
        if not isinstance(step, steps.Put):
            return await self._done(step)
        told: dict[str, tracing.Value] = {
            "surface": self._deck.surface_id,
            "conversation": step.on.conversation_id,
            "messages": ",".join(str(one) for one in step.messages),
        }
        # What several messages became is one post, in the trace of the first.
        with tracing.span("post", told, of=step.messages):
            return await self._done(step)

    async def _done(self, step: steps.AnyStep) -> bool:
        with wirelog.recording() as trace:
            result = await self._outcome(step)
        if isinstance(result, SendError):
            await self._failed(step, result, trace)
            return True
        self._heard(result if isinstance(result, Receipt) else Receipt(external_ids=()))
        # What was told of until here, the transaction sees.
        self._again.discard(step.on.conversation_id)

        def asks() -> Sequence[Asked]:
            thread = THREAD_BY_ID, {"of": step.on.id}
            return thread, *asked_of(self._deck, step.on.conversation_id)

        try:
            look = await self._store.write(Asking(self._record, asks), step, result)
            return look is not None and look.owed
        finally:
            self._recording.discard(step.on.conversation_id)

    def _record(self, tx: Tx, step: steps.AnyStep, result: Thread | Receipt | None) -> Look | None:
        """Keep what a call has brought; return what will tell whether another is owed."""
        records.record(tx, step, result, carries=self._deck.carries)
        if not self._running:
            return None
        if isinstance(step, steps.Put):
            # What is said from now on finds no call in its way.
            self._recording.add(step.on.conversation_id)
        look = Look(step.on.conversation_id, is_after_call=True)
        tx.at_last(self._go_on, look)
        return look

    async def _outcome(self, step: steps.AnyStep) -> Thread | Receipt | SendError | None:
        try:
            async with asyncio.timeout(_CALL):
                return await self._call(step)
        except SendError as error:
            return error
        except TimeoutError:
            return _unknown()
        except Exception:  # noqa: BLE001  # A bug of an adapter: nobody knows what it has done.
            _log.exception("%s fell over", self._deck.surface_id)
            return _unknown()

    async def _failed(self, step: steps.AnyStep, error: SendError, trace: wirelog.Trace) -> None:
        _log.warning("%s: %s", self._deck.surface_id, error)
        self._heard(error)
        wire = trace.written(type(error).__name__) if trace.calls else None
        if await self._store.write(records.failed, self._deck, step, error, wire):
            self._lost()
        # Whatever refuses a thread refuses the next one too.
        refused = isinstance(step, steps.Open) and not isinstance(error, PlaceMovedError)
        if refused or isinstance(error, _PAUSES):
            raise error

    async def _call(self, step: steps.AnyStep) -> Thread | Receipt | None:
        surface = self._surface
        match step:
            case steps.Open():
                return await surface.open(step.on.place, step.card, key=step.key)
            case steps.Put():
                return await surface.post(step.thread, step.post)
            case steps.Prove() if isinstance(surface, CanProve):
                return await surface.find(step.on.place, step.thread, step.key, step.since)
        await self._improve(step)
        return None

    async def _improve(self, step: steps.AnyStep) -> None:
        """Change what is shown already."""
        surface = self._surface
        match step:
            case steps.Change():
                await surface.change(step.thread, step.post, step.external_ids)
            case steps.Remove():
                await surface.remove(step.thread, step.external_ids)
            case steps.Sign():
                await surface.mark(step.thread, step.external_id, step.mark)
            case steps.Draw():
                await surface.draw(step.thread, step.card)
            case steps.Shut():
                await surface.shut(step.thread, shut=step.shut)
            case steps.Tell():
                await surface.tell(step.thread, step.hint)

    def _look_in(self, conversation_id: int, seconds: float) -> None:
        if not self._running:
            return
        loop = asyncio.get_running_loop()

        def come_back() -> None:
            self._later.discard(handle)
            self.look(conversation_id)

        handle = loop.call_later(seconds, come_back)
        self._later.add(handle)


def _unknown() -> OutcomeUnknownError:
    return OutcomeUnknownError("Nobody knows what became of a call.", reason="unknown")


def _pause(error: Exception, tries: int) -> float:
    after = getattr(error, "after", None)
    with contextlib.suppress(TypeError):
        if after is not None:
            return float(after)
    return min(pause_after(tries), _LONGEST)
