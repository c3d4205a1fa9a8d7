"""A channel that loses its way in: who is told what, until it is mended."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from bridge.sandbox.telegram import Customer, TelegramServer
from bridge.sandbox.telegram.world import Bot
from tests.browser import OpenContext
from tests.desk import RunningDesk
from tests.e2e.house import Agents, faults_of, logs_of

pytestmark = pytest.mark.slow
TOKEN = "7000000001:AAtoken-of-the-model-0123456789ab"
# A channel in trouble is tried again after growing pauses, so mending shows with the next, in ms.
MENDED_WITHIN = 90_000


@dataclass
class Shop:
    """The program, a model of Telegram, and the bot between them."""

    desk: RunningDesk
    agents: Agents
    telegram: TelegramServer
    taken: list[Bot] = field(default_factory=list)

    def revoke(self) -> None:
        """Have BotFather take the token away; the question that waits just now is ended."""
        bot = self.telegram.world.bots.pop(TOKEN)
        bot.updates.interrupt("Conflict: the token was revoked")
        self.taken.append(bot)

    def mend(self) -> None:
        """Have the token good again."""
        self.telegram.world.bots[TOKEN] = self.taken.pop()


@pytest_asyncio.fixture(loop_scope="session")
async def shop(tmp_path: Path) -> AsyncIterator[Shop]:
    """The shipped program with an inbox on Telegram."""
    telegram = TelegramServer()
    telegram.world.add_bot(TOKEN)
    async with telegram:
        inbox = {
            "type": "telegram",
            "name": "Квіти",
            "token": "${TG_TOKEN}",
            "api_base": telegram.url,
        }
        desk = RunningDesk(tmp_path, {"channels.shop_tg": inbox}, {"TG_TOKEN": TOKEN})
        await asyncio.to_thread(desk.start)
        agents = Agents(desk)
        try:
            yield Shop(desk, agents, telegram)
        finally:
            agents.leave()
            await asyncio.to_thread(desk.close)
        assert faults_of(logs_of(desk)) == []
        assert TOKEN not in logs_of(desk)


async def no_side_scroll(page: Page) -> bool:
    return bool(await page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


async def test_a_revoked_token_is_told_to_the_supervisor_and_the_agent_until_it_is_mended(
    shop: Shop, new_context: OpenContext
) -> None:
    world = shop.telegram.world
    Customer(world, world.add_user("Олена"), world.bots[TOKEN]).write("Добрий день")
    anna = await shop.agents.at_console(await new_context())
    pavel = await shop.agents.at_console(await new_context(), "pavel")
    await pavel.open("Олена")
    banner = anna.page.locator("[data-channels] .trouble-banner")
    notice = pavel.page.locator("[data-channel-notice] .trouble-banner")
    await expect(anna.page.locator(".channels-nav")).to_have_attribute("data-trouble", "0")
    await expect(notice).to_have_count(0)

    shop.revoke()

    await expect(banner).to_contain_text("Квіти: the network refuses the token or the password")
    await expect(banner).to_contain_text("Get a new token or password")
    await expect(anna.page.locator(".channels-nav")).to_have_attribute("data-trouble", "1")
    await expect(notice).to_contain_text("answers do not go out")
    await expect(pavel.page.locator("[data-channels] .banner")).to_have_count(0)
    await expect(pavel.page.locator(".channels-nav")).to_have_count(0)

    await banner.get_by_role("button", name="Show channels").click()
    line = anna.page.locator(".channel-line[data-channel='shop_tg']")
    await expect(line).to_have_attribute("data-state", "bad_credentials")
    await expect(line).to_contain_text("Telegram does not know the bot's token.")
    await expect(anna.page.locator(".channel-line[data-channel='site']")).to_have_attribute(
        "data-state", "up"
    )
    await anna.page.keyboard.press("Escape")

    await anna.page.reload()
    await expect(banner).to_contain_text("Квіти")

    shop.mend()

    await expect(banner).to_have_count(0, timeout=MENDED_WITHIN)
    await expect(notice).to_have_count(0, timeout=MENDED_WITHIN)
    said = [line for line in logs_of(shop.desk).splitlines() if "inbox shop_tg is" in line]
    assert sum("bad_credentials" in line for line in said) == 1


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (1000, 700), (400, 800)])
async def test_what_is_told_of_a_channel_fits_every_window(
    shop: Shop, new_context: OpenContext, width: int, height: int
) -> None:
    shop.revoke()
    anna = await shop.agents.at_console(
        await new_context(viewport={"width": width, "height": height})
    )
    await expect(anna.page.locator("[data-channels] .trouble-banner")).to_be_visible()
    assert await no_side_scroll(anna.page)
    await anna.page.locator(".channels-nav").click()
    await expect(anna.page.locator(".channel-line[data-channel='shop_tg']")).to_be_visible()
    assert await no_side_scroll(anna.page)
