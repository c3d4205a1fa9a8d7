"""`deskbridge reload` with networks: an inbox restarts alone, and loses and doubles nothing."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest_asyncio

from bridge.sandbox.faults import Fault
from bridge.sandbox.telegram import Customer, TelegramServer
from tests.channels.rig import eventually
from tests.desk import GONE, RunningDesk
from tests.e2e.house import Agents, faults_of, logs_of

SHOP = "7000000001:AAtoken-of-the-model-0123456789ab"
NEWER = "7000000001:AAtoken-that-is-newer-0123456789"
HELP = "7000000002:AAtoken-of-the-other-0123456789ab"


@dataclass
class Shop:
    """The program with two inboxes on a model of Telegram."""

    desk: RunningDesk
    agents: Agents
    telegram: TelegramServer
    inboxes: dict[str, object]

    def customer(self, name: str, token: str = SHOP) -> Customer:
        """Return somebody who writes to the bot with this token."""
        world = self.telegram.world
        return Customer(world, world.add_user(name), world.bots[token])

    async def reload(self) -> str:
        """Reload, and return what it said."""
        done = await asyncio.to_thread(self.desk.reload)
        assert done.returncode == 0, done.stderr
        return done.stdout

    async def conversation(self, name: str) -> int:
        """Return the customer's conversation, while the model goes on answering."""
        return await asyncio.to_thread(self.agents.api().conversation, name)

    def tokens(self, shop: str) -> None:
        """Write the secrets."""
        (self.desk.folder / ".env").write_text(f"SHOP={shop}\nHELP={HELP}\n", encoding="utf-8")


@pytest_asyncio.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Shop]:
    telegram = TelegramServer()
    telegram.world.add_bot(SHOP)
    telegram.world.add_bot(HELP, username="help_bot")
    async with telegram:
        inboxes: dict[str, object] = {
            f"channels.{key}": {
                "type": "telegram",
                "name": key,
                "token": f"${{{key.upper()}}}",
                "api_base": telegram.url,
            }
            for key in ("shop", "help")
        }
        desk = RunningDesk(tmp_path, inboxes)
        one = Shop(desk, Agents(desk), telegram, inboxes)
        one.tokens(SHOP)
        await asyncio.to_thread(desk.start)
        try:
            yield one
        finally:
            one.agents.leave()
            await asyncio.to_thread(desk.close)
        assert faults_of(logs_of(desk)) == []


def started(shop: Shop, token: str) -> int:
    """Return how often an adapter has begun with a bot: each asks it who it is."""
    bot = shop.telegram.world.bots[token]
    calls = shop.telegram.ledger.calls
    return sum(one.method == "getMe" and one.bot_id == bot.id for one in calls)


async def test_a_changed_token_restarts_its_inbox_alone(shop: Shop) -> None:
    olena, bohdan = shop.customer("Олена"), shop.customer("Богдан", HELP)
    olena.write("Перше")
    bohdan.write("Інше")
    first = await shop.conversation("Олена")
    await shop.conversation("Богдан")
    others = started(shop, HELP)
    world = shop.telegram.world
    # The vendor gave out another token for the same bot: the old one is none any more.
    world.bots[NEWER] = world.bots.pop(SHOP)
    olena.write("Поки ключ старий")
    shop.tokens(NEWER)
    assert await shop.reload() == "Reloaded: ~1 channel.\n"
    olena.write("Поки ключ новий")
    await eventually(lambda: len(shop.agents.api().texts(first)) == 3)
    assert shop.agents.api().texts(first) == ["Перше", "Поки ключ старий", "Поки ключ новий"]
    assert started(shop, HELP) == others


async def test_a_reload_during_a_send_neither_loses_nor_doubles(shop: Shop) -> None:
    olena = shop.customer("Олена")
    olena.write("Є лампа?")
    here = await shop.conversation("Олена")
    shop.agents.api().post(f"conversations/{here}/take")
    shop.telegram.faults.plan("sendMessage", fault=Fault(delay=2.0))
    shop.agents.api().reply(here, "Є 💡")
    await eventually(lambda: shop.telegram.arrived["sendMessage"] == 1)
    shop.agents.api().reply(here, "Завтра привеземо")
    shop.desk.rewrite({"channels.shop.name": "Лампи"})
    assert await shop.reload() == "Reloaded: ~1 channel.\n"
    await eventually(lambda: len(olena.texts) >= 2)
    await eventually(lambda: states(shop, here) == ["sent", "sent"])
    await asyncio.sleep(1)
    assert olena.texts == ["Є 💡", "Завтра привеземо"]
    assert states(shop, here) == ["sent", "sent"]


def states(shop: Shop, conversation: int) -> list[str]:
    """Return what has become of the answers."""
    messages = shop.agents.api().messages(conversation)
    return [one["mark"]["state"] for one in messages if one["kind"] == "outgoing"]


async def test_an_inbox_comes_and_another_goes_and_comes_back(shop: Shop) -> None:
    shop.desk.rewrite({"channels.help": GONE})
    assert await shop.reload() == "Reloaded: -1 channel.\n"
    bohdan = shop.customer("Богдан", HELP)
    bohdan.write("Чи є хто?")
    await asyncio.sleep(1)
    rows = shop.agents.api().get("conversations", folder="all", limit=10)["rows"]
    assert rows == []
    shop.desk.rewrite({"channels.help": shop.inboxes["channels.help"]})
    assert await shop.reload() == "Reloaded: +1 channel.\n"
    here = await shop.conversation("Богдан")
    assert shop.agents.api().texts(here) == ["Чи є хто?"]
