"""Random lives of a desk, reckoned twice: by the report, and message by message."""

import asyncio
import tempfile
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, get_args
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from agent_console.reports import Figures, Period, Report, Wanted, of_days, report
from agent_console.reports.figures import Counted
from bridge.store import notices as n
from bridge.store import sorting as s
from bridge.store.statement import Statement, value
from bridge.store.transactions import Tx
from tests.agent_console import reckoning
from tests.agent_console.reckoning import Fact, Talk
from tests.agent_console.test_lives import AGENTS, CUSTOMERS, POLICY, STEPS, Life
from tests.clock import ManualClock
from tests.databases import fresh_database
from tests.routing.teams import staffed
from tests.routing.told.life import OCCASIONS, texts
from tests.routing.world import living

MAX_WAIT = 60_000
TOPICS, TAGS = ("prices", "orders"), ("vip", "gross")
# In New York the clocks are set back on the second day; in Nepal they are 5:45 ahead of UTC.
ZONES = st.sampled_from(["America/New_York", "Asia/Kathmandu", "Europe/Kyiv", "UTC"])
NARROW = st.sampled_from([
    {},
    {"inbox": "pager"},
    {"inbox": "site"},
    {"agent": "anna"},
    {"agent": "-none"},
    {"team": "sales"},
    {"team": "-none"},
    {"topic": "prices"},
    {"topic": "-other"},
    {"tag": "vip"},
    {"tag": "-none", "agent": "boris"},
    {"language": "-none"},
    {"language": "uk"},
])  # fmt: skip
SORTED = st.lists(
    st.one_of(
        st.tuples(st.just("topic"), st.sampled_from(CUSTOMERS), st.sampled_from([*TOPICS, None])),
        st.tuples(st.just("tag"), st.sampled_from(CUSTOMERS), st.sampled_from(TAGS)),
        st.tuples(st.just("rate"), st.sampled_from(AGENTS), st.integers(1, 5)),
        st.tuples(st.just("rate"), st.sampled_from(AGENTS), st.integers(7, 10)),
    ),
    max_size=12,
)
TOPICS_OF: Statement[str | None] = Statement(
    value, "SELECT topic_id FROM conversation_topics WHERE conversation_id = :of"
)
TAGS_OF: Statement[str] = Statement(value, "SELECT tag_id FROM contact_tags WHERE contact_id = :of")
RATINGS: Statement[tuple[Any, ...]] = Statement(
    lambda *row: row, "SELECT conversation_id, agent_id, created_at, score, scale FROM ratings"
)


async def sort(life: Life, what: str, who: str, which: Any) -> None:
    """Give a conversation a topic, its customer a tag, or an agent a rating."""
    here = await life.here(who if who in CUSTOMERS else "olena")
    conversation = next(one for one in await life.every() if one.id == here)

    def change(tx: Tx) -> None:
        if what == "topic":
            other = None if which else "подарунок"
            tx.run(s.ADD_TOPIC, of=here, topic_id=which, other=other, at=tx.now)
        elif what == "tag":
            tx.run(s.ADD_TAG, of=conversation.contact_id, tag_id=which, at=tx.now)
        else:
            scale = 5 if which <= 5 else 10
            given = {"agent_id": who, "score": which, "scale": scale, "at": tx.now}
            tx.run(n.PUT_RATING, conversation_id=here, ended_at=tx.now, **given)

    await life.world.store.write(change)
    life.world.clock.tick(3600)


def declare(tx: Tx) -> None:
    for place, one in enumerate(TOPICS):
        tx.run(s.PUT_TOPIC, id=one, label='"x"', place=place)
    for place, one in enumerate(TAGS):
        tx.run(s.PUT_TAG, id=one, label='"x"', color="#000000", pinned=0, place=place)


async def lived(life: Life, steps: list[Any], sorts: list[Any]) -> None:
    await life.world.store.write(declare)
    for customer in CUSTOMERS:
        await life.writes(customer)
    # Sorting goes on while they live.
    for number, (verb, *how) in enumerate(steps):
        await getattr(life, verb)(*how)
        await life.goes_on()
        if number < len(sorts):
            await sort(life, *sorts[number])


async def talks(life: Life) -> list[Talk]:
    """Return every conversation with what was said in it and what it is sorted by."""
    found = []
    for one in await life.every():
        topics = await life.world.store.read(Tx.all, TOPICS_OF, of=one.id)
        tags = await life.world.store.read(Tx.all, TAGS_OF, of=one.contact_id)
        said = await life.world.messages(one.id)
        found.append(Talk(one, said, [topic or "-other" for topic in topics], tags))
    return found


async def reckoned(life: Life) -> list[Fact]:
    """Return all that counts, whenever it was."""
    every = {one.conversation.id: one for one in await talks(life)}
    found = [fact for talk in every.values() for fact in reckoning.facts(talk)]
    for conversation, agent, at, score, scale in await life.world.store.read(Tx.all, RATINGS):
        found.append(Fact("rating", every[conversation], agent, at, score / scale))
    return found


def told(one: Figures) -> dict[str, Any]:
    """Return the figures of a report as `reckoning` has them."""
    rating = None if one.rating is None else round(one.rating, 6)
    return {
        **{name: one.counts[name] for name in get_args(Counted)},
        "first_answers": asdict(one.first_answers),
        "further_answers": asdict(one.further_answers),
        "closings": asdict(one.closings),
        "ratings": one.ratings,
        "rating": rating,
    }


def compare(found: Report, facts: list[Fact], period: Period) -> None:
    scale = found.scale or 0
    assert told(found.total) == reckoning.figures(facts, MAX_WAIT, scale)
    for table, shown in found.tables.items():
        keys = {key for one in facts for key in reckoning.lines(one, table, period.zone)}
        if table == "days":
            keys |= {day.isoformat() for day in period.days}
        assert {key: told(one) for key, one in shown.items()} == {
            key: reckoning.figures(
                [one for one in facts if key in reckoning.lines(one, table, period.zone)],
                MAX_WAIT,
                scale,
            )
            for key in keys
        }, table


async def live(folder: Path, steps: list[Any], sorts: list[Any], zone: str, ask: Any) -> None:
    days, narrow = ask
    async with living(fresh_database(folder), ManualClock(), POLICY) as world:
        staffed(world, strategy="least_loaded")
        world.desk = replace(world.desk, says=texts(*OCCASIONS))
        world.sinks = world._sinks()
        life = Life(world, folder)
        await lived(life, steps, sorts)
        period = of_days(ZoneInfo(zone), world.clock.now(), days)
        wanted = Wanted(period=period, max_wait=MAX_WAIT, **narrow)
        found = await world.store.read(report, wanted)
        facts = [
            one
            for one in await reckoned(life)
            if reckoning.passes(one, narrow)
            and reckoning.within(one, period.first, period.last, period.zone)
        ]
        compare(found, facts, period)


@given(steps=STEPS, sorts=SORTED, zone=ZONES, ask=st.tuples(st.integers(1, 9), NARROW))
@settings(max_examples=40, deadline=None)
def test_j19_j25_a_report_is_what_one_finds_by_reading_every_message(
    steps: list[Any], sorts: list[Any], zone: str, ask: Any
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(live(Path(folder), steps, sorts, zone, ask))
