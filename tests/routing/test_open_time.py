"""Times that stand still while nobody is there: only what is open counts."""

import asyncio
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bridge.settings import Span
from bridge.store import deliveries as d
from routing.hours import Hours
from routing.policy import (
    CLOSE_INACTIVE,
    CLOSE_WARNING,
    RELEASE_IDLE,
    BotPolicy,
    Policy,
    close_due,
    idle_due,
    passed_at,
)
from routing.timers import fire
from tests.clock import ManualClock
from tests.databases import fresh_database
from tests.routing.teams import staffed
from tests.routing.test_hours import KYIV, at, office, weekdays
from tests.routing.world import World, living

MINUTE = 60_000
SECONDS = 1000
NIGHTS = weekdays((Span(22 * 60, 30 * 60),))
PAUSED = Policy(
    paused_outside=frozenset({"release_idle", "close_inactive"}),
    close_warning=2 * MINUTE,
    hours_of=lambda _team, _inbox: office(),
)
ZONES = st.sampled_from(["Europe/Kyiv", "America/New_York", "Australia/Lord_Howe", "UTC"])
SPANS = st.lists(
    st.tuples(st.integers(0, 1439), st.integers(1, 1440)), max_size=2, unique_by=lambda s: s[0]
)


def spans_of(drawn: Sequence[tuple[int, int]]) -> tuple[Span, ...]:
    """Return spans that do not overlap."""
    found: list[Span] = []
    for start, length in sorted(drawn):
        if not found or found[-1].end <= start:
            found.append(Span(start, start + length))
    # What runs on into the night would meet the morning of the day after.
    return tuple(Span(one.start, min(one.end, 1440)) for one in found)


# --- as a function of time ---


@given(
    zone=ZONES,
    week=st.lists(SPANS, min_size=7, max_size=7),
    holidays=st.dictionaries(st.integers(-1, 9), SPANS, max_size=3),
    # Around the changes of the clock in spring and in autumn, and in between.
    day=st.sampled_from(["2026-03-27", "2026-10-23", "2026-10-31", "2026-03-07", "2026-07-01"]),
    start=st.integers(0, 1439),
    length=st.integers(1, 1500),
)
@example(
    zone="Europe/Kyiv", week=[[(0, 1440)]] * 7, holidays={}, day="2026-10-23", start=0, length=1500
)
@settings(max_examples=80, deadline=None)
def test_elapsed_open_time_is_what_counts(
    zone: str,
    week: list[list[tuple[int, int]]],
    holidays: dict[int, list[tuple[int, int]]],
    day: str,
    start: int,
    length: int,
) -> None:
    first = date.fromisoformat(day)
    free = {first + timedelta(days=n): spans_of(spans) for n, spans in holidays.items()}
    hours = Hours(ZoneInfo(zone), [spans_of(one) for one in week], free)
    since = at(day, ZoneInfo(zone)) + start * MINUTE
    due = hours.after(since, length * MINUTE)
    if due is None:
        assert not any(spans_of(one) for one in week)
        return
    if due - since > 12 * 1440 * MINUTE:
        return
    minutes = range(since, due, MINUTE)
    assert sum(hours.is_open(one) for one in minutes) == length
    # Not a moment later than it must be.
    assert hours.is_open(due - MINUTE)


def test_no_time_passes_where_it_is_never_open() -> None:
    never = Hours(KYIV, [()] * 7)
    assert never.after(at("2026-11-27T10:00"), 1) is None
    assert passed_at(5, 7, never) is None
    assert passed_at(5, 7, None) == 12


@pytest.mark.parametrize(
    ("since", "minutes", "due"),
    [
        ("2026-11-27T12:50", 10, "2026-11-27T13:00"),
        ("2026-11-27T12:50", 15, "2026-11-27T14:05"),
        ("2026-11-27T17:55", 15, "2026-11-30T09:10"),
        ("2026-11-28T12:00", 5, "2026-11-30T09:05"),
    ],
)
def test_a_break_and_a_weekend_count_for_nothing(since: str, minutes: int, due: str) -> None:
    assert office().after(at(since), minutes * MINUTE) == at(due)


def test_a_holiday_counts_for_nothing() -> None:
    closed = office({date(2026, 11, 30): ()})
    assert closed.after(at("2026-11-27T17:55"), 15 * MINUTE) == at("2026-12-01T09:10")


def test_the_night_in_which_the_clock_goes_back_is_an_hour_longer() -> None:
    nights = Hours(KYIV, [*NIGHTS[:5], *NIGHTS[:2]])
    # On 25 October 2026 the hour from three to four comes twice.
    since = at("2026-10-24T22:00")
    assert nights.after(since, 9 * 60 * MINUTE) == at("2026-10-25T06:00")


# --- as the policy has it ---


def test_only_what_is_named_stands_still() -> None:
    quiet = at("2026-11-27T17:55")
    given: dict[str, Any] = {"state": "open", "waiting_since": None, "quiet_since": quiet}
    assert PAUSED.hours_for("close_inactive", None, "site") is not None
    assert Policy().hours_for("close_inactive", None, "site") is None
    assert close_due(PAUSED, **given, hours=office()) == at("2026-11-30T09:10")
    assert close_due(PAUSED, **given) == at("2026-11-27T18:10")


def test_a_bot_is_waited_for_at_any_hour() -> None:
    policy = replace(PAUSED, bots=(BotPolicy("robo", MINUTE, hooked=False),))
    evening = at("2026-11-27T20:00")
    given: dict[str, Any] = {"state": "open", "waiting_since": evening, "active_at": None}
    given["hours"] = office()
    assert idle_due(policy, assignee="robo", **given) == evening + MINUTE
    assert idle_due(policy, assignee="anna", **given) == at("2026-11-30T09:05")


