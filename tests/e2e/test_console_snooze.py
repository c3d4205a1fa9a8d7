"""A conversation is put off until later, and comes back when its customer writes."""

from playwright.async_api import Locator, expect

from tests.browser import OpenContext
from tests.desk import RunningDesk
from tests.e2e.house import Agents, arrived, desk_of_module
from tests.people import AgentAtConsole, Visitor

desk = desk_of_module()


def _row(agent: AgentAtConsole, name: str) -> Locator:
    return agent.list.locator(".row-link", has_text=name)


async def _taken(
    desk: RunningDesk, agents: Agents, new_context: OpenContext, name: str
) -> tuple[Visitor, AgentAtConsole]:
    visitor = await arrived(await new_context(), desk, name)
    await visitor.write("Коли приїде?")
    anna = await agents.at_console(await new_context())
    await anna.open(name)
    await anna.take()
    await anna.page.locator("[data-folder=mine]").click()
    await expect(_row(anna, name)).to_be_visible()
    return visitor, anna


async def test_snoozed_by_key_it_stands_aside_and_comes_back_when_its_customer_writes(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    visitor, anna = await _taken(desk, agents, new_context, "Богдана")
    await anna.page.evaluate("document.activeElement?.blur()")
    await anna.page.keyboard.press("KeyZ")
    dialog = anna.page.locator("dialog[open]")
    await expect(dialog.locator("[data-until='1h']")).to_be_focused()
    await anna.page.keyboard.press("Tab")
    await anna.page.keyboard.press("Enter")
    await expect(dialog).to_have_count(0)
    await expect(_row(anna, "Богдана")).to_have_count(0)
    await anna.show_part("snoozed")
    await expect(_row(anna, "Богдана").locator("[data-snoozed]")).to_be_visible()

    await visitor.write("Я ще тут")

    await expect(_row(anna, "Богдана")).to_have_count(0)
    await anna.page.locator("[data-folder=mine]").click()
    await expect(_row(anna, "Богдана")).to_contain_text("Я ще тут")
    await expect(_row(anna, "Богдана").locator("[data-snoozed]")).to_have_count(0)


async def test_snoozed_by_its_menu_it_is_brought_back_by_its_menu(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    _, anna = await _taken(desk, agents, new_context, "Мирослав")
    more = anna.page.locator(".conversation-bar").get_by_role("button", name="More")
    await more.click()
    await anna.page.get_by_role("menuitem", name="Snooze").click()
    await anna.page.locator("dialog[open] [data-until=tomorrow]").click()
    await expect(_row(anna, "Мирослав")).to_have_count(0)
    await anna.show_part("snoozed")
    await anna.open("Мирослав")
    header = anna.page.locator(".conversation-bar")
    await expect(header.locator("[data-snoozed]")).to_be_visible()
    await more.click()
    await anna.page.get_by_role("menuitem", name="Bring back now").click()
    await expect(header.locator("[data-snoozed]")).to_have_count(0)
    await expect(_row(anna, "Мирослав")).to_have_count(0)
    await anna.page.locator("[data-folder=mine]").click()
    await expect(_row(anna, "Мирослав")).to_be_visible()


async def test_on_a_telephone_every_folder_is_reached_from_the_bar_below(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    for locale in ("en-GB", "ru-RU", "uk-UA", "es-ES"):
        context = await new_context(
            viewport={"width": 400, "height": 780}, has_touch=True, locale=locale
        )
        anna = await agents.at_console(context)
        bar = anna.page.locator(".rail")
        cut = await bar.locator(".folders .rail-text").evaluate_all(
            "all => all.filter(e => e.scrollWidth > e.clientWidth).map(e => e.textContent)"
        )
        assert cut == []
        await bar.locator("[data-menu=folders]").click()
        await anna.page.get_by_role("menuitemradio").last.click()
        await expect(bar.locator("[data-menu=folders]")).to_have_attribute("aria-current", "true")
        await bar.locator("[data-colleagues]").click()
        await expect(anna.page.locator("[data-new-chat]")).to_be_visible()
        await expect(bar.locator("[data-menu=folders][aria-current]")).to_have_count(0)
