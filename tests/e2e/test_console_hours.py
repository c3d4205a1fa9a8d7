"""Where nobody is there, a wait stands still before the eyes of who looks."""

from datetime import UTC, datetime, timedelta

from playwright.async_api import expect

from tests.browser import OpenContext
from tests.desk import RunningDesk
from tests.e2e.house import Agents, arrived, desk_of_module

IN_TWO_DAYS = (datetime.now(UTC) + timedelta(days=2)).strftime("%a").lower()
desk = desk_of_module(
    {
        "hours": {"later": {"timezone": "UTC", "weekly": {IN_TWO_DAYS: ["09:00-18:00"]}}},
        "channels.site.hours": "later",
        "routing": {"max_wait": "3m", "pause_outside_hours": ["max_wait"]},
    }
)


async def test_r22_outside_of_hours_a_wait_is_not_counted(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    visitor = await arrived(await new_context(), desk, "Марія")
    await visitor.write("Ви вже зачинені?")
    anna = await agents.at_console(await new_context())
    chip = anna.list.locator(".row", has_text="Марія").locator("[data-wait]")
    await expect(chip).to_have_attribute("data-wait", "paused")
    await anna.page.wait_for_timeout(2_500)
    await expect(chip).to_contain_text("Time stands still; has waited for 0:00")
    await anna.open("Марія")
    header = anna.page.locator(".conversation-bar [data-wait]")
    await expect(header).to_have_attribute("data-wait", "paused")
