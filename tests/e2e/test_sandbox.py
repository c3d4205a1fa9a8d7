"""`deskbridge sandbox`: a person plays customers on the page, an agent answers in the console."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Locator, Page, expect

from tests.bridge.sandbox.telegram.conftest import picture
from tests.browser import OpenContext
from tests.desk import RunningDesk
from tests.e2e.house import Agents, faults_of, logs_of, mark_in
from tests.people import AgentAtConsole

pytestmark = pytest.mark.slow


@dataclass
class Sandbox:
    """The program in its sandbox, the page with the phones, and an agent who is in."""

    desk: RunningDesk
    wire: Path
    page: Page
    anna: AgentAtConsole

    def phone(self, network: str) -> Locator:
        """Return the phone of one network."""
        return self.page.locator(f"section[aria-label^='{network}']")

    async def write(self, network: str, text: str) -> None:
        """Write on a phone, and wait until it stands there."""
        field = self.phone(network).get_by_label("Message", exact=True)
        await field.fill(text)
        await field.press("Enter")
        await expect(self.bubble(network, text)).to_be_visible()

    def bubble(self, network: str, text: str) -> Locator:
        """Return the message that says so."""
        return self.phone(network).locator(".line", has_text=text)

    async def answer(self, name: str, text: str) -> None:
        """Take the customer's conversation and answer."""
        await self.anna.open(name)
        await self.anna.take()
        await self.anna.reply(text)


@pytest_asyncio.fixture(loop_scope="session")
async def sandbox(tmp_path: Path, new_context: OpenContext) -> AsyncIterator[Sandbox]:
    """The shipped configuration, which names none of the networks."""
    wire = tmp_path / "wire"
    command = ("sandbox", "--phones", "127.0.0.1:0", "--record", str(wire))
    desk = RunningDesk(tmp_path, command=command)
    await asyncio.to_thread(desk.start)
    agents = Agents(desk)
    try:
        found = re.search(r"the phones\s+(\S+)", desk.output)
        assert found is not None, desk.output
        page = await (await new_context()).new_page()
        await page.goto(found[1])
        anna = await agents.at_console(await new_context())
        yield Sandbox(desk, wire, page, anna)
        # A page whose server goes away complains, and rightly so.
        await page.close()
        await anna.page.close()
    finally:
        agents.leave()
        await asyncio.to_thread(desk.close)
    assert faults_of(logs_of(desk)) == []


async def test_a_person_writes_on_three_phones_and_an_agent_answers_each(sandbox: Sandbox) -> None:
    people = {"Telegram": "Олена", "VK": "Богдан", "Viber": "Ганна"}
    for network, name in people.items():
        await sandbox.write(network, f"Я {name}")
        await sandbox.answer(name, f"Вітаю, {name}")
        await expect(sandbox.bubble(network, f"Вітаю, {name}")).to_be_visible()
    # The networks differ: two tell of reading, and Telegram tells bots of nothing.
    await mark_in(sandbox.anna.thread, "Вітаю, Ганна", "read")
    for network, mark in (("Telegram", "read"), ("Viber", "delivered")):
        tick = sandbox.bubble(network, "Я ").locator("[data-mark]")
        await expect(tick).to_have_attribute("data-mark", mark)


async def test_a_picture_goes_from_the_phone_and_an_edit_is_seen(sandbox: Sandbox) -> None:
    phone = sandbox.phone("Telegram")
    await sandbox.write("Telegram", "Є тюльпани?")
    photo = {"name": "me.png", "mimeType": "image/png", "buffer": picture(80, 60)}
    await phone.locator("input[type=file]").set_input_files(photo)  # type: ignore[arg-type]
    await sandbox.anna.open("Олена")
    await expect(sandbox.anna.thread.locator(".msg img")).to_have_count(1)
    line = sandbox.bubble("Telegram", "Є тюльпани?")
    await line.hover()
    await line.get_by_label("Edit").click()
    field = phone.get_by_label("Message", exact=True)
    await expect(field).to_have_value("Є тюльпани?")
    await field.fill("Є жовті тюльпани?")
    await field.press("Enter")
    await sandbox.anna.sees("Є жовті тюльпани?")


async def test_a_customer_who_blocks_the_bot_is_said_to_have_done_so(sandbox: Sandbox) -> None:
    await sandbox.write("Telegram", "Добрий день")
    await sandbox.anna.open("Олена")
    await sandbox.anna.take()
    await sandbox.phone("Telegram").get_by_text("Block the bot").click()
    await expect(sandbox.phone("Telegram").get_by_text("Restart the bot")).to_be_visible()
    await sandbox.anna.reply("Ще тут?")
    await mark_in(sandbox.anna.thread, "Ще тут?", "failed")
    await expect(sandbox.anna.thread).to_contain_text("blocked")


async def test_what_went_over_the_wire_is_recorded_without_a_token(sandbox: Sandbox) -> None:
    for network in ("Telegram", "VK", "Viber"):
        await sandbox.write(network, "Добрий день")
    for name in ("Олена", "Богдан", "Ганна"):
        await expect(sandbox.anna.list.locator(".row", has_text=name)).to_be_visible()
    for event in ("telegram/*_message.json", "vk/*_message_new.json", "viber/*_message.json"):
        (file,) = sandbox.wire.glob(event)
        assert "Добрий день" in file.read_text("utf-8")
    texts = [one.read_text("utf-8") for one in sandbox.wire.rglob("*.json")]
    assert not [one for one in texts if "opensnothing" in one or "opens-nothing" in one]
    assert all(isinstance(json.loads(one), dict) for one in texts)
