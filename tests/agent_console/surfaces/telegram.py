"""Agents in a Telegram staff group."""

import contextlib
import re
from collections.abc import AsyncIterator, Mapping
from typing import Any

from agent_console.telegram_forum.surface import TelegramForum
from bridge.sandbox.telegram import Customer, Member, TelegramServer
from bridge.sandbox.telegram.customer import entity
from tests.agent_console.surfaces.hall import SURFACE, WHO, Hall
from tests.agent_console.telegram_forum.rig import RIGHTS, TOKEN

_STRANGERS = ("stranger",)


class TelegramHall(Hall):
    """A group with topics."""

    kind = "telegram_forum"

    def __init__(self) -> None:
        """Have everybody in the group."""
        self.telegram = TelegramServer()
        world = self.telegram.world
        self.bot = world.add_bot(TOKEN, username="desk_bot", name="Desk")
        self.chat = world.add_group("Support")
        self.chat.rights[self.bot.id] = set(RIGHTS)
        self.people = {
            who: Member(world, world.add_user(who.title(), username=f"{who}_k"), self.chat)
            for who in (*WHO, *_STRANGERS)
        }
        self._card: dict[int, tuple[int, int]] = {}
        self._polls = 0
        self._presses: dict[str, str] = {}

    @contextlib.asynccontextmanager
    async def platform(self) -> AsyncIterator[None]:
        """Start the Bot API."""
        async with self.telegram:
            yield

    def changes(self) -> Mapping[str, Any]:
        """Return the group, and the agents' numbers."""
        accounts = {f"agents.{who}.telegram": self.people[who].user.id for who in WHO}
        staff = {"type": self.kind, "token": "${STAFF_BOT}", "groups": [self.chat.id]}
        return {f"staff.{SURFACE}": staff | {"api_base": self.telegram.url}, **accounts}

    def secrets(self) -> Mapping[str, str]:
        """Return the bot's token."""
        return {"STAFF_BOT": TOKEN}

    async def start(self) -> None:
        """Start it, and wait until it asks."""
        self._polls = self._asked()
        await super().start()

    def hears(self) -> bool:
        """Say whether it has asked for updates."""
        return self._asked() > self._polls

    def _asked(self) -> int:
        return sum(one.method == "deleteWebhook" for one in self.telegram.ledger.calls)

    def quiet(self) -> bool:
        """Say whether nothing waits, there or here."""
        surface = self.staffed.surface
        assert isinstance(surface, TelegramForum)
        return not self.bot.updates.pending and not surface._line._errands

    # --- what people do ---

    async def topic(self, conversation: int) -> int:
        """Return the topic of a conversation."""
        _place, thread, card = await self.where(conversation)
        self._card[conversation] = int(thread), int(card)
        return int(thread)

    async def says(self, who: str, text: str, conversation: int = 1) -> str:
        """Write in the topic; a name after an at sign is marked as Telegram marks it."""
        topic = await self.topic(conversation)
        entities = [
            entity(text, one, "mention") for one in dict.fromkeys(re.findall(r"@\w+", text))
        ]
        more = {"entities": entities} if entities else {}
        return str(self.people[who].say(text, topic=topic, **more)["message_id"])

    async def sends(self, who: str, name: str, content: bytes, conversation: int = 1) -> str:
        """Send a document into the topic."""
        topic = await self.topic(conversation)
        sent = self.people[who].show("document", content, topic=topic, name=name)
        return str(sent["message_id"])

    async def presses(self, who: str, verb: str, conversation: int = 1) -> None:
        """Press the button of a verb, behind "more" where it is there."""
        await self.topic(conversation)
        _topic, card = self._card[conversation]
        if not self._button(card, verb):
            self._press(who, card, self._label(card, "more"))
            await self.settled()
            card = max(one for one in self.chat.messages if self._button(one, verb))
        self._press(who, card, self._label(card, verb))
        await self.settled()

    def _press(self, who: str, message: int, label: str) -> None:
        self._presses[self.people[who].press(message, label)] = who

    def _button(self, message: int, verb: str) -> bool:
        return any(one["callback_data"].startswith(f"{verb}:") for one in self._buttons(message))

    def _label(self, message: int, verb: str) -> str:
        found = self._buttons(message)
        return str(next(o["text"] for o in found if o["callback_data"].startswith(f"{verb}:")))

    def _buttons(self, message: int) -> list[dict[str, Any]]:
        markup = self.chat.messages[message].get("reply_markup") or {}
        rows = markup.get("inline_keyboard", [])
        return [one for row in rows for one in row if "callback_data" in one]

    async def fills(self, who: str, **fields: str) -> None:
        """Answer one question after another."""
        for value in fields.values():
            question = self._question(who)
            options = self._buttons(question)
            label = next((o["text"] for o in options if value in o["text"]), None)
            if label is not None:
                self._press(who, question, label)
            elif not value:
                skip = next(one for one in options if one["callback_data"].startswith("#s"))
                self._press(who, question, skip["text"])
            else:
                topic = self.chat.messages[question]["message_thread_id"]
                self.people[who].say(value, topic=topic, reply_to=question)
            await self.settled()

    async def confirms(self, who: str) -> None:
        """Press what sends a form that only wants to be confirmed, or several choices."""
        question = self._question(who)
        options = self._buttons(question)
        done = next(one for one in options if one["callback_data"].startswith("#d"))
        self._press(who, question, done["text"])
        await self.settled()

    def _question(self, who: str) -> int:
        return self._asked_of(who)[-1]

    def _asked_of(self, who: str) -> list[int]:
        name = self.people[who].user.raw["first_name"]
        return [
            number
            for number, one in self.chat.messages.items()
            if (said := one.get("text", "")).startswith("❓") and f"· {name}" in said
        ]

    def questions(self, who: str) -> int:
        """Return how many are to be seen."""
        return len(self._asked_of(who))

    async def commands(self, who: str, text: str) -> None:
        """Write a command to the bot in private."""
        Customer(self.telegram.world, self.people[who].user, self.bot).write(f"/{text}")
        await self.settled()

    async def takes_by_eyes(self, who: str, conversation: int = 1) -> None:
        """React to the card."""
        await self.topic(conversation)
        _topic, card = self._card[conversation]
        self.people[who].react(card, "👀")
        await self.settled()

    # --- what is to be seen ---

    def card(self, conversation: int = 1) -> str:
        """Return the card's words and buttons."""
        message = self.chat.messages[self._card[conversation][1]]
        labels = [one["text"] for one in self._buttons(self._card[conversation][1])]
        return "\n".join([message.get("text", ""), *labels])

    def thread(self, conversation: int = 1) -> list[str]:
        """Return the words of the topic."""
        topic = self._card[conversation][0]
        found = [
            one.get("text") or one.get("caption") or ""
            for one in self.chat.messages.values()
            if one.get("message_thread_id") == topic
        ]
        return [one for one in found if one]

    def files(self, conversation: int = 1) -> list[bytes]:
        """Return the files of the topic."""
        topic = self._card[conversation][0]
        kinds = ("photo", "document")
        found = []
        for one in self.chat.messages.values():
            for kind in kinds:
                if one.get("message_thread_id") == topic and kind in one:
                    held = one[kind][-1] if isinstance(one[kind], list) else one[kind]
                    found.append(self.telegram.world.files.by_id[held["file_id"]].data)
        return found

    def told(self, who: str) -> list[str]:
        """Return the answers to somebody's presses and messages, and what came in private."""
        person = self.people[who].user
        toasts = [
            str(answer.get("text"))
            for query, answer in self.bot.queries.items()
            if answer and self._presses.get(query) == who
        ]
        answers = [
            str(one.get("text"))
            for one in self.chat.messages.values()
            if one["from"]["id"] == self.bot.id
            and one.get("reply_to_message", {}).get("from", {}).get("id") == person.id
        ]
        private = Customer(self.telegram.world, person, self.bot)
        return [*toasts, *answers, *private.texts]
