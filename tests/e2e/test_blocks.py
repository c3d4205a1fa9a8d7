"""Blocking, seen from both sides: the agent's console and the visitor's widget."""

import re

from playwright.async_api import Locator, expect

from tests.browser import OpenContext
from tests.desk import RunningDesk
from tests.e2e.house import Agents, arrived, desk_of_module
from tests.people import AgentAtConsole, Visitor

desk = desk_of_module()
REASON = "Погрожує нашим людям 😡"
TOLD = "At present we do not take messages from you here."


async def asks(new_context: OpenContext, desk: RunningDesk, name: str) -> Visitor:
    visitor = await arrived(await new_context(), desk, name)
    await visitor.write("Ви мені за це відповісте!")
    return visitor


async def blocks(agent: AgentAtConsole, how_long: str) -> None:
    """Fill in the dialog that is open, and send it."""
    dialog = agent.page.get_by_role("dialog")
    await dialog.locator(".block-ends label", has_text=how_long).click()
    await dialog.locator("textarea").fill(REASON)
    await dialog.locator("[type=submit]").click()
    await expect(dialog).to_have_count(0)


def locked(visitor: Visitor) -> Locator:
    return visitor.frame.locator(".locked")


async def test_d24_d25_d28_s11_from_the_header_both_sides_are_locked_at_once(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    visitor = await asks(new_context, desk, "Остап")
    anna = await agents.at_console(await new_context(), "anna")
    await anna.open("Остап")
    await anna.take()
    await anna.page.locator(".conversation-verbs [aria-haspopup=menu]").click()
    await anna.page.get_by_role("menuitem", name="Block…").click()
    await blocks(anna, "1 hour")

    banner = anna.page.locator("[data-blocked]")
    await expect(banner).to_contain_text(re.compile(r"Остап is blocked here until .+"))
    await expect(banner).to_contain_text(REASON)
    await expect(anna.field).to_have_count(0)
    row = anna.list.locator(".row", has_text="Остап")
    await expect(row.locator(".chip.blocked")).to_be_visible()

    await expect(locked(visitor)).to_contain_text("You cannot write here until")
    await expect(visitor.field).to_have_count(0)
    await visitor.sees(TOLD)
    await expect(visitor.log.get_by_text(REASON)).to_have_count(0)


async def test_d30_r60_unblocked_after_a_question_both_write_again(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    visitor = await asks(new_context, desk, "Марта")
    anna = await agents.at_console(await new_context(), "anna")
    await anna.open("Марта")
    await anna.take()
    await anna.page.evaluate("document.activeElement?.blur()")
    await anna.page.keyboard.press("Shift+KeyB")
    await blocks(anna, "For ever")
    await expect(locked(visitor)).to_have_text("You cannot write here at present.")

    await anna.page.locator("[data-blocked] button").click()
    await anna.page.get_by_role("dialog").get_by_role("button", name="Unblock", exact=True).click()
    await expect(anna.field).to_be_visible()
    await expect(locked(visitor)).to_have_count(0)
    await visitor.write("Вибачте")
    await anna.sees("Вибачте")
    await anna.reply("Гаразд")
    await visitor.sees("Гаразд")


async def test_j21_the_panel_keeps_the_history_of_blocks(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    await asks(new_context, desk, "Данило")
    anna = await agents.at_console(await new_context(), "anna")
    await anna.open("Данило")
    history = anna.page.locator("[data-blocks]")
    await history.get_by_role("button", name="Block…").click()
    await blocks(anna, "7 days")
    await expect(history.locator("li.standing")).to_contain_text(REASON)
    await history.get_by_role("button", name="Unblock…").click()
    await anna.page.get_by_role("dialog").get_by_role("button", name="Unblock", exact=True).click()
    await expect(history.locator("li")).to_contain_text("Unblocked")
    await expect(anna.thread.locator("[data-event=unblocked]")).to_be_visible()


async def test_d28_a_page_that_is_loaded_again_is_still_locked(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    visitor = await asks(new_context, desk, "Захар")
    here = agents.api().conversation("Захар")
    order = {"scope": "contact", "until": None, "reason": REASON}
    assert agents.api("anna").post(f"conversations/{here}/block", order).status_code == 200
    await expect(locked(visitor)).to_be_visible()
    await visitor.page.reload()
    await expect(locked(visitor)).to_be_visible()
    await expect(visitor.frame.locator("[type=file]")).to_have_count(0)


async def test_j31_an_agent_is_offered_no_block(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    await asks(new_context, desk, "Соломія")
    pavel = await agents.at_console(await new_context(), "pavel")
    await pavel.open("Соломія")
    await pavel.take()
    await pavel.page.locator(".conversation-verbs [aria-haspopup=menu]").click()
    await expect(pavel.page.get_by_role("menuitem", name="Copy link")).to_be_visible()
    await expect(pavel.page.get_by_role("menuitem", name="Block…")).to_have_count(0)
