"""Two webs and two workers on a PostgreSQL, behind a web server: restarted one after the other.

A visitor and an agent sit at real browsers, which nobody loads afresh; beside them visitors and
an agent without a browser, and customers of two bots, write all the time.
"""

import asyncio
from itertools import pairwise

import pytest

from bridge.migrations import HEAD
from tests.browser import Errors, OpenContext
from tests.deploy.proxies import Nginx, answered
from tests.e2e.street import AWAY, Load, Street, Talk, load_on, street
from tests.e2e.town import deliveries, settled
from tests.fleet import Fleet
from tests.told import Tells

__all__ = ["street"]

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]


async def test_each_process_is_restarted_and_then_killed_and_nothing_is_lost_or_doubled(
    street: Street, new_context: OpenContext, page_errors: Errors, tells: Tells
) -> None:
    fleet, is_nginx = street.town.fleet, isinstance(street.front, Nginx)
    # What there is to find about workers is found behind one of the two.
    desks = fleet.desks if is_nginx else fleet.desks[:2]
    talk = await Talk.begin(new_context, street.web())
    async with load_on(street) as load:
        async with load.going_on():
            for desk in desks:
                async with street.without(desk, desk.stop):
                    await talk.go_on(f"без {desk.folder.name}")
            # Whoever is told to end lets what is on the wire end.
            assert deliveries(street.town)["uncertain"] == 0
            await asyncio.to_thread(expand, fleet)
            killed = desks if is_nginx else []
            for desk in killed:
                async with street.without(desk, desk.kill):
                    await talk.go_on(f"по смерті {desk.folder.name}")
        ends = await settled(street.town)
        tells(load.line(len(desks), len(killed), ends))
        await load.check(ends["uncertain"])
    await talk.go_on("наприкінці")
    await talk.check()
    for fault in AWAY:
        page_errors.allow(fault)
    if isinstance(street.front, Nginx):
        check_nobody_is_led_to_the_same_one(street.front, street.alone, load)


def expand(fleet: Fleet) -> None:
    """Add to the tables as the next version would, beside which this one works on."""
    for table in ("conversations", "messages", "deliveries", "events"):
        fleet.ask(f"ALTER TABLE {table} ADD COLUMN of_the_next TEXT")
    fleet.ask(f"UPDATE alembic_version SET version_num = '9999', works_from = '{HEAD}'")  # noqa: S608  # A number of ours.


def check_nobody_is_led_to_the_same_one(front: Nginx, alone: list[range], load: Load) -> None:
    """See that one visitor's requests were answered by both processes, in turn, if both stood."""
    by_both = [
        one for at, one in enumerate(answered(front)) if not any(at in span for span in alone)
    ]
    for writer in load.writers:
        by = [port for port, whose in by_both if writer.token in whose]
        assert {*by} == {*front.leads_to}
        assert sum(a != b for a, b in pairwise(by)) > len(by) / 4
