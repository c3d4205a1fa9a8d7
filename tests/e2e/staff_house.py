"""The shipped program with a Slack channel and a Telegram group beside its console."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bridge.sandbox.slack import APP_TOKEN, BOT_TOKEN, SlackPlatform
from bridge.sandbox.slack import Agent as SlackAgent
from bridge.sandbox.slack import Channel as SlackChannel
from bridge.sandbox.slack import Message as SlackMessage
from bridge.sandbox.telegram import Member, TelegramServer
from bridge.sandbox.telegram.world import Chat
from tests.desk import RunningDesk
from tests.e2e.house import Agents, faults_of, logs_of

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
    pavel_in_slack: SlackAgent

    def conversation(self) -> Any:
        """Return the only conversation, as the console's list has it."""
        rows = self.agents.api("pavel").get("conversations", folder="all", status="any")["rows"]
        (row,) = rows
        return row["conversation"]

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


@contextlib.asynccontextmanager
async def opened(folder: Path, **more: Any) -> AsyncIterator[House]:
    """Run the shipped program with two staff surfaces beside the console, and `more` changes."""
    telegram, slack = TelegramServer(limits=True), SlackPlatform()
    bot = telegram.world.add_bot(STAFF_TOKEN, username="staff_bot")
    group = telegram.world.add_group("Staff")
    group.rights[bot.id] = set(RIGHTS)
    pavel = telegram.world.add_user("Павел")
    async with telegram, slack.running():
        anna = slack.agent("anna", email="anna@example.com")
        pavel_in_slack = slack.agent("pavel", email="pavel@example.com")
        channel = slack.channel("support", anna, pavel_in_slack)
        changes: dict[str, Any] = more | {
            "agents.pavel.telegram": pavel.id,
            "agents.pavel.slack": pavel_in_slack.id,
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
        desk = RunningDesk(folder, changes, secrets)
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
                pavel_in_slack,
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
