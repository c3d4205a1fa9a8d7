"""Waits that stand still outside of hours: what consoles, cards and reports say of them."""

from typing import Any

from agent_console.verbs import card_of, front_of
from tests.agent_console.conftest import OpenOffice
from tests.agent_console.office import Agent, Office
from tests.agent_console.test_reports import line
from tests.agent_console.verbs.conftest import Staff, listed, url_of
from tests.routing.test_hours import at

MINUTE = 60_000
# It is a Saturday, two in the afternoon in Kyiv: they close in two minutes.
STILL: dict[str, Any] = {
    "hours": {
        "day": {"weekly": {"mon-fri": ["09:00-18:00"], "sat": ["10:00-14:02"]}},
        "night": {"weekly": {"mon-sun": ["22:00-24:00"]}},
    },
    "teams": {"sales": {"members": ["pavel"], "hours": "day"}, "support": {"members": ["ivan"]}},
    "channels.site.team": "sales",
    "channels.blog.hours": "night",
    "routing.max_wait": "3m",
    "routing.pause_outside_hours": ["max_wait"],
}
MONDAY = "2026-11-02"


def goes_on_until(office: Office, when: str) -> None:
    """Let time pass."""
    office.clock.tick((at(when) - office.clock.now()) / 1000)


async def test_the_console_knows_when_waits_stand_still_and_whose(an_office: OpenOffice) -> None:
    async with an_office(STILL) as office:
        told = (await office.sign_in("anna")).session["settings"]["wait_hours"]

    assert (told["teams"], told["inboxes"]) == ({"sales": "day"}, {"blog": "night"})
    assert told["since"] < at("2026-10-05T00:00")
    assert told["until"] > at("2026-11-07T00:00")
    assert [at("2026-10-31T10:00"), at("2026-10-31T14:02")] in told["spans"]["day"]
    # Kyiv's clock was put back in the night to the 25th of October.
    assert [at("2026-10-26T09:00"), at("2026-10-26T18:00")] in told["spans"]["day"]
    assert set(told["spans"]) == {"day", "night"}


async def test_where_waits_always_run_there_is_nothing_to_know(an_office: OpenOffice) -> None:
    for changes in ({}, STILL | {"routing.pause_outside_hours": ["release_idle"]}):
        async with an_office(changes) as office:
            assert (await office.sign_in("anna")).session["settings"]["wait_hours"] is None


async def test_nobody_is_late_by_a_night_and_a_card_says_how_long_they_waited(
    an_office: OpenOffice,
) -> None:
    async with an_office(STILL) as office:
        staff = Staff(office, front_of(office.settings, office.desk, "slack"))
        here, _ = await office.customer_writes(after=0)
        goes_on_until(office, f"{MONDAY}T09:00:30")
        assert listed(await staff.press("anna", "overdue")) == []
        card = await office.store.read(card_of, staff.front, here, "en", url_of(here))
        assert card.look == "new"
        assert "2 min" in card.state

        goes_on_until(office, f"{MONDAY}T09:01:01")
        assert listed(await staff.press("anna", "overdue")) == [here]
        card = await office.store.read(card_of, staff.front, here, "en", url_of(here))
        assert card.look == "late"


async def test_who_is_late_is_found_behind_many_who_wait_longer_by_the_clock(
    an_office: OpenOffice,
) -> None:
    async with an_office(STILL) as office:
        staff = Staff(office, front_of(office.settings, office.desk, "slack"))
        goes_on_until(office, "2026-10-31T21:00")
        for number in range(25):
            await office.customer_writes(customer=f"visitor-{number:08d}")
        goes_on_until(office, "2026-10-31T22:00")
        late, _ = await office.customer_writes(customer="visitor-late-000001", inbox="blog")
        goes_on_until(office, "2026-10-31T22:04")
        assert listed(await staff.press("anna", "overdue")) == [late]


async def answered_on_monday(office: Office) -> Agent:
    """Answer on Monday morning what came on Saturday; return who asks for a report."""
    anna = await office.sign_in("anna")
    here, _ = await office.customer_writes(after=0)
    await anna.act("take", here)
    goes_on_until(office, f"{MONDAY}T09:00:30")
    anna = await office.sign_in("anna")
    await anna.says(here, "Добрий день")
    return anna


async def test_a_report_counts_the_wait_as_the_timer_has_shown_it(an_office: OpenOffice) -> None:
    async with an_office(STILL) as office:
        anna = await answered_on_monday(office)
        answers = (await line(anna, "agents", "anna"))["first_answers"]
    assert answers == {"count": 1, "median": 150_000, "ninety": 150_000, "in_time": 1}


async def test_a_report_counts_it_by_the_clock_where_the_wait_always_runs(
    an_office: OpenOffice,
) -> None:
    async with an_office(STILL | {"routing.pause_outside_hours": ["overflow"]}) as office:
        anna = await answered_on_monday(office)
        answers = (await line(anna, "agents", "anna"))["first_answers"]
    assert (answers["count"], answers["in_time"]) == (1, 0)
    assert answers["median"] > 40 * 60 * MINUTE
