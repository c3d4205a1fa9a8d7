"""Signs on the customer's side: that somebody is writing to them, that they were read.

They are worth something only now, so nothing of them is stored, and a failure is nobody's
loss. Messages come first: a sign goes only where the network is not busy with them.
"""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from bridge import channel as ch
from bridge.delivery.worker import DeliveryWorker
from bridge.events import EventHub, Step
from bridge.models import Conversation
from bridge.store import conversations as q
from bridge.store import messages as m
from bridge.store import people as p
from bridge.store.desk import AGENT_BY_ID
from bridge.store.transactions import Store, Tx

_log = logging.getLogger(__name__)

# Seconds between two signs of one kind in one conversation, at least.
PAUSE = 4.0
# An older word of somebody's writing says nothing of now, in seconds.
FRESH = 3.5
# What the network has not shown by then, nobody waits for, in seconds.
WITHIN = 5.0
# Conversations that may have a sign under way, or be remembered as told of their reading.
MOST = 1_000
MOST_TOLD = 10_000

# Somebody has read, or it has become another's to answer.
_MAY_TELL_READ = frozenset({"read.changed", "conversation.changed"})

Kind = Literal["typing", "read"]
Key = tuple[Kind, int]
ReadByUs = Callable[[Tx, Conversation], int]
"""Returns up to which message the customer counts as read: routing decides."""


@dataclass(frozen=True, slots=True)
class Outlet:
    """One inbox's way to its network, and the worker whose messages go first."""

    channel: ch.Channel
    worker: DeliveryWorker


@dataclass(frozen=True, slots=True)
class _Sign:
    """A customer to be shown something: the agent's name, or what was read."""

    inbox_id: str
    recipient: str
    thread: str
    name: str = ""
    message_id: int = 0
    external_id: str = ""


