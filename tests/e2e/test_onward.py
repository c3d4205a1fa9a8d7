"""A visitor goes on in Telegram, and an agent invites a customer there: by links, for real."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Locator, expect

from bridge.sandbox.telegram import Customer, TelegramServer
from tests.browser import OpenContext
from tests.channels.rig import eventually as comes
from tests.desk import RunningDesk
from tests.e2e.house import Agents, arrived, eventually, faults_of, logs_of
from tests.qr import decoded

pytestmark = [pytest.mark.slow, pytest.mark.browser]
TOKEN = "7000000001:AAtoken-of-the-model-0123456789ab"
LINK = re.compile(r"https://t\.me/shop_bot\?start=(go_[\w-]{43})")


@dataclass
class Shop:
    """The program with a widget and a bot, and people on both sides."""

    desk: RunningDesk
    agents: Agents
    telegram: TelegramServer

    def person(self, name: str) -> Customer:
        """Return somebody with Telegram on their phone."""
        world = self.telegram.world
        return Customer(world, world.add_user(name, language_code="uk"), world.bots[TOKEN])


@pytest_asyncio.fixture(loop_scope="session")
async def shop(tmp_path: Path) -> AsyncIterator[Shop]:
    """The shipped program, whose widget leads on to a bot."""
    telegram = TelegramServer()
    telegram.world.add_bot(TOKEN, username="shop_bot")
    async with telegram:
        changes: dict[str, Any] = {
            "channels.shop_tg": {
                "type": "telegram",
                "name": "Квіти",
                "token": "${TG_TOKEN}",
                "api_base": telegram.url,
            },
            "channels.site.continue_via": ["shop_tg"],
        }
        desk = RunningDesk(tmp_path, changes, {"TG_TOKEN": TOKEN})
        await asyncio.to_thread(desk.start)
        agents = Agents(desk)
        try:
            yield Shop(desk, agents, telegram)
        finally:
            agents.leave()
            await asyncio.to_thread(desk.close)
        assert faults_of(logs_of(desk)) == []
        assert "go_" not in logs_of(desk)


def payload_of(link: str | None) -> str:
    """Return what a link carries."""
    found = LINK.fullmatch(link or "")
    assert found, link
    return found[1]


async def drawn(code: Locator) -> str:
    """Return what a QR code on the page says."""
    size = int((await code.get_attribute("viewBox") or "").split()[2]) - 8
    path = await code.locator("path").get_attribute("d")
    return decoded({"size": size, "path": path})


async def test_r56_a_visitor_goes_on_in_telegram_and_is_one_person_to_the_agent(
    shop: Shop, new_context: OpenContext
) -> None:
    visitor = await arrived(await new_context(), shop.desk, "Олена")
    await visitor.write("Чи є півонії?")
    api = shop.agents.api()
    here = api.conversation("Олена")
    await asyncio.to_thread(api.post, f"conversations/{here}/take")

    await visitor.frame.locator(".header [aria-haspopup=dialog]").click()
    await visitor.frame.get_by_role("button", name="Telegram").click()
    way = visitor.frame.locator("dialog.onward a.primary")
    await expect(way).to_be_focused()
    link = await way.get_attribute("href")
    assert await way.get_attribute("target") == "_blank"
    assert await drawn(visitor.frame.locator("dialog.onward .qr svg")) == link

    phone = shop.person("Олена")
    phone.start(payload_of(link))
    phone.write("Пишу вже звідси")
    rows: list[Any] = []

    async def both() -> bool:
        contact = api.get(f"conversations/{here}")["row"]["conversation"]["contact"]["id"]
        rows[:] = api.get(f"contacts/{contact}/conversations")["rows"]
        return len(rows) == 2

    await eventually(both)
    (there,) = [one for one in rows if one["conversation"]["inbox"] == "shop_tg"]
    assert there["conversation"]["assignee"] == "anna"

    anna = await shop.agents.at_console(await new_context())
    await anna.page.goto(f"{shop.desk.url}/console/c/{there['conversation']['id']}")
    await anna.sees("Пишу вже звідси")
    event = anna.thread.locator("[data-event=continued]")
    await expect(event.get_by_role("link")).to_have_text(re.compile(str(here)))
    await anna.reply("Бачу, так")
    await comes(lambda: phone.texts)
    assert phone.texts == ["Бачу, так"]
    await event.get_by_role("link").click()
    await anna.sees("Чи є півонії?")
    await expect(anna.thread.locator("[data-event=continued_in]")).to_be_visible()


async def test_r56_an_invitation_has_a_link_a_code_and_a_text_which_all_lead_to_the_bot(
    shop: Shop, new_context: OpenContext
) -> None:
    visitor = await arrived(await new_context(), shop.desk, "Богдан")
    await visitor.write("Добрий день")
    conversation = shop.agents.api().conversation("Богдан")
    context = await new_context()
    await context.grant_permissions(["clipboard-read", "clipboard-write"], origin=shop.desk.url)
    anna = await shop.agents.at_console(context)
    await anna.open("Богдан")
    await anna.take()
    await anna.page.locator(".conversation-verbs [aria-haspopup=menu]").click()
    await anna.page.get_by_role("menuitem", name=re.compile("Invite|Пригласить|Запросити")).click()
    dialog = anna.page.locator("dialog.invite")
    await dialog.get_by_role("button", name="Telegram").click()

    link = await dialog.locator("input[readonly]").input_value()
    await dialog.locator(".field + .btn").first.click()
    await expect(anna.page.locator(".toast")).to_be_visible()
    assert await anna.page.evaluate("navigator.clipboard.readText()") == link
    assert await drawn(dialog.locator(".invite-qr")) == link
    text = await dialog.locator("textarea").input_value()
    for part in ("Богдан", link, str(conversation)):
        assert part in text

    await dialog.locator(".form-buttons .btn.go").click()
    await expect(anna.field).to_have_value(text)
    await anna.field.press("Control+Enter")
    await expect(visitor.log).to_contain_text("t.me/shop_bot")
    await expect(anna.thread.locator("[data-event=invited]")).to_be_visible()
    shop.person("Bohdan").start(payload_of(link))
    await expect(anna.thread.locator("[data-event=continued_in]")).to_be_visible()
