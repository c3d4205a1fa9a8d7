"""The named scenarios: what goes wrong in each."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from agent_console.slack import intake as slack
from agent_console.slack.translate import heard
from agent_console.telegram_forum import intake as forum
from agent_console.telegram_forum.translate import translate_all
from tests import passing
from tests.faults.failpoints import EVERY
from tests.faults.ground import Ground, Sort
from tests.faults.slack import SlackByHook, SlackBySocket
from tests.faults.telegram import TelegramGround

if TYPE_CHECKING:
    from tests.faults.shift import Shift

ALL: Sequence[type[Ground]] = (SlackBySocket, SlackByHook, TelegramGround)
SLACK: Sequence[type[Ground]] = (SlackBySocket, SlackByHook)
HOUR = 3600.0
STEP = 10.0
POISON = "☢"

Happens = Callable[["Shift"], Coroutine[Any, Any, None]]


async def nothing(_shift: "Shift") -> None:
    """Let nothing happen but what is drawn for each call."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """What goes wrong: with single calls, at these rates; and what happens besides.

    `among` is what is otherwise in the program for as long as it lasts.
    """

    name: str
    grounds: Sequence[type[Ground]]
    troubles: Mapping[Sort, float] = field(default_factory=dict)
    happens: Happens = nothing
    among: Callable[[], AbstractContextManager[None]] = nullcontext


# --- what happens ---


async def kills(shift: "Shift") -> None:
    """Kill the program three times at places of its ways that the seed chooses."""
    for _ in range(3):
        await asyncio.sleep(shift.chance.uniform(1, 8))
        shift.points.arm(shift.chance.choice(EVERY))
        if await shift.points.wait(25.0):
            await shift.house.kill()
            shift.ground.weather.forgotten()
            await asyncio.sleep(shift.chance.uniform(0, 10))
            await shift.house.start()


async def told_again(shift: "Shift") -> None:
    """Have events told again, several times and at once."""
    for _ in range(8):
        await asyncio.sleep(shift.chance.uniform(1, 5))
        await shift.ground.tells_again(shift.chance.randint(1, 3))


async def hour_stopped(shift: "Shift") -> None:
    """Have the program down for an hour, in which everybody goes on writing."""
    await asyncio.sleep(shift.chance.uniform(8, 20))
    await shift.house.end(killed=False)
    await _everybody_writes(shift)
    await passing.pass_by(HOUR, step=STEP)
    await _everybody_writes(shift)
    await shift.house.start()


async def hour_away(shift: "Shift") -> None:
    """Have the platform out of our reach for an hour, in which everybody goes on writing."""
    await asyncio.sleep(shift.chance.uniform(8, 20))
    await shift.ground.go_away()
    await _everybody_writes(shift)
    await passing.pass_by(HOUR, step=STEP)
    await _everybody_writes(shift)
    await shift.ground.come_back()


async def _everybody_writes(shift: "Shift") -> None:
    for customer in range(shift.customers):
        for _ in range(shift.chance.randint(0, 5)):
            shift.asks(customer)
        for kind in ("answer", "note", "answer", "stranger"):
            shift.says(customer, kind)
    await asyncio.sleep(1.0)


async def threads_deleted(shift: "Shift") -> None:
    """Delete a thread as something is sent into it, with more waiting to be shown than usual."""
    for _ in range(2):
        await asyncio.sleep(shift.chance.uniform(6, 14))
        customer = shift.chance.randrange(shift.customers)
        if (topic := shift.topic_of(customer)) is None:
            continue
        for _ in range(shift.chance.choice((1, 4, 14))):
            shift.asks(customer)
        shift.points.arm("before call post")
        if await shift.points.wait(10.0):
            # Let go again: what was about to be sent meets what has happened meanwhile.
            shift.ground.delete(topic.id)
            shift.points.let_go()
        else:
            shift.ground.delete(topic.id)


async def thrown_out(shift: "Shift") -> None:
    """Throw the program out of its place for a while."""
    await asyncio.sleep(shift.chance.uniform(6, 14))
    # What is on its way is heard; from then on nobody says anything until it is back.
    shift.ground.hears = False
    await shift.until(shift.ground.told, 20.0)
    await shift.ground.throw_out()
    await asyncio.sleep(shift.chance.uniform(20, 90))
    await shift.ground.take_in()


async def upgraded(shift: "Shift") -> None:
    """Make another group of the group."""
    await asyncio.sleep(shift.chance.uniform(6, 18))
    assert isinstance(shift.ground, TelegramGround)
    shift.ground.upgrade()


async def poisoned(shift: "Shift") -> None:
    """Have strangers write what breaks the program's handler, among all that others write."""
    for _ in range(3):
        await asyncio.sleep(shift.chance.uniform(2, 8))
        topic = shift.topic_of(shift.chance.randrange(shift.customers))
        if topic is not None:
            shift.ground.writes(topic.id, f"{POISON} нічого особливого", "stranger")


@contextmanager
def brittle() -> Iterator[None]:
    """Have both translators of staff surfaces break over one character."""

    def break_over(what: object) -> None:
        if POISON in str(what):
            raise RuntimeError("a bug of ours")

    def translated(updates: Sequence[object], ear: Any) -> Any:
        break_over(updates)
        return translate_all(updates, ear)

    async def told(event: Any, ear: Any) -> Any:
        break_over(event)
        return await heard(event, ear)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(forum, "translate_all", translated)
        patch.setattr(slack, "heard", told)
        yield


SCENARIOS: Sequence[Scenario] = (
    Scenario("killed at a failpoint", ALL, happens=kills),
    Scenario("429 storm", ALL, {"429": 0.25}),
    Scenario("5xx", ALL, {"5xx": 0.2}),
    Scenario("reset before and after", ALL, {"reset before": 0.1, "reset after": 0.1}),
    Scenario("late answers, and kills", ALL, {"late answer": 0.15}, happens=kills),
    Scenario("done, and called an error", ALL, {"did it all the same": 0.25}),
    Scenario("events told again", SLACK, {"5xx": 0.05}, happens=told_again),
    Scenario("stopped for an hour", ALL, happens=hour_stopped),
    Scenario("out of reach for an hour", ALL, happens=hour_away),
    Scenario("threads deleted in a send", ALL, happens=threads_deleted),
    Scenario("thrown out and back", ALL, happens=thrown_out),
    Scenario(
        "group upgraded in a send", (TelegramGround,), {"reset after": 0.05}, happens=upgraded
    ),
    Scenario("poison", ALL, {"5xx": 0.05}, happens=poisoned, among=brittle),
    Scenario(
        "all of it",
        ALL,
        {"429": 0.05, "5xx": 0.05, "reset before": 0.05, "reset after": 0.05},
        happens=kills,
    ),
)
NAMED: Mapping[str, Scenario] = {one.name: one for one in SCENARIOS}
