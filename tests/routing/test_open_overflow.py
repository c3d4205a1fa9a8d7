"""Waits that stand still while a team is not there: a customer's, and for another team."""

import asyncio
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing import snoozing
from routing.hours import Hours, Openings
from routing.policy import OVERFLOW, Policy, gone_on, waited
from tests.clock import ManualClock
from tests.databases import fresh_database
from tests.routing.automated import STATUSES, automate
from tests.routing.teams import CREWS, staffed
from tests.routing.test_hours import KYIV, at, office
from tests.routing.test_open_time import MINUTE, SECONDS, SPANS, ZONES, goes_on, moves_to, spans_of
from tests.routing.test_statuses import choose
from tests.routing.world import World, living

FRIDAY_EVENING = "2026-11-27T17:58"
IDLE = Policy(paused_outside=frozenset({"release_idle"}), hours_of=lambda _team, _inbox: office())


def helped(world: World, *, after: int = 5 * MINUTE, pauses: bool = True, **more: Any) -> World:
    """Give the world a team with hours, for which another one helps out after a while."""
    crew = replace(CREWS["sales"], overflow=("support", after), hours="office")
    given = {"strategy": "manual", "pauses_overflow": pauses} | more
    return staffed(world, crews=CREWS | {"sales": crew}, **given)


async def due(world: World) -> int | None:
    """Return when it goes on to the other team."""
    return next((one.due_at for one in await world.timers() if one.kind == OVERFLOW), None)


# --- as a function of time ---


@given(
    zone=ZONES,
    week=st.lists(SPANS, min_size=7, max_size=7),
    day=st.sampled_from(["2026-03-27", "2026-10-23", "2026-10-31", "2026-03-07", "2026-07-01"]),
    start=st.integers(0, 1439),
    length=st.integers(1, 5 * 1440),
)
@settings(max_examples=60, deadline=None)
def test_a_wait_is_as_long_as_it_was_open_meanwhile(
    zone: str, week: list[list[tuple[int, int]]], day: str, start: int, length: int
) -> None:
    hours = Hours(ZoneInfo(zone), [spans_of(one) for one in week])
    since = at(day, ZoneInfo(zone)) + start * MINUTE
    until = since + length * MINUTE
    counted = sum(hours.is_open(one) for one in range(since, until, MINUTE)) * MINUTE
    assert hours.between(since, until) == waited(since, until, hours) == counted
    within = Openings(hours, since - 1440 * MINUTE, until + 1440 * MINUTE)
    assert within.between(since, until) == counted
    # And back: from there on it was open for just so long, and from no moment later.
    begun = hours.before(until, counted)
    assert begun is not None
    assert begun >= since
    assert hours.between(begun, until) == counted
    assert not counted or hours.between(begun + MINUTE, until) < counted


def test_without_hours_a_wait_is_what_the_clock_says() -> None:
    assert waited(1000, 4000, None) == 3000
    assert waited(4000, 1000, None) == 0


def test_what_was_never_open_was_open_from_no_moment_on() -> None:
    assert Hours(KYIV, [()] * 7).before(at("2026-11-27T10:00"), 1) is None
    assert office().before(at("2026-11-28T12:00"), 0) == at("2026-11-28T12:00")


@pytest.mark.parametrize(
    ("since", "paused", "now", "moved"),
    [
        # It had waited for nothing yet, and has after a Monday out of the way.
        ("2026-11-27T20:00", "2026-11-28T09:00", "2026-11-30T17:00", "2026-11-30T17:00"),
        # Two minutes before the evening are two minutes of the morning.
        ("2026-11-27T17:58", "2026-11-27T19:00", "2026-11-30T09:02", "2026-11-30T09:00"),
        # What lies within the hours moves by as long as time stood still.
        ("2026-11-27T10:00", "2026-11-27T10:10", "2026-11-27T11:00", "2026-11-27T10:50"),
        # Who wrote meanwhile begins to wait when it is over.
        ("2026-11-27T10:30", "2026-11-27T10:10", "2026-11-27T11:00", "2026-11-27T11:00"),
    ],
)
def test_a_time_that_stood_still_has_not_run_by_then(
    since: str, paused: str, now: str, moved: str
) -> None:
    assert gone_on(at(since), at(paused), at(now), office()) == at(moved)


@given(since=st.integers(0, 7 * 1440), before=st.integers(0, 3000), length=st.integers(0, 6000))
@settings(max_examples=80, deadline=None)
def test_whatever_the_pause_lay_in_no_more_time_has_run_after_it_than_before(
    since: int, before: int, length: int
) -> None:
    begun = at("2026-10-23T00:00") + since * MINUTE
    paused, now = begun + before * MINUTE, begun + (before + length) * MINUTE
    moved = gone_on(begun, paused, now, office())
    assert waited(moved, now, office()) <= waited(begun, paused, office())
    assert now - moved <= paused - begun


# --- going on to another team ---


async def test_nobody_is_passed_on_over_the_weekend(tmp_path: Path) -> None:
    clock = ManualClock(at(FRIDAY_EVENING))
    async with living(fresh_database(tmp_path), clock) as world:
        helped(world)
        here = await world.begun()
        assert await due(world) == at("2026-11-30T09:03")
        await moves_to(world, "2026-11-30T09:02")
        assert (await world.conversation(here)).team_id == "sales"
        await moves_to(world, "2026-11-30T09:03")
        assert (await world.conversation(here)).team_id == "support"


