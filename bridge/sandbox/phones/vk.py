"""Phones with VK on them."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from bridge.sandbox.ledger import Payload
from bridge.sandbox.phones import shapes
from bridge.sandbox.phones.phone import Kept, Owner, Phone
from bridge.sandbox.vk import Customer, Message, VkPlatform

_KINDS: Mapping[str, str] = {
    "photo": "photo",
    "audio_message": "voice",
    "sticker": "sticker",
    "doc": "file",
}
_FIRST_ID = 1001


class VkOwner(Owner):
    """Somebody with VK, in the dialog with the community."""

    def __init__(self, name: str, customer: Customer, platform: VkPlatform) -> None:
        """Play this person."""
        super().__init__(name)
        self.customer = customer
        self._platform = platform
        self._denied = False
        self._read_up_to = 0

    @property
    def id(self) -> str:
        """Return the number of the account."""
        return str(self.customer.person.id)

    @property
    def blocked(self) -> bool:
        """Say whether messages of the community were forbidden."""
        return self._denied

    def messages(self) -> list[shapes.Message]:
        """Return the dialog; two ticks: the community has read it."""
        read = self._platform.messages.read_up_to.get(self.customer.person.id, 0)
        return [self._shown(one, read) for one in self.customer.dialog]

    def _shown(self, one: Message, read: int) -> shapes.Message:
        return {
            "id": str(one.cmid),
            "mine": not one.out,
            "at": one.date * 1000,
            "spans": shapes.plain(_words(one)),
            "files": [_file(attached) for attached in _with_file(one)],
            "mark": "" if one.out else "read" if one.cmid <= read else "sent",
            "edited": one.update_time is not None,
            "quote": "" if one.reply is None else _words(one.reply),
            "buttons": _rows(one.keyboard) if _is_inline(one.keyboard) else [],
        }

    def keyboard(self) -> shapes.Keyboard | None:
        """Return the latest keyboard that is not under a message; one without buttons ends it."""
        boards = [one for one in self.customer.received if one.keyboard is not None]
        ordinary = [one for one in boards if not _is_inline(one.keyboard)]
        if not ordinary or not (rows := _rows(ordinary[-1].keyboard)):
            return None
        return {"message": str(ordinary[-1].cmid), "rows": rows}

    def files(self, message: str) -> Sequence[Kept]:
        """Return the files of a message."""
        return [self._kept(one) for one in _with_file(self._message(message))]

    def _kept(self, attached: Mapping[str, Any]) -> Kept:
        stored = urlsplit(_address(attached)).path.rpartition("/")[2]
        return Kept(_file(attached)["name"], self._platform.world.files[stored][0])

    def _message(self, message: str) -> Message:
        found = self._platform.world.by_cmid(self.customer.person.id, int(message))
        if found is None:
            raise LookupError(message)
        return found

    # --- what is done ---

    async def write(self, text: str, quote: str = "") -> None:
        """Send a text."""
        self.customer.write(text, **({"reply": self._message(quote)} if quote else {}))

    async def send(self, kind: str, file: Kept, text: str) -> None:
        """Send a file; a voice message and a sticker have no words beside them."""
        if kind == "photo":
            self.customer.send_photos(file.data, text=text)
        elif kind == "voice":
            self.customer.speak(file.data)
        elif kind == "sticker":
            self.customer.send_sticker(file.data)
        else:
            self.customer.send_document(file.name, file.data, text)

    async def place(self, latitude: float, longitude: float) -> None:
        """Send a place."""
        self.customer.send_location(latitude, longitude)

    async def edit(self, message: str, text: str) -> None:
        """Change an own message."""
        self.customer.edit(self._message(message), text)

    async def delete(self, message: str) -> None:
        """Delete an own message, of which the community learns nothing."""
        self.customer.delete(self._message(message))

    async def begin_typing(self) -> None:
        """Begin to write."""
        self.customer.type()

    async def press(self, message: str, label: str) -> None:
        """Press a button."""
        self.customer.press(self._message(message), label)

    async def block(self) -> None:
        """Forbid the community to write."""
        self._denied = True
        self.customer.deny()

    async def unblock(self) -> None:
        """Allow it again."""
        self._denied = False
        self.customer.allow()

    async def read(self) -> None:
        """Read up to the latest message of the community's."""
        received = self.customer.received
        if received and received[-1].cmid > self._read_up_to:
            self._read_up_to = received[-1].cmid
            self.customer.read()


class VkPhone(Phone):
    """Everybody who writes to one community."""

    network = "vk"
    can = (
        "photo",
        "file",
        "voice",
        "sticker",
        "location",
        "quote",
        "edit",
        "delete",
        "typing",
        "block",
        "read",
    )
    sending = ("messages.send",)
    throttled = 6
    names = ("Богдан Коваль",)

    def __init__(self, inbox_id: str, inbox_name: str, platform: VkPlatform) -> None:
        """Play those who write to this community."""
        super().__init__(inbox_id, inbox_name, platform.ledger.wire, platform.faults)
        self._platform = platform

    def make(self, name: str) -> VkOwner:
        """Give somebody an account."""
        first, _, last = name.partition(" ")
        number = _FIRST_ID + len(self.owners)
        customer = self._platform.customer(number, first_name=first, last_name=last)
        return VkOwner(name, customer, self._platform)

    def typist(self, payload: Payload) -> str:
        """Read `messages.setActivity`."""
        if payload.event != "messages.setActivity":
            return ""
        given = payload.body["given"]
        return str(given.get("peer_id") or given.get("user_id") or "")


def _words(one: Message) -> str:
    if one.geo is None:
        return one.text
    point = one.geo["coordinates"]
    return f"📍 {point['latitude']}, {point['longitude']}\n{one.text}".strip()


def _with_file(one: Message) -> list[Mapping[str, Any]]:
    return [attached for attached in one.attachments if attached["type"] in _KINDS]


def _file(attached: Mapping[str, Any]) -> shapes.File:
    kind: Any = _KINDS[attached["type"]]
    thing = attached[attached["type"]]
    return {"kind": kind, "name": str(thing.get("title") or attached["type"]), "url": ""}


def _address(attached: Mapping[str, Any]) -> str:
    thing = attached[attached["type"]]
    sizes = thing.get("sizes") or thing.get("images")
    return str(sizes[-1]["url"] if sizes else thing.get("link_ogg") or thing.get("url"))


def _is_inline(board: Mapping[str, Any] | None) -> bool:
    return bool(board and board.get("inline"))


def _rows(board: Mapping[str, Any] | None) -> list[list[shapes.Button]]:
    rows = board["buttons"] if board is not None else []
    return [[_button(one["action"]) for one in row] for row in rows]


def _button(action: Mapping[str, Any]) -> shapes.Button:
    return shapes.button(action.get("label", action["type"]), action.get("link", ""))
