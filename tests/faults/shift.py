"""One scenario with one seed: who writes, what goes wrong, and how long it takes to settle."""

import asyncio
import random
import tempfile
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

from bridge.db import Place
from tests import passing
from tests.channels.storm.networks.postcard import PostcardNetwork
from tests.databases import backend_of, lent
from tests.faults import report as r
from tests.faults.failpoints import Failpoints
from tests.faults.ground import Ground, Topic, Who
from tests.faults.house import StaffHouse
from tests.faults.scenarios import Scenario
from tests.faults.weather import Weather
from tests.faults.words import FOR_CUSTOMERS, FOR_THREADS, Kind, Word, found, name_of

_KINDS: Sequence[Kind] = (
    "answer", "answer", "answer", "colleague", "note", "stranger", "aside",
)  # fmt: skip
# How much time passes for a turn of the machine's, in seconds: while it storms, and after.
WIND, AFTERWARDS = 0.2, 1.0
GLANCE = 0.4
SOON = 180.0
# So many seconds an agent waits for a thread to write into.
PATIENT = 60
_OPEN = """
    SELECT i.external_id, c.id FROM conversations c JOIN identities i ON i.id = c.identity_id
"""
_ASKED = "SELECT count(*) FROM deliveries WHERE state = 'uncertain'"
_UNDONE = """
    SELECT (SELECT count(*) FROM surface_posts WHERE state IN ('queued', 'posting'))
    + (SELECT count(*) FROM surface_heard WHERE done_at IS NULL)
    + (SELECT count(*) FROM deliveries WHERE state IN ('queued', 'sending'))
"""


