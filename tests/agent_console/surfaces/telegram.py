"""Agents in a Telegram staff group."""

import contextlib
import re
from collections.abc import AsyncIterator, Mapping
from typing import Any

from agent_console.telegram_forum.surface import TelegramForum
from bridge.sandbox.telegram import Customer, Member, TelegramServer
from bridge.sandbox.telegram.customer import entity
from bridge.sandbox.telegram.world import Chat
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
        self.sales = world.add_group("Sales")
        for chat in (self.chat, self.sales):
            chat.rights[self.bot.id] = set(RIGHTS)
        self.people = {
            who: Member(world, world.add_user(who.title(), username=f"{who}_k"), self.chat)
            for who in (*WHO, *_STRANGERS)
        }
        self._card: dict[int, tuple[Chat, int, int]] = {}
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
        groups = {"default": [self.chat.id], "sales": [self.sales.id]}
        staff = {"type": self.kind, "token": "${HALL_BOT}", "groups": groups}
        return {f"staff.{SURFACE}": staff | {"api_base": self.telegram.url}, **accounts}

    def secrets(self) -> Mapping[str, str]:
        """Return the bot's token."""
        return {"HALL_BOT": TOKEN}

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
        place, thread, card = await self.where(conversation)
        chat = self.chat if place == str(self.chat.id) else self.sales
        self._card[conversation] = chat, int(thread), int(card)
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
        """Press the button of a verb."""
        await self.topic(conversation)
        card = self._card[conversation][2]
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

    async def presses_told(self, who: str, verb: str) -> None:
        """Press a button of the last answer that has it."""
        message = max(one for one in self.chat.messages if self._button(one, verb))
        self._press(who, message, self._label(message, verb))
        await self.settled()

    async def fills(self, who: str, /, **fields: str) -> None:
        """Answer one question after another, in the order they are asked."""
        for value in fields.values():
            question = self._question(who)
            options = self._buttons(question)
            label = next((o["text"] for o in options if value in o["text"]), None)
            if label is not None:
                self._press(who, question, label)
                await self.settled()
                if self._is_chosen(question, label):
                    await self.confirms(who)
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

    def _is_chosen(self, question: int, label: str) -> bool:
        there = question in self.chat.messages
        return there and any(one["text"] == f"✓ {label}" for one in self._buttons(question))

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
        self.people[who].react(self._card[conversation][2], "👀")
        await self.settled()

    # --- what is to be seen ---

    def card(self, conversation: int = 1) -> str:
        """Return the card's words and buttons."""
        chat, _topic, card = self._card[conversation]
        message = chat.messages[card]
        labels = [one["text"] for one in self._buttons(card)]
        return "\n".join([message.get("text", ""), *labels])

    async def look(self, conversation: int = 1) -> None:
        """Look at a topic."""
        await self.topic(conversation)

    async def offers(self, label: str, conversation: int = 1) -> bool:
        """Say whether the card has a button: a topic's has all of them."""
        await self.topic(conversation)
        return label in [one["text"] for one in self._buttons(self._card[conversation][2])]

    def thread(self, conversation: int = 1) -> list[str]:
        """Return the words of the topic."""
        chat, topic, _card = self._card[conversation]
        found = [
            one.get("text") or one.get("caption") or ""
            for one in chat.messages.values()
            if one.get("message_thread_id") == topic
        ]
        return [one for one in found if one]

    def files(self, conversation: int = 1) -> list[bytes]:
        """Return the files of the topic."""
        chat, topic, _card = self._card[conversation]
        kinds = ("photo", "document")
        found = []
        for one in chat.messages.values():
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
