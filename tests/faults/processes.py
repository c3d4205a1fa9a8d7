"""The same on real processes: `kill -9` between a post and its record, and at any moment.

The program runs as it is installed, in real time, between the model platforms in this process.
Its customers write to a Telegram bot. Nothing is asked of the program but what its database
says of answers of which nobody knows whether they arrived.
"""

import asyncio
import random
import tempfile
import time
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

from bridge.clock import Clock
from bridge.sandbox.faults import Fault
from bridge.sandbox.telegram import Customer, TelegramServer
from tests import passing
from tests.databases import asked
from tests.desk import RunningDesk
from tests.faults import report as r
from tests.faults.failpoints import Failpoints
from tests.faults.ground import SURFACE, Ground
from tests.faults.scenarios import Happens, Scenario
from tests.faults.shift import Shift
from tests.faults.slack import SlackGround
from tests.faults.weather import Weather
from tests.faults.words import Kind, name_of

TOKEN = "7000000004:AAtoken-of-the-shop-bot-01234567890"  # It opens nothing.
# So long (s) an answer is kept back whose message is there already.
KEPT_BACK = 3.0
_POSTS = ("chat.postMessage", "sendMessage")


class RealClock(Clock):
    """The machine's time."""

    def seconds(self) -> float:
        """Return the wall time in seconds."""
        return self.now() / 1000


class Process:
    """The program in a process of its own, as a house of the scenarios."""

    def __init__(self, folder: Path, shop: TelegramServer, ground: Ground) -> None:
        """Write its configuration."""
        accounts = ground.accounts()
        changes: dict[str, Any] = {
            "channels.shop_tg": {
                "type": "telegram",
                "token": "${SHOP}",
                "mode": "polling",
                "api_base": shop.url,
            },
            f"staff.{SURFACE}": dict(ground.staff()),
            "agents.olga": {"name": "Ольга", "role": "owner", **accounts["olga"]},
        }
        self.desk = RunningDesk(folder, changes, {"SHOP": TOKEN, **ground.environ})
        self.database = self.desk.database
        self.kills = self.lives = 0

    @property
    def url(self) -> str:
        """Return its address."""
        return self.desk.url

    async def start(self) -> None:
        """Begin a life."""
        self.lives += 1
        await asyncio.to_thread(self.desk.start)

    async def kill(self) -> None:
        """End it by `kill -9`."""
        self.kills += 1
        await asyncio.to_thread(self.desk.kill)

    async def end(self, *, killed: bool) -> None:
        """End it in good order."""
        del killed
        await asyncio.to_thread(self.desk.close)

    def ask(self, sql: str) -> list[Any]:
        """Return what stands in its database."""
        return asked(self.database, sql)


class Shop:
    """The customers, who write to a bot."""

    def __init__(self, telegram: TelegramServer, customers: int) -> None:
        """Have so many."""
        world = telegram.world
        bot = world.add_bot(TOKEN)
        self._people = [
            Customer(world, world.add_user(name_of(number)), bot) for number in range(customers)
        ]

    def asks(self, customer: int, text: str) -> None:
        """Have a customer write."""
        self._people[customer].write(text)

    def boxes(self) -> dict[int, Sequence[str]]:
        """Return what has reached each of them."""
        return {
            number: [
                str(one.get("text", ""))
                for one in person.chat.messages.values()
                if one["from"]["is_bot"]
            ]
            for number, person in enumerate(self._people)
        }


class RealShift(Shift):
    """A scenario in real time."""

    customers, questions, deeds = 2, 5, 5
    kinds: Sequence[Kind] = ("answer", "answer", "note", "answer", "stranger")
    hurry = 0.12
    """A second of the others' pauses takes so long here."""
    patience = 90.0
    calm = 2.0

    def __init__(self, shop: Shop, *args: Any) -> None:
        """Have these customers."""
        super().__init__(*args)
        self._shop = shop

    def brings(self, customer: int, number: str, text: str) -> None:
        """Have a customer write."""
        del number
        self._shop.asks(customer, text)

    def boxes(self) -> dict[int, Sequence[str]]:
        """Return what has reached customers."""
        return self._shop.boxes()

    def time_passing(self) -> AbstractAsyncContextManager[None]:
        """Look now and then."""
        return passing.meanwhile(self.glances())

    async def passes(self, waited: float) -> float:
        """Let some time pass; return how much."""
        del waited
        await asyncio.sleep(0.2)
        return 0.2


def kills(*betweens: bool) -> Happens:
    """Return what kills it so often: between a post and its record, or at any moment."""

    async def happens(shift: Shift) -> None:
        for between in betweens:
            await asyncio.sleep(shift.chance.uniform(0.2, 2.0))
            if between:
                await _until_posted(shift)
            await shift.house.kill()
            await asyncio.sleep(shift.chance.uniform(0.0, 1.0))
            await shift.house.start()

    return happens


async def _until_posted(shift: Shift) -> None:
    """Return once a message is there whose answer is kept back."""
    weather = shift.ground.weather
    weather.plan(_POSTS, Fault(delay=KEPT_BACK, after_effect=True))
    before, end = _posts(shift.ground), time.monotonic() + 10.0
    shift.asks(shift.chance.randrange(shift.customers))
    while _posts(shift.ground) == before and time.monotonic() < end:  # noqa: ASYNC110  # A model tells nobody.
        await asyncio.sleep(0.005)
    weather.clear()


def _posts(ground: Ground) -> int:
    return sum(1 + len(one.posts) for one in ground.topics())


async def _soon(seconds: float) -> None:
    """Slack's pauses before it tells of an event again, shortened."""
    await asyncio.sleep(seconds / 20)


async def report(
    kind: type[Ground], seed: int, betweens: Sequence[bool] = (True, False, True)
) -> r.Report:
    """Kill it so; return what it came to."""
    scenario = Scenario("kill -9", (), happens=kills(*betweens))
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place:
        clock = RealClock()
        weather = Weather(clock, random.Random(seed), kind.named)
        ground, telegram = kind(clock, weather), TelegramServer()
        if isinstance(ground, SlackGround):
            ground.slack.telling._sleep = _soon
        async with telegram, ground.open():
            shop = Shop(telegram, RealShift.customers)
            house = Process(Path(place), telegram, ground)
            return await RealShift(shop, scenario, ground, None, house, Failpoints(), seed).run()
