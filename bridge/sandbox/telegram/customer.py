"""People with Telegram on their phones, played by a test or from a page."""

import copy
import secrets
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bridge.sandbox.telegram import files
from bridge.sandbox.telegram.files import StoredFile
from bridge.sandbox.telegram.html import units
from bridge.sandbox.telegram.sending import without_reply
from bridge.sandbox.telegram.world import Bot, Chat, Raw, User, World

_SHOWN: Mapping[str, Callable[[StoredFile], Raw]] = {
    "photo": files.photo,
    "document": files.document,
    "voice": files.voice,
    "audio": files.audio,
    "video": files.video,
    "animation": files.animation,
    "sticker": files.sticker,
}


@dataclass(slots=True)
class Person(ABC):
    """Somebody in one chat. Every method returns what bots are sent of it."""

    world: World
    user: User

    @property
    @abstractmethod
    def chat(self) -> Chat:
        """Return the chat, with all of its messages."""

    @abstractmethod
    def _hearers(self, message: Raw) -> Iterable[Bot]:
        """Return the bots that are told of something."""

    @abstractmethod
    def _new_id(self) -> int:
        """Return the id of a new message."""

    # --- writing ---

    def write(self, text: str, **more: Any) -> Raw:
        """Send a text; `entities`, `reply_to` (a message id) and other fields may be given."""
        return self.send({"text": text}, **more)

    def send_file(self, kind: str, data: bytes, *, name: str = "file.bin", **more: Any) -> Raw:
        """Send a photo, document, voice, audio, video, animation or sticker."""
        content = self._file(kind, data, name=name, size=more.pop("size", None))
        return self.send(content, **more)

    def album(self, items: Sequence[tuple[str, bytes]], *, caption: str = "") -> list[Raw]:
        """Send several files together: as many messages, of one group."""
        group = {"media_group_id": str(secrets.randbits(53))}
        sent = []
        for number, (kind, data) in enumerate(items):
            content = self._file(kind, data, name=f"{kind}-{number}.bin") | group
            if caption and not number:
                content["caption"] = caption
            sent.append(self.send(content))
        return sent

    def location(self, latitude: float, longitude: float) -> Raw:
        """Send a place."""
        return self.send({"location": {"latitude": latitude, "longitude": longitude}})

    def contact(self, phone: str, first_name: str, *, own: bool = False) -> Raw:
        """Send a contact's card; one's `own` proves the number."""
        card: Raw = {"phone_number": phone, "first_name": first_name}
        return self.send({"contact": card | ({"user_id": self.user.id} if own else {})})

    def send(self, content: Raw, *, reply_to: int = 0, **more: Any) -> Raw:
        """Send a message of any content."""
        chat = self.chat
        chat.started, chat.blocked = True, False
        message: Raw = {
            "message_id": self._new_id(),
            "from": self.user.raw,
            "chat": chat.raw,
            "date": int(self.world.time.now()),
        }
        if reply_to:
            message["reply_to_message"] = without_reply(chat.messages[reply_to])
        message |= content | more
        chat.messages[message["message_id"]] = message
        self._tell("message", message)
        return message

    # --- after writing ---

    def again(self, message: Raw) -> None:
        """Have the bot told of a message once more, as after a lost answer."""
        self._tell("message", message)

    def edit(self, message_id: int, text: str) -> Raw:
        """Change an own message: its text, or the words under its file."""
        message = self.chat.messages[message_id]
        return self._edited(message, {"text" if "text" in message else "caption": text})

    def edit_file(
        self, message_id: int, kind: str, data: bytes, *, name: str = "file.bin", caption: str = ""
    ) -> Raw:
        """Put another file, and another caption if one is given, into an own message."""
        message = self.chat.messages[message_id]
        for shown in _SHOWN:
            message.pop(shown, None)
        words = {"caption": caption} if caption else {}
        return self._edited(message, self._file(kind, data, name=name) | words)

    def _edited(self, message: Raw, content: Raw) -> Raw:
        message |= content
        message["edit_date"] = int(self.world.time.now())
        self._tell("edited_message", message)
        return message

    def delete(self, message_id: int) -> None:
        """Delete an own message; bots are told nothing."""
        del self.chat.messages[message_id]

    def react(self, message_id: int, *emoji: str) -> None:
        """Set reactions to a message."""
        message = self.chat.messages[message_id]
        old = message.get("reactions_of_customer", [])
        new = [{"type": "emoji", "emoji": one} for one in emoji]
        message["reactions_of_customer"] = new
        self._tell(
            "message_reaction",
            {
                "chat": self.chat.raw,
                "message_id": message_id,
                "user": self.user.raw,
                "date": int(self.world.time.now()),
                "old_reaction": old,
                "new_reaction": new,
            },
        )

    def press(self, message_id: int, text: str) -> str:
        """Press the button with these words; return the id of the press."""
        message = self.chat.messages[message_id]
        rows = message["reply_markup"]["inline_keyboard"]
        button = next(one for row in rows for one in row if one["text"] == text)
        query = str(secrets.randbits(62))
        told: Raw = {
            "id": query,
            "from": self.user.raw,
            "message": without_reply(message),
            "chat_instance": str(self.chat.id),
            "data": button["callback_data"],
        }
        # It is the bot whose message it is that is asked, in a queue for presses alone.
        bot = next(b for b in self.world.bots.values() if b.id == message["from"]["id"])
        bot.queries[query] = None
        bot.tell("callback_query", told, queue=f"callback:{self.user.id}")
        return query

    # --- reading ---

    @property
    def received(self) -> list[Raw]:
        """Return what the bot has sent and not deleted, the oldest first."""
        sent = (one for one in self.chat.messages.values() if one["from"]["is_bot"])
        return copy.deepcopy(list(sent))

    @property
    def texts(self) -> list[str]:
        """Return the words of what the bot has sent."""
        return [one.get("text") or one.get("caption") or "" for one in self.received]

    def bytes_of(self, message: Raw) -> bytes:
        """Return the file of a message, as the phone would show it."""
        kinds = ("document", "voice", "audio", "video", "sticker")
        told = message["photo"][-1] if "photo" in message else None
        told = told or next(message[kind] for kind in kinds if kind in message)
        return self.world.files.by_id[told["file_id"]].data

    # --- within ---

    def _file(self, kind: str, data: bytes, *, name: str, size: int | None = None) -> Raw:
        stored = self.world.files.keep(data, name=name, size=size, kind=f"{kind}s")
        return _SHOWN[kind](stored)

    def _tell(self, kind: str, body: Raw) -> None:
        hidden = ("reactions", "reactions_of_customer")
        shown = {name: value for name, value in body.items() if name not in hidden}
        for bot in self._hearers(body):
            bot.tell(kind, shown, queue=str(self.chat.id))


