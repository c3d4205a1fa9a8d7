"""A network's phones, as the page plays them: what every network has in common."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, Protocol, runtime_checkable
from urllib.parse import quote

from bridge.sandbox.faults import ANY, Fault, Faults
from bridge.sandbox.ledger import Payload, Wire
from bridge.sandbox.phones import shapes

# How long the sign that somebody writes stays, in seconds; networks take it away alike.
TYPING_FOR = 5.0
# A longer dialog is cut at its beginning.
MOST_SHOWN = 200

FaultKind = Literal["delay", "reset_before", "reset_after", "broken", "throttled"]


class NotPossibleError(Exception):
    """What was asked cannot be done on this phone; the words are for the person at the page."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A file as a phone has it."""

    name: str
    data: bytes


class Owner(ABC):
    """Somebody at their phone, in the dialog with the shop.

    What only some networks have is in the protocols below.
    """

    def __init__(self, name: str) -> None:
        """Begin with the dialog open."""
        self.name = name
        self.is_open = True

    # --- what is seen ---

    @property
    @abstractmethod
    def id(self) -> str:
        """Return the person's id in the network."""

    @property
    @abstractmethod
    def blocked(self) -> bool:
        """Say whether the shop may write no more."""

    @abstractmethod
    def messages(self) -> list[shapes.Message]:
        """Return the dialog, the oldest first; the addresses of files are their numbers."""

    def keyboard(self) -> shapes.Keyboard | None:
        """Return the buttons in place of the keyboard."""
        return None

    @abstractmethod
    def files(self, message: str) -> Sequence[Kept]:
        """Return the files of a message, in the order they are shown; raises `LookupError`."""

    # --- what is done ---

    @abstractmethod
    async def write(self, text: str, quote: str = "") -> None:
        """Send a text, perhaps as the answer to a message."""

    @abstractmethod
    async def send(self, kind: str, file: Kept, text: str) -> None:
        """Send a photo, a file, a voice message or a sticker."""

    @abstractmethod
    async def place(self, latitude: float, longitude: float) -> None:
        """Send a place."""

    @abstractmethod
    async def press(self, message: str, label: str) -> None:
        """Press a button."""

    @abstractmethod
    async def block(self) -> None:
        """Let the shop write no more."""

    @abstractmethod
    async def unblock(self) -> None:
        """Let the shop write again."""


@runtime_checkable
class CanSendCards(Protocol):
    """A phone that sends contact cards."""

    async def card(self, name: str, number: str) -> None:
        """Send somebody's card."""
        ...


@runtime_checkable
class CanChange(Protocol):
    """A phone on which one's own messages can be changed."""

    async def edit(self, message: str, text: str) -> None:
        """Change an own message."""
        ...

    async def delete(self, message: str) -> None:
        """Delete an own message."""
        ...


@runtime_checkable
class CanShowTyping(Protocol):
    """A phone that lets the shop see that one is writing."""

    async def begin_typing(self) -> None:
        """Begin to write."""
        ...


@runtime_checkable
class CanRead(Protocol):
    """A phone that tells the shop what was read."""

    async def read(self) -> None:
        """Read what is there; done again, it does nothing."""
        ...


@runtime_checkable
class CanMail(Protocol):
    """A phone on which one writes letters: with a subject, and with files."""

    async def mail(self, subject: str, text: str, files: Sequence[Kept], answered: str) -> None:
        """Write a letter, or an answer to the message `answered`; raises `LookupError`."""
        ...

    async def bounce(self, message: str) -> None:
        """Let what has come go back as undeliverable."""
        ...


