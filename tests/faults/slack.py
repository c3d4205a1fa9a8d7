"""Slack as the ground: one channel, heard over a socket or by being called."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Coroutine, Mapping, Sequence
from typing import Any, ClassVar

from agent_console.slack.words import WORDS
from bridge.sandbox.faults import Fault
from bridge.sandbox.slack import APP_TOKEN, BOT_TOKEN, SIGNING_SECRET, Agent, Message, SlackPlatform
from tests.faults.ground import SURFACE, Ground, Shown, Sort, Topic, Who
from tests.faults.weather import TellsTime, Trouble, Weather
from tests.faults.words import owner_of

WAITS = 7.0
LATE = 12.0
_LIMITED = json.dumps({"ok": False, "error": "ratelimited"})
_FAULTS: Mapping[Sort, Fault] = {
    "429": Fault(
        status=429,
        body=_LIMITED,
        content_type="application/json",
        headers={"Retry-After": f"{WAITS:.0f}"},
    ),
    "5xx": Fault(status=502),
    "reset before": Fault(reset=True),
    "reset after": Fault(reset=True, after_effect=True),
    "late answer": Fault(delay=LATE, after_effect=True),
    "did it all the same": Fault(error="internal_error", after_effect=True),
}


class SlackGround(Ground):
    """One workspace."""

    proves = True
    orderly = False

    def __init__(self, clock: TellsTime, weather: Weather) -> None:
        """Have a channel with two agents and a guest in it."""
        super().__init__(clock, weather)
        self.slack = SlackPlatform(now=clock.now)
        self.slack.server.faults = weather
        names: Sequence[Who] = ("olga", "ivan", "stranger")
        self._people: dict[Who, Agent] = {one: self.slack.agent(one) for one in names}
        self.channel = self.slack.channel("support", *self._people.values())
        self._owners: dict[str, int] = {}
        self._doing: set[asyncio.Task[Any]] = set()

    @staticmethod
    def named(call: str) -> str | None:
        """Slack counts each method by itself."""
        return call

    def trouble(self, sort: Sort, rate: float) -> Trouble:
        """Return a trouble in Slack's own words."""
        calls = ("chat.postMessage",) if sort == "did it all the same" else ()
        waits = WAITS if sort == "429" else 0.0
        return Trouble(sort, _FAULTS[sort], rate, calls, waits)

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Serve."""
        async with self.slack.running():
            try:
                yield
            finally:
                for one in self._doing:
                    one.cancel()
                await asyncio.gather(*self._doing, return_exceptions=True)

    def accounts(self) -> Mapping[str, Mapping[str, Any]]:
        """Return the agents' accounts."""
        return {one: {"slack": self._people[one].id} for one in ("olga", "ivan")}

    def staff(self) -> Mapping[str, Any]:
        """Return the surface's keys."""
        return {
            "type": "slack",
            "bot_token": "${SLACK_BOT}",
            "channels": {"default": self.channel.id},
            "api_base": self.slack.team.home,
        }

    # --- what is there ---

    def topics(self) -> list[Topic]:
        """Return every card with what stands below it."""
        found: dict[str, Topic] = {}
        for one in sorted(self.channel.messages.values(), key=lambda message: message.ts):
            top = one.thread_ts or one.ts
            topic = found.setdefault(top, Topic(top, self._owners.get(top), gone=True))
            if one.ts == top:
                self._look_at_card(one, topic)
            elif one.bot_id:
                topic.posts.append(Shown(one.text, WORDS["en"]["again"] in one.text))
        return list(found.values())

    def _look_at_card(self, card: Message, topic: Topic) -> None:
        topic.gone = card.subtype == "tombstone"
        if topic.customer is None and card.bot_id:
            topic.customer = owner_of(json.dumps(list(card.blocks), ensure_ascii=False) + card.text)
            if topic.customer is not None:
                self._owners[card.ts] = topic.customer

    # --- what people do ---

    def writes(self, topic: str, text: str, who: Who, *, calls: bool = False) -> bool:
        """Write below a card."""
        if calls:
            text = f"<@{self._people['ivan'].id}> {text}"
        self._do(self._people[who].writes(self.channel.id, text, thread_ts=topic))
        return True

    def delete(self, topic: str) -> None:
        """Delete a card, as an administrator may."""
        self._do(self._people["olga"].deletes_any(self.channel.id, topic))

    def told(self) -> bool:
        """Say whether every event has come to its end."""
        return not self._doing and not self.slack.telling._tasks

    async def tells_again(self, times: int) -> None:
        """Repeat the latest messages, with the number of the attempt."""
        events = [one.id for one in self.slack.ledger.attempts if one.kind == "message"]
        for event in list(dict.fromkeys(events))[-4:]:
            for number in range(1, times + 1):
                self._do(self.slack.telling.again(event, number, "http_timeout"))
        await asyncio.sleep(0)

    async def throw_out(self) -> None:
        """Remove the app from its channel."""
        self.hears = False
        await self._people["olga"].removes_app(self.channel.id)

    async def take_in(self) -> None:
        """Invite it again."""
        await self._people["olga"].invites_app(self.channel.id)
        self.hears = True

    async def go_away(self) -> None:
        """Refuse connections."""
        await self.slack.go_down()

    async def come_back(self) -> None:
        """Answer again."""
        await self.slack.come_up()

    def _do(self, work: Coroutine[Any, Any, Any]) -> None:
        task = asyncio.create_task(work)
        self._doing.add(task)
        task.add_done_callback(self._doing.discard)


class SlackBySocket(SlackGround):
    """The app listens over Socket Mode."""

    name = "slack, socket"
    environ: ClassVar = {"SLACK_BOT": BOT_TOKEN, "SLACK_APP": APP_TOKEN}

    def staff(self) -> Mapping[str, Any]:
        """Return the keys with the app's own token."""
        return {**super().staff(), "app_token": "${SLACK_APP}"}


class SlackByHook(SlackGround):
    """Slack calls."""

    name = "slack, called"
    surface_id = SURFACE
    """Under which id the program has the surface."""
    environ: ClassVar = {"SLACK_BOT": BOT_TOKEN, "SLACK_SECRET": SIGNING_SECRET}

    def staff(self) -> Mapping[str, Any]:
        """Return the keys with the secret that signs."""
        return {**super().staff(), "signing_secret": "${SLACK_SECRET}"}

    async def connect(self, home: str) -> None:
        """Tell Slack the address."""
        address = f"{home}/hooks/{self.surface_id}"
        assert await self.slack.verify_url(address)
        self.slack.webhooks.interactions = address
