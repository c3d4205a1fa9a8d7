"""What a customer is asked at the end, on every network: with buttons, or in words by mail."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.browser import OpenContext
from tests.desk import RunningDesk
from tests.e2e.house import Agents, faults_of, logs_of
from tests.e2e.playground import AtPhones

pytestmark = pytest.mark.slow
ASKED = {
    "conversation.ask_still_questions": True,
    "conversation.rating": {"scale": 5},
}


@pytest_asyncio.fixture(loop_scope="session")
async def asking(tmp_path: Path, new_context: OpenContext) -> AsyncIterator[AtPhones]:
    """A program that asks, with its phones."""
    desk = RunningDesk(tmp_path, ASKED, command=("sandbox", "--phones", "127.0.0.1:0"))
    await asyncio.to_thread(desk.start)
    agents = Agents(desk)
    try:
        found = re.search(r"the phones\s+(\S+)", desk.output)
        assert found is not None, desk.output
        page = await (await new_context()).new_page()
        await page.goto(found[1])
        anna = await agents.at_console(await new_context())
        yield AtPhones(page, anna)
        # A page whose server goes away complains, and rightly so.
        await page.close()
        await anna.page.close()
    finally:
        agents.leave()
        await asyncio.to_thread(desk.close)
    assert faults_of(logs_of(desk)) == []


NAMES = {"Telegram": "Олена", "VK": "Богдан", "Viber": "Ганна"}
NO = re.compile(r"^(?:No|Нет|Ні)$")
EVENTS = "[data-event]"


async def answered_and_closed(at: AtPhones, name: str) -> None:
    await at.anna.open(name)
    await at.anna.take()
    await at.anna.reply("Так, маємо.")
    await at.anna.page.keyboard.press("Escape")
    await at.anna.page.keyboard.press("Shift+KeyE")
    await expect(at.anna.thread.locator("[data-event=closed]")).to_be_visible()


@pytest.mark.parametrize("network", NAMES)
async def test_j24_j25_a_network_with_buttons_has_them_under_both_questions(
    asking: AtPhones, network: str
) -> None:
    await asking.write(network, "Маєте шапки?")
    await answered_and_closed(asking, NAMES[network])
    phone = asking.phone(network)
    await phone.get_by_role("button", name=NO).click()
    await phone.get_by_role("button", name="4", exact=True).click()
    rated = asking.anna.thread.locator("[data-event=rated]")
    await expect(rated).to_contain_text("4 of 5")
    # The press is nobody's message: the conversation stays closed, with nothing to read.
    await expect(asking.anna.thread.locator(".msg.in")).to_have_count(1)


async def test_j25_by_mail_a_number_is_asked_for_and_counts(asking: AtPhones) -> None:
    mailbox = asking.phone("Mail")
    await mailbox.get_by_label("Subject", exact=True).fill("Шапки")
    await mailbox.get_by_label("Message", exact=True).fill("Маєте шапки?")
    await mailbox.get_by_label("Send", exact=True).click()
    await answered_and_closed(asking, "Ірина Бойко")
    question = asking.bubble("Mail", "1 — ").or_(asking.bubble("Mail", "1 is bad")).first
    await expect(question).to_be_visible()
    await question.hover()
    await question.get_by_label("Reply").click()
    await mailbox.get_by_label("Message", exact=True).fill("5\nШвидко")
    await mailbox.get_by_label("Send", exact=True).click()
    await expect(asking.anna.thread.locator("[data-event=rated]")).to_contain_text("5 of 5")
    await expect(asking.anna.thread.locator("[data-event=commented]")).to_contain_text("Швидко")
