"""Whether an agent works now, switched and seen at the consoles."""

from playwright.async_api import Page, expect

from tests.browser import Errors, OpenContext
from tests.desk import RunningDesk
from tests.e2e.house import Agents, arrived, desk_of_module

desk = desk_of_module()

ABOVE_THE_LIST = ".list-bar .presence-btn"
IN_THE_ACCOUNT = ".me .icon-btn"


async def choose(page: Page, where: str, choice: str) -> None:
    """Choose a status with the keys, in one of the two places."""
    await page.locator(where).focus()
    await page.keyboard.press("Enter")
    await expect(page.locator("[role=menuitemradio]:focus")).to_be_attached()
    await page.keyboard.press("Home")
    for _ in range(["online", "break", "offline"].index(choice)):
        await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("menu")).to_have_count(0)


async def is_shown(page: Page, presence: str) -> None:
    """Wait until both places show it."""
    for place in (".list-bar .presence", ".me .presence"):
        await expect(page.locator(f"{place}.{presence}")).to_be_attached()


async def test_r35_d02_both_switches_agree_in_every_tab_and_after_a_reload(
    agents: Agents, new_context: OpenContext
) -> None:
    context = await new_context()
    pavel = await agents.at_console(context, "pavel")
    second = await context.new_page()
    await second.goto(pavel.page.url)
    await choose(pavel.page, ABOVE_THE_LIST, "online")
    await is_shown(second, "online")
    await choose(pavel.page, ABOVE_THE_LIST, "break")
    for page in (pavel.page, second):
        await is_shown(page, "break")
    await choose(second, IN_THE_ACCOUNT, "offline")
    for page in (pavel.page, second):
        await is_shown(page, "offline")
    await pavel.page.reload()
    await is_shown(pavel.page, "offline")
    await choose(pavel.page, ABOVE_THE_LIST, "online")
    await is_shown(second, "online")


async def test_d01_offline_one_press_brings_back_what_answers(
    desk: RunningDesk, agents: Agents, new_context: OpenContext, page_errors: Errors
) -> None:
    visitor = await arrived(await new_context(), desk, "Богдан")
    await visitor.write("Є хтось?")
    anna = await agents.at_console(await new_context(), "anna")
    await choose(anna.page, ABOVE_THE_LIST, "offline")
    await is_shown(anna.page, "offline")
    await anna.open("Богдан")
    locked = anna.page.locator(".composer-locked")
    await expect(locked.locator(".presence.offline")).to_be_attached()
    # The key is refused too, and what it says brings the same press.
    await anna.page.evaluate("document.activeElement?.blur()")
    await anna.page.keyboard.press("KeyT")
    await anna.page.locator(".toast.error .link").click()
    await page_errors.expect("409")
    await is_shown(anna.page, "online")
    await anna.take()
    await anna.reply("Так, слухаю вас")
    await visitor.sees("Так, слухаю вас")


async def test_r51_r52_the_picker_tells_who_is_here_and_asks_before_somebody_offline(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    visitor = await arrived(await new_context(), desk, "Соломія")
    await visitor.write("Доброго дня")
    pavel = await agents.at_console(await new_context(), "pavel")
    await choose(pavel.page, ABOVE_THE_LIST, "online")
    anna = await agents.at_console(await new_context(), "anna")
    await anna.open("Соломія")
    await anna.page.evaluate("document.activeElement?.blur()")
    await anna.page.keyboard.press("KeyA")
    picked = anna.page.locator("[data-agent=pavel]")
    await expect(picked.locator(".window-dot.open")).to_be_attached()
    await expect(picked.locator(".presence-word.online")).to_be_visible()
    await choose(pavel.page, ABOVE_THE_LIST, "offline")
    await expect(picked.locator(".presence-word.offline")).to_be_visible()
    await expect(anna.page.locator("[data-agent]").last).to_have_attribute("data-agent", "pavel")
    await picked.click()
    await expect(anna.page.locator("dialog .btn.go")).to_be_focused()
    assert agents.api().find("Соломія", "all")["conversation"]["assignee"] is None
    await pavel.page.close()
    await anna.page.keyboard.press("Enter")
    await expect(anna.page.locator("dialog")).to_have_count(0)
    row = anna.list.locator(".row", has_text="Соломія")
    await expect(row.locator(".assignee-name")).to_contain_text("Павел")
