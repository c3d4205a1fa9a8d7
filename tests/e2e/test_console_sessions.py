"""Who is signed in: an owner ends a colleague's session, and their console is gone at once."""

from playwright.async_api import expect

from tests.browser import OpenContext
from tests.desk import RunningDesk
from tests.e2e.house import desk_of_module
from tests.people import AgentAtConsole

desk = desk_of_module({"agents.anna.role": "owner"})


async def test_an_owner_ends_a_session_and_that_console_asks_to_sign_in(
    desk: RunningDesk, new_context: OpenContext
) -> None:
    pavel = await AgentAtConsole.sign_in(await new_context(), desk, "pavel")
    anna = await AgentAtConsole.sign_in(await new_context(), desk, "anna")
    await anna.page.goto(f"{desk.url}/console/desk")
    theirs = anna.page.locator("[data-sessions-of='Павел'] [data-session]")
    own = anna.page.locator("[data-sessions-of='Анна Коваль'] [data-session]")
    await expect(theirs).to_have_count(1)
    await expect(own).to_have_attribute("data-current", "true")
    await expect(own.get_by_role("button")).to_have_count(0)

    await theirs.get_by_role("button").click()

    await expect(pavel.page.locator("main.door")).to_be_visible()
    await expect(theirs).to_have_count(0)
    await expect(own).to_have_count(1)
