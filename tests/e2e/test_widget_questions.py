"""What a visitor is asked at the end, answered with the mouse, the keyboard, and after a while."""

import pytest
from playwright.async_api import Locator, expect

from tests.browser import OpenContext
from tests.desk import RunningDesk
from tests.e2e.house import Agents, agents, arrived, desk_of_module, eventually
from tests.people import Visitor

__all__ = ["agents"]

desk = desk_of_module(
    {
        "conversation.ask_still_questions": True,
        "conversation.rating": {"scale": 5},
        "system_messages.closed.enabled": True,
    }
)
STILL = {
    "en": ("Do you still have questions?", "Yes", "No"),
    "ru": ("У вас остались вопросы?", "Да", "Нет"),
    "uk": ("У вас залишилися запитання?", "Так", "Ні"),
    "es": ("¿Tiene alguna otra pregunta?", "Sí", "No"),
}
RATING = "How did we help you? 1 is bad, 5 is very good."


async def at_the_end(
    open_context: OpenContext, desk: RunningDesk, agents: Agents, name: str, **context: object
) -> tuple[Visitor, int]:
    """Have a visitor write whom an agent answers and closes; return the conversation as well."""
    visitor = await arrived(await open_context(**context), desk, name)
    await visitor.write("Is it in stock?")
    anna = agents.api()
    here = anna.conversation(name)
    anna.reply(here, "It is.")
    await visitor.sees("It is.")
    answer = anna.post(f"conversations/{here}/close")
    assert answer.status_code < 300, answer.text
    return visitor, here


def answers_of(visitor: Visitor) -> Locator:
    """Return the answers under the last question."""
    return visitor.log.locator(".answers").last


@pytest.mark.parametrize("language", STILL)
async def test_j24_the_question_and_its_answers_are_in_the_visitors_language(
    desk: RunningDesk, agents: Agents, new_context: OpenContext, language: str
) -> None:
    name = f"Visitor {language}"
    visitor, _ = await at_the_end(new_context, desk, agents, name, locale=language)
    question, *labels = STILL[language]
    line = visitor.log.locator(".line", has_text=question)
    await expect(line.get_by_role("group").get_by_role("button")).to_have_text(labels)


async def test_j24_no_leaves_it_closed_and_j25_the_rating_is_stored_and_shown(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    visitor, here = await at_the_end(new_context, desk, agents, "Rita")
    await answers_of(visitor).get_by_role("button", name="No").click()
    await expect(visitor.log.get_by_text(RATING)).to_be_visible()
    # What is asked next stands below it.
    four = visitor.log.get_by_role("button", name="4", exact=True)
    await four.click()
    await expect(four).to_have_attribute("aria-pressed", "true")
    await expect(visitor.log.get_by_role("status").last).to_be_attached()
    await visitor.sees("Thank you for your rating!")
    console = await agents.at_console(await new_context())
    await console.page.goto(f"{desk.url}/console/c/{here}")
    await expect(console.thread.locator("[data-event=rated]")).to_contain_text("4 of 5")
    await expect(console.thread.locator("[data-event=no_questions]")).to_be_visible()


async def test_j24_yes_opens_it_again_and_no_answer_can_be_given_twice(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    visitor, here = await at_the_end(new_context, desk, agents, "Yana")
    yes = answers_of(visitor).get_by_role("button", name="Yes")
    await yes.click()
    await visitor.sees("Yes")
    buttons = visitor.log.locator(".answers").first.get_by_role("button")
    for n in range(2):
        await expect(buttons.nth(n)).to_have_attribute("aria-disabled", "true")

    async def is_open() -> bool:
        return bool(agents.api().find("Yana")["conversation"]["state"] == "open")

    # The page shows what was pressed before the server has it.
    await eventually(is_open)
    assert agents.api().texts(here)[-1] == "Yes"


async def test_the_answers_are_reached_and_given_with_the_keyboard_alone(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    visitor, _ = await at_the_end(new_context, desk, agents, "Karl")
    group = visitor.log.locator(".answers").first
    await group.get_by_role("button", name="Yes").focus()
    await visitor.page.keyboard.press("Tab")
    no = group.get_by_role("button", name="No")
    await expect(no).to_be_focused()
    await visitor.page.keyboard.press("Enter")
    await expect(no).to_have_attribute("aria-pressed", "true")
    # Where they were is where they still are, and the answer is read out.
    await expect(no).to_be_focused()
    await expect(visitor.log.get_by_text("Your answer: No")).to_be_attached()


async def test_what_was_answered_stands_there_after_a_reload_on_a_dark_phone(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    phone = {"viewport": {"width": 360, "height": 740}, "color_scheme": "dark"}
    visitor, _ = await at_the_end(new_context, desk, agents, "Phil", **phone)
    no = visitor.log.locator(".answers").first.get_by_role("button", name="No")
    box = await no.bounding_box()
    assert box is not None
    assert min(box["width"], box["height"]) >= 44
    await no.click()
    await expect(no).to_have_attribute("aria-pressed", "true")
    await expect(visitor.log.get_by_text(RATING)).to_be_visible()
    await visitor.page.reload()
    # All of their conversations are closed, so that the list is what they come back to.
    await visitor.frame.locator("li .row").click()
    await expect(no).to_have_attribute("aria-pressed", "true")
