"""A desk between a Telegram group and a Slack channel: real adapters before their models."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from agent_console.fanout.staff import Staffed, staff_of
from agent_console.fanout.words import DeskWords
from agent_console.registry import surface_class
from agent_console.slack.settings import SlackSettings
from agent_console.telegram_forum.settings import TelegramForumSettings
from bridge.health import Watched
from bridge.sandbox.slack import APP_TOKEN, BOT_TOKEN, SlackPlatform
from bridge.sandbox.slack import Agent as SlackAgent
from bridge.sandbox.telegram import Member, TelegramServer
from bridge.settings import Secret
from bridge.store import surfaces as s
from bridge.store.statement import Statement, value
from bridge.store.transactions import News, Tx
from tests.agent_console.office import Office
from tests.channels.rig import eventually

TOKEN = "7000000002:AAtoken-of-the-staff-bot-012345678"
RIGHTS = {"can_manage_topics", "can_delete_messages", "can_pin_messages"}
DESK: dict[str, Any] = {
    "teams": {"sales": {"members": ["anna"]}, "support": {"members": ["anna"]}},
    "conversation.allow_delete": True,
    "channels.site.team": "sales",
    "channels.blog.team": "support",
    "system_messages.offline": {"enabled": False},
}


class Alarms(Watched):
    """What people are told of one surface."""

    def __init__(self, surface_id: str, office: Office) -> None:
        """Have told nobody of anything."""
        super().__init__(surface_id, office.clock, asyncio.Event())
        self.raised: list[str] = []

    def places(self, sentence: str | None) -> None:
        """Note what people see change."""
        before = self._pulse.troubles.get("places")
        super().places(sentence)
        after = self._pulse.troubles.get("places")
        if before != after:
            self.raised.append("" if after is None else after.sentence)


@dataclass
class TwoHouses:
    """A group for sales and a channel for support, and the desk between them."""

    office: Office
    telegram: TelegramServer
    slack: SlackPlatform
    health: dict[str, Alarms] = field(default_factory=dict)
    staff: dict[str, Staffed] = field(default_factory=dict)
    hearing: dict[str, asyncio.Task[None]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.bot = self.telegram.world.add_bot(TOKEN, username="staff_bot")
        self.group = self.telegram.world.add_group("Sales")
        self.group.rights[self.bot.id] = set(RIGHTS)
        self.anna: SlackAgent = self.slack.agent("anna")
        self.channel = self.slack.channel("support", self.anna)
        user = self.telegram.world.add_user("Анна")
        self.member = Member(self.telegram.world, user, self.group)

    @contextlib.asynccontextmanager
    async def deaf(self) -> AsyncIterator[None]:
        """Have nobody listen to Slack meanwhile, as while the program is down."""
        self.hearing["slack"].cancel()
        await asyncio.gather(self.hearing["slack"], return_exceptions=True)
        await eventually(lambda: not self.slack.sockets.open)
        yield
        self.hearing["slack"] = asyncio.create_task(self.staff["slack"].surface.run())
        await eventually(lambda: self.slack.sockets.open)

    # --- what is shown ---

    def in_topics(self) -> list[str]:
        """Return what is said in the group's topics, without who says it."""
        said = [one.get("text") or "" for one in self.group.messages.values()]
        parts = [part for one in said for part in one.split("\n\n") if part]
        return [one.rpartition("\n")[2] for one in parts]

    def is_closed(self, card: Any) -> bool:
        """Say whether a card bears the tick of what is over here."""
        return "white_check_mark" in card.reactions

    def cards(self) -> list[Any]:
        """Return the cards in the channel, the oldest first."""
        return [one for one in reversed(list(self.channel.history())) if one.bot_id]

    def threads(self) -> list[list[str]]:
        """Return what stands below each card of the channel."""
        return [self.in_channel(number) for number in range(len(self.cards()))]

    def in_channel(self, number: int = 0) -> list[str]:
        """Return what stands below a card of the channel."""
        said = [one.text for one in self.channel.thread(self.cards()[number].ts)[1:]]
        # What came together is one post.
        return [part for one in said for part in one.split("\n\n")]

    async def is_shut(self) -> None:
        """Wait until it is stored that a thread was closed."""
        async with asyncio.timeout(30):
            while not await self.office.store.read(_is_shut):  # noqa: ASYNC110
                await asyncio.sleep(0.01)

    async def is_kept(self, text: str) -> None:
        """Wait until something that an agent wrote is stored."""
        async with asyncio.timeout(30):
            while not await self.office.store.read(_is_kept, text):  # noqa: ASYNC110
                await asyncio.sleep(0.01)


def _is_shut(tx: Tx) -> bool:
    counted = "SELECT count(*) FROM surface_threads WHERE shut_at IS NOT NULL"
    return bool(tx.the(Statement(value, counted)))


def settled(office: Office, houses: TwoHouses) -> dict[str, Any]:
    """Return the surfaces as the YAML would have them."""
    return {
        "group": TelegramForumSettings.model_validate(
            {
                "token": Secret(TOKEN),
                "groups": {"sales": [houses.group.id]},
                "api_base": houses.telegram.url,
            }
        ),
        "slack": SlackSettings.model_validate(
            {
                "bot_token": Secret(BOT_TOKEN),
                "app_token": Secret(APP_TOKEN),
                "channels": {"support": houses.channel.id},
                "api_base": houses.slack.team.home,
            }
        ),
    }


@contextlib.asynccontextmanager
async def running(houses: TwoHouses) -> AsyncIterator[None]:
    """Wire both surfaces as the composition root does, and let them run."""
    office = houses.office
    anna = office.settings.agents["anna"]
    agents = {**office.settings.agents}
    agents["anna"] = anna.model_copy(
        update={"slack": houses.anna.id, "telegram": houses.member.user.id}
    )
    whole = office.settings.model_copy(update={"staff": settled(office, houses), "agents": agents})
    words = DeskWords(whole, office.desk)

    def health(surface_id: str) -> Alarms:
        return houses.health.setdefault(surface_id, Alarms(surface_id, office))

    houses.staff = staff_of(office, words, health, surface_class, whole)
    told = office.store.on_commit

    def committed(news: News) -> None:
        if told is not None:
            told(news)
        for one in houses.staff.values():
            one.committed(news.events)

    def claim(tx: Tx) -> None:
        for one in houses.staff.values():
            one.fanout.claim(tx)

    office.store.on_commit, office.store.at_end = committed, claim
    tasks = [
        asyncio.create_task(work())
        for one in houses.staff.values()
        for work in (one.fanout.run, one.hearing.run, one.places.run)
    ]
    houses.hearing = {
        key: asyncio.create_task(one.surface.run()) for key, one in houses.staff.items()
    }
    tasks += [asyncio.create_task(one.homes.run()) for one in houses.staff.values() if one.homes]
    try:
        await eventually(lambda: houses.slack.sockets.open)
        yield
    finally:
        tasks += houses.hearing.values()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for one in houses.staff.values():
            await one.surface.close()


def _is_kept(tx: Tx, text: str) -> bool:
    found = [tx.all(s.MESSAGES_AFTER, conversation_id=one, after=0, limit=50) for one in (1, 2)]
    return any(message.text == text for messages in found for message in messages)
