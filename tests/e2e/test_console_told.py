"""What agents choose to be told of, in the browser."""

from typing import Any

from playwright.async_api import Locator, expect

from tests.browser import OpenContext
from tests.desk import RunningDesk
from tests.e2e.house import Agents, arrived, desk_of_module
from tests.e2e.test_console_notices import HIDE, LISTEN
from tests.people import AgentAtConsole

desk = desk_of_module(
    {
        "channels.blog": {"type": "widget", "name": "Блог", "key": "blog_main"},
        "agents.pavel.inboxes": ["blog"],
    }
)


async def settings(agent: AgentAtConsole) -> Locator:
    """Open the settings from the account's menu."""
    await agent.page.locator(".me button").click()
    await agent.page.get_by_role("menuitem", name="Settings").click()
    sheet = agent.page.locator("dialog.settings")
    await sheet.wait_for()
    return sheet


def toast(agent: AgentAtConsole, name: str) -> Locator:
    """Return the notice of this customer's."""
    return agent.page.locator("[data-toast=message]", has_text=name)


def row(agent: AgentAtConsole, name: str) -> Locator:
    """Return the customer's row."""
    return agent.list.locator(".row-link", has_text=name)


async def prefers(agents: Agents, agent: str, **wanted: Any) -> None:
    """Change preferences as another browser of the agent's does."""
    api = agents.api(agent)
    headers = {"x-csrf-token": api.csrf}
    assert api.http.put("/api/me/preferences", json=wanted, headers=headers).status_code == 200


