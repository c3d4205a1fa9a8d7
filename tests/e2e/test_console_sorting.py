"""Agents say what conversations are about and who the clients are, and find them by it."""

import re

from playwright.async_api import Locator, expect

from tests.browser import OpenContext
from tests.desk import RunningDesk
from tests.e2e.house import Agents, arrived, desk_of_module
from tests.people import AgentAtConsole

desk = desk_of_module({"conversation.topic_required_to_close": True})


async def _wrote(
    new_context: OpenContext, desk: RunningDesk, agents: Agents, name: str, *tags: str
) -> int:
    visitor = await arrived(await new_context(), desk, name)
    await visitor.write("Вітаю! 🦊")
    row = agents.api().find(name)["conversation"]
    for tag in tags:
        agents.api().post(f"contacts/{row['contact']['id']}/tags", {"tag": tag})
    number: int = row["id"]
    return number


def _row(agent: AgentAtConsole, name: str) -> Locator:
    return agent.list.locator(".row-link", has_text=name)


async def _filters(agent: AgentAtConsole) -> Locator:
    await agent.page.locator(".filter-btn").click()
    dialog = agent.page.locator("dialog.filters")
    await dialog.wait_for()
    return dialog


async def test_s27_s33_s34_s35_s36_s37_s38_s39_r25_clients_are_found_by_their_tags(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    await _wrote(new_context, desk, agents, "Орися", "vip", "regular")
    await _wrote(new_context, desk, agents, "Тиміш", "vip")
    await _wrote(new_context, desk, agents, "Ніхто")
    anna = await agents.at_console(await new_context())
    await expect(_row(anna, "Орися").locator(".row-tags")).to_have_text("VIP")
    await expect(_row(anna, "Ніхто").locator(".row-tags")).to_have_count(0)

    dialog = await _filters(anna)
    await expect(dialog.locator("[name=sort]")).to_have_count(4)
    mode = dialog.locator("[name=tags]:checked")
    await expect(mode).to_have_value("all")
    offered = dialog.locator("[data-choice]")
    # Nobody has "wholesale"; of the others, the one that more have comes first.
    await expect(offered).to_have_text(["VIP2", "Regular1"])
    await dialog.get_by_role("combobox", name="Find a tag").fill("reg")
    await expect(offered).to_have_text(["Regular1"])
    await anna.page.keyboard.press("Enter")
    await expect(mode).to_have_value("list")
    await expect(_row(anna, "Тиміш")).to_have_count(0)
    await expect(_row(anna, "Орися")).to_be_visible()
    await dialog.get_by_role("combobox", name="Find a tag").fill("")
    await expect(offered).to_have_text(["Regular1", "VIP2"])
    await dialog.locator("[data-choice=vip]").click()
    await expect(_row(anna, "Орися")).to_be_visible()

    await dialog.locator("[name=tags][value=none]").check()
    await expect(_row(anna, "Ніхто")).to_be_visible()
    await expect(_row(anna, "Орися")).to_have_count(0)
    await expect(dialog.get_by_role("combobox", name="Find a tag")).to_be_disabled()
    await dialog.locator("[name=tags][value=all]").check()
    await dialog.get_by_role("switch").check()
    await expect(offered).to_have_text(["VIP2"])
    await expect(_row(anna, "Ніхто")).to_have_count(0)

    await anna.page.keyboard.press("Escape")
    await anna.page.reload()
    await expect(anna.page.locator(".filter-btn.active")).to_be_visible()
    await anna.page.locator("[data-folder=new]").click()
    await expect(_row(anna, "Тиміш")).to_be_visible()
    await expect(_row(anna, "Ніхто")).to_have_count(0)
    await anna.page.locator(".filter-bar").get_by_role("button", name="Reset filter").click()
    await expect(_row(anna, "Ніхто")).to_be_visible()
    await expect(anna.page.locator(".filter-btn.active")).to_have_count(0)


async def test_r25_a_row_comes_and_goes_as_it_comes_to_match_the_filter(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    conversation = await _wrote(new_context, desk, agents, "Гнат")
    anna = await agents.at_console(await new_context())
    dialog = await _filters(anna)
    await dialog.get_by_label("Topic").select_option("delivery")
    await anna.page.keyboard.press("Escape")
    await expect(_row(anna, "Гнат")).to_have_count(0)
    pavel = agents.api("pavel")
    pavel.post(f"conversations/{conversation}/topics", {"topic": "delivery"})
    await expect(_row(anna, "Гнат")).to_be_visible()
    pavel.http.delete(
        f"/api/conversations/{conversation}/topics/delivery",
        headers={"x-csrf-token": pavel.csrf},
    )
    await expect(_row(anna, "Гнат")).to_have_count(0)


async def test_j27_j26_r53_r43_closing_asks_for_a_topic_and_then_they_are_fixed(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    conversation = await _wrote(new_context, desk, agents, "Лукія")
    anna = await agents.at_console(await new_context())
    await anna.open("Лукія")
    await anna.take()
    await anna.page.evaluate("document.activeElement?.blur()")
    await anna.page.keyboard.press("Shift+KeyE")
    dialog = anna.page.locator("dialog[open]")
    close = dialog.locator(".btn.go")
    await expect(close).to_be_disabled()
    # One is stored before the other is chosen: so they stand in that order.
    async with anna.page.expect_response(re.compile(r"/topics")):
        await dialog.locator("[data-choice=prices]").click()
    await dialog.locator("[data-choice=orders]").click()
    await dialog.locator("#other-topic").fill("подарунок")
    await dialog.locator("[type=submit]").click()
    await expect(anna.page.locator("[data-about]")).to_contain_text("подарунок")
    await close.click()
    topics = anna.page.locator("[data-labels=topics]")
    await expect(topics).to_have_text("PricesOrdersподарунокReopen it first.")
    row = agents.api().find("Лукія")["conversation"]
    assert (row["id"], row["state"], row["topics"]) == (
        conversation,
        "closed",
        ["prices", "orders"],
    )

    await anna.page.locator(".conversation-verbs [aria-haspopup=menu]").click()
    for name in ("Assign", "Topics"):
        item = anna.page.get_by_role("menuitem", name=name)
        await expect(item).to_have_attribute("aria-disabled", "true")
        await expect(item).to_contain_text("Reopen it first.")
    await anna.page.keyboard.press("Escape")
    await anna.page.get_by_role("button", name="Reopen", exact=True).first.click()
    await expect(topics.get_by_role("button")).to_be_visible()


async def test_s37_a_tag_is_given_and_taken_in_the_panel_by_keyboard(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    await _wrote(new_context, desk, agents, "Йосип")
    anna = await agents.at_console(await new_context())
    await anna.open("Йосип")
    await anna.page.keyboard.press("KeyL")
    field = anna.page.get_by_role("combobox", name="Find a tag")
    await expect(field).to_be_focused()
    await field.fill("vip")
    await anna.page.keyboard.press("Enter")
    await expect(_row(anna, "Йосип").locator(".row-tags")).to_have_text("VIP")
    await anna.page.keyboard.press("Enter")
    await expect(_row(anna, "Йосип").locator(".row-tags")).to_have_count(0)


async def test_r61_only_one_clients_conversations_are_listed_until_reset(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    await _wrote(new_context, desk, agents, "Панас")
    await _wrote(new_context, desk, agents, "Одарка")
    anna = await agents.at_console(await new_context())
    await _row(anna, "Панас").click(button="right")
    await anna.page.get_by_role("menuitem", name="Only this client").click()
    await expect(_row(anna, "Одарка")).to_have_count(0)
    await expect(_row(anna, "Панас")).to_be_visible()
    await expect(anna.page.locator(".filter-bar")).to_contain_text("Панас")
    await anna.page.locator(".filter-bar").get_by_role("button", name="Reset filter").click()
    await expect(_row(anna, "Одарка")).to_be_visible()