# --- in a life ---


async def goes_on(world: World) -> None:
    while due := await world.store.read(lambda tx: tx.all(d.DUE_TIMERS, now=tx.now)):
        for timer in due:
            await world.store.write(fire, world.desk, timer)


async def moves_to(world: World, when: str) -> None:
    """Let time pass until then, firing what is due on the way."""
    target = at(when)
    while (now := world.clock.now()) < target:
        timers = [one.due_at for one in await world.timers() if one.due_at > now]
        world.clock.tick((min([target, *timers]) - now) / SECONDS)
        await goes_on(world)


async def due_of(world: World, kind: str) -> int | None:
    return next((one.due_at for one in await world.timers() if one.kind == kind), None)


async def test_a_customer_who_writes_in_the_evening_frees_nobody_before_the_morning(
    tmp_path: Path,
) -> None:
    clock = ManualClock(at("2026-11-27T17:58"))
    async with living(fresh_database(tmp_path), clock, PAUSED) as world:
        here = await world.begun()
        await world.takes("anna", here)
        await goes_on(world)
        await moves_to(world, "2026-11-30T09:02")
        assert (await world.conversation(here)).assignee_id == "anna"
        assert await due_of(world, RELEASE_IDLE) == at("2026-11-30T09:03")
        await moves_to(world, "2026-11-30T09:03")
        assert (await world.conversation(here)).assignee_id is None


async def test_silence_over_the_weekend_neither_warns_nor_closes(tmp_path: Path) -> None:
    clock = ManualClock(at("2026-11-27T17:50"))
    async with living(fresh_database(tmp_path), clock, PAUSED) as world:
        here = await world.begun()
        await world.takes("anna", here)
        await world.replies("anna", here)
        assert await due_of(world, CLOSE_WARNING) == at("2026-11-30T09:03")
        assert await due_of(world, CLOSE_INACTIVE) == at("2026-11-30T09:05")
        await moves_to(world, "2026-11-30T09:04")
        assert (await world.conversation(here)).state == "open"
        await moves_to(world, "2026-11-30T09:05")
        assert (await world.conversation(here)).state == "closed"


async def test_nobody_is_warned_or_closed_where_it_is_shut_by_hours_that_have_changed(
    tmp_path: Path,
) -> None:
    clock, always = ManualClock(at("2026-11-27T17:50")), Hours(KYIV, [(Span(0, 1440),)] * 7)
    around_the_clock = replace(PAUSED, hours_of=lambda _team, _inbox: always)
    async with living(fresh_database(tmp_path), clock, around_the_clock) as world:
        here = await world.begun()
        await world.takes("anna", here)
        await world.replies("anna", here)
        assert await due_of(world, CLOSE_INACTIVE) == at("2026-11-27T18:05")
        world.desk = replace(world.desk, policy=PAUSED)
        await moves_to(world, "2026-11-27T18:06")
        assert (await world.conversation(here)).state == "open"
        assert await due_of(world, CLOSE_WARNING) == at("2026-11-30T09:00")
        assert await due_of(world, CLOSE_INACTIVE) == at("2026-11-30T09:02")
        await moves_to(world, "2026-11-30T09:02")
        assert (await world.conversation(here)).state == "closed"


async def test_what_is_due_as_it_closes_is_closed_then_although_the_timer_is_a_little_late(
    tmp_path: Path,
) -> None:
    clock = ManualClock(at("2026-11-27T17:45"))
    async with living(fresh_database(tmp_path), clock, PAUSED) as world:
        here = await world.begun()
        await world.takes("anna", here)
        await world.replies("anna", here)
        assert await due_of(world, CLOSE_INACTIVE) == at("2026-11-27T18:00")
        clock.tick(15 * 60 + 1)
        await goes_on(world)
        assert (await world.conversation(here)).state == "closed"


async def test_the_hours_are_those_of_the_team_and_else_of_the_inbox(tmp_path: Path) -> None:
    clock = ManualClock(at("2026-11-27T20:00"))
    async with living(fresh_database(tmp_path), clock, PAUSED) as world:
        staffed(world)
        world.under(hours_of=world.desk.teams.hours_of)
        here = await world.begun()
        await world.takes("anna", here)
        # Neither its team nor its inbox has any.
        await goes_on(world)
        assert await due_of(world, RELEASE_IDLE) == at("2026-11-27T20:05")


@given(start=st.integers(0, 7 * 1440), wait=st.integers(1, 90), seed=st.integers(0, 3))
@settings(max_examples=12, deadline=None)
def test_whenever_it_begins_it_is_closed_after_just_that_much_open_time(
    start: int, wait: int, seed: int
) -> None:
    async def life(folder: Path) -> None:
        clock = ManualClock(at("2026-10-23T00:00") + start * MINUTE)
        policy = replace(PAUSED, close_inactive=wait * MINUTE, close_warning=seed * MINUTE or None)
        async with living(fresh_database(folder), clock, policy) as world:
            here = await world.begun()
            await world.replies("anna", here)
            quiet = clock.now()
            while (await world.conversation(here)).state == "open":
                due = min(one.due_at for one in await world.timers())
                clock.tick(max(due - clock.now(), 1) / SECONDS)
                await goes_on(world)
            minutes = range(quiet, clock.now(), MINUTE)
            passed = sum(office().is_open(one) for one in minutes)
            assert passed == wait

    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(life(Path(folder)))
