"""What the site knows of a visit, as it stands in the console's contact panel."""

import re
import time

from playwright.async_api import Locator, expect

from tests.browser import OpenContext
from tests.desk import RunningDesk
from tests.e2e.house import Agents, arrived, desk_of_module, mark_in
from tests.people import AgentAtConsole, Visitor

desk = desk_of_module()
WIDE = {"width": 1440, "height": 900}
LANDING = "/demo?utm_source=newsletter&utm_campaign=осінь"
SEARCH = "https://search.example/find?q=boots"


def fact(agent: AgentAtConsole, name: str) -> Locator:
    """Return what the panel says of one thing."""
    term = agent.page.locator(".panel dt", has_text=re.compile(f"^{name}$"))
    return term.locator("xpath=following-sibling::dd[1]")


async def watched(
    desk: RunningDesk, agents: Agents, new_context: OpenContext, name: str
) -> tuple[Visitor, AgentAtConsole]:
    """Return a visitor who has written, and an agent who has their panel open."""
    visitor = await arrived(await new_context(), desk, name)
    await visitor.write("Вітаю")
    await mark_in(visitor.log, "Вітаю", "sent")
    agent = await agents.at_console(await new_context(viewport=WIDE))
    await agent.open(name)
    await expect(fact(agent, "Open pages")).to_have_text("1")
    return visitor, agent


async def test_d31_d32_d33_d34_d35_r45_s03_the_panel_tells_who_visits_from_where_with_what(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    context = await new_context(locale="uk-UA", screen={"width": 1680, "height": 1050})
    page = await context.new_page()
    await page.goto(desk.url + LANDING, referer=SEARCH)
    visitor = Visitor(page)
    await visitor.open()
    await visitor.introduce("Марія")
    await visitor.write("Добрий день")
    await mark_in(visitor.log, "Добрий день", "sent")
    agent = await agents.at_console(await new_context(viewport=WIDE))
    await agent.open("Марія")
    await expect(fact(agent, "Address")).to_have_text("127.0.0.1")
    await expect(fact(agent, "Browser")).to_have_text(re.compile(r"^\w*Chrome \d+, Linux"))
    await expect(fact(agent, "Screen")).to_have_text("1680×1050")
    await expect(fact(agent, "Language").last).to_have_text("Ukrainian")
    await expect(fact(agent, "UTM source")).to_have_text("newsletter")
    await expect(fact(agent, "UTM campaign")).to_have_text("осінь")
    await expect(fact(agent, "Referrer")).to_contain_text("https://search.example/")


async def test_d36_the_first_page_stays_and_the_current_one_follows_within_two_seconds(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    visitor, agent = await watched(desk, agents, new_context, "Ніна")
    first = fact(agent, "First page")
    await expect(first).to_contain_text("/demo")
    for title in ("Rain jacket", "Morning cup"):
        await visitor.page.get_by_role("link", name="Shop").click()
        await visitor.page.get_by_role("link", name=title).click()
        begun = time.monotonic()
        link = fact(agent, "Page").get_by_role("link")
        await expect(link).to_have_attribute("title", re.compile(title))
        assert time.monotonic() - begun < 2
        await expect(link).to_have_attribute("href", visitor.page.url)
    await expect(first.get_by_role("link")).to_have_attribute("href", f"{desk.url}/demo")


async def test_d37_pages_that_are_open_are_counted(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    visitor, agent = await watched(desk, agents, new_context, "Поліна")
    second = await Visitor.arrive(visitor.page.context, desk, "/demo?page=lamp")
    await expect(fact(agent, "Open pages")).to_have_text("2")
    await second.page.close()
    await expect(fact(agent, "Open pages")).to_have_text("1")
    await visitor.page.close()
    await expect(agent.page.locator(".visit-state")).to_have_text("left")


async def test_d38_the_time_on_site_goes_on_while_a_page_is_open(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    _, agent = await watched(desk, agents, new_context, "Софія")
    clock = agent.page.locator("[data-seconds]")
    before = await clock.inner_text()
    assert re.fullmatch(r"\d:\d\d", before)
    await expect(clock).not_to_have_text(before)
    await expect(clock).not_to_have_text(before)
    assert await clock.inner_text() > before