@dataclass(slots=True)
class Customer(Person):
    """A person's private chat with one bot."""

    bot: Bot

    @property
    def chat(self) -> Chat:
        """Return the chat, with all of its messages."""
        return self.world.private_chat(self.bot, self.user)

    def start(self, payload: str = "") -> Raw:
        """Press Start, perhaps by a link with a payload."""
        command = {"type": "bot_command", "offset": 0, "length": 6}
        return self.write(f"/start {payload}".strip(), entities=[command])

    def block(self) -> None:
        """Stop the bot."""
        self._membership("member", "kicked")
        self.chat.blocked = True

    def unblock(self) -> None:
        """Let the bot write again."""
        self._membership("kicked", "member")
        self.chat.blocked, self.chat.started = False, True

    def leave_telegram(self) -> None:
        """Delete the account; bots are told nothing."""
        self.user.deactivated = True

    def _hearers(self, message: Raw) -> Iterable[Bot]:  # noqa: ARG002  # It hears everything.
        return [self.bot]

    def _new_id(self) -> int:
        return self.world.new_id(self.bot, self.chat)

    def _membership(self, old: str, new: str) -> None:
        def member(status: str) -> Raw:
            return {"user": self.bot.raw, "status": status}

        told: Raw = {
            "chat": self.chat.raw,
            "from": self.user.raw,
            "date": int(self.world.time.now()),
            "old_chat_member": member(old),
            "new_chat_member": member(new),
        }
        self._tell("my_chat_member", told)


def entity(text: str, part: str, type: str, **more: Any) -> Raw:
    """Return the entity that marks `part` of a text, counted as Telegram counts."""
    start = text.index(part)
    return {"type": type, "offset": units(text[:start]), "length": units(part), **more}
