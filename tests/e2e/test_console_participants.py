"""Colleagues who take part in a conversation, as the console shows them."""

from playwright.async_api import Locator, expect

from tests.browser import OpenContext
from tests.desk import RunningDesk
from tests.e2e.house import Agents, arrived, desk_of_module
from tests.people import AgentAtConsole

desk = desk_of_module(
    {"agents.lucia": {"name": "Lucía", "role": "agent"}, "agents.oleh": {"name": "Олег"}}
)


async def menu(agent: AgentAtConsole) -> Locator:
    """Open the menu of the conversation."""
    await agent.page.locator(".conversation-verbs [aria-haspopup=menu]").click()
    return agent.page.get_by_role("menuitem")


async def test_r42_r48_r49_colleagues_are_added_together_and_the_menu_then_lists_them(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    visitor = await arrived(await new_context(), desk, "Мотря")
    await visitor.write("Допоможіть")
    pavel = await agents.at_console(await new_context(), "pavel")
    await pavel.open("Мотря")
    await pavel.take()

    entries = await menu(pavel)
    await expect(entries.filter(has_text="Participants")).to_have_count(0)
    await entries.filter(has_text="Add a colleague").click()
    box = pavel.page.locator("dialog")
    for one in ("lucia", "oleh"):
        await box.locator(f"[data-agent={one}]").click()
    await box.locator(".btn.go").click()

    here = box.locator(".people-now li")
    await expect(here).to_have_count(2)
    await here.filter(has_text="Олег").get_by_role("button").click()
    await expect(here).to_have_count(1)
    await pavel.page.keyboard.press("Escape")
    await expect((await menu(pavel)).filter(has_text="Participants")).to_be_visible()
    await pavel.page.keyboard.press("Escape")
    for line in ("You added Lucía", "You added Олег", "You removed Олег"):
        await expect(pavel.thread).to_contain_text(line)


async def test_r62_who_leaves_is_not_told_of_it_any_more(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    visitor = await arrived(await new_context(), desk, "Явтух")
    other = await arrived(await new_context(), desk, "Солоха")
    await visitor.write("Допоможіть")
    pavel = await agents.at_console(await new_context(), "pavel")
    await pavel.open("Явтух")
    await pavel.take()
    number = int(pavel.page.url.rpartition("/")[2])
    agents.api("pavel").post(f"conversations/{number}/participants", {"agents": ["lucia"]})
    lucia = await agents.at_console(await new_context(), "lucia")
    notices = lucia.page.locator(".toast")
    await visitor.write("Ви тут?")
    await expect(notices.filter(has_text="Явтух")).to_be_visible()
    await lucia.open("Явтух")

    await (await menu(lucia)).filter(has_text="Leave").click()
    await expect(lucia.thread).to_contain_text("You left")
    await lucia.page.goto(f"{desk.url}/console")
    await lucia.list.wait_for()

    await visitor.write("Ау")
    # What comes after it is told of, so that one would have been too.
    await other.write("Новий лист")
    await expect(notices.filter(has_text="Солоха")).to_be_visible()
    await expect(notices.filter(has_text="Явтух")).to_have_count(0)