async def test_it_runs_at_any_hour_where_the_yaml_does_not_say_otherwise(tmp_path: Path) -> None:
    clock = ManualClock(at(FRIDAY_EVENING))
    async with living(fresh_database(tmp_path), clock) as world:
        helped(world, pauses=False)
        here = await world.begun()
        await moves_to(world, "2026-11-27T18:03")
        assert (await world.conversation(here)).team_id == "support"


async def test_the_night_in_which_the_clock_is_set_counts_by_its_own_length(
    tmp_path: Path,
) -> None:
    nights = Hours(KYIV, [[]] * 6 + [spans_of([(60, 300)])])
    # On 25 October 2026, a Sunday, the hour from three to four comes twice.
    clock = ManualClock(at("2026-10-25T01:00"))
    async with living(fresh_database(tmp_path), clock) as world:
        helped(world, after=300 * MINUTE, hours={"office": nights})
        here = await world.begun()
        assert await due(world) == at("2026-10-25T01:00") + 300 * MINUTE == at("2026-10-25T05:00")
        await moves_to(world, "2026-10-25T04:59")
        assert (await world.conversation(here)).team_id == "sales"
        await moves_to(world, "2026-10-25T05:00")
        assert (await world.conversation(here)).team_id == "support"


async def test_a_clock_that_was_set_into_the_evening_passes_nobody_on_before_the_morning(
    tmp_path: Path,
) -> None:
    clock = ManualClock(at("2026-11-27T17:50"))
    async with living(fresh_database(tmp_path), clock) as world:
        helped(world, after=9 * MINUTE)
        here = await world.begun()
        clock.tick(120)
        clock.jump(3600)
        await world.store.write(lambda _tx: None)
        await goes_on(world)
        clock.tick(600)
        await goes_on(world)
        assert (await world.conversation(here)).team_id == "sales"
        # It was open for none of the time since, as the clock has it now.
        assert await due(world) == at("2026-11-30T09:09")


async def test_other_hours_after_a_reload_count_when_its_time_comes(tmp_path: Path) -> None:
    clock = ManualClock(at("2026-11-27T17:50"))
    async with living(fresh_database(tmp_path), clock) as world:
        helped(world)
        here = await world.begun()
        friday = date(2026, 11, 27)
        helped(world, hours={"office": office({friday: spans_of([(540, 530)])})})
        await moves_to(world, "2026-11-27T17:55")
        assert (await world.conversation(here)).team_id == "sales"
        assert await due(world) == at("2026-11-30T09:05")


async def test_time_that_stands_still_by_a_status_passes_nobody_on(world: World) -> None:
    helped(world, pauses=False)
    await automate(world, statused=STATUSES)
    paused = next(key for key, one in world.desk.statuses.items() if one.pause_timer)
    here = await world.begun()
    await choose(world, here, paused)
    assert await due(world) is None
    world.clock.tick(600)
    await goes_on(world)
    assert (await world.conversation(here)).team_id == "sales"
    await choose(world, here, "active")
    # It begins anew, as after a snooze.
    assert await due(world) == world.clock.now() + 5 * MINUTE


@given(
    start=st.integers(0, 7 * 1440),
    wait=st.integers(1, 90),
    restarts=st.lists(st.integers(1, 2000), max_size=3),
)
@settings(max_examples=12, deadline=None)
def test_whenever_it_begins_it_goes_on_after_just_that_much_open_time(
    start: int, wait: int, restarts: Sequence[int]
) -> None:
    async def life(folder: Path) -> None:
        clock = ManualClock(at("2026-10-23T00:00") + start * MINUTE)
        database, begun = fresh_database(folder), clock.now()
        async with living(database, clock) as world:
            helped(world, after=wait * MINUTE)
            here = await world.begun()
        for minutes in restarts:
            clock.tick(minutes * 60)
            async with living(database, clock) as world:
                helped(world, after=wait * MINUTE)
                await goes_on(world)
        async with living(database, clock) as world:
            helped(world, after=wait * MINUTE)
            left = await due(world)
            if left is not None:
                clock.tick((left - 1 - clock.now()) / SECONDS)
                await goes_on(world)
                assert (await world.conversation(here)).team_id == "sales"
                clock.tick(1 / SECONDS)
                await goes_on(world)
                passed = sum(office().is_open(one) for one in range(begun, clock.now(), MINUTE))
                assert passed == wait
            else:
                assert office().between(begun, clock.now()) >= wait * MINUTE
            assert (await world.conversation(here)).team_id == "support"
            verbs = [one.get("overflow") for one in await world.activities(here)]
            assert verbs.count(True) == 1

    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(life(Path(folder)))


# --- a snooze, and hours ---


async def test_a_snooze_over_closed_hours_releases_nobody_when_it_ends(tmp_path: Path) -> None:
    clock = ManualClock(at("2026-11-27T20:00"))
    async with living(fresh_database(tmp_path), clock, IDLE) as world:
        here = await world.begun()
        await world.takes("anna", here)
        clock.tick(timedelta(hours=13).total_seconds())
        until = at("2026-11-30T17:00")

        def snooze(tx: Any, conversation: Any) -> None:
            snoozing.snooze(tx, world.desk, conversation, until, by="anna")

        await world.does(snooze, here)
        await moves_to(world, "2026-11-30T17:04")
        now = await world.conversation(here)
        assert (now.assignee_id, now.waiting_since) == ("anna", until)
        await moves_to(world, "2026-11-30T17:05")
        assert (await world.conversation(here)).assignee_id is None
