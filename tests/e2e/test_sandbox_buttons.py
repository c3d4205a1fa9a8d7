"""Buttons that another program of the shop has put on the phones, and customers press."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from playwright.async_api import expect

from bridge.sandbox.phones import Phone, PhonesServer, TelegramPhone, ViberPhone, VkPhone
from bridge.sandbox.telegram import TelegramServer
from bridge.sandbox.viber import ViberPlatform
from bridge.sandbox.vk import VkPlatform
from tests.browser import OpenContext
from tests.desk import RunningDesk
from tests.e2e.house import Agents, faults_of, logs_of
from tests.e2e.playground import AtPhones

pytestmark = pytest.mark.slow
TG_TOKEN = "7000000001:AAtoken-of-the-model-0123456789ab"
VIBER_TOKEN = "token-of-the-viber-model-0123456789abcdef"


@dataclass
class Shop(AtPhones):
    """The program between three model networks beside them."""

    phones: Mapping[str, Phone]
    networks: tuple[TelegramServer, VkPlatform, ViberPlatform]


@pytest_asyncio.fixture(loop_scope="session")
async def shop(tmp_path: Path, new_context: OpenContext) -> AsyncIterator[Shop]:
    """The networks are in this process, so that a test can be the shop's other program."""
    telegram, vk, viber = TelegramServer(), VkPlatform(), ViberPlatform(VIBER_TOKEN)
    bot = telegram.world.add_bot(TG_TOKEN)
    async with telegram, vk, viber.running():
        phones = {
            "Telegram": TelegramPhone("shop_tg", "Квіти", telegram, bot),
            "VK": VkPhone("shop_vk", "Цветы", vk),
            "Viber": ViberPhone("shop_viber", "Flowers", viber),
        }
        for one in phones.values():
            one.settle()
        server = PhonesServer(phones.values())
        desk = RunningDesk(tmp_path, _inboxes(telegram, vk, viber), _secrets(vk))
        await asyncio.to_thread(desk.start)
        agents = Agents(desk)
        try:
            async with server.running():
                page = await (await new_context()).new_page()
                await page.goto(server.url)
                anna = await agents.at_console(await new_context())
                yield Shop(page, anna, phones, (telegram, vk, viber))
                # A page whose server goes away complains, and rightly so.
                await page.close()
                await anna.page.close()
        finally:
            agents.leave()
            await asyncio.to_thread(desk.close)
        assert faults_of(logs_of(desk)) == []


def _inboxes(telegram: TelegramServer, vk: VkPlatform, viber: ViberPlatform) -> dict[str, Any]:
    return {
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
        "channels.shop_viber": {
            "type": "viber",
            "name": "Flowers",
            "token": "${VIBER_TOKEN}",
            "api_base": viber.url,
        },
    }


def _secrets(vk: VkPlatform) -> dict[str, str]:
    return {"TG_TOKEN": TG_TOKEN, "VK_TOKEN": vk.world.token, "VIBER_TOKEN": VIBER_TOKEN}


async def by_telegram(http: httpx.AsyncClient, shop: Shop, receiver: str, label: str) -> None:
    board = {"inline_keyboard": [[{"text": label, "callback_data": "size:m"}]]}
    sent = {"chat_id": receiver, "text": "Який розмір?", "reply_markup": board}
    answer = await http.post(f"{shop.networks[0].url}/bot{TG_TOKEN}/sendMessage", json=sent)
    assert answer.json()["ok"], answer.text


async def by_vk(http: httpx.AsyncClient, shop: Shop, receiver: str, label: str) -> None:
    vk = shop.networks[1]
    action = {"type": "text", "label": label, "payload": '{"size":"m"}'}
    board = {"inline": True, "buttons": [[{"action": action}]]}
    sent = {"peer_id": receiver, "message": "Який розмір?", "keyboard": json.dumps(board)}
    sent |= {"random_id": "7", "v": "5.199", "access_token": vk.world.token}
    answer = await http.post(f"{vk.url}/method/messages.send", data=sent)
    assert "response" in answer.json(), answer.text


async def by_viber(http: httpx.AsyncClient, shop: Shop, receiver: str, label: str) -> None:
    button = {"ActionType": "reply", "ActionBody": label, "Text": label}
    sent = {
        "receiver": receiver,
        "type": "text",
        "text": "Який розмір?",
        "sender": {"name": "Flowers"},
        "keyboard": {"Type": "keyboard", "Buttons": [button]},
    }
    headers = {"X-Viber-Auth-Token": VIBER_TOKEN}
    answer = await http.post(f"{shop.networks[2].url}/send_message", json=sent, headers=headers)
    assert answer.json()["status"] == 0, answer.text


OTHER_PROGRAM = {"Telegram": by_telegram, "VK": by_vk, "Viber": by_viber}


@pytest.mark.parametrize(
    ("network", "name"), [("Telegram", "Олена"), ("VK", "Богдан"), ("Viber", "Ганна")]
)
async def test_a_pressed_button_comes_back_as_the_customers_own_words(
    shop: Shop, network: str, name: str
) -> None:
    await shop.write(network, "Маєте шапки?")
    await shop.anna.open(name)
    await shop.anna.sees("Маєте шапки?")
    (owner,) = shop.phones[network].owners
    async with httpx.AsyncClient() as http:
        await OTHER_PROGRAM[network](http, shop, owner, "Розмір M")
    await shop.phone(network).get_by_role("button", name="Розмір M").click()
    said = shop.anna.thread.locator(".msg.in", has_text="Розмір M")
    await expect(said).to_have_count(1)
