"""People who are one: joined from the console, seen by everybody, and made two again."""

from playwright.async_api import Locator, expect

from tests.browser import OpenContext
from tests.desk import RunningDesk
from tests.e2e.house import Agents, arrived, desk_of_module
from tests.people import AgentAtConsole

desk = desk_of_module()


def accounts(agent: AgentAtConsole) -> Locator:
    """Return the accounts in the panel."""
    return agent.page.locator("[data-block=source] .account")


async def join(agent: AgentAtConsole, other: str) -> None:
    """Say that the open conversation's customer and this one are one person."""
    await agent.page.locator("[data-block=source] .joins .link").click()
    box = agent.page.locator("dialog")
    await box.locator("input").fill(other)
    await box.locator("button.person", has_text=other).click()
    await expect(box).to_contain_text(other)
    await box.locator(".btn.go").click()
    await expect(box).to_have_count(0)


async def test_r46_two_people_are_joined_for_everybody_and_made_two_again(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    for name in ("Горпина", "Варвара"):
        visitor = await arrived(await new_context(), desk, name)
        await visitor.write(f"Пише {name}")
    anna = await agents.at_console(await new_context(), "anna")
    pavel = await agents.at_console(await new_context(), "pavel")
    await anna.open("Горпина")
    await pavel.open("Варвара")
    await expect(accounts(anna)).to_have_count(1)

    await join(anna, "Варвара")

    await expect(accounts(anna)).to_have_count(2)
    await expect(anna.page.locator("[data-block=conversations]")).to_contain_text("Пише Варвара")
    # A colleague who has the other one open sees whose it is now.
    await expect(pavel.page.locator(".conversation-who h1")).to_have_text("Горпина")
    await expect(accounts(pavel)).to_have_count(2)

    await anna.page.locator("[data-join] button").click()

    await expect(accounts(anna)).to_have_count(1)
    await expect(pavel.page.locator(".conversation-who h1")).to_have_text("Варвара")
    await expect(anna.thread).to_contain_text("two people")


async def test_s12_an_account_is_set_apart_after_a_second_question_from_both_places(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    for name in ("Палажка", "Параска"):
        visitor = await arrived(await new_context(), desk, name)
        await visitor.write(f"Пише {name}")
    anna = await agents.at_console(await new_context(), "anna")
    await anna.open("Палажка")
    await join(anna, "Параска")
    await expect(accounts(anna)).to_have_count(2)
    box = anna.page.locator("dialog")

    # From the panel, and thought better of.
    await accounts(anna).last.get_by_role("button").click()
    await box.locator(".form-buttons .btn").first.click()
    await expect(box).to_have_count(0)
    await expect(accounts(anna)).to_have_count(2)

    # From the menu of the conversation.
    await anna.page.locator(".conversation-verbs [aria-haspopup=menu]").click()
    await anna.page.get_by_role("menuitem", name="Set this account apart").click()
    await expect(box).to_contain_text("Палажка")
    await box.locator(".btn.danger").click()

    await expect(accounts(anna)).to_have_count(1)
    await expect(anna.page.locator(".conversation-who h1")).to_have_text("Палажка")


async def test_r47_the_history_of_a_person_is_narrowed_by_kind_and_by_day(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    visitor = await arrived(await new_context(), desk, "Хівря")
    await visitor.write("Пише Хівря")
    anna = await agents.at_console(await new_context(), "anna")
    await anna.open("Хівря")
    await anna.page.locator("[data-panel-tab=history]").click()
    lines = anna.page.locator(".history-lines li")
    await expect(lines).to_have_count(1)

    # What happens meanwhile appears.
    await anna.take()
    await expect(lines).to_have_count(2)
    await expect(lines.first).to_contain_text("You took")

    await anna.page.locator(".history-filters select").last.select_option("life")
    await expect(lines).to_have_count(1)
    await expect(lines.first).to_contain_text("began the conversation")

    await anna.page.locator(".history-filters input").last.fill("2020-01-01")
    await expect(lines).to_have_count(0)
    await expect(anna.page.locator(".history [role=status]")).not_to_be_empty()
