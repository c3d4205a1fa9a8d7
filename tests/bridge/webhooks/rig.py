"""A worker of one webhook on a real database, and a clock moved by hand."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Any

from bridge.models import CallState, WebhookCall
from bridge.store import webhooks as w
from bridge.store.transactions import Store
from bridge.webhooks.calls import send_again
from bridge.webhooks.sending import Sender
from bridge.webhooks.worker import CallWorker
from routing.desk import Desk
from routing.policy import Policy
from routing.webhooks import enqueue
from tests.bridge.delivery.rig import begun
from tests.bridge.webhooks.receiver import Receiver
from tests.clock import ManualClock

HOOK = "crm"


class Watcher:
    """Remembers what became of calls."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, str]] = []

    def recorded(self, _tx: object, call: WebhookCall) -> None:
        self.seen.append((call.event, call.state))


class Rig:
    """Everything a test of webhooks needs."""

    def __init__(self, store: Store, clock: ManualClock, receiver: Receiver) -> None:
        self.store = store
        self.clock = clock
        self.receiver = receiver
        self.settings = receiver.webhook()
        self.watcher = Watcher()

    @property
    def desk(self) -> Desk:
        """Return a desk that knows the webhook."""
        return Desk(Policy(), webhooks={HOOK: self.settings})

    @contextlib.asynccontextmanager
    async def working(self) -> AsyncIterator[CallWorker]:
        """Run a worker for as long as the context lasts."""
        worker = CallWorker(self.store, HOOK, Sender(self.settings), self.watcher)
        self.store.on_commit = lambda _news: worker.wake()
        task = asyncio.create_task(worker.run())
        try:
            yield worker
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def tell(
        self, event: str, conversation_id: int | None = None, *, to: str = HOOK, **data: Any
    ) -> int:
        """Queue a call; return its id."""
        return await self.store.write(
            enqueue, self.desk, to, event, data, conversation_id=conversation_id
        )

    async def conversation(self, customer: str) -> int:
        """Begin a conversation with a customer."""
        return await begun(self.store, customer)

    async def call(self, call_id: int) -> WebhookCall:
        """Return a call as it is now."""
        return await self.store.read(lambda tx: tx.the(w.CALL_BY_ID, id=call_id))

    async def again(self, call_id: int) -> bool:
        """Send a call again, as an administrator does."""
        return await self.store.write(send_again, await self.call(call_id))

    async def tried(self, call_id: int, times: int) -> WebhookCall:
        """Wait until a call has been tried so often."""
        return await self._once(call_id, lambda call: call.attempts >= times)

    async def becomes(
        self, call_id: int, state: CallState, *, attempts: int | None = None
    ) -> WebhookCall:
        """Wait until a call is in this state, after so many attempts."""
        return await self._once(
            call_id, lambda call: call.state == state and attempts in (None, call.attempts)
        )

    async def _once(self, call_id: int, holds: Callable[[WebhookCall], bool]) -> WebhookCall:
        async with asyncio.timeout(30):
            while True:
                call = await self.call(call_id)
                if holds(call):
                    return call
                await asyncio.sleep(0.005)
