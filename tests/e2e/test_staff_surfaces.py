"""One conversation in the widget, a Slack thread, a forum topic and the console at once."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from bridge.sandbox.slack import APP_TOKEN, BOT_TOKEN, SlackPlatform
from bridge.sandbox.slack import Agent as SlackAgent
from bridge.sandbox.slack import Channel as SlackChannel
from bridge.sandbox.slack import Message as SlackMessage
from bridge.sandbox.telegram import Member, TelegramServer
from bridge.sandbox.telegram.world import Chat
from tests.browser import OpenContext
from tests.desk import RunningDesk
from tests.e2e.house import Agents, faults_of, logs_of
from tests.e2e.strangers import Anybody

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]
STAFF_TOKEN = "7000000002:AAtoken-of-the-staff-bot-012345678"
RIGHTS = {"can_manage_topics", "can_delete_messages", "can_pin_messages"}


@dataclass
class House:
    """The program between two model platforms, a visitor, and agents on each."""

    desk: RunningDesk
    agents: Agents
    telegram: TelegramServer
    group: Chat
    pavel: Member
    slack: SlackPlatform
    channel: SlackChannel
    anna: SlackAgent

    def topic(self) -> int:
        """Return the only topic."""
        (number,) = self.group.topics
        return number

    def in_topic(self) -> list[str]:
        """Return what is said in the topic, the oldest first."""
        said = [
            one.get("text") or one.get("caption") or ""
            for one in self.group.messages.values()
            if one.get("message_thread_id") == self.topic()
        ]
        return [one for one in said if one]

    def root(self) -> SlackMessage:
        """Return the only card in the channel."""
        messages = self.channel.messages.values()
        (found,) = [one for one in messages if one.thread_ts in (None, one.ts)]
        return found

    def in_thread(self) -> list[str]:
        """Return what is said under the card, with who is shown as having said it."""
        return [
            f"{one.username or ''} {one.text}".strip()
            for one in self.channel.thread(self.root().ts)[1:]
        ]


@pytest_asyncio.fixture(loop_scope="session")
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """The shipped program with two staff surfaces beside the console."""
    telegram, slack = TelegramServer(limits=True), SlackPlatform()
    bot = telegram.world.add_bot(STAFF_TOKEN, username="staff_bot")
    group = telegram.world.add_group("Staff")
    group.rights[bot.id] = set(RIGHTS)
    pavel = telegram.world.add_user("Павел")
    async with telegram, slack.running():
        anna = slack.agent("anna", email="anna@example.com")
        channel = slack.channel("support", anna)
        changes: dict[str, Any] = {
            "agents.pavel.telegram": pavel.id,
            "agents.anna.slack": anna.id,
            "staff": {
                "slack_main": {
                    "type": "slack",
                    "bot_token": "${SLACK_BOT}",
                    "app_token": "${SLACK_APP}",
                    "channels": {"default": channel.id},
                    "api_base": slack.team.home,
                },
                "group": {
                    "type": "telegram_forum",
                    "token": "${STAFF_BOT}",
                    "groups": [group.id],
                    "api_base": telegram.url,
                },
            },
        }
        secrets = {"SLACK_BOT": BOT_TOKEN, "SLACK_APP": APP_TOKEN, "STAFF_BOT": STAFF_TOKEN}
        desk = RunningDesk(tmp_path, changes, secrets)
        await asyncio.to_thread(desk.start)
        agents = Agents(desk)
        try:
            yield House(
                desk,
                agents,
                telegram,
                group,
                Member(telegram.world, pavel, group),
                slack,
                channel,
                anna,
            )
        finally:
            agents.leave()
            await asyncio.to_thread(desk.close)
        assert faults_of(logs_of(desk)) == []
        for secret in secrets.values():
            assert secret not in logs_of(desk)


async def until(met: Callable[[], bool], seconds: float = 30) -> None:
    """Wait for something that comes of what was done."""
    end = asyncio.get_running_loop().time() + seconds
    while not met():
        assert asyncio.get_running_loop().time() < end, "it never came"
        await asyncio.sleep(0.05)


def heard(visitor: Anybody) -> list[str]:
    """Return what agents have said to the visitor."""
    found = visitor.get(f"threads/{visitor.thread}/messages").json()["messages"]
    return [one["text"] for one in found if one["from"] == "agent"]


async def test_one_truth_in_three_places(house: House) -> None:
    with Anybody.arrive(house.desk) as visitor:
        visitor.write("Добрый день, есть ли доставка?")
        await until(lambda: bool(house.group.topics) and len(house.in_topic()) > 1)
        await until(lambda: any("есть ли доставка" in one for one in house.in_thread()))

        house.pavel.say("Да, завтра", topic=house.topic())
        await until(lambda: "Да, завтра" in heard(visitor))
        await until(lambda: any("Да, завтра" in one for one in house.in_thread()))
        shown = next(one for one in house.in_thread() if "Да, завтра" in one)
        assert "Павел" in shown or "Pavel" in shown

        note, thread = "// дорогой клиент", house.root().ts
        await house.anna.writes(house.channel.id, note, thread_ts=thread)
        await until(lambda: any("дорогой клиент" in one for one in house.in_topic()))

        visitor.write("Спасибо!")
        await until(lambda: any("Спасибо!" in one for one in house.in_thread()))
        await until(lambda: any("Спасибо!" in one for one in house.in_topic()))
        assert not [one for one in heard(visitor) if "дорогой" in one]


async def test_what_is_said_while_the_program_is_killed_is_shown_once_it_is_back(
    house: House,
) -> None:
    with Anybody.arrive(house.desk) as visitor:
        visitor.write("one")
        await until(lambda: bool(house.group.topics) and len(house.in_topic()) > 1)
        await until(lambda: any("one" in one for one in house.in_thread()))
        await asyncio.to_thread(house.desk.kill)
        house.pavel.say("while you were away", topic=house.topic())
        await house.anna.writes(house.channel.id, "// noted while away", thread_ts=house.root().ts)
        await asyncio.to_thread(house.desk.start)
        await until(lambda: "while you were away" in heard(visitor))
        await until(lambda: any("while you were away" in one for one in house.in_thread()))
        await until(lambda: any("noted while away" in one for one in house.in_topic()), 60)
        assert len([one for one in house.in_topic() if one.endswith("\none")]) == 1, "shown once"


async def test_a_channel_that_is_lost_is_one_alarm_in_the_console_until_it_is_back(
    house: House, new_context: OpenContext
) -> None:
    anna = await house.agents.at_console(await new_context())
    banner = anna.page.locator("[data-channels] .trouble-banner")
    place = house.channel.id
    with Anybody.arrive(house.desk) as visitor:
        visitor.write("Добрый день, есть ли доставка?")
        await until(lambda: bool(house.group.topics) and bool(house.channel.messages))
        await until(lambda: any("есть ли доставка" in one for one in house.in_thread()))

        await house.anna.removes_app(place)
        visitor.write("Вы здесь?")

        await expect(banner).to_contain_text(f"Slack: {place} is lost since")
        await expect(banner).to_contain_text("Let the app or the bot in again")
        await expect(banner).to_have_count(1)
        await until(lambda: any("Вы здесь?" in one for one in house.in_topic()))

        await banner.get_by_role("button", name="Show channels").click()
        line = anna.page.locator(".channel-line[data-surface='slack_main']")
        lost = line.locator(f"[data-place='{place}']")
        group = f"Telegram group {house.group.id}: 1"
        await expect(lost).to_contain_text(f"Its open conversations are shown here now: {group}.")
        other = anna.page.locator(".channel-line[data-surface='group']")
        await expect(other).to_have_attribute("data-state", "up")
        await anna.page.keyboard.press("Escape")
        await anna.page.reload()
        await expect(banner).to_contain_text(place)

        await house.anna.invites_app(place)

        back = anna.page.locator("[data-channels] .banner", has_text="is there again")
        await expect(back).to_contain_text(f"Slack: {place} is there again.")
        await until(lambda: any("Вы здесь?" in one for one in house.in_thread()))
        await back.get_by_role("button").click()
        await expect(back).to_have_count(0)
    said = [one for one in logs_of(house.desk).splitlines() if "surface slack_main has" in one]
    assert ["has lost" in one for one in said] == [True, False]


@pytest.mark.parametrize("width", [1280, 400])
async def test_what_is_told_of_a_lost_place_fits_every_window(
    house: House, new_context: OpenContext, width: int
) -> None:
    await house.anna.removes_app(house.channel.id)
    with Anybody.arrive(house.desk) as visitor:
        visitor.write("Добрый день, есть ли доставка?")
    context = await new_context(viewport={"width": width, "height": 800}, locale="ru-RU")
    anna = await house.agents.at_console(context)
    await expect(anna.page.locator("[data-channels] .trouble-banner")).to_be_visible()
    assert await no_side_scroll(anna.page)
    await anna.page.locator(".channels-nav").click()
    await expect(anna.page.locator("[data-place]")).to_be_visible()
    assert await no_side_scroll(anna.page)


async def no_side_scroll(page: Page) -> bool:
    return bool(await page.evaluate("document.documentElement.scrollWidth <= innerWidth"))
