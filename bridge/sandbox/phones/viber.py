"""Phones with Viber on them."""

import itertools
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bridge.sandbox.ledger import Payload
from bridge.sandbox.phones import shapes
from bridge.sandbox.phones.phone import Kept, Owner, Phone
from bridge.sandbox.viber import Customer, Received, Status, Told, ViberPlatform

_KINDS: Mapping[str, str] = {"picture": "photo", "video": "video", "file": "file"}
_STICKER = "🐱"


@dataclass(frozen=True, slots=True)
class _Line:
    """One message of the dialog: `token` is 0 as long as the bot was not told of it."""

    id: str
    mine: bool
    at: int
    words: str
    token: int = 0
    file: Kept | None = None
    kind: str = "file"
    buttons: Mapping[str, Any] | None = None
    seen: bool = False


class ViberOwner(Owner):
    """Somebody with Viber, in the chat with the bot.

    Viber's servers keep no dialog; the phone does, and so does this one.
    """

    def __init__(self, name: str, customer: Customer, platform: ViberPlatform) -> None:
        """Play this person."""
        super().__init__(name)
        self.customer = customer
        self._platform = platform
        self._lines: list[_Line] = []
        self._taken = 0
        self._numbers = itertools.count(1)
        self._left = False

    @property
    def id(self) -> str:
        """Return the person's id for this bot."""
        return self.customer.id

    @property
    def blocked(self) -> bool:
        """Say whether the bot was left."""
        return self._left

    def messages(self) -> list[shapes.Message]:
        """Return the dialog; a message is delivered once the bot has answered its callback."""
        self._take()
        answered = {one.token for one in self._platform.ledger.attempts if one.answered == 200}
        return [_shown(one, answered) for one in self._lines]

    def _take(self) -> None:
        """Add what has reached the phone since the last time."""
        for one in self.customer.inbox[self._taken :]:
            self._taken += 1
            self._lines.append(self._received(one))

    def _received(self, one: Received) -> _Line:
        message = one.message
        kind = _KINDS.get(str(message.get("type")), "")
        name = str(message.get("file_name") or kind)
        return _Line(
            id=str(next(self._numbers)),
            mine=False,
            at=self._platform.world.now(),
            words=str(message.get("text", "")),
            token=one.token,
            file=Kept(name, one.file) if kind and one.file is not None else None,
            kind=kind or "file",
            buttons=message.get("keyboard"),
        )

    def keyboard(self) -> shapes.Keyboard | None:
        """Return the latest keyboard, unless something came after it without one."""
        received = [one for one in self._lines if not one.mine]
        if not received or received[-1].buttons is None:
            return None
        labels = [_button(one) for one in received[-1].buttons["Buttons"]]
        return {"message": received[-1].id, "rows": [[one] for one in labels]}

    def files(self, message: str) -> Sequence[Kept]:
        """Return the file of a message."""
        line = next((one for one in self._lines if one.id == message), None)
        if line is None:
            raise LookupError(message)
        return [] if line.file is None else [line.file]

    # --- what is done ---

    async def write(self, text: str, quote: str = "") -> None:  # noqa: ARG002  # Viber tells bots of no quotes.
        """Send a text."""
        await self._send(self.customer.writes(text), text)

    async def send(self, kind: str, file: Kept, text: str) -> None:
        """Send a picture, a file or one of Viber's own stickers."""
        if kind == "sticker":
            await self._send(self.customer.sends_sticker(), _STICKER)
        elif kind == "photo":
            sending = self.customer.sends_picture(file.data, text=text)
            await self._send(sending, text, file, "photo")
        else:
            await self._send(self.customer.sends_file(file.name, file.data), "", file)

    async def place(self, latitude: float, longitude: float) -> None:
        """Send a place."""
        sending = self.customer.sends_location(latitude, longitude)
        await self._send(sending, f"📍 {latitude}, {longitude}")

    async def card(self, name: str, number: str) -> None:
        """Send a card."""
        await self._send(self.customer.sends_contact(name, number), f"👤 {name}, {number}")

    async def press(self, message: str, label: str) -> None:  # noqa: ARG002  # There is one keyboard.
        """Press a button of the keyboard, which says its words."""
        await self._send(self.customer.presses(label), label)

    async def block(self) -> None:
        """Leave the bot."""
        self._left = True
        await self.customer.unsubscribes()

    async def unblock(self) -> None:
        """Come back."""
        self._left = False
        await self.customer.subscribes()

    async def read(self) -> None:
        """Have the phone report that everything was seen."""
        self._take()
        for at, one in enumerate(self._lines):
            if not one.mine and not one.seen:
                self._lines[at] = replace(one, seen=True)
                await self.customer.sees(one.token)

    async def _send(
        self,
        sending: Awaitable[Told],
        words: str,
        file: Kept | None = None,
        kind: str = "file",
    ) -> None:
        """Show a message at once, and which callback it became when that is known."""
        at, number = len(self._lines), str(next(self._numbers))
        now = self._platform.world.now()
        self._lines.append(_Line(number, mine=True, at=now, words=words, file=file, kind=kind))
        self._platform.ledger.wire.changed()
        told = await sending
        self._lines[at] = replace(self._lines[at], token=told.token)
        self._platform.ledger.wire.changed()


class ViberPhone(Phone):
    """Everybody who writes to one bot."""

    network = "viber"
    can = ("photo", "file", "sticker", "location", "contact", "block", "read")
    sending = ("send_message",)
    throttled = Status.TOO_MANY_REQUESTS
    names = ("Ганна Мельник",)

    def __init__(self, inbox_id: str, inbox_name: str, platform: ViberPlatform) -> None:
        """Play those who write to this bot."""
        super().__init__(inbox_id, inbox_name, platform.ledger.wire, platform.faults)
        self._platform = platform

    def make(self, name: str) -> ViberOwner:
        """Give somebody Viber; people of one name are told apart by their number."""
        namesakes = sum(one.name.startswith(name) for one in self.owners.values())
        shown = f"{name} {namesakes + 1}" if namesakes else name
        return ViberOwner(shown, self._platform.customer(shown), self._platform)

    def typist(self, payload: Payload) -> str:  # noqa: ARG002  # Viber shows nobody that a bot writes.
        """Return nobody."""
        return ""


def _shown(line: _Line, answered: set[int]) -> shapes.Message:
    kind: Any = line.kind
    return {
        "id": line.id,
        "mine": line.mine,
        "at": line.at,
        "spans": shapes.plain(line.words),
        "files": [] if line.file is None else [{"kind": kind, "name": line.file.name, "url": ""}],
        "mark": "" if not line.mine else "delivered" if line.token in answered else "sent",
        "edited": False,
        "quote": "",
        "buttons": [],
    }


def _button(one: Mapping[str, Any]) -> shapes.Button:
    opens = one.get("ActionType") == "open-url"
    return shapes.button(one.get("Text", ""), one["ActionBody"] if opens else "")
