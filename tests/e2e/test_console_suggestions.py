"""Suggested replies at the console, by a model on this machine."""

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.browser import Errors, OpenContext
from tests.desk import RunningDesk
from tests.e2e.house import Agents, arrived, running
from tests.model_endpoint import TOKEN, Model, model

DRAFT = "Ваш заказ № 1042 уже в пути: <b>завтра</b> до 18:00."


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def models() -> AsyncIterator[Model]:
    """Return the model."""
    async with model() as one:
        one.draft = DRAFT
        yield one


@pytest.fixture(scope="module")
def desk(models: Model, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDesk]:
    """Return a program that asks the model."""
    keys = {
        "endpoint": models.url,
        "model": "small",
        "token": "${MODEL_TOKEN}",
        "allow_private": True,
    }
    folder = tmp_path_factory.mktemp("desk")
    changes = {
        "suggestions": keys,
        "agents.helper": {"name": "Helper", "role": "bot"},
    }
    with running(folder, changes, {"MODEL_TOKEN": TOKEN}) as one:
        yield one


async def test_j35_a_draft_comes_by_key_or_button_goes_by_undo_and_is_sent_by_a_person(
    desk: RunningDesk,
    agents: Agents,
    models: Model,
    new_context: OpenContext,
    page_errors: Errors,
) -> None:
    visitor = await arrived(await new_context(), desk, "Олена")
    await visitor.write("Где мой заказ?")
    anna = await agents.at_console(await new_context(), "anna")
    await anna.open("Олена")
    await anna.take()
    field = anna.page.locator("[data-composer] textarea")
    await field.fill("Моё начало")

    await anna.page.keyboard.press("Control+Alt+s")
    await expect(field).to_have_value(DRAFT)
    undo = anna.page.locator(".editor-conflict .link")
    await undo.click()
    await expect(field).to_have_value("Моё начало")

    await anna.page.locator("[data-suggest]").click()
    await expect(field).to_have_value(DRAFT)
    await expect(field).to_be_focused()
    assert agents.api().texts(agents.api().conversation("Олена"), "outgoing") == []
    await field.press("End")
    await field.type(" Ещё вопросы?")
    await expect(undo).to_have_count(0)
    await field.press("Enter")
    await visitor.sees(f"{DRAFT} Ещё вопросы?")
    assert models.headers[-1]["Authorization"] == f"Bearer {TOKEN}"

    models.status, models.raw = 500, b""
    await anna.page.locator("[data-suggest]").click()
    await expect(anna.page.locator(".toast.error")).to_contain_text("The model refused")
    await page_errors.expect("502")
    models.status, models.raw = 200, None


async def test_r51_r65_s32_a_bot_is_last_in_the_picker_and_has_a_filter_of_its_own(
    desk: RunningDesk, agents: Agents, new_context: OpenContext
) -> None:
    visitor = await arrived(await new_context(), desk, "Тарас")
    await visitor.write("Добрый день")
    anna = await agents.at_console(await new_context(), "anna")
    await anna.open("Тарас")
    await anna.page.evaluate("document.activeElement?.blur()")
    await anna.page.keyboard.press("KeyA")
    people = anna.page.locator("[role=option]")
    await expect(people.last).to_have_attribute("data-agent", "helper")
    await expect(people.last.locator("[data-bot]")).to_be_visible()
    await anna.page.keyboard.press("Escape")

    await anna.page.locator(".filter-btn").click()
    await anna.page.locator("input[name=bot]").check()
    await anna.page.keyboard.press("Escape")
    await expect(anna.page.locator(".filter-bar")).to_contain_text("Only what bots have")
    await expect(anna.page.locator("[data-conversation]")).to_have_count(0)
