"""A Telegram staff group as the ground."""

import asyncio
import contextlib
import copy
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, ClassVar

from bridge.sandbox.faults import Fault
from bridge.sandbox.telegram import Member, TelegramServer
from bridge.sandbox.telegram.errors import Refusal, too_many_requests
from bridge.sandbox.telegram.world import Chat, User
from tests.faults.ground import Ground, Shown, Sort, Topic, Who
from tests.faults.weather import TellsTime, Trouble, Weather
from tests.faults.words import owner_of

TOKEN = "7000000003:AAtoken-of-the-staff-bot-0123456789"  # It opens nothing.
RIGHTS = ("can_manage_topics", "can_delete_messages", "can_pin_messages")
WAITS = 7
LATE = 12.0
# What begins a post of ours, and no card.
_POSTS = ("👤", "💬", "🤖", "📝", "⟳")
_COUNTED = frozenset(
    {
        "sendMessage",
        "createForumTopic",
        "editForumTopic",
        "closeForumTopic",
        "reopenForumTopic",
        "editMessageText",
        "pinChatMessage",
    }
)
_FAULTS: Mapping[Sort, Fault] = {
    "429": Fault(error=too_many_requests(WAITS)),
    "5xx": Fault(error=Refusal(500, "Internal Server Error")),
    "reset before": Fault(reset=True),
    "reset after": Fault(reset=True, after_effect=True),
    "late answer": Fault(delay=LATE, after_effect=True),
    "did it all the same": Fault(status=502, after_effect=True),
}


class _Time:
    """The model's time, which passes as the loop's does."""

    def __init__(self, clock: TellsTime) -> None:
        self.now = clock.seconds
        self.sleep = asyncio.sleep


class TelegramGround(Ground):
    """One bot in one group, with the limits that a group has."""

    name = "telegram"
    proves = False
    orderly = True
    environ: ClassVar = {"TELEGRAM_STAFF": TOKEN}

    def __init__(self, clock: TellsTime, weather: Weather) -> None:
        """Have a group with two agents and a guest in it."""
        super().__init__(clock, weather)
        self.telegram = TelegramServer(time=_Time(clock), limits=True)
        self.telegram.faults = weather
        self.world = self.telegram.world
        self.bot = self.world.add_bot(TOKEN, username="desk_bot", name="Desk")
        self.group = self.world.add_group("Support")
        self.group.rights[self.bot.id] = set(RIGHTS)
        names: Sequence[Who] = ("olga", "ivan", "stranger")
        self._users: dict[Who, User] = {one: self.world.add_user(one) for one in names}
        self._first = self.group.id
        self._past: list[Topic] = []

    @staticmethod
    def named(call: str) -> str | None:
        """Telegram counts a group's messages, edits and topics together."""
        return "group" if call in _COUNTED else None

    def trouble(self, sort: Sort, rate: float) -> Trouble:
        """Return a trouble in Telegram's own words."""
        return Trouble(sort, _FAULTS[sort], rate, waits=WAITS if sort == "429" else 0.0)

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Serve."""
        async with self.telegram:
            yield

    def accounts(self) -> Mapping[str, Mapping[str, Any]]:
        """Return the agents' accounts."""
        return {one: {"telegram": self._users[one].id} for one in ("olga", "ivan")}

    def staff(self) -> Mapping[str, Any]:
        """Return the surface's keys."""
        return {
            "type": "telegram_forum",
            "token": "${TELEGRAM_STAFF}",
            "groups": [self._first],
            "api_base": self.telegram.url,
        }

    # --- what is there ---

    def topics(self) -> list[Topic]:
        """Return every topic there is, and those that were deleted as they were then."""
        return [*self._past, *(self._topic(self.group, one) for one in self.group.topics)]

    def _topic(self, group: Chat, number: int) -> Topic:
        posts = [
            Shown(text, text.startswith("⟳"))
            for one in group.messages.values()
            if one.get("message_thread_id") == number
            and one["from"]["id"] == self.bot.id
            and (text := one.get("text") or one.get("caption") or "").startswith(_POSTS)
        ]
        return Topic(str(number), owner_of(group.topics[number].name), posts)

    def _remember(self, group: Chat, number: int) -> None:
        topic = copy.deepcopy(self._topic(group, number))
        topic.gone = True
        self._past.append(topic)

    # --- what people do ---

    def _person(self, who: Who) -> Member:
        return Member(self.world, self._users[who], self.group)

    def writes(self, topic: str, text: str, who: Who, *, calls: bool = False) -> bool:
        """Write into a topic, if it is there and open."""
        found = self.group.topics.get(int(topic))
        if found is None or found.closed:
            return False
        more: dict[str, Any] = {}
        if calls:
            named, user = "Иван", self._users["ivan"]
            text = f"{named} {text}"
            entity = {"type": "text_mention", "offset": 0, "length": len(named), "user": user.raw}
            more = {"entities": [entity]}
        self._person(who).say(text, topic=int(topic), **more)
        return True

    def delete(self, topic: str) -> None:
        """Delete a topic."""
        if int(topic) in self.group.topics:
            self._remember(self.group, int(topic))
            self._person("olga").delete_topic(int(topic))

    def upgrade(self) -> None:
        """Have the group become another one, as groups do that grow."""
        old = self.group
        for number in list(old.topics):
            self._remember(old, number)
        self.group = self._person("olga").upgrade("Support")

    def told(self) -> bool:
        """Say whether nothing waits for the bot."""
        return not self.bot.updates.pending

    async def tells_again(self, times: int) -> None:
        """What was not confirmed is handed out again anyway."""
        del times

    async def throw_out(self) -> None:
        """Throw the bot out of the group."""
        self.hears = False
        self._person("olga").remove(self.bot)

    async def take_in(self) -> None:
        """Make it an administrator again."""
        self._person("olga").promote(self.bot, *RIGHTS)
        self.hears = True

    async def go_away(self) -> None:
        """Refuse connections."""
        await self.telegram.stop()

    async def come_back(self) -> None:
        """Answer again."""
        await self.telegram.start()
