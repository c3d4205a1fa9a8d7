"""One Chromium for the whole run, and a fresh person's profile for every test.

Debian's Chromium is driven, since a test tool's own download of a browser is one more thing
that a machine may not reach. `CHROMIUM` names another one.
"""

import asyncio
import os
import shutil
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Page,
    Playwright,
    async_playwright,
    expect,
)

FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Two pages at once are two people: neither may be slowed down for being behind the other.
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
)
WAIT_MS = 30_000
DESKTOP = {"width": 1280, "height": 800}

FAILED = pytest.StashKey[bool]()
"""Whether the test itself has failed, known to the fixtures that take its things apart."""

OpenContext = Callable[..., Awaitable[BrowserContext]]


def chromium() -> str:
    """Return the path of the browser, or fail with what to do."""
    found = (
        os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    )
    if not found:
        pytest.fail(
            "Chromium is missing: run `make test`, or apt-get install chromium", pytrace=False
        )
    return found


async def launch(playwright: Playwright) -> Browser:
    """Start Chromium."""
    return await playwright.chromium.launch(
        executable_path=chromium(), args=list(FLAGS), timeout=30_000
    )


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Run one Chromium for all tests that ask for it."""
    expect.set_options(timeout=WAIT_MS)
    async with async_playwright() as playwright:
        started = await launch(playwright)
        yield started
        await started.close()


class Errors(list[str]):
    """What the pages of a test complained of: script errors and console errors.

    A test that provokes one on purpose removes it with `expect`.
    """

    def watch(self, page: Page) -> None:
        """Collect from this page."""
        page.on("pageerror", lambda error: self.append(f"{page.url}: {error}"))
        page.on(
            "console",
            lambda message: self._note(page, message) if message.type == "error" else None,
        )

    def _note(self, page: Page, message: ConsoleMessage) -> None:
        # What failed to load is not in the text but in the place.
        self.append(f"{page.url}: {message.text} ({message.location['url']})")

    async def expect(self, fragment: str, within: float = WAIT_MS / 1000) -> None:
        """Forget the complaints that contain `fragment`; fail if none comes `within` seconds.

        A complaint has a way of its own to the test, and may come after what the page shows.
        """
        end = time.monotonic() + within
        while len(rest := [one for one in self if fragment not in one]) == len(self):
            assert time.monotonic() < end, f"no page complained of {fragment!r}: {self}"
            await asyncio.sleep(0.02)
        self[:] = rest

    def allow(self, fragment: str) -> None:
        """Forget the complaints that contain `fragment`, if there are any."""
        self[:] = [one for one in self if fragment not in one]


@pytest.fixture
def page_errors() -> Errors:
    """Return what the pages of this test have complained of so far."""
    return Errors()


@pytest_asyncio.fixture(loop_scope="session")
async def new_context(
    browser: Browser, page_errors: Errors, request: pytest.FixtureRequest
) -> AsyncIterator[OpenContext]:
    """Open browser profiles: one each person. Any script error left at the end fails the test."""
    opened: list[BrowserContext] = []
    async with AsyncExitStack() as stack:

        async def open_context(**options: Any) -> BrowserContext:
            context = await browser.new_context(
                **{"viewport": DESKTOP, "locale": "en-GB"} | options
            )
            stack.push_async_callback(_close, context)
            context.set_default_timeout(WAIT_MS)
            context.on("page", page_errors.watch)
            opened.append(context)
            return context

        yield open_context
        if request.node.stash.get(FAILED, False):
            await _describe(opened)
    assert not page_errors, "\n".join(page_errors)


async def _describe(contexts: list[BrowserContext]) -> None:
    """Print what every page shows, frame by frame: pytest shows it beside the failure."""
    for page in [page for context in contexts for page in context.pages]:
        for frame in page.frames:
            try:
                shown = await frame.locator("body").aria_snapshot(timeout=2_000)
            except Error as error:
                shown = str(error)
            print(f"--- {frame.url}\n{shown}")  # noqa: T201


async def _close(context: BrowserContext) -> None:
    try:
        await context.close()
    except Error as error:  # A test may have closed it: to lose a tab is something people do.
        if "closed" not in str(error):
            raise


@pytest_asyncio.fixture(loop_scope="session")
async def context(new_context: OpenContext) -> BrowserContext:
    """Return one fresh profile."""
    return await new_context()


@pytest_asyncio.fixture(loop_scope="session")
async def page(context: BrowserContext) -> Page:
    """Return one page in a fresh profile."""
    return await context.new_page()
