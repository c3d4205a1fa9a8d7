"""What the program itself says to a visitor: in the widget, in the list, in the thread."""

import re

from playwright.async_api import Locator, expect

from tests.browser import OpenContext
from tests.desk import RunningDesk
from tests.e2e.house import Agents, arrived, desk_of_module
from tests.people import AgentAtConsole

desk = desk_of_module({"system_messages.begun.enabled": True})
ENGLISH = "Thank you, we have your message. Our team will answer you here."
UKRAINIAN = "Дякуємо, ми отримали ваше повідомлення. Наші співробітники дадуть відповідь тут."


def row_of(agent: AgentAtConsole, name: str) -> Locator:
    """Return a customer's row in the list."""
    return agent.list.locator(".row", has_text=name)


async def test_o32_a_visitor_sees_the_automatic_answer_once_as_from_the_team(
    desk: RunningDesk, new_context: OpenContext
) -> None:
    visitor = await arrived(await new_context(), desk, "Mary")
    await visitor.write("Is it in stock?")
    await visitor.sees(ENGLISH)
    await visitor.write("In green?")
    await expect(visitor.log.get_by_text(ENGLISH, exact=True)).to_have_count(1)
    line = visitor.log.locator(".line", has_text=ENGLISH)
    await expect(line.locator(".author")).to_have_text("Website")
    await expect(line).to_have_class(re.compile(r"^line(?!.* own)"))


async def test_o32_it_speaks_the_visitors_language(
    desk: RunningDesk, new_context: OpenContext
) -> None:
    visitor = await arrived(await new_context(locale="uk-UA"), desk, "Олена")
    await visitor.write("Чи є зелений?")
    await visitor.sees(UKRAINIAN)


async def test_j01_the_row_bears_a_bot_badge_that_goes_when_an_agent_answers(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    anna = await agents.at_console(await new_context(), "anna")
    pavel = await agents.at_console(await new_context(), "pavel")
    visitor = await arrived(await new_context(), desk, "Ганна")
    await visitor.write("Чи є куртка?")
    row = row_of(anna, "Ганна")
    await expect(row.locator("[data-bot]")).to_contain_text("So far only the program has answered")
    await expect(row.locator(".avatar-channel [role=img]")).to_have_attribute(
        "aria-label", "Website: Website"
    )
    # Their own words stay the last: they are what waits for an answer.
    await expect(row.locator(".row-text")).to_have_text("Чи є куртка?")

    await pavel.open("Ганна")
    await pavel.sees(ENGLISH)
    ours = pavel.thread.locator(".msg", has_text=ENGLISH)
    await expect(ours.locator(".by")).to_have_text("Automatic answer")
    await pavel.take()
    await expect(row.locator(".chip.assignee")).to_be_visible()
    await expect(row.locator("[data-bot]")).to_be_visible()
    await pavel.reply("Так, є в наявності")
    await expect(row.locator("[data-bot]")).to_have_count(0)
    await visitor.sees("Так, є в наявності")