class Signs:
    """Watches the desk, and shows customers what their network can show."""

    def __init__(
        self,
        store: Store,
        hub: EventHub,
        outlets: Mapping[str, Outlet],
        read_by_us: ReadByUs,
        sends: Callable[[str], bool],
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """`outlets` by inbox id; `sleep` passes the pause between two signs.

        Of several processes only that shows signs which `sends` for the inbox: it alone knows
        what the network may still be asked.
        """
        self._sends = sends
        self._store = store
        self._hub = hub
        self._outlets = outlets
        self._read_by_us = read_by_us
        self._sleep = sleep
        # What is asked for, and when; what somebody is at work on, resting included.
        self._asked: dict[Key, float] = {}
        self._writers: dict[int, str] = {}
        self._at_work: dict[Key, asyncio.Task[None]] = {}
        self._told: OrderedDict[int, int] = OrderedDict()

    async def run(self) -> None:
        """Show signs until cancelled."""
        try:
            async for step in self._hub.follow(self._hub.cursor()):
                self._note(step)
        finally:
            work = list(self._at_work.values())
            for task in work:
                task.cancel()
            await asyncio.gather(*work, return_exceptions=True)

    def _note(self, step: Step) -> None:
        for whisper in step.whispers:
            # The identity is named only where the writer may answer.
            if whisper.kind == "agent_typing" and whisper.identity_id is not None:
                self._note_writer(whisper.conversation_id, whisper.agent_id)
        # After them: what was sent at once with the last sign of writing ends it.
        for event in step.events:
            if event.conversation_id is not None:
                self._note_event(event.kind, event.conversation_id)

    def _note_event(self, kind: str, conversation_id: int) -> None:
        if kind == "message.added":
            # What was being written has gone, or waits for what the customer has added.
            self._asked.pop(("typing", conversation_id), None)
        elif kind in _MAY_TELL_READ:
            self._ask(("read", conversation_id))

    def _note_writer(self, conversation_id: int | None, agent_id: str | None) -> None:
        if conversation_id is not None and agent_id is not None:
            self._writers[conversation_id] = agent_id
            self._ask(("typing", conversation_id))

    def _ask(self, key: Key) -> None:
        if key in self._at_work or len(self._at_work) < MOST:
            self._asked[key] = self._store.clock.monotonic()
        if key in self._asked and key not in self._at_work:
            self._at_work[key] = asyncio.create_task(self._work(key))

    async def _work(self, key: Key) -> None:
        """Show what is asked for in one conversation, and again what is asked meanwhile."""
        try:
            while key in self._asked:
                asked = self._asked.pop(key)
                if key[0] == "typing" and self._store.clock.monotonic() - asked > FRESH:
                    continue
                pause = await self._show(key)
                if pause:
                    await self._sleep(pause)
        except ch.StorageUnavailableError:
            _log.warning("a sign was not shown: the database cannot be asked")
        finally:
            del self._at_work[key]
            if key[0] == "typing":
                self._writers.pop(key[1], None)

    async def _show(self, key: Key) -> float:
        """Show one sign; return the seconds until the next, 0 where there was none to show."""
        kind, conversation_id = key
        sign = await self._sign(kind, conversation_id)
        outlet = self._outlets.get(sign.inbox_id) if sign else None
        if sign is None or outlet is None or not self._sends(sign.inbox_id):
            return 0
        if kind == "typing":
            return await self._show_typing(sign, outlet)
        return await self._show_read(conversation_id, sign, outlet.channel)

    async def _sign(self, kind: Kind, conversation_id: int) -> _Sign | None:
        if kind == "typing":
            writer = self._writers[conversation_id]
            return await self._store.read(_writing, conversation_id, writer)
        return await self._store.read(_reading, conversation_id, self._read_by_us)

    async def _show_typing(self, sign: _Sign, outlet: Outlet) -> float:
        channel = outlet.channel
        if not channel.capabilities.typing or not isinstance(channel, ch.CanShowTyping):
            return 0
        if outlet.worker.has_room:
            await _try(channel.show_typing(sign.recipient, sign.thread, sign.name))
        return max(PAUSE, channel.capabilities.typing_lasts - 1)

    async def _show_read(self, conversation_id: int, sign: _Sign, channel: ch.Channel) -> float:
        if not isinstance(channel, ch.CanMarkRead):
            return 0
        if self._told.get(conversation_id, 0) >= sign.message_id:
            return 0
        if await _try(channel.mark_read(sign.recipient, sign.thread, sign.external_id)):
            self._remember(conversation_id, sign.message_id)
        return PAUSE

    def _remember(self, conversation_id: int, message_id: int) -> None:
        self._told[conversation_id] = message_id
        self._told.move_to_end(conversation_id)
        if len(self._told) > MOST_TOLD:
            self._told.popitem(last=False)


async def _try(showing: Awaitable[None]) -> bool:
    """Say whether the network took it in time; if not, nobody has lost anything."""
    try:
        async with asyncio.timeout(WITHIN):
            await showing
    except (ch.SendError, TimeoutError) as error:
        _log.debug("a sign was not shown: %s", type(error).__name__)
    except Exception:  # noqa: BLE001  # A bug of one adapter's must not end all signs.
        _log.exception("showing a sign failed")
    else:
        return True
    return False


def _writing(tx: Tx, conversation_id: int, agent_id: str) -> _Sign | None:
    conversation = tx.one(q.CONVERSATION_BY_ID, id=conversation_id)
    agent = tx.one(AGENT_BY_ID, id=agent_id)
    if conversation is None or agent is None:
        return None
    return _Sign(
        conversation.inbox_id, _recipient(tx, conversation), conversation.thread, name=agent.name
    )


def _reading(tx: Tx, conversation_id: int, read_by_us: ReadByUs) -> _Sign | None:
    """Return the last message the customer wrote, has not taken back and that was read."""
    conversation = tx.one(q.CONVERSATION_BY_ID, id=conversation_id)
    if conversation is None:
        return None
    read = read_by_us(tx, conversation)
    last = tx.one(m.LAST_STANDING, conversation_id=conversation_id, up_to=read) if read else None
    if last is None:
        return None
    return _Sign(
        conversation.inbox_id,
        _recipient(tx, conversation),
        conversation.thread,
        message_id=last.id,
        external_id=last.external_id or "",
    )


def _recipient(tx: Tx, conversation: Conversation) -> str:
    external_id: str = tx.the(p.IDENTITY_BY_ID, id=conversation.identity_id).external_id
    return external_id
