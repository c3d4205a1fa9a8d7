"""Customers of several networks in one console: who they are, and what is told of it."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Locator, expect

from bridge.sandbox.telegram import Customer as TelegramCustomer
from bridge.sandbox.telegram import TelegramServer
from bridge.sandbox.vk import VkPlatform
from tests.bridge.sandbox.telegram.conftest import picture
from tests.browser import OpenContext
from tests.channels.rig import eventually
from tests.desk import RunningDesk
from tests.e2e.house import Agents, faults_of, logs_of, mark_in
from tests.people import AgentAtConsole

pytestmark = pytest.mark.slow
TOKEN = "7000000001:AAtoken-of-the-model-0123456789ab"
VK_SECRET = "secret-of-the-model"


@dataclass
class Shop:
    """The program between two model networks, and an agent who is in."""

    desk: RunningDesk
    agents: Agents
    telegram: TelegramServer
    vk: VkPlatform

    def olena(self) -> TelegramCustomer:
        """Return a customer on Telegram."""
        world = self.telegram.world
        user = world.add_user(
            "Олена", last_name="Шевченко", username="olena_sh", language_code="uk"
        )
        user.photos.append(world.files.keep(picture(96, 96), name="me.png", kind="photos"))
        return TelegramCustomer(world, user, world.bots[TOKEN])


@pytest_asyncio.fixture(loop_scope="session")
async def shop(tmp_path: Path) -> AsyncIterator[Shop]:
    """The shipped program with an inbox on Telegram and one on VK."""
    telegram = TelegramServer()
    telegram.world.add_bot(TOKEN)
    async with telegram, VkPlatform() as vk:
        inboxes = {
            "channels.shop_tg": {
                "type": "telegram",
                "name": "Квіти",
                "token": "${TG_TOKEN}",
                "api_base": telegram.url,
            },
            "channels.shop_vk": {
                "type": "vk",
                "name": "Цветы",
                "group_id": vk.world.group_id,
                "token": "${VK_TOKEN}",
                "mode": "longpoll",
                "api_base": vk.url,
            },
            "conversation.allow_delete": True,
        }
        secrets = {"TG_TOKEN": TOKEN, "VK_TOKEN": vk.world.token}
        desk = RunningDesk(tmp_path, inboxes, secrets)
        await asyncio.to_thread(desk.start)
        agents = Agents(desk)
        try:
            yield Shop(desk, agents, telegram, vk)
        finally:
            agents.leave()
            await asyncio.to_thread(desk.close)
        assert faults_of(logs_of(desk)) == []
        assert not [one for one in secrets.values() if one in logs_of(desk)]


async def at_console(shop: Shop, new_context: OpenContext) -> AgentAtConsole:
    return await shop.agents.at_console(await new_context())


def row_of(anna: AgentAtConsole, name: str) -> Locator:
    """Return the line of a conversation in the list."""
    return anna.list.locator(".row", has_text=name)


async def test_j01_r01_j39_customers_of_all_networks_are_in_one_list_told_apart(
    shop: Shop, new_context: OpenContext
) -> None:
    anna = await at_console(shop, new_context)
    shop.olena().write("Добрий день 🌷")
    shop.vk.customer(1001, first_name="Богдан", last_name="Коваль").write("Здравствуйте")
    for name, network, inbox in (
        ("Олена Шевченко", "Telegram", "Квіти"),
        ("Богдан Коваль", "VK", "Цветы"),
    ):
        row = row_of(anna, name)
        await expect(row).to_be_visible()
        icon = row.get_by_role("img", name=network)
        await expect(icon).to_have_accessible_name(f"{network}: {inbox}")


async def test_d40_j09_j12_the_panel_tells_who_is_behind_a_telegram_account(
    shop: Shop, new_context: OpenContext
) -> None:
    anna = await at_console(shop, new_context)
    shop.olena().write("Добрий день")
    await anna.open("Олена Шевченко")
    panel = anna.page.locator(".panel")
    await expect(panel).to_contain_text("@olena_sh")
    photo = panel.locator(".avatar img")
    await expect(photo).to_be_visible()
    assert await photo.evaluate("async (img) => { await img.decode(); return img.naturalWidth }")


async def test_d21_d39_what_is_said_in_a_network_and_in_the_console_is_in_both(
    shop: Shop, new_context: OpenContext
) -> None:
    anna = await at_console(shop, new_context)
    olena = shop.olena()
    olena.album([("photo", picture(80, 60)), ("photo", picture(60, 80))], caption="Такі є?")
    await anna.open("Олена Шевченко")
    await anna.sees("Такі є?")
    await expect(anna.thread.locator(".msg img")).to_have_count(2)
    await anna.take()
    await anna.reply("Так, **сьогодні** привезли", seen_as="сьогодні")
    await eventually(lambda: olena.texts)
    assert olena.texts == ["Так, сьогодні привезли"]
    [entity] = olena.received[0]["entities"]
    assert entity["type"] == "bold"
    await mark_in(anna.thread, "Так, сьогодні привезли", "sent")


async def test_another_picture_in_what_a_customer_sent_is_shown_as_it_comes(
    shop: Shop, new_context: OpenContext
) -> None:
    anna = await at_console(shop, new_context)
    olena = shop.olena()
    items = [("photo", picture(80, 60)), ("photo", picture(60, 80))]
    second = olena.album(items, caption="Такі є?")[1]
    await anna.open("Олена Шевченко")
    pictures = anna.thread.locator(".msg img")
    await expect(pictures).to_have_count(2)
    olena.edit_file(second["message_id"], "photo", picture(50, 90))
    await expect(pictures.nth(1)).to_have_attribute("width", "50")
    size = "async (img) => { await img.decode(); return [img.naturalWidth, img.naturalHeight] }"
    assert await pictures.nth(0).evaluate(size) == [80, 60]
    assert await pictures.nth(1).evaluate(size) == [50, 90]
    await expect(pictures).to_have_count(2)


async def test_s19_s51_a_mark_is_shown_and_an_action_offered_only_where_the_network_has_it(
    shop: Shop, new_context: OpenContext
) -> None:
    anna = await at_console(shop, new_context)
    olena, bohdan = shop.olena(), shop.vk.customer(1001, first_name="Богдан", last_name="Коваль")
    olena.write("Добрий день")
    bohdan.write("Здравствуйте")
    for name, text in (("Олена", "Вітаю"), ("Богдан", "Добрый день")):
        await anna.open(name)
        await anna.sees("Добрий день" if name == "Олена" else "Здравствуйте")
        await anna.take()
        await anna.reply(text)
    await eventually(lambda: bohdan.received)
    bohdan.read()
    await mark_in(anna.thread, "Добрый день", "read")
    await anna.open("Олена")
    # Telegram tells bots of no reading, however long ago it was.
    await mark_in(anna.thread, "Вітаю", "sent")


async def test_s49_s50_a_bot_that_was_blocked_is_said_in_words(
    shop: Shop, new_context: OpenContext
) -> None:
    anna = await at_console(shop, new_context)
    olena = shop.olena()
    olena.write("Добрий день")
    await anna.open("Олена Шевченко")
    await anna.take()
    olena.block()
    await anna.reply("Ще тут?")
    await mark_in(anna.thread, "Ще тут?", "failed")
    await expect(anna.thread).to_contain_text("blocked")