class Phone(ABC):
    """Everybody with a phone on one inbox's network."""

    network: ClassVar[str]
    can: ClassVar[Sequence[shapes.Verb]]
    sending: ClassVar[Sequence[str]]
    """The calls with which the program sends to a customer."""
    throttled: ClassVar[Any]
    """The vendor's own error for too many requests, as its model takes it in a fault."""
    names: ClassVar[Sequence[str]]
    """Who is there at the beginning."""

    def __init__(self, inbox_id: str, inbox_name: str, wire: Wire, faults: Faults) -> None:
        """Play on one inbox's network."""
        self.id = inbox_id
        self.inbox_name = inbox_name
        self.wire = wire
        self.faults = faults
        self.owners: dict[str, Owner] = {}
        self._typing: dict[str, asyncio.TimerHandle] = {}
        wire.listen(self._hear)

    @abstractmethod
    def make(self, name: str) -> Owner:
        """Give somebody an account and a phone."""

    @abstractmethod
    def typist(self, payload: Payload) -> str:
        """Return to whom this payload shows that the shop is writing, or nothing."""

    def settle(self) -> None:
        """Let those be there who are at the beginning."""
        for name in self.names:
            self.add(name)

    def add(self, name: str) -> Owner:
        """Add somebody; the id they get is new."""
        owner = self.make(name)
        self.owners[owner.id] = owner
        self.wire.changed()
        return owner

    async def read(self) -> None:
        """Let every open dialog read what has come."""
        for owner in list(self.owners.values()):
            if isinstance(owner, CanRead) and owner.is_open and not owner.blocked:
                await owner.read()

    # --- what is seen ---

    def shown(self) -> shapes.Phone:
        """Return all of it for the page."""
        return {
            "id": self.id,
            "network": self.network,
            "inbox": self.inbox_name,
            "can": list(self.can),
            "owners": [self._owner(one) for one in self.owners.values()],
            "faults": self.faults.left,
        }

    def _owner(self, owner: Owner) -> shapes.Owner:
        shown: shapes.Owner = {
            "id": owner.id,
            "name": owner.name,
            "blocked": owner.blocked,
            "open": owner.is_open,
            "typing": owner.id in self._typing,
            "messages": [self._message(owner, one) for one in owner.messages()[-MOST_SHOWN:]],
        }
        board = owner.keyboard()
        return shown if board is None else {**shown, "keyboard": board}

    def _message(self, owner: Owner, message: shapes.Message) -> shapes.Message:
        """Return a message whose files have addresses."""
        place = "/".join(quote(one, safe="") for one in (self.id, owner.id, message["id"]))
        files: list[shapes.File] = [
            {**file, "url": f"/files/{place}/{number}"}
            for number, file in enumerate(message["files"])
        ]
        return {**message, "files": files}

    def _hear(self, payload: Payload) -> None:
        if payload.side != "asked":
            return
        whom = self.typist(payload)
        if whom:
            self._stop_typing(whom)
            loop = asyncio.get_running_loop()
            self._typing[whom] = loop.call_later(TYPING_FOR, self._forget_typing, whom)
        elif payload.event in self.sending:
            for one in list(self._typing):
                self._stop_typing(one)

    def _stop_typing(self, whom: str) -> None:
        timer = self._typing.pop(whom, None)
        if timer is not None:
            timer.cancel()

    def _forget_typing(self, whom: str) -> None:
        self._typing.pop(whom, None)
        self.wire.changed()

    # --- what goes wrong ---

    def plan(self, kind: FaultKind, times: int, *, only_sending: bool) -> None:
        """Have the program's next `times` calls go wrong: those that send, or all."""
        calls = self.sending if only_sending else ANY
        self.faults.plan(calls, self._fault(kind), times=times)
        self.wire.changed()

    def _fault(self, kind: FaultKind) -> Fault:
        kinds: Mapping[FaultKind, Fault] = {
            "delay": Fault(delay=3),
            "reset_before": Fault(reset=True),
            "reset_after": Fault(reset=True, after_effect=True),
            "broken": Fault(status=502),
            "throttled": Fault(error=self.throttled),
        }
        return kinds[kind]

    def all_well(self) -> None:
        """Let everything go well again."""
        self.faults.clear()
        self.wire.changed()
