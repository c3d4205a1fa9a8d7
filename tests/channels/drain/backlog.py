"""A backlog of answers, and the part of the program that sends it."""

import asyncio
import contextlib
import math
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from bridge.app import Program
from bridge.channel import InboundMessage, Sender
from bridge.clock import Clock
from bridge.db import Place, Server
from bridge.store import conversations as q
from bridge.store import processes
from bridge.store.transactions import Tx
from routing import outbound
from routing.declared import declare
from routing.outbound import Written
from tests import standing
from tests.channels.drain.limited import Limited, Mail, Telegram, Viber, Vk
from tests.channels.storm.house import INBOX, configured
from tests.databases import asked, fresh_database
from tests.passing import PassingClock

_CONVERSATIONS = """
    SELECT i.external_id, c.id FROM conversations c JOIN identities i ON i.id = c.identity_id
"""
_LEFT = "SELECT count(*) FROM deliveries WHERE state IN ('queued', 'sending')"
_ENDS = "SELECT state, count(*) FROM deliveries GROUP BY state"
_AT_ONCE = 500
# Threads that nobody watches show within so many seconds that they are at work.
_SLOWER = 0.03
Kind = type[Telegram | Vk | Viber | Mail]
# How often is looked whether all is sent, in seconds of the loop's.
_GLANCE = 5.0


@dataclass(frozen=True, slots=True)
class Drained:
    """How it went, by the network's ledger; times in seconds."""

    sent: int
    refused: int
    took: float
    ideal: float
    ends: dict[str, int]
    busy: float
    """Seconds of the processor's for each message, the model platform's share included."""

    @property
    def share(self) -> float:
        """Return the share of the allowed rate."""
        return self.ideal / self.took if self.took else 1.0


class Backlog:
    """So many answers to a network's people, in turn or one person after the other."""

    def __init__(
        self,
        network: Limited,
        folder: Path,
        clock: Clock,
        *,
        server: Server | None,
        troubled: bool,
    ) -> None:
        """Wire the program on a file or a server; of it, only what sends will run."""
        # A thread that waits for a network in trouble must not keep time from passing.
        self._troubled = troubled
        self._network = network
        self._database: Place = server or fresh_database(folder, "desk.db")
        settings = configured(
            folder,
            "http://127.0.0.1:1",
            network.inbox(),
            network.environ,
            uncertain="ask",
            place=self._database,
        )
        self._program = Program(settings, clock=clock)
        self._hold_time_while_storing()
        self._settings = settings

    def _hold_time_while_storing(self) -> None:
        """The store works in threads, which no loop sees at work."""
        store: Any = self._program.store
        store.read, store.write_under = standing.held(store.read), standing.held(store.write_under)

    async def drain(self, messages: int, *, in_turn: bool = True) -> Drained:
        """Write the answers, send them all, and return what the ledger says."""
        try:
            await self._program.store.write(declare, self._settings)
            await self._program.hub.start()
            await self._have_the_inbox()
            if not self._troubled:
                self._network.watch(self._program.inboxes[INBOX].channel)
            await self._write(messages, in_turn=in_turn)
            begun = time.process_time()
            async with self._sending():
                while self._ask(_LEFT)[0][0]:  # noqa: ASYNC110  # The outbox tells nobody.
                    await asyncio.sleep(_GLANCE)
            return self._drained(messages, (time.process_time() - begun) / messages)
        finally:
            await self._program.inboxes[INBOX].channel.close()
            await self._program.store.close()

    async def _have_the_inbox(self) -> None:
        """Be the process that sends for it, on a server: what would take it does not run."""
        if self._program.sharing is None:
            return
        process, hold = self._program.process, self._program.sharing.leases.hold(f"inbox:{INBOX}")
        await self._program.store.write(
            lambda tx: tx.run(processes.TAKE, name=hold.name, fence=1, owner=process)
        )
        hold.fence, hold.until = 1, math.inf

    async def _write(self, messages: int, *, in_turn: bool) -> None:
        people = [self._network.meet(n) for n in range(self._network.people)]
        each = -(-messages // len(people))
        order = people * each if in_turn else [one for one in people for _ in range(each)]
        told = [
            InboundMessage(sender=Sender(external_id=one), external_id=f"m{n}", sent_at=1, text="?")
            for n, one in enumerate(people)
        ]
        await self._program.inboxes[INBOX].sink.accept(told)
        known: dict[str, int] = dict(self._ask(_CONVERSATIONS))
        answers = iter([(known[one], f"Відповідь {n}") for n, one in enumerate(order[:messages])])
        while some := list(islice(answers, _AT_ONCE)):
            await self._program.store.write(self._answer, some)

    def _answer(self, tx: Tx, answers: list[tuple[int, str]]) -> None:
        for number, text in answers:
            conversation = tx.the(q.CONVERSATION_BY_ID, id=number)
            outbound.reply(
                tx, self._program.desk, conversation, Written(agent_id="olga", text=text)
            )

    @contextlib.asynccontextmanager
    async def _sending(self) -> AsyncIterator[None]:
        task = asyncio.create_task(self._program.inboxes[INBOX].worker.run())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    def _drained(self, messages: int, busy: float) -> Drained:
        asked = self._network.asked()
        at = sorted(one.at for one in asked if not one.refused)
        return Drained(
            sent=len(at),
            refused=sum(one.refused for one in asked),
            took=at[-1] - at[0],
            ideal=self._network.ideal(messages),
            ends=dict(self._ask(_ENDS)),
            busy=busy,
        )

    def _ask(self, sql: str) -> list[Any]:
        return asked(self._database, sql)


def drained(
    kind: Kind,
    messages: int,
    *,
    in_turn: bool = True,
    people: int | None = None,
    server: Server | None = None,
    trouble: Callable[[Limited], None] | None = None,
    within: float = 120.0,
) -> Drained:
    """Drain a backlog in standing time; `trouble` is what the network is told to have.

    `server` has an empty database, where it is not to lie in a file.
    """

    async def work() -> Drained:
        clock = standing.StandingClock()
        return await drained_by(
            clock,
            kind,
            messages,
            in_turn=in_turn,
            people=people,
            server=server,
            trouble=trouble,
        )

    return standing.run(work(), grace=standing.GRACE if trouble is None else _SLOWER, within=within)


async def drained_by(
    clock: PassingClock,
    kind: Kind,
    messages: int,
    *,
    in_turn: bool = True,
    people: int | None = None,
    server: Server | None = None,
    trouble: Callable[[Limited], None] | None = None,
) -> Drained:
    """Drain a backlog in the running loop, whose clock is given."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place:
        network = kind(clock, Path(place))
        network.people = people or network.people
        async with network.open():
            if trouble is not None:
                trouble(network)
            backlog = Backlog(
                network, Path(place), clock, server=server, troubled=trouble is not None
            )
            return await backlog.drain(messages, in_turn=in_turn)