async def test_o27_what_is_chosen_in_one_tab_holds_in_the_other_at_once(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    first = await agents.at_console(await new_context())
    second = await agents.at_console(await new_context())
    there = await settings(second)
    sheet = await settings(first)
    await sheet.locator("select[name=level]").select_option("mine")
    await expect(there.locator("select[name=level]")).to_have_value("mine")
    await sheet.locator("input[name=sound]").press("Space")
    await expect(there.locator("input[name=sound]")).not_to_be_checked()
    await expect(there.locator("input[name=call_sound]")).to_be_checked()
    await prefers(agents, "anna", level=None, sound=True)
    await expect(sheet.locator("select[name=level]")).to_have_value("teams")


async def test_d05_o30_an_agent_is_told_of_the_channels_they_are_subscribed_to(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    anna = await agents.at_console(await new_context())
    pavel = await agents.at_console(await new_context(), "pavel")
    visitor = await arrived(await new_context(), desk, "Дарина")
    await visitor.write("є хтось?")
    await expect(toast(anna, "Дарина")).to_be_visible()
    await expect(row(pavel, "Дарина")).to_be_visible()
    await expect(toast(pavel, "Дарина")).to_have_count(0)

    sheet = await settings(pavel)
    await expect(sheet.locator("input[name='inbox.blog']")).to_be_checked()
    await sheet.locator("input[name='inbox.site']").press("Space")
    await expect(sheet.locator("input[name='inbox.site']")).to_be_checked()
    await pavel.page.keyboard.press("Escape")
    await visitor.write("агов")
    await expect(toast(pavel, "Дарина")).to_contain_text("агов")
    await prefers(agents, "pavel", muted=None)


async def test_r33_a_note_calls_a_colleague_by_name_with_a_sound_of_its_own(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    visitor = await arrived(await new_context(), desk, "Мотря")
    await visitor.write("Добрий день")
    await prefers(agents, "anna", sound=False)
    context = await new_context()
    await context.add_init_script(LISTEN)
    anna = await agents.at_console(context)
    await anna.page.mouse.click(5, 5)
    await anna.page.evaluate(HIDE)
    pavel = await agents.at_console(await new_context(), "pavel")
    await pavel.open("Мотря")
    await pavel.page.keyboard.press("KeyN")
    await pavel.field.press_sequentially("глянь, @Ан")
    offered = pavel.page.get_by_role("listbox", name="Colleagues").get_by_role("option")
    await expect(offered).to_have_text(["@Анна Коваль"])
    await pavel.page.keyboard.press("Enter")
    await expect(pavel.field).to_have_value("глянь, @Анна Коваль ")
    await pavel.field.press("Control+Enter")
    await expect(toast(anna, "Мотря")).to_contain_text("Павел calls you")
    await anna.page.wait_for_function("window.tones > 0")
    assert await anna.page.evaluate("window.tones") == 3
    await visitor.write("ще раз")
    await expect(row(anna, "Мотря")).to_contain_text("ще раз")
    assert await anna.page.evaluate("window.tones") == 3
    await prefers(agents, "anna", sound=True)


async def test_d12_whoever_is_handed_a_conversation_is_told(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    visitor = await arrived(await new_context(), desk, "Юстина")
    await visitor.write("Вітаю")
    pavel = await agents.at_console(await new_context(), "pavel")
    conversation = agents.api().conversation("Юстина")
    agents.api().post(f"conversations/{conversation}/assign", {"agent": "pavel"})
    await expect(toast(pavel, "Юстина")).to_contain_text("For you")


async def test_d06_each_channel_has_its_counter_and_narrows_the_list(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    anna = await agents.at_console(await new_context())
    visitor = await arrived(await new_context(), desk, "Леся")
    counter = anna.page.locator("[data-channel=site]")
    before = agents.api().get("folders")["channels"].get("site", {"unread": 0})["unread"]
    await visitor.write("раз")
    await expect(counter.locator("[data-unread]")).to_have_text(str(before + 1))
    await anna.page.locator("[data-channel=blog]").click()
    await expect(row(anna, "Леся")).to_have_count(0)
    await counter.click()
    await expect(row(anna, "Леся")).to_be_visible()
    await anna.open("Леся")
    await anna.sees("раз")
    await expect(counter.locator("[data-unread]")).to_have_count(1 if before else 0)
    await anna.page.keyboard.press("Escape")
    await counter.click()
    await anna.page.locator(".rail-fold").click()
    await expect(counter).to_be_hidden()
    await prefers(agents, "anna", rail_channels=True)
    await expect(counter).to_be_visible()


async def test_o21_o23_o24_o25_o26_lists_within_folders(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    visitor = await arrived(await new_context(), desk, "Улас")
    await visitor.write("питання")
    anna = await agents.at_console(await new_context())
    part = anna.page.locator(".list-parts [data-part=unanswered]")
    await part.press("Enter")
    await expect(row(anna, "Улас")).to_be_visible()
    await anna.open("Улас")
    await anna.take()
    await anna.reply("відповідь")
    await anna.page.keyboard.press("Escape")
    await expect(row(anna, "Улас")).to_have_count(0)

    await anna.page.locator("[data-folder=mine]").click()
    await expect(row(anna, "Улас")).to_be_visible()
    await anna.show_part("internal")
    await expect(row(anna, "Улас")).to_have_count(0)
    await anna.show_part("whole")
    await anna.open("Улас")
    await anna.note("для своїх")
    await anna.show_part("internal")
    await expect(row(anna, "Улас")).to_be_visible()
    conversation = agents.api().conversation("Улас")
    agents.api().post(f"conversations/{conversation}/close")
    await expect(row(anna, "Улас")).to_have_count(0)
    await anna.show_part("closed")
    await expect(row(anna, "Улас")).to_be_visible()


async def test_o35_everybody_s_conversations_can_be_left_out(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    anna = await agents.at_console(await new_context())
    await expect(anna.page.locator("[data-folder=all]")).to_be_visible()
    sheet = await settings(anna)
    # Shown at once, and stored a moment later: what is said elsewhere is to come after it.
    async with anna.page.expect_response("**/api/me/preferences"):
        await sheet.locator("input[name=hide_clients]").press("Space")
    await expect(anna.page.locator("[data-folder=all]")).to_have_count(0)
    await anna.page.keyboard.press("Escape")
    await expect(anna.page.locator("[data-folder=new]")).to_have_attribute("aria-current", "true")
    await prefers(agents, "anna", hide_clients=False)
    await expect(anna.page.locator("[data-folder=all]")).to_be_visible()
