"""A folder with thousands of conversations, as it is scrolled through."""

import sqlite3
from collections.abc import Awaitable, Callable
from functools import partial
from typing import NamedTuple

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser import OpenContext
from tests.desk import RunningDesk
from tests.e2e.house import Agents, arrived, desk_of_module, eventually
from tests.people import AgentAtConsole

desk = desk_of_module()
MANY = 2_000
# High, so that it takes few steps; so many rows are drawn at most.
TALL = {"width": 1280, "height": 3000}
MOST_DRAWN = 80

# The numbers of what is on the screen from above, how many are drawn, and how many pixels are bare.
LOOK = """() => new Promise((then) => requestAnimationFrame(() => requestAnimationFrame(() => {
  const box = document.querySelector('.rows').getBoundingClientRect();
  const height = (of) => {
    const { top, bottom } = of.getBoundingClientRect();
    return Math.min(bottom, box.bottom) - Math.max(top, box.top);
  };
  const there = [...document.querySelectorAll('.rows :is(.row, .group-head, .rows-more)')];
  const shown = there.filter((one) => height(one) > 1);
  const top = (of) => of.getBoundingClientRect().top;
  const number = (row) => Number(row.querySelector('.row-name').textContent.split(' ').at(-1));
  const rows = shown.filter((one) => one.matches('.row')).sort((a, b) => top(a) - top(b));
  const bare = box.height - shown.reduce((sum, one) => sum + height(one), 0);
  then([rows.map(number), there.length, Math.round(bare)]);
})))"""


class Seen(NamedTuple):
    """What a page shows of the list."""

    numbers: list[int]
    drawn: int
    bare: int


async def look(page: Page) -> Seen:
    """Look once what is to be drawn is drawn."""
    return Seen(*await page.evaluate(LOOK))


async def scrolled(page: Page) -> int:
    """Return how far down the list is."""
    offset: int = await page.evaluate("Math.round(document.querySelector('.rows').scrollTop)")
    return offset


async def passed(page: Page, step: Callable[[], Awaitable[None]], until: int) -> list[Seen]:
    """Go on by steps until this number is on the screen; return all that was seen."""
    seen = [await look(page)]
    while until not in seen[-1].numbers:
        before = await scrolled(page)
        await step()
        await eventually(partial(_elsewhere, page, before))
        seen.append(await at_rest(page))
    return seen


async def at_rest(page: Page) -> Seen:
    """Return what is seen once the list stands still: a browser slides to where a key leads."""
    while True:
        before = await scrolled(page)
        seen = await look(page)
        if await scrolled(page) == before:
            return seen


async def _elsewhere(page: Page, than: int) -> bool:
    return await scrolled(page) != than


def whole(seen: list[Seen], numbers: list[int]) -> None:
    """Check that nothing was left out or twice, or bare, and that few were ever drawn."""
    for one in seen:
        first = one.numbers[0]
        assert one.numbers == [*range(first, first + len(one.numbers))], one
    assert list(dict.fromkeys(number for one in seen for number in one.numbers)) == numbers
    assert [one for one in seen if one.bare > 2] == []
    assert max(one.drawn for one in seen) <= MOST_DRAWN


def fill(desk: RunningDesk) -> None:
    """Put the conversations there as a year of customers would have, the latest first."""
    numbers = range(1, MANY + 1)
    at = {number: 1_700_000_000_000 - number * 60_000 for number in numbers}
    with sqlite3.connect(desk.database, timeout=30) as database:
        database.executemany(
            "INSERT INTO contacts (id, name, created_at) VALUES (?, ?, ?)",
            [(10_000 + number, f"Клієнт {number}", at[number]) for number in numbers],
        )
        database.executemany(
            "INSERT INTO identities (id, inbox_id, external_id, contact_id, created_at) "
            "VALUES (?, 'site', ?, ?, ?)",
            [(10_000 + one, f"many-{one:06}", 10_000 + one, at[one]) for one in numbers],
        )
        database.executemany(
            "INSERT INTO conversations (id, inbox_id, identity_id, contact_id, thread, state, "
            "created_at, last_at) VALUES (?, 'site', ?, ?, 't', 'open', ?, ?)",
            [(10_000 + one, 10_000 + one, 10_000 + one, at[one], at[one]) for one in numbers],
        )
    database.close()


async def at_the_list(agents: Agents, new_context: OpenContext) -> AgentAtConsole:
    """Return an agent before the folder of all, where what was said last stands first."""
    api = agents.api()
    headers = {"x-csrf-token": api.csrf}
    chosen = api.http.put("/api/me/preferences", json={"sort": "activity"}, headers=headers)
    assert chosen.status_code == 200
    if api.get("conversations", folder="all")["rows"] == []:
        fill(agents.desk)
    anna = await agents.at_console(await new_context(viewport=TALL))
    await anna.page.locator("[data-folder=all]").click()
    await expect(anna.list.locator(".row", has_text="Клієнт 3").first).to_be_visible()
    return anna


@pytest.mark.timeout(400)
async def test_two_thousand_conversations_are_scrolled_to_the_end_and_back_without_a_gap(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    anna = await at_the_list(agents, new_context)
    page = anna.page
    await page.locator(".rows").hover()
    everybody = [*range(1, MANY + 1)]
    whole(await passed(page, lambda: page.mouse.wheel(0, 2_500), MANY), everybody)
    await anna.list.locator(".row-link", has_text=f"Клієнт {MANY}").focus()
    back = await passed(page, lambda: page.keyboard.press("PageUp"), 1)
    whole(back[::-1], everybody)


async def test_the_row_that_is_open_keeps_its_place_when_new_ones_come_on_top(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    anna = await at_the_list(agents, new_context)
    page = anna.page
    await page.locator(".rows").hover()
    await passed(page, lambda: page.mouse.wheel(0, 2_500), 120)
    await anna.open("Клієнт 120")
    chosen = anna.list.locator(".row.on")
    await expect(chosen).to_contain_text("Клієнт 120")
    place = await _top(chosen)
    visitor = await arrived(await new_context(), desk, "Новенька")
    await visitor.write("Є хто?")
    await expect(page.locator("[data-toast=message]")).to_contain_text("Є хто?")
    assert await at_rest(page)
    # A browser scrolls by whole pixels.
    assert abs(await _top(chosen) - place) < 2
    # Whoever is at the top sees who comes there.
    await page.locator(".rows").evaluate("(rows) => rows.scrollTo(0, 0)")
    await expect(anna.list.locator(".row").first).to_contain_text("Новенька")
    other = await arrived(await new_context(), desk, "Ще одна")
    await other.write("І я")
    await expect(anna.list.locator(".row").first).to_contain_text("Ще одна")
    assert await scrolled(page) == 0


async def _top(row: Locator) -> float:
    box = await row.bounding_box()
    assert box is not None
    return box["y"]
