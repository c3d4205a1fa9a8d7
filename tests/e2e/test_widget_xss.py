"""Hostile text in every field a visitor can fill: it is read, here and there, and never runs."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest_asyncio
from playwright.async_api import BrowserContext, Dialog, Page, expect

from tests.browser import Errors, OpenContext
from tests.desk import RunningDesk
from tests.e2e.house import Agents, desk_of_module, mark_in
from tests.people import AgentAtConsole, Visitor

FIELDS = [
    {"field": "name", "required": True},
    {"field": "email", "required": False},
    {"field": "wish", "required": False, "label": {"en": "Your wish"}},
]
desk = desk_of_module({"channels.site.pre_chat": FIELDS})
WIDE = {"width": 1440, "height": 900}
IMAGE = "<img src=x onerror=hit('{0}')>"
SCRIPT = "</script></title></textarea><script>hit('{0}')</script>"
SVG = "\"'><svg/onload=hit('{0}')>"
LINKS = (
    "[a](javascript:hit('link')) <javascript:hit('auto')> javascript:hit('bare') "
    "[b](data:text/html,<script>hit('data')</script>) [c](vbscript:hit('vb')) "
    "[d](JaVaScRiPt&#58;hit('entity')) [e](\tjavascript:hit('tab')) https://ok.example/'\"><img>"
)
EMAIL = "\"<img/src=x/onerror=hit('email')>\"@example.com"


def all_of(name: str) -> str:
    """Return every kind of attack in one text."""
    return " ".join(one.format(name) for one in (IMAGE, SCRIPT, SVG))


@dataclass(slots=True)
class Watch:
    """What ran that should not have run."""

    hits: list[str] = field(default_factory=list)

    async def over(self, context: BrowserContext) -> BrowserContext:
        """Watch a profile: `hit(...)` tells on any script, in any of its frames."""
        await context.expose_binding("hit", lambda _, what: self.hits.append(str(what)))

        async def close(dialog: Dialog) -> None:
            self.hits.append(f"dialog {dialog.message}")
            await dialog.dismiss()

        context.on("dialog", close)
        return context


@pytest_asyncio.fixture(loop_scope="session")
async def watch(page_errors: Errors) -> AsyncIterator[Watch]:
    """Return the watch; nothing may have run, nor have been stopped by the policy alone."""
    watching = Watch()
    yield watching
    assert watching.hits == []
    assert [one for one in page_errors if "Content Security Policy" in one] == []


async def attack(desk: RunningDesk, context: BrowserContext, name: str) -> Visitor:
    """Come to the shop and fill every field there is with something hostile."""
    visitor = Visitor(await context.new_page())
    bad = {"utm_source": all_of("utm"), "utm_campaign": LINKS, "q": "<script>hit('url')</script>"}
    referrer = f"https://evil.example/{IMAGE.format('referrer')}"
    await visitor.page.goto(f"{desk.url}/demo", referer=referrer)
    await visitor.page.evaluate(
        """([name, bad, text]) => {
            document.title = text;
            history.pushState({}, "", "?" + new URLSearchParams(bad));
            Deskbridge("set", {[text]: text, plan: text});
        }""",
        [name, bad, all_of("title")],
    )
    await visitor.open()
    await visitor.frame.locator("[name=name]").fill(f"{name} {all_of('name')}")
    await visitor.frame.locator("[name=email]").fill(EMAIL)
    await visitor.frame.locator("[name=wish]").fill(all_of("wish"))
    await visitor.frame.locator(".ask [type=submit]").click()
    return visitor


def hostile_files() -> list[Any]:
    """Return files whose names and contents attack."""
    svg = "<svg xmlns='http://www.w3.org/2000/svg' onload='hit(1)'><script>hit(2)</script></svg>"
    return [
        {"name": "<img src=x onerror=hit('name')>.png", "mimeType": "image/png", "buffer": b"no"},
        {"name": "x.svg", "mimeType": "image/svg+xml", "buffer": svg.encode()},
        {"name": "x.html", "mimeType": "text/html", "buffer": b"<script>hit('html')</script>"},
    ]


async def only_harmless(page: Page) -> None:
    """Check that no address in the page and its frames is code."""
    look = """() => [...document.querySelectorAll("[href],[src]")]
        .map((one) => one.getAttribute("href") ?? one.getAttribute("src"))
        .map((address) => new URL(address, location.origin).href)"""
    for frame in page.frames:
        found: list[str] = await frame.evaluate(look)
        bad = re.compile(r"(?!https?:|blob:|mailto:|data:,|data:image/(png|jpeg|webp);)")
        assert [one for one in found if bad.match(one)] == []


async def test_hostile_text_from_a_visitor_stays_text_in_the_widget_and_in_the_console(
    desk: RunningDesk, agents: Agents, new_context: OpenContext, watch: Watch
) -> None:
    agent = await agents.at_console(await watch.over(await new_context(viewport=WIDE)))
    visitor = await attack(desk, await watch.over(await new_context()), "Зловмисник")
    await visitor.frame.locator("input[type=file]").set_input_files(hostile_files())
    await visitor.field.fill(f"{all_of('text')}\n{LINKS}")
    await visitor.field.press("Enter")
    await mark_in(visitor.log, "hit('text')", "sent")
    await expect(visitor.log.get_by_text("x.svg")).to_be_visible()
    await only_harmless(visitor.page)
    await agent.open("Зловмисник")
    await expect(agent.thread.get_by_text("hit('text')").first).to_be_visible()
    await in_all_of_the_panel(agent)
    await only_harmless(agent.page)
    await visitor.page.reload()
    await expect(visitor.log.get_by_text("hit('text')").first).to_be_visible()


async def in_all_of_the_panel(agent: AgentAtConsole) -> None:
    """Look at every part of the console that shows what a customer has told."""
    panel = agent.page.locator(".panel")
    await expect(panel.get_by_text("hit('wish')").first).to_be_visible()
    await expect(panel.get_by_text("hit('utm')").first).to_be_visible()
    await panel.get_by_role("tab", name="Files").click()
    await expect(panel.get_by_text("x.html")).to_be_visible()
    await panel.locator("[data-panel-tab=notes]").click()
    await agent.take()
    await agent.note(f"Підозріло: {IMAGE.format('note')}")
    await agent.field.fill("/hi")
    await expect(agent.page.get_by_role("option").first).to_be_visible()
    await agent.page.keyboard.press("Enter")
    bold = SVG.format("bold")
    await agent.reply(f"{IMAGE.format('answer')} **{bold}** {LINKS}", seen_as=bold)
    await agent.page.get_by_role("searchbox").fill("onerror")
    await agent.page.keyboard.press("Enter")
    await expect(agent.page.locator("section.list mark").first).to_be_visible()


async def test_hostile_text_in_notices_stays_text(
    desk: RunningDesk, agents: Agents, new_context: OpenContext, watch: Watch
) -> None:
    agent = await agents.at_console(await watch.over(await new_context(viewport=WIDE)))
    visitor = await attack(desk, await watch.over(await new_context()), "Сповіщувач")
    await visitor.write("перше")
    await agent.open("Сповіщувач")
    await agent.take()
    other = await attack(desk, await watch.over(await new_context()), "Інший")
    await other.field.fill(all_of("toast"))
    await other.field.press("Enter")
    await expect(agent.page.get_by_text("hit('toast')").first).to_be_visible()
    await agent.reply(f"{IMAGE.format('quoted')}")
    await visitor.sees(IMAGE.format("quoted"))
    await only_harmless(agent.page)
    await only_harmless(visitor.page)


async def test_a_file_that_is_a_page_is_saved_and_never_shown_as_one(
    desk: RunningDesk, agents: Agents, new_context: OpenContext, watch: Watch
) -> None:
    visitor = await attack(desk, await watch.over(await new_context()), "Файловик")
    await visitor.frame.locator("input[type=file]").set_input_files(hostile_files())
    await visitor.write("файли")
    await mark_in(visitor.log, "файли", "sent")
    (row,) = [
        one
        for one in agents.api().get("conversations", folder="new", limit=100)["rows"]
        if (one["conversation"]["contact"]["name"] or "").startswith("Файловик")
    ]
    files = agents.api().messages(row["conversation"]["id"])[-1]["attachments"]
    assert len(files) == 3
    agent = await agents.at_console(await watch.over(await new_context()))
    for file in files:
        # None of them is a picture, whatever its name says: there is nothing to preview.
        assert agents.api().http.get(f"/media/{file['id']}?preview=1").status_code == 404
        for extra in ("", "?download=1"):
            page = await agent.page.context.new_page()
            address = f"{desk.url}/media/{file['id']}{extra}"
            async with page.expect_event("download") as saved:
                await page.evaluate("address => { location.href = address }", address)
            await (await saved.value).cancel()
            assert page.url == "about:blank"
            await page.close()