class Shift:
    """Customers and agents through one scenario.

    `patience`: after so long (s) whatever has not come is lost; every half hour the program
    tries everything again. `calm`: for so long nothing must be left to do. `hurry`: how long
    a second of people's pauses takes.
    """

    customers, questions, deeds = 3, 6, 7
    kinds = _KINDS
    patience, calm, hurry = 1500.0, 30.0, 1.0

    def __init__(
        self,
        scenario: Scenario,
        ground: Ground,
        post: Any,
        house: Any,
        points: Failpoints,
        seed: int,
    ) -> None:
        """Draw from the seed; `post` has the customers, `house` the program."""
        self.scenario = scenario
        self.ground = ground
        self.house = house
        self.points = points
        self.chance = random.Random(seed)
        self._post = post
        self._seed = seed
        self._numbers: dict[tuple[Kind, int], int] = {}
        self._written: dict[Word, float] = {}
        self._came: dict[tuple[str, Word], float] = {}
        self._healed = 0.0

    async def run(self) -> r.Report:
        """Let it all happen; return what it came to."""
        await self.house.start()
        try:
            await self.ground.connect(self.house.url)
            self.ground.weather.foul = True
            async with self.time_passing(), asyncio.TaskGroup() as group:
                for customer in range(self.customers):
                    group.create_task(self._customer(customer))
                    group.create_task(self._staff(customer))
                group.create_task(self.scenario.happens(self))
            self.ground.weather.foul = False
            self.ground.weather.clear()
            self._healed = self.ground.clock.seconds()
            for customer in range(self.customers):
                # That a thread is gone is learnt only as something is to be shown in it.
                self.asks(customer)
            await self._settle()
        finally:
            await self.house.end(killed=False)
        return self._report()

    # --- who writes ---

    async def _customer(self, customer: int) -> None:
        for _ in range(self.questions):
            self.asks(customer)
            await self.pause(self.chance.choice((0.0, self.chance.uniform(0, 9))))

    async def pause(self, seconds: float) -> None:
        """Have somebody wait before they go on."""
        await asyncio.sleep(seconds * self.hurry)

    def asks(self, customer: int) -> None:
        """Have a customer write."""
        word = self._word("question", customer)
        self.brings(customer, str(word), f"{word} Добрий день 🐤")

    def brings(self, customer: int, number: str, text: str) -> None:
        """Bring in what a customer wrote."""
        sender = {"id": str(customer), "name": name_of(customer)}
        now = self.ground.clock.now()
        self._post.office.update(
            {"type": "card", "id": number, "from": sender, "text": text, "date": now}
        )

    async def _staff(self, customer: int) -> None:
        kinds = list(self.kinds)
        self.chance.shuffle(kinds)
        for number in range(self.deeds):
            await self.deed(customer, kinds[number % len(kinds)])
            await self.pause(self.chance.uniform(0, 8))

    async def deed(self, customer: int, kind: Kind) -> None:
        """Have somebody of the staff do something about a customer, once they see them."""
        if kind == "colleague":
            await self._answers_elsewhere(customer)
            return
        for _ in range(PATIENT):
            if self.says(customer, kind):
                return
            await asyncio.sleep(1.0)

    def says(self, customer: int, kind: Kind) -> bool:
        """Have somebody write into a customer's thread; say whether there is one."""
        topic = self.topic_of(customer)
        if topic is None or not self.ground.hears:
            return False
        word = self._word(kind, customer)
        text = f"// {word} зауваження" if kind == "note" else f"{word} Слухаю вас 🙂"
        # Whoever answers first has the conversation: others would be refused.
        who: Who = "stranger" if kind == "stranger" else "olga"
        if not self.ground.writes(topic.id, text, who, calls=kind == "aside"):
            del self._written[word]
            return False
        return True

    async def _answers_elsewhere(self, customer: int) -> None:
        conversation = await self._conversation_of(customer)
        word = self._word("colleague", customer)
        await self.house.answer(conversation, f"{word} Вітаю")

    async def _conversation_of(self, customer: int) -> int:
        while True:
            for account, number in self.house.ask(_OPEN):
                if account == str(customer):
                    return int(number)
            await asyncio.sleep(1.0)

    def topic_of(self, customer: int) -> Topic | None:
        """Return the thread in which people find a customer."""
        seen = [
            topic
            for topic in self.ground.topics()
            if topic.customer == customer and not topic.gone and topic.posts
        ]
        return seen[-1] if seen else None

    def _word(self, kind: Kind, customer: int) -> Word:
        number = self._numbers.get((kind, customer), 0)
        self._numbers[kind, customer] = number + 1
        word = Word(kind, customer, number)
        self._written[word] = self.ground.clock.seconds()
        return word

    # --- time ---

    def time_passing(self) -> AbstractAsyncContextManager[None]:
        """Let time pass for as long as the context lasts."""
        return passing.meanwhile(passing.go_by(WIND), self.glances())

    async def glances(self) -> None:
        """Look again and again."""
        while True:
            self.look()
            await asyncio.sleep(GLANCE)

    def look(self) -> None:
        """Write down when something was first seen."""
        now = self.ground.clock.seconds()
        for topic in self.ground.topics():
            for post in topic.posts:
                for word in found(post.text):
                    self._came.setdefault(("thread", word), now)
        for box in self.boxes().values():
            for text in box:
                for word in found(text):
                    self._came.setdefault(("box", word), now)

    async def until(self, holds: Callable[[], bool], seconds: float) -> bool:
        """Wait until something holds; say whether it does in time."""
        end = self.ground.clock.seconds() + seconds
        while not holds():
            if self.ground.clock.seconds() > end:
                return False
            await asyncio.sleep(0.1)
        return True

    async def _settle(self) -> None:
        calm = waited = 0.0
        while calm < self.calm and waited < self.patience:
            span = await self.passes(waited)
            waited += span
            self.look()
            calm = calm + span if self._is_done() else 0.0

    async def passes(self, waited: float) -> float:
        """Let some time pass; return how much."""
        span = AFTERWARDS if waited < SOON else 6 * AFTERWARDS
        await passing.pass_by(span, step=span, real=0.004)
        return span

    def _is_done(self) -> bool:
        came = self._came
        return (
            self.ground.told()
            and all(("thread", one) in came for one in self._written if one.kind in FOR_THREADS)
            and all(("box", one) in came for one in self._written if one.kind in FOR_CUSTOMERS)
            and not self._undone()
        )

    def _undone(self) -> int:
        ((undone,),) = self.house.ask(_UNDONE)
        return int(undone)

    # --- what it came to ---

    def boxes(self) -> dict[int, Sequence[str]]:
        """Return what lies in each customer's letter box."""
        office = self._post.office
        return {customer: office.in_box(str(customer)) for customer in range(self.customers)}

    def uncertain(self) -> int:
        """Count the answers about which agents are asked whether they arrived."""
        ((asked,),) = self.house.ask(_ASKED)
        return int(asked)

    def _report(self) -> r.Report:
        weather, boxes = self.ground.weather, self.boxes()
        shown = r.in_threads(self._written, self.ground.topics())
        faults = {**weather.counted(), **({"kills": self.house.kills} if self.house.kills else {})}
        excuses = self.points.unknown + (self.house.lives - 1) * self.customers
        late = [at - self._healed for at in self._came.values() if at > self._healed]
        return r.Report(
            scenario=self.scenario.name,
            ground=self.ground.name,
            seed=self._seed,
            faults=faults,
            shown=shown,
            sent=r.at_customers(self._written, boxes),
            leaked=r.leaked(boxes),
            early=weather.too_early,
            stuck=self._undone(),
            unproven=max(0, shown.warned - excuses * r.MOST_IN_A_POST),
            recovery=late,
            uncertain=self.uncertain(),
            orderly=self.ground.orderly,
            backend=backend_of(self.house.database),
        )


def report(
    scenario: Scenario, ground: type[Ground], seed: int, *, backend: str = "sqlite"
) -> r.Report:
    """Run a scenario in a loop of its own; return what it came to."""
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name,
        lent(backend, Path(name)) as place,
        scenario.among(),
    ):
        return passing.run(_report(scenario, ground, seed, Path(name), place))


async def _report(
    scenario: Scenario, kind: type[Ground], seed: int, folder: Path, place: Place
) -> r.Report:
    clock, points = passing.clock(), Failpoints()
    weather = Weather(clock, random.Random(seed * 7919), kind.named)
    ground, post = kind(clock, weather), PostcardNetwork(clock, folder)
    weather.troubles = [ground.trouble(sort, rate) for sort, rate in scenario.troubles.items()]
    async with ground.open(), post.open():
        house = StaffHouse(folder, post.inbox(), ground, clock, points, place)
        return await Shift(scenario, ground, post, house, points, seed).run()
