"""`deskbridge sandbox`, a person at its page with the phones, and an agent at the console."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest_asyncio
from playwright.async_api import Locator, Page, expect

from tests.browser import OpenContext
from tests.desk import RunningDesk
from tests.e2e.house import Agents, faults_of, logs_of
from tests.people import AgentAtConsole


@dataclass
class AtPhones:
    """The page with the phones, and an agent who is in."""

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


@dataclass
class Sandbox(AtPhones):
    """The program in its sandbox beside them."""

    desk: RunningDesk
    wire: Path

    async def answer(self, name: str, text: str) -> None:
        """Take the customer's conversation and answer."""
        await self.take(name)
        await self.anna.reply(text)

    async def take(self, name: str) -> None:
        """Open the customer's conversation and take it."""
        await self.anna.open(name)
        await self.anna.take()

    async def at_phone(self, network: str, text: str, verb: str) -> None:
        """Press what is offered beside a message on a phone."""
        line = self.bubble(network, text)
        await line.hover()
        await line.get_by_label(verb).click()

    async def at_desk(self, text: str, verb: str) -> None:
        """Press what is offered beside a message in the console."""
        message = self.anna.thread.locator(".msg", has_text=text)
        await message.locator(".bubble").hover()
        await message.get_by_role("toolbar").get_by_label(verb).click()


@pytest_asyncio.fixture(loop_scope="session")
async def sandbox(tmp_path: Path, new_context: OpenContext) -> AsyncIterator[Sandbox]:
    """The shipped configuration, which names none of the networks."""
    wire = tmp_path / "wire"
    command = ("sandbox", "--phones", "127.0.0.1:0", "--record", str(wire))
    desk = RunningDesk(tmp_path, {"conversation.allow_delete": True}, command=command)
    await asyncio.to_thread(desk.start)
    agents = Agents(desk)
    try:
        found = re.search(r"the phones\s+(\S+)", desk.output)
        assert found is not None, desk.output
        page = await (await new_context()).new_page()
        await page.goto(found[1])
        anna = await agents.at_console(await new_context())
        yield Sandbox(page, anna, desk, wire)
        # A page whose server goes away complains, and rightly so.
        await page.close()
        await anna.page.close()
    finally:
        agents.leave()
        await asyncio.to_thread(desk.close)
    assert faults_of(logs_of(desk)) == []
