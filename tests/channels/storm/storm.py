"""The storm itself: who writes, what goes wrong, and how long it takes to settle."""

import asyncio
import contextlib
import random
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path

from bridge.db import Place
from tests import passing
from tests.channels.storm.house import Guards, House
from tests.channels.storm.network import Carried, Network, Said, Trouble
from tests.channels.storm.report import Kept, Report, Sent, counts, way_in, way_out
from tests.databases import backend_of, lent

CUSTOMERS = ("Оленка", "Tom", "Марійка", "דוד")
MESSAGES = 6
ANSWERS = 8
TELLINGS = 5
OUTAGE = 3600.0
OUTAGE_STEP = 10.0
# How much time passes for a turn of the machine's while the storm is on, in seconds.
WIND = 0.4
# How often the ledger is looked at, in seconds: while it storms, and after.
GLANCE, LOOKS = 0.05, 10.0
# After so long, in seconds, whatever has not ended never will.
PATIENCE = 8 * 3600.0
# So often nothing must have changed before everything counts as settled.
CALM = 3
_KEPT = """
    SELECT i.external_id, m.text FROM messages m
    JOIN conversations c ON c.id = m.conversation_id JOIN identities i ON i.id = c.identity_id
    WHERE m.kind = 'incoming' ORDER BY m.id
"""
_SENT = """
    SELECT i.external_id, m.text, d.state, d.doubled_at IS NOT NULL FROM deliveries d
    JOIN messages m ON m.id = d.message_id
    JOIN conversations c ON c.id = m.conversation_id JOIN identities i ON i.id = c.identity_id
    ORDER BY m.id
"""
_OPEN = """
    SELECT i.external_id, c.id FROM conversations c JOIN identities i ON i.id = c.identity_id
"""


