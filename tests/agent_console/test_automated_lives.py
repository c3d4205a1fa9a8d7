"""Random automations in random lives: they end, and nothing goes where it must not.

What holds without them holds with them (`test_lives.py`), whatever they are told to do.
"""

import asyncio
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from agent_console import actions
from bridge.store.statement import Statement, value
from bridge.store.transactions import Tx
from tests.agent_console.test_lives import CUSTOMERS, POLICY, STEPS, Life
from tests.clock import ManualClock
from tests.databases import fresh_database
from tests.routing.automated import STATUSES, automate
from tests.routing.teams import staffed
from tests.routing.told.life import OCCASIONS, texts
from tests.routing.world import living

EVENTS = st.sampled_from(
    [
        *({"event": one} for one in ("opened", "message_received", "message_sent", "assigned")),
        *({"event": one} for one in ("released", "closed", "reopened", "status_changed")),
        *({"event": one} for one in ("topic_added", "tag_added")),
        {"event": "waiting", "for": "1m"},
        {"event": "idle", "for": "5m"},
    ]
)
CONDITIONS = st.fixed_dictionaries(
    {},
    optional={
        "status": st.sampled_from(["active", "waiting", "spam"]),
        "taken": st.booleans(),
        "by": st.sampled_from(["agent", "customer", "program"]),
        "tag": st.just("vip"),
        "first_message": st.booleans(),
    },
)
DEEDS = st.sampled_from(
    [
        {"notify": {"team": True, "text": "Look!"}},
        {"assign": {"agent": "anna"}},
        {"assign": {"team": "sales"}},
        {"assign": {"queue": "support"}},
        {"tag": "vip"},
        {"topic": "prices"},
        {"status": "active"},
        {"status": "waiting"},
        {"status": "spam"},
        {"status": "solved"},
        {"send": "Hello"},
        {"note": "Only for us"},
        {"block": {"for": "10m", "reason": "x"}},
        "ask_rating",
        "close",
    ]
)
AUTOMATIONS = st.lists(
    st.tuples(EVENTS, CONDITIONS, st.lists(DEEDS, min_size=1, max_size=3)), min_size=1, max_size=5
)
CHOICES = st.tuples(
    st.just("gives"),
    st.sampled_from(["anna", "sofia"]),
    st.sampled_from(CUSTOMERS),
    st.sampled_from(list(STATUSES)),
)
MOST_RUNS: Statement[int] = Statement(value, "SELECT coalesce(max(runs), 0) FROM automation_runs")


class AutomatedLife(Life):
    """A desk whose agents also choose statuses."""

    async def gives(self, by: str, customer: str, status: str) -> None:
        me, here = await self.agent(by), await self.here(customer)
        await self.tries(actions.set_status, self.world.desk, me, here, status)

    async def holds(self) -> None:
        await super().holds()
        assert await self.world.store.read(Tx.the, MOST_RUNS) <= self.world.desk.automations.runs


async def live(folder: Path, steps: list[tuple[Any, ...]], automated: list[Any]) -> None:
    async with living(fresh_database(folder), ManualClock(), POLICY) as world:
        written = {
            f"a{number}": {"when": event | conditions, "do": do}
            for number, (event, conditions, do) in enumerate(automated)
        }
        await automate(world, written, STATUSES, depth=3, runs=4)
        staffed(world, strategy="least_loaded")
        world.desk = replace(world.desk, says=texts(*OCCASIONS))
        world.sinks = world._sinks()
        life = AutomatedLife(world, folder)
        for customer in CUSTOMERS:
            await life.writes(customer)
        for verb, *how in steps:
            await getattr(life, verb)(*how)
            await life.goes_on()
            await life.holds()


@given(
    steps=st.lists(st.one_of(STEPS, CHOICES.map(lambda one: [one])), max_size=2),
    automated=AUTOMATIONS,
)
@settings(max_examples=30, deadline=None)
def test_whatever_automations_there_are_they_end_and_nothing_goes_where_it_must_not(
    steps: list[list[tuple[Any, ...]]], automated: list[Any]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(live(Path(folder), [one for some in steps for one in some], automated))
