"""Signs to the customer: shown while they are true, rarely, and never at a message's cost."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bridge import channel as ch
from bridge.delivery import DeliveryWorker, Outlet, Signs
from bridge.events import EventHub, Whisper
from bridge.models import Conversation
from bridge.store import conversations as q
from bridge.store import log
from bridge.store import messages as m
from bridge.store.transactions import News, Store, Tx
from tests.bridge.delivery.pigeon import Gate, Network, Pigeon
from tests.bridge.delivery.rig import INBOX, Rig
from tests.clock import ManualClock
from tests.databases import until


class Showing(Pigeon):
    """Pigeons whose loft also shows signs."""

    def __init__(self, network: Network, *, breaks: BaseException | None = None) -> None:
        super().__init__(network, typing=True, typing_lasts=10)
        self.breaks = breaks
        self.typed: list[tuple[str, str]] = []
        self.read: list[tuple[str, str]] = []

    async def show_typing(self, recipient: str, thread: str, name: str) -> None:
        self.typed.append((recipient, name))
        if self.breaks is not None:
            raise self.breaks

    async def mark_read(self, recipient: str, thread: str, external_id: str) -> None:
        self.read.append((recipient, external_id))
        if self.breaks is not None:
            raise self.breaks


@dataclass
class Desk:
    """What a test of signs does and sees. `rests` are the pauses that were asked for."""

    rig: Rig
    hub: EventHub
    channel: Showing
    rests: list[float] = field(default_factory=list)
    read_up_to: int = 0
    sends: bool = True
    _over: asyncio.Event = field(default_factory=asyncio.Event)

    async def sleep(self, seconds: float) -> None:
        self.rests.append(seconds)
        await self._over.wait()
        self._over.clear()

    def pause_is_over(self) -> None:
        self._over.set()

    def read_by_us(self, _tx: Tx, _conversation: Conversation) -> int:
        return self.read_up_to

    def types(self, conversation_id: int, *, to_customer: bool = True) -> None:
        identity = 1 if to_customer else None
        self.hub.whisper(Whisper("agent_typing", conversation_id, identity, "anna"))

    async def writes(self, conversation_id: int, external_id: str) -> int:
        """Have the customer write; return the message."""
        return await self.rig.store.write(_written, conversation_id, external_id)

    async def takes_back(self, message_id: int) -> None:
        await self.rig.store.write(lambda tx: tx.run(m.MARK_DELETED, of=message_id, at=tx.now))

    async def reads(self, conversation_id: int, up_to: int) -> None:
        """Have the one who answers read."""
        self.read_up_to = up_to
        await self.rig.store.write(_read, conversation_id)

    async def settled(self) -> None:
        """Give signs that should not be shown the time to be shown."""
        for _ in range(5):
            await self.rig.store.read(lambda _tx: None)
            await asyncio.sleep(0.005)


def _written(tx: Tx, conversation_id: int, external_id: str) -> int:
    conversation = tx.the(q.CONVERSATION_BY_ID, id=conversation_id)
    message_id: int = tx.the(
        m.ADD_MESSAGE,
        conversation_id=conversation_id,
        kind="incoming",
        identity_id=conversation.identity_id,
        agent_id=None,
        inbox_id=conversation.inbox_id,
        external_id=external_id,
        client_key=None,
        text="Привіт",
        format="plain",
        reply_to_id=None,
        activity=None,
        created_at=tx.now,
        attachment_count=0,
    )
    return message_id


def _read(tx: Tx, conversation_id: int) -> None:
    log.append(tx, "read.changed", conversation_id=conversation_id, private_to="anna")


@contextlib.asynccontextmanager
async def showing(
    store: Store, clock: ManualClock, folder: Path, **how: BaseException
) -> AsyncIterator[Desk]:
    """Watch over a desk whose network shows signs."""
    rig = Rig(store, clock, folder)
    rig.channel = channel = Showing(rig.network, **how)
    hub = EventHub(store)
    await hub.start()
    desk = Desk(rig, hub, channel)
    worker = DeliveryWorker(store, rig.media, rig.witness, INBOX, channel)
    signs = Signs(
        store,
        hub,
        {INBOX: Outlet(channel, worker)},
        desk.read_by_us,
        lambda inbox: inbox == INBOX and desk.sends,
        sleep=desk.sleep,
    )
    store.on_commit = lambda news: _committed(news, hub, worker)
    running = [asyncio.create_task(work()) for work in (signs.run, hub.run, worker.run)]
    await asyncio.sleep(0.01)
    try:
        yield desk
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


def _committed(news: News, hub: EventHub, worker: DeliveryWorker) -> None:
    hub.committed(news.events)
    worker.wake()


@pytest.fixture
async def desk(store: Store, clock: ManualClock, tmp_path: Path) -> AsyncIterator[Desk]:
    async with showing(store, clock, tmp_path / "media") as watched:
        yield watched


async def test_a_customer_sees_that_an_agent_is_writing(desk: Desk) -> None:
    desk.types(await desk.rig.conversation())
    await until(lambda: bool(desk.channel.typed))
    assert desk.channel.typed == [("Олена", "Анна")]


async def test_of_several_processes_only_that_which_sends_shows_signs(desk: Desk) -> None:
    desk.sends = False
    here = await desk.rig.conversation()
    desk.types(here)
    await desk.reads(here, await desk.writes(here, "m1"))
    await desk.settled()
    assert (desk.channel.typed, desk.channel.read) == ([], [])
    desk.sends = True
    desk.types(here)
    await until(lambda: bool(desk.channel.typed))


async def test_typing_is_shown_again_only_when_the_network_would_stop_showing_it(
    desk: Desk,
) -> None:
    here = await desk.rig.conversation()
    for _ in range(3):
        desk.types(here)
        await desk.settled()
    assert len(desk.channel.typed) == 1
    assert desk.rests == [9]
    desk.types(here)
    await desk.settled()
    desk.pause_is_over()
    await until(lambda: len(desk.channel.typed) == 2)


async def test_typing_that_has_stopped_meanwhile_is_not_shown_again(desk: Desk) -> None:
    here = await desk.rig.conversation()
    desk.types(here)
    await until(lambda: bool(desk.rests))
    desk.types(here)
    await desk.settled()
    desk.rig.clock.tick(9)
    desk.pause_is_over()
    await desk.settled()
    assert len(desk.channel.typed) == 1


async def test_typing_ends_with_the_message_that_was_typed(desk: Desk) -> None:
    here = await desk.rig.conversation()
    desk.types(here)
    await until(lambda: bool(desk.rests))
    desk.types(here)
    await desk.settled()
    await desk.rig.store.write(
        lambda tx: log.append(tx, "message.added", conversation_id=here, message_id=1)
    )
    await desk.settled()
    desk.pause_is_over()
    await desk.settled()
    assert len(desk.channel.typed) == 1


async def test_writing_that_is_not_for_the_customer_is_not_shown_to_them(desk: Desk) -> None:
    desk.types(await desk.rig.conversation(), to_customer=False)
    await desk.settled()
    assert desk.channel.typed == []


async def test_two_conversations_do_not_wait_for_each_other(desk: Desk) -> None:
    for customer in ("Олена", "Петро"):
        desk.types(await desk.rig.conversation(customer))
    await until(lambda: len(desk.channel.typed) == 2)


async def test_a_sign_gives_way_while_the_network_asks_for_a_pause(desk: Desk) -> None:
    here = await desk.rig.conversation()
    desk.rig.network.fates["зачекайте"].append(ch.ThrottledError("Slowly.", after=60))
    await desk.rig.say(here, "зачекайте")
    await desk.rig.tried("зачекайте")
    desk.types(here)
    await until(lambda: bool(desk.rests))
    assert desk.channel.typed == []


async def test_a_sign_gives_way_to_messages_that_fill_the_wire(desk: Desk) -> None:
    gates = [Gate(desk.rig.network, f"лист {n}") for n in range(8)]
    for n, gate in enumerate(gates):
        desk.rig.network.fates[gate.said].append(gate)
        here = await desk.rig.conversation(f"customer {n}")
        await desk.rig.say(here, gate.said)
    await until(lambda: all(gate.entered.is_set() for gate in gates))
    desk.types(await desk.rig.conversation())
    await until(lambda: bool(desk.rests))
    assert desk.channel.typed == []
    for gate in gates:
        gate.opened.set()


@pytest.mark.parametrize(
    "error", [ch.UnavailableError("Gone.", reason="unavailable"), LookupError("a bug")]
)
async def test_a_sign_that_fails_is_nobodys_loss_and_the_next_is_tried(
    store: Store, clock: ManualClock, tmp_path: Path, error: BaseException
) -> None:
    async with showing(store, clock, tmp_path / "media", breaks=error) as desk:
        here = await desk.rig.conversation()
        desk.types(here)
        await until(lambda: bool(desk.rests))
        desk.types(here)
        await desk.settled()
        desk.pause_is_over()
        await until(lambda: len(desk.channel.typed) == 2)


# --- reading ---


async def test_a_network_is_told_up_to_where_the_one_who_answers_has_read(desk: Desk) -> None:
    here = await desk.rig.conversation()
    await desk.writes(here, "n1")
    second = await desk.writes(here, "n2")
    await desk.writes(here, "n3")
    await desk.reads(here, second)
    await until(lambda: bool(desk.channel.read))
    assert desk.channel.read == [("Олена", "n2")]


async def test_what_was_told_already_is_not_told_again(desk: Desk) -> None:
    here = await desk.rig.conversation()
    first = await desk.writes(here, "n1")
    for _ in range(2):
        await desk.reads(here, first)
        await desk.settled()
        desk.pause_is_over()
        await desk.settled()
    assert desk.channel.read == [("Олена", "n1")]


async def test_reading_on_is_told_once_after_a_pause(desk: Desk) -> None:
    here = await desk.rig.conversation()
    ids = [await desk.writes(here, f"n{n}") for n in range(4)]
    for one in ids:
        await desk.reads(here, one)
        await desk.settled()
    assert desk.channel.read == [("Олена", "n0")]
    desk.pause_is_over()
    await until(lambda: len(desk.channel.read) == 2)
    assert desk.channel.read[-1] == ("Олена", "n3")


async def test_a_message_that_was_taken_back_is_not_said_to_be_read(desk: Desk) -> None:
    here = await desk.rig.conversation()
    await desk.writes(here, "n1")
    second = await desk.writes(here, "n2")
    await desk.takes_back(second)
    await desk.reads(here, second)
    await until(lambda: bool(desk.channel.read))
    assert desk.channel.read == [("Олена", "n1")]


async def test_nobody_is_told_while_nobody_who_counts_has_read(desk: Desk) -> None:
    here = await desk.rig.conversation()
    await desk.writes(here, "n1")
    await desk.reads(here, 0)
    await desk.settled()
    assert desk.channel.read == []