class Storm:
    """One network, one program, one seed."""

    def __init__(self, network: Network, house: House, seed: int) -> None:
        """Draw what will happen."""
        self.network = network
        self.house = house
        self.seed = seed
        self._chance = random.Random(seed)
        self._read: dict[int, Carried] = {}
        self._tellings = 0
        self._answers: Counter[str] = Counter()
        self._faults: Counter[str] = Counter()
        self._late: dict[str, float] = {}
        self.everything = [
            Said(who, number, edited)
            for who in CUSTOMERS
            for number in range(MESSAGES)
            for edited in ((False, True) if network.edits and number % 2 else (False,))
        ]
        # Every second customer is told of in whatever order, where the network may do that.
        self.orderly = frozenset(CUSTOMERS[::2] if network.shuffles else CUSTOMERS)

    async def run(self) -> Report:
        """Let it rage and settle; return what it came to."""
        network, house = self.network, self.house
        await network.compose(self.everything)
        await house.start()
        try:
            await network.connect(house.url)
            async with self._weather():
                await self._everybody_writes()
            self._faults.subtract(map(_called, network.left()))
            network.heal()
            await self._settle()
        finally:
            await house.end(killed=False)
        return self._report()

    # --- who writes ---

    async def _everybody_writes(self) -> None:
        async with asyncio.TaskGroup() as group:
            for customer in CUSTOMERS:
                group.create_task(self._customer(customer))
                group.create_task(self._agent(customer))
            group.create_task(self._blows())

    async def _customer(self, customer: str) -> None:
        for one in self._tellings_of(customer):
            await self.network.tell(one, in_order=customer in self.orderly)
            self._tellings += 1
            await asyncio.sleep(self._chance.uniform(0, 20))

    def _tellings_of(self, customer: str) -> Iterator[Said]:
        """Yield what is told of a customer: everything up to five times, shuffled or not."""
        said = [one for one in self.everything if one.customer == customer]
        times = {one: self._chance.randint(1, TELLINGS) for one in said}
        told = [one for one in said for _ in range(times[one])]
        if customer not in self.orderly:
            self._chance.shuffle(told)
        yield from told

    async def _agent(self, customer: str) -> None:
        for _ in range(ANSWERS):
            await self._answer(customer)
            await asyncio.sleep(self._chance.uniform(0, 30))

    async def _answer(self, customer: str) -> None:
        conversation = await self._conversation_of(customer)
        number = self._answers[customer]
        self._answers[customer] += 1
        await self.house.answer(conversation, f"{customer}, відповідь {number} 🙂")

    async def _conversation_of(self, customer: str) -> int:
        while True:
            for account, number in self.house.ask(_OPEN):
                if self.network.customer_of(account) == customer:
                    return int(number)
            await asyncio.sleep(1)

    # --- what goes wrong ---

    def _weather(self) -> AbstractAsyncContextManager[None]:
        """Let time pass, sends meet trouble and customers read, until the context ends."""
        return passing.meanwhile(passing.go_by(WIND), self._trouble(), self._customers_read())

    async def _trouble(self) -> None:
        while True:
            await asyncio.sleep(self._chance.uniform(0, 8))
            trouble = self._chance.choice(self.network.troubles)
            # They come in showers: five refusals in a row are no rarity.
            for _ in range(self._chance.choice((1, 1, 2, 5) if trouble == "throttled" else (1,))):
                self._plan(trouble)

    def _plan(self, trouble: Trouble) -> None:
        self._faults[_called(trouble)] += 1
        self.network.plan(trouble)

    async def _customers_read(self) -> None:
        """Have half of what arrives read in the moment it does, before it is answered for."""
        seen = 0
        while self.network.reads:
            carried = self.network.carried()
            for number, one in enumerate(carried[seen:], seen):
                if self._chance.random() < 0.5:
                    self.network.read(one)
                    self._read[number] = one
            seen = len(carried)
            await asyncio.sleep(GLANCE)

    async def _blows(self) -> None:
        """Kill the program twice, and have the network away for an hour in between."""
        await asyncio.sleep(self._chance.uniform(20, 40))
        await self._crash()
        await asyncio.sleep(self._chance.uniform(5, 20))
        self._faults["away for an hour"] += 1
        await self.network.go_away()
        await passing.pass_by(OUTAGE, step=OUTAGE_STEP)
        await self.network.come_back()
        await asyncio.sleep(self._chance.uniform(5, 20))
        await self._crash()

    async def _crash(self) -> None:
        """Kill the program between the effect of a send and the record of it, if one comes."""
        before = len(self.network.carried())
        if "late_answer" in self.network.troubles:
            for _ in CUSTOMERS:
                self._plan("late_answer")
        for customer in CUSTOMERS:
            await self._answer(customer)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(60):
                while len(self.network.carried()) == before:  # noqa: ASYNC110  # A ledger tells nobody.
                    await asyncio.sleep(GLANCE)
        self._faults["kills"] += 1
        await self.house.end(killed=True)
        await asyncio.sleep(self._chance.uniform(0, 5))
        await self.house.start()

    # --- afterwards ---

    async def _settle(self) -> None:
        """Let time pass until nothing moves any more, or for hours."""
        quiet, before, passed = 0, "", 0.0
        there = self._there()
        while quiet < CALM and passed < PATIENCE:
            for _ in range(12):
                await passing.pass_by(LOOKS, step=self.network.step, real=0.004)
                passed += LOOKS
                self._late |= dict.fromkeys(self._there() - there - self._late.keys(), passed)
            now = str((self.network.told(), self._kept(), self._sent()))
            settled = self.network.told() and not counts(self._sent())["stuck"]
            quiet, before = (quiet + 1 if settled and now == before else 0), now

    def _there(self) -> set[str]:
        """Return the words that are kept, and those that have reached customers."""
        kept = {one.text for one in self._kept()}
        return kept | {one.text for one in self.network.carried()}

    def _kept(self) -> list[Kept]:
        return [Kept(self.network.customer_of(a), text) for a, text in self.house.ask(_KEPT)]

    def _sent(self) -> list[Sent]:
        found = self.house.ask(_SENT)
        return [Sent(self.network.customer_of(a), t, state, bool(m)) for a, t, state, m in found]

    def _report(self) -> Report:
        sent, ended = self._sent(), counts(self._sent())
        read = {one.text for one in self._read.values()}
        return Report(
            network=self.network.name,
            seed=self.seed,
            told=self._tellings,
            came_in=way_in(self.everything, self._kept(), orderly=self.orderly),
            went_out=way_out(sent, self.network.carried()),
            uncertain=ended.get("uncertain", 0),
            failed=ended.get("failed", 0),
            stuck=ended["stuck"],
            unread=sum(
                one.text in read and one.state in {"sent", "delivered"} and not one.marked
                for one in sent
            ),
            faults=+self._faults,
            recovery=list(self._late.values()),
            backend=backend_of(self.house.database),
        )


def _called(trouble: Trouble) -> str:
    return trouble.replace("_", " ")


def report(
    network: type[Network], seed: int, guards: Guards | None = None, *, backend: str = "sqlite"
) -> Report:
    """Run a storm over a network in a loop of its own; return what it came to."""
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name,
        lent(backend, Path(name)) as place,
    ):
        return passing.run(_report(network, seed, guards or Guards(), Path(name), place))


async def _report(
    kind: type[Network], seed: int, guards: Guards, folder: Path, place: Place
) -> Report:
    clock = passing.clock()
    network = kind(clock, folder)
    async with network.open():
        house = House(
            folder,
            network.inbox(),
            clock=clock,
            guards=guards,
            environ=network.environ,
            # Every second storm has uncertain answers sent again, and marked.
            uncertain="resend" if seed % 2 else "ask",
            place=place,
        )
        return await Storm(network, house, seed).run()
