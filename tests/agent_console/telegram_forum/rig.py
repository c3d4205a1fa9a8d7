"""A Telegram staff group between a recording desk and a model of the Bot API."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Any

from agent_console.surface import Answer, Card, Post, Press, SurfaceContext, Thread
from agent_console.telegram_forum.settings import TelegramForumSettings
from agent_console.telegram_forum.surface import TelegramForum
from bridge.clock import Clock
from bridge.sandbox.telegram import Customer, Member, TelegramServer, Time
from bridge.settings import Secret
from tests.agent_console.staff_desk import FakeDesk, Pressed
from tests.channels.health import Noted
from tests.channels.rig import eventually

TOKEN = "7000000002:AAstaff-canary-0123456789abcdefgh"
SURFACE = "team_tg"
CONVERSATION = 17
RIGHTS = ("can_manage_topics", "can_delete_messages", "can_pin_messages")


def a_card(**more: Any) -> Card:
    """Return a card like most."""
    given: dict[str, Any] = {
        "conversation_id": CONVERSATION,
        "title": "Анна 🦊",
        "inbox": "Shop",
        "network": "telegram",
        "look": "new",
        "state": "New, waits for 2 min",
        "lines": [("Language", "uk")],
        "said": "Де моє <замовлення>?",
        "buttons": [Press(verb="take", label="Take"), Press(verb="close", label="Close")],
        "more": [Press(verb="tag", label="Tags")],
        "url": "https://support.example.com/console/all/17",
    }
    return Card(**given | more)


def a_post(text: str = "Добрий день", **more: Any) -> Post:
    """Return a customer's post."""
    given: dict[str, Any] = {"key": "k1", "role": "customer", "author": "Анна 🦊", "text": text}
    return Post(**given | more)


def done(pressed: Pressed) -> Answer:
    """Answer that it is done."""
    return Answer(text=f"done: {pressed.verb}")


class Group:
    """One staff group, its bot, its people, and the surface."""

    def __init__(self, *, time: Time | None = None, limits: bool = False, **settings: Any) -> None:
        """Wire it; `open` starts the server."""
        self.telegram = TelegramServer(time=time, limits=limits)
        self.world = self.telegram.world
        self.bot = self.world.add_bot(TOKEN, username="desk_bot", name="Desk")
        self.chat = self.world.add_group("Support")
        self.chat.rights[self.bot.id] = set(RIGHTS)
        self.desk = FakeDesk(otherwise=done)
        self.health = Noted()
        self.surface: TelegramForum
        self._settings = settings
        self._running: asyncio.Task[None] | None = None
        self._made: list[TelegramForum] = []

    @property
    def place(self) -> str:
        """Return the group's number."""
        return str(self.chat.id)

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator["Group"]:
        """Start Telegram, and the surface on it."""
        async with self.telegram:
            self.surface = self.new_surface()
            try:
                yield self
            finally:
                await self.stop()
                for one in self._made:
                    await one.close()

    def new_surface(self, **settings: Any) -> TelegramForum:
        """Return a surface, anew as after a restart."""
        given: dict[str, Any] = {"token": Secret(TOKEN), "groups": [self.chat.id]}
        given |= {"api_base": self.telegram.url} | self._settings | settings
        context = SurfaceContext(
            surface_id=SURFACE,
            clock=Clock(),
            public_url="https://support.example.com",
            secret=b"surface-secret-canary-0123456789ab",
            health=self.health,
            locale="en",
            locales=("en", "ru", "uk", "es"),
            desk=self.desk,
        )
        made = TelegramForum(TelegramForumSettings.model_validate(given), context)
        self._made.append(made)
        return made

    def listen(self) -> None:
        """Have the surface hear."""
        self._running = asyncio.create_task(self.surface.run())

    async def stop(self) -> None:
        """Have it hear no more."""
        if self._running is not None:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)
            self._running = None

    async def quiet(self) -> None:
        """Return when all that was said is heard, and what followed from it is done."""
        await eventually(lambda: not self.bot.updates.pending)
        await self.surface._line.rest()

    # --- people ---

    def person(self, name: str = "Olga", **more: Any) -> Member:
        """Return somebody in the group."""
        return Member(self.world, self.world.add_user(name, **more), self.chat)

    def in_private(self, member: Member) -> Customer:
        """Return the private chat of somebody with the bot."""
        return Customer(self.world, member.user, self.bot)

    # --- showing ---

    async def opened(self, **more: Any) -> Thread:
        """Have a conversation's topic, which the desk knows of."""
        card = a_card(**more)
        async with self.surface.turn(self.place, "words"):
            thread = await self.surface.open(self.place, card, key="open")
        self.desk.threads[thread.place, thread.id] = card.conversation_id
        await self.surface._line.rest()
        return thread

    async def posted(self, thread: Thread, text: str = "Добрий день", **more: Any) -> list[str]:
        """Post something; return its ids."""
        async with self.surface.turn(self.place, "words"):
            receipt = await self.surface.post(thread, a_post(text, **more))
        return list(receipt.external_ids)

    # --- what the group shows ---

    def message(self, number: str) -> dict[str, Any]:
        """Return a message as it is now."""
        return self.chat.messages[int(number)]

    def said(self, thread: Thread | None = None) -> list[str]:
        """Return what the bot has said in a topic, or outside of all."""
        topic = int(thread.id) if thread is not None else None
        return [
            one.get("text") or one.get("caption") or ""
            for one in self.chat.messages.values()
            if one["from"]["id"] == self.bot.id
            and (one.get("message_thread_id") if one.get("is_topic_message") else None) == topic
            and ("text" in one or "caption" in one or "media_group_id" in one)
        ]

    def calls(self, *methods: str) -> list[str]:
        """Return which of these methods were called, in order."""
        done = [one.method for one in self.telegram.ledger.calls if one.ok]
        return [one for one in done if one in methods]

    async def seen(self, condition: Callable[[], object]) -> None:
        """Wait until something is to be seen."""
        await eventually(condition)
