"""A script that does not come, as on a train: pages begin anew by themselves, or say it."""

import re

from playwright.async_api import BrowserContext, Route, expect

from tests.browser import Errors, OpenContext
from tests.desk import RunningDesk
from tests.e2e.house import Agents, desk_of_module
from tests.people import Visitor

desk = desk_of_module()

LOST = "Failed to load resource", "Failed to fetch dynamically imported module"


async def lose(context: BrowserContext, which: str, times: int = 1) -> list[str]:
    """Have the files whose addresses match not come so often; return which did not."""
    lost: list[str] = []

    async def handle(route: Route) -> None:
        if len(lost) < times:
            lost.append(route.request.url)
            await route.abort("connectionfailed")
        else:
            await route.continue_()

    await context.route(re.compile(which), handle)
    return lost


async def test_a_widget_whose_words_did_not_come_is_there_a_little_later(
    desk: RunningDesk, new_context: OpenContext, page_errors: Errors
) -> None:
    context = await new_context(locale="uk-UA")
    lost = await lose(context, r"/widget-assets/uk-")
    visitor = await Visitor.arrive(context, desk)
    await visitor.open()
    await visitor.introduce("Соломія")
    await visitor.write("Чи є чашка?")
    assert len(lost) == 1
    await page_errors.expect(LOST[0])


async def test_a_console_whose_words_did_not_come_is_there_a_little_later(
    agents: Agents, new_context: OpenContext, page_errors: Errors
) -> None:
    context = await new_context(locale="uk-UA")
    lost = await lose(context, r"/console-assets/assets/uk-")
    anna = await agents.at_console(context)
    await expect(anna.list).to_be_visible()
    assert len(lost) == 1
    await page_errors.expect(LOST[0])


async def test_a_dialog_that_did_not_come_is_told_of_and_the_way_out_is_offered(
    agents: Agents, new_context: OpenContext, page_errors: Errors
) -> None:
    context = await new_context()
    anna = await agents.at_console(context)
    lost = await lose(context, r"/console-assets/assets/shortcut-sheet-")
    await anna.page.keyboard.press("Shift+Slash")
    told = anna.page.locator(".toast", has_text="The server cannot be reached.")
    await expect(told).to_be_visible()
    # Nothing is in the way of other keys.
    await anna.page.keyboard.press("Control+k")
    await expect(anna.page.get_by_role("dialog")).to_be_visible()
    await anna.page.keyboard.press("Escape")
    await told.get_by_role("button", name="Reload the page").click()
    await expect(told).to_have_count(0)
    await anna.list.wait_for()
    await anna.page.keyboard.press("Shift+Slash")
    await expect(anna.page.get_by_role("dialog")).to_contain_text("Ctrl")
    assert len(lost) == 1
    for fault in LOST:
        await page_errors.expect(fault)
