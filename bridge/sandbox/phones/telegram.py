"""Phones with Telegram on them."""

from collections.abc import Mapping, Sequence
from typing import Any

from bridge.sandbox.ledger import Payload
from bridge.sandbox.phones import shapes
from bridge.sandbox.phones.phone import Kept, NotPossibleError, Owner, Phone
from bridge.sandbox.phones.spans import spans_of
from bridge.sandbox.telegram import Customer, TelegramServer
from bridge.sandbox.telegram.errors import Refusal, too_many_requests
from bridge.sandbox.telegram.world import Bot, Raw

_KINDS: Mapping[str, str] = {
    "photo": "photo",
    "animation": "video",
    "video": "video",
    "voice": "voice",
    "audio": "voice",
    "sticker": "sticker",
    "document": "file",
}
_SENT_AS = {"photo": "photo", "file": "document", "voice": "voice", "sticker": "sticker"}


class TelegramOwner(Owner):
    """Somebody with Telegram, in the chat with the bot."""

    def __init__(self, name: str, customer: Customer) -> None:
        """Play this person."""
        super().__init__(name)
        self.customer = customer

    @property
    def id(self) -> str:
        """Return the number of the account."""
        return str(self.customer.user.id)

    @property
    def blocked(self) -> bool:
        """Say whether the bot was stopped."""
        return self.customer.chat.blocked

    def messages(self) -> list[shapes.Message]:
        """Return the chat; a message has two ticks once the bot has taken it."""
        waiting = self._waiting()
        return [self._shown(one, waiting) for one in self.customer.chat.messages.values()]

    def _waiting(self) -> set[int]:
        told = (one.body.get("message", {}) for one in self.customer.bot.updates.pending)
        mine = (one for one in told if one.get("chat", {}).get("id") == self.customer.chat.id)
        return {one["message_id"] for one in mine}

    def _shown(self, one: Raw, waiting: set[int]) -> shapes.Message:
        mine = not one["from"]["is_bot"]
        entities = one.get("entities") or one.get("caption_entities") or ()
        return {
            "id": str(one["message_id"]),
            "mine": mine,
            "at": one["date"] * 1000,
            "spans": spans_of(_words(one), entities),
            "files": [_file(one)] if _kind(one) else [],
            "mark": ("sent" if one["message_id"] in waiting else "read") if mine else "",
            "edited": "edit_date" in one,
            "quote": _words(one.get("reply_to_message", {})),
            "buttons": _buttons(one),
        }

    def files(self, message: str) -> Sequence[Kept]:
        """Return the one file of a message."""
        told = self._message(message)
        if not _kind(told):
            return []
        return [Kept(_file(told)["name"], self.customer.bytes_of(told))]

    def _message(self, message: str) -> Raw:
        return self.customer.chat.messages[int(message)]

    # --- what is done ---

    async def write(self, text: str, quote: str = "") -> None:
        """Send a text."""
        self.customer.write(text, reply_to=int(quote or 0))

    async def send(self, kind: str, file: Kept, text: str) -> None:
        """Send a file; there are no words under a sticker."""
        words = {"caption": text} if text and kind != "sticker" else {}
        try:
            self.customer.send_file(_SENT_AS[kind], file.data, name=file.name, **words)
        except Refusal as refusal:
            raise NotPossibleError(f"Telegram takes no such file: {refusal}.") from None

    async def place(self, latitude: float, longitude: float) -> None:
        """Send a place."""
        self.customer.location(latitude, longitude)

    async def card(self, name: str, number: str) -> None:
        """Send a card."""
        self.customer.contact(number, name)

    async def edit(self, message: str, text: str) -> None:
        """Change an own message."""
        self.customer.edit(int(message), text)

    async def delete(self, message: str) -> None:
        """Delete an own message, of which the bot learns nothing."""
        self.customer.delete(int(message))

    async def press(self, message: str, label: str) -> None:
        """Press a button under a message."""
        self.customer.press(int(message), label)

    async def block(self) -> None:
        """Stop the bot."""
        self.customer.block()

    async def unblock(self) -> None:
        """Start it again."""
        self.customer.unblock()


class TelegramPhone(Phone):
    """Everybody who writes to one bot."""

    network = "telegram"
    can = (
        "photo",
        "file",
        "voice",
        "sticker",
        "location",
        "contact",
        "quote",
        "edit",
        "delete",
        "block",
    )
    sending = (
        "sendMessage",
        "sendPhoto",
        "sendDocument",
        "sendVoice",
        "sendVideo",
        "sendAudio",
        "sendAnimation",
        "sendSticker",
        "sendMediaGroup",
    )
    throttled = too_many_requests(3)
    names = ("Олена Шевченко",)

    def __init__(self, inbox_id: str, inbox_name: str, server: TelegramServer, bot: Bot) -> None:
        """Play those who write to this bot."""
        super().__init__(inbox_id, inbox_name, server.ledger.wire, server.faults)
        self._server = server
        self._bot = bot

    def make(self, name: str) -> TelegramOwner:
        """Give somebody an account."""
        first, _, last = name.partition(" ")
        user = self._server.world.add_user(first, last_name=last, language_code="uk")
        return TelegramOwner(name, Customer(self._server.world, user, self._bot))

    def typist(self, payload: Payload) -> str:
        """Read `sendChatAction`."""
        return str(_given(payload)) if payload.event == "sendChatAction" else ""


def _given(payload: Payload) -> Any:
    return payload.body["given"].get("chat_id", "")


def _kind(message: Raw) -> str:
    return next((kind for kind in _KINDS if kind in message), "")


def _file(message: Raw) -> shapes.File:
    kind = _kind(message)
    told = message[kind] if kind != "photo" else {}
    shown: Any = _KINDS[kind]
    return {
        "kind": shown,
        "name": told.get("file_name") or f"{kind}-{message['message_id']}",
        "url": "",
    }


def _words(message: Raw) -> str:
    if "location" in message:
        place = message["location"]
        return f"📍 {place['latitude']}, {place['longitude']}"
    if "contact" in message:
        card = message["contact"]
        return f"👤 {card['first_name']}, {card['phone_number']}"
    return str(message.get("text") or message.get("caption") or "")


def _buttons(message: Raw) -> list[list[shapes.Button]]:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [[shapes.button(one["text"], one.get("url", "")) for one in row] for row in rows]
