"""The worker of one place: sends what is due, and has what comes of it recorded.

A place is a webhook, or a mailbox that tickets go by. Each has its own worker, beside the
lanes of the customers: a receiver that is slow holds up nobody but itself. What is told of one
conversation goes in its order, one at a time. A call stays queued until its answer is recorded,
so whatever happens in between, it is sent again under the same id: at least once, as the
Standard Webhooks have it.
"""

import asyncio
import logging

from bridge.channel import StorageUnavailableError
from bridge.delivery import patience_of, pause_after
from bridge.models import WebhookCall
from bridge.store import webhooks as w
from bridge.store.transactions import Store, Tx
from bridge.underway import UnderWay
from bridge.waking import woken
from bridge.webhooks.calls import CallWatcher, Carrier, record

_log = logging.getLogger(__name__)

# On the wire at once for one place; each about another conversation.
WIDTH = 4
# The command line queues calls from beside the program, which no commit here tells of. Seconds.
LOOK_EVERY = 10.0


class CallWorker:
    """Sends what waits for one place."""

    def __init__(
        self, store: Store, place: str, carrier: Carrier, watcher: CallWatcher | None = None
    ) -> None:
        """Serve one place by its carrier; `watcher` follows what becomes of its calls."""
        self._store = store
        self._place = place
        self._carrier = carrier
        self._watcher = watcher
        self._awake = asyncio.Event()
        # By the ids of the calls.
        self._sending = UnderWay[int](self.wake)
        self._paused_until = 0.0

    def wake(self) -> None:
        """Say that something may be waiting."""
        self._awake.set()

    async def run(self) -> None:
        """Send until cancelled; what is on the wire then is sent again at the next start."""
        async with self._carrier as carrier:
            try:
                while True:
                    self._awake.clear()
                    await self._rest(await self._begin_what_is_due(carrier))
            finally:
                await self._sending.end()

    async def _begin_what_is_due(self, carrier: Carrier) -> float:
        """Put on the wire what may go; return after how many seconds to look again."""
        pause = self._paused_until - self._store.clock.monotonic()
        if pause > 0:
            return min(pause, LOOK_EVERY)
        on_the_wire = set(self._sending.about())
        try:
            due, next_at = await self._store.read(self._due)
        except StorageUnavailableError:
            return pause_after(1)
        free = WIDTH - len(self._sending)
        if not self._store.stands():
            return pause_after(1)
        for call in [one for one in due if one.id not in on_the_wire][:free]:
            self._sending.begin(self._send(carrier, call), call.id)
        wait = LOOK_EVERY if next_at is None else (next_at - self._store.clock.now()) / 1000
        return min(max(wait, 0.0), LOOK_EVERY)

    def _due(self, tx: Tx) -> tuple[list[WebhookCall], int | None]:
        given = {"webhook_id": self._place, "now": tx.now}
        # Those on the wire are among them, as they are not recorded yet.
        return tx.all(w.DUE_CALLS, **given, limit=2 * WIDTH), tx.one(w.NEXT_CALL_DUE, **given)

    async def _rest(self, seconds: float) -> None:
        await woken(self._awake, within=seconds)

    async def _send(self, carrier: Carrier, call: WebhookCall) -> None:
        answer = await carrier.send(call.public_id, call.body, self._store.clock.now())
        if answer.after is not None:
            until = self._store.clock.monotonic() + patience_of(answer.after)
            self._paused_until = max(self._paused_until, until)
        try:
            await self._store.write(record, call, answer, self._watcher)
        except StorageUnavailableError:
            _log.error("what became of a call to %s waits for the database", self._place)
            await asyncio.sleep(pause_after(1))
