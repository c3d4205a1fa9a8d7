"""The next version comes process by process: both work on one database, for pages of both.

The next is this one with more in its tables and other files for its pages.
"""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import pytest
from playwright.async_api import Page, Response, expect

from bridge.migrations import HEAD
from tests.browser import Errors, OpenContext
from tests.deploy.proxies import Nginx
from tests.desk import RunningDesk
from tests.e2e.next_version import NEXT, next_version
from tests.e2e.street import AWAY, Street, Talk, load_on, street
from tests.e2e.town import deliveries, settled
from tests.fleet import Fleet
from tests.people import AgentAtConsole, Visitor
from tests.told import Tells

__all__ = ["street"]

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]

Which = Literal["this", "next"]
# Of pages that come while both versions serve, so many: each asks for its files in turn.
COME = 2


@dataclass
class Versions:
    """Which version each process is of, and what pages asked for and did not get."""

    street: Street
    later: Path
    new_context: OpenContext
    missed: list[str] = field(default_factory=list)

    @property
    def fleet(self) -> Fleet:
        """Return the processes."""
        return self.street.town.fleet

    async def becomes(self, desk: RunningDesk, which: Which, talk: Talk) -> None:
        """Restart a process as another version; meanwhile the talk goes on."""
        async with self.street.without(desk, desk.stop):
            desk.environ = {
                **desk.environ,
                "PYTHONPATH": str(self.later) if which == "next" else "",
            }
            await talk.go_on(f"{desk.folder.name} стає {which}")

    def watch(self, page: Page) -> None:
        """Write down which files a page does not get."""
        page.on("response", self._note)

    def _note(self, response: Response) -> None:
        if response.status == 404:
            self.missed.append(response.url)

    async def pages_come(self, when: str) -> None:
        """Have visitors and an agent come, whose pages are of either version."""
        for number in range(COME):
            context = await self.new_context(ignore_https_errors=True)
            context.on("page", self.watch)
            visitor = await Visitor.arrive(context, self.street.web())
            await visitor.open()
            await visitor.introduce(f"{when} {number}")
            await visitor.write(f"{when} {number}: чи хтось є?")
            office = await self.new_context(ignore_https_errors=True)
            office.on("page", self.watch)
            ivan = AgentAtConsole(await office.new_page())
            await ivan.page.goto(f"{self.street.front.url}/console")
            await ivan.page.locator("main.door").wait_for()


async def opens(anna: AgentAtConsole, key: str) -> None:
    """Have an agent open what a page fetches only when it is wanted."""
    await anna.page.evaluate("document.activeElement?.blur()")
    await anna.page.keyboard.press(key)
    await expect(anna.page.get_by_role("dialog")).to_be_visible()
    await anna.page.keyboard.press("Escape")
    await expect(anna.page.get_by_role("dialog")).to_have_count(0)


@pytest.mark.parametrize("street", [Nginx], ids=["nginx"], indirect=True)
async def test_a_version_works_beside_the_next_for_pages_of_both_and_one_can_go_back(
    street: Street, new_context: OpenContext, page_errors: Errors, tells: Tells, tmp_path: Path
) -> None:
    later = await asyncio.to_thread(next_version, tmp_path / "next")
    versions = Versions(street, later, new_context)
    fleet, (web, *others) = versions.fleet, street.town.fleet.desks
    talk = await Talk.begin(new_context, street.web())
    versions.watch(talk.anna.page)
    versions.watch(talk.visitor.page)
    async with load_on(street) as load:
        async with load.going_on():
            await asyncio.to_thread(migrate, web, later)
            await talk.go_on("таблиці нові")
            await versions.becomes(web, "next", talk)
            await versions.becomes(others[-1], "next", talk)
            assert tables(fleet) == {HEAD: 2, NEXT: 2}
            await versions.pages_come("обидві")
            for desk in others[:-1]:
                await versions.becomes(desk, "next", talk)
            assert tables(fleet) == {NEXT: 4}
            # The page is of a version of which no process is left.
            await opens(talk.anna, "Shift+Slash")
            await versions.becomes(web, "this", talk)
            assert tables(fleet) == {HEAD: 1, NEXT: 3}
            await versions.pages_come("назад")
            await opens(talk.anna, "Control+k")
        ends = await settled(street.town)
        tells(load.line(5, 0, ends).replace("rolling restart", "next version"))
        await load.check(deliveries(street.town)["uncertain"])
    await talk.go_on("наприкінці")
    await talk.check()
    assert versions.missed == []
    for fault in AWAY:
        page_errors.allow(fault)


def migrate(desk: RunningDesk, later: Path) -> None:
    """Bring the tables up to the next version beside the running ones, as is written down."""
    config = str(desk.folder / "deskbridge.yaml")
    before, desk.environ = desk.environ, {**desk.environ, "PYTHONPATH": str(later)}
    told = desk.run("migrate", "--config", config)
    desk.environ = before
    assert told.returncode == 0, told.stderr


def tables(fleet: Fleet) -> dict[str, int]:
    """Return how many processes know which tables."""
    rows = fleet.ask("SELECT tables, count(*) FROM processes GROUP BY tables")
    return {str(version): int(count) for version, count in rows}
