"""How soon an agent who opens the console can work in it, in a real Chromium.

Each time a profile that has nothing in its cache but is signed in: from the start of the
navigation until the list is there, and until a click on its first row, done as soon as there is
one, has brought that conversation's messages. Times are the page's own. The browser and the
program share the cores.
"""

import asyncio
from dataclasses import dataclass

from playwright.async_api import Browser, StorageState, ViewportSize, async_playwright

from tests.bench.figures import percentile
from tests.bench.people import Visitor
from tests.browser import DESKTOP, launch
from tests.desk import RunningDesk
from tests.people import AgentAtConsole

CONVERSATIONS = 200
TIMES = 20
SCREEN = ViewportSize(width=DESKTOP["width"], height=DESKTOP["height"])

# Looks at every frame, as whoever sits before it does.
_WATCH = """
window.seen = new Promise((done) => {
  let listed = 0;
  const look = () => {
    const row = document.querySelector("section.list .row-link");
    if (row && !listed) { listed = performance.now(); row.click(); }
    if (listed && document.querySelector("[role=log] .bubble")) done([listed, performance.now()]);
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
});
"""


@dataclass(frozen=True, slots=True)
class Seen:
    """What was there after how long; ms."""

    what: str
    p50: float
    p90: float


async def first_view(desk: RunningDesk) -> list[Seen]:
    """Measure it."""
    visitors = [await Visitor.arrive(desk.url) for _ in range(CONVERSATIONS)]
    await asyncio.gather(*(visitor.write() for visitor in visitors))
    async with async_playwright() as playwright:
        browser = await launch(playwright)
        context = await browser.new_context(viewport=SCREEN)
        console = await AgentAtConsole.sign_in(context, desk, "anna")
        state, url = await context.storage_state(), console.page.url
        await context.close()
        times = [await _opened(browser, state, url) for _ in range(TIMES + 1)][1:]
        await browser.close()
    return [
        Seen(what, percentile(some, 50), percentile(some, 90))
        for what, some in zip(
            ("the list is there", "a click on it has opened a conversation"),
            ([one[place] for one in times] for place in (0, 1)),
            strict=True,
        )
    ]


async def _opened(browser: Browser, state: StorageState, url: str) -> tuple[float, float]:
    context = await browser.new_context(viewport=SCREEN, storage_state=state)
    page = await context.new_page()
    await page.add_init_script(_WATCH)
    await page.goto(url)
    listed, opened = await page.evaluate("window.seen")
    await context.close()
    return listed, opened
