"""What the storm needs of a network: to tell what customers said, to fail, and its ledger."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Literal, Protocol

from tests.channels.storm.house import INBOX

Trouble = Literal["throttled", "refused", "lost_request", "lost_answer", "late_answer"]
"""What goes wrong with one send: asked to wait, a clean refusal for now, the line broken
before or after the effect, or the effect at once and the answer much later."""

LATE = 20.0
"""How many seconds later a late answer comes, shorter than any adapter waits."""


class TellsTime(Protocol):
    """A clock of the program's, and of the models'."""

    def now(self) -> int:
        """Return the wall time in ms."""
        ...

    def seconds(self) -> float:
        """Return the wall time in seconds."""
        ...

    def monotonic(self) -> float:
        """Return the seconds that have passed."""
        ...


@dataclass(frozen=True, slots=True)
class Said:
    """Something a customer did: their message of this number, or its edit."""

    customer: str
    number: int
    edited: bool = False

    @property
    def text(self) -> str:
        """Return the words, which tell whose they are."""
        return f"{self.customer} запитує {self.number} 🐤{' (виправлено)' if self.edited else ''}"


@dataclass(frozen=True, slots=True)
class Carried:
    """A message of ours that has reached a customer, by the network's own ledger."""

    customer: str
    text: str
    id: Any = None
    """The network's handle of it, for `Network.read`."""


class Network(ABC):
    """One network and everybody on it.

    `edits`: customers can edit. `shuffles`: the network may tell one customer's messages in
    any order. `reads`: it reports that a message was read.
    """

    name: ClassVar[str]
    edits: ClassVar[bool] = False
    shuffles: ClassVar[bool] = True
    reads: ClassVar[bool] = False
    troubles: ClassVar[Sequence[Trouble]] = (
        "throttled",
        "refused",
        "lost_request",
        "lost_answer",
        "late_answer",
    )
    environ: ClassVar[Mapping[str, str]] = {}
    step: ClassVar[float] = 10.0
    """How many seconds may pass at once while nothing else moves."""

    inbox_id = INBOX
    """Under which id the program has the inbox."""

    def __init__(self, clock: TellsTime, folder: Path) -> None:
        """Go by this clock; `folder` is for files."""
        self.clock = clock
        self.folder = folder

    async def sleep(self, seconds: float) -> None:
        """Pass the time between the network's attempts at telling of something."""
        await asyncio.sleep(seconds)

    def given_up(self) -> Sequence[Said]:
        """Return what the network will tell of no more, as often as it has tried."""
        return ()

    @abstractmethod
    def open(self) -> AbstractAsyncContextManager[None]:
        """Be there for as long as the context lasts."""

    @abstractmethod
    def inbox(self) -> dict[str, Any]:
        """Return the inbox's keys of the YAML."""

    @abstractmethod
    async def compose(self, everything: Sequence[Said]) -> None:
        """Have customers write all this; nobody is told of it before `tell`."""

    async def connect(self, home: str) -> None:
        """Do what an administrator does once the program listens at `home`."""
        del home

    @abstractmethod
    async def tell(self, said: Said, *, in_order: bool) -> None:
        """Tell the program, once more if it was told before; return when that is under way.

        Where not `in_order`, it may come before what was told earlier.
        """

    @abstractmethod
    def told(self) -> bool:
        """Say whether everything that was told has been acknowledged, or given up."""

    @abstractmethod
    def customer_of(self, external_id: str) -> str:
        """Return who has this account; an id of nobody's is returned as it is."""

    @abstractmethod
    def plan(self, trouble: Trouble) -> None:
        """Have the next send meet this."""

    @abstractmethod
    def left(self) -> Sequence[Trouble]:
        """Return what was planned and has met no send yet."""

    @abstractmethod
    def heal(self) -> None:
        """Forget what was planned."""

    @abstractmethod
    async def go_away(self) -> None:
        """Be out of reach."""

    @abstractmethod
    async def come_back(self) -> None:
        """Be there again."""

    @abstractmethod
    def carried(self) -> list[Carried]:
        """Return what has reached customers, the oldest first."""

    def read(self, one: Carried) -> None:  # noqa: B027  # Only where `reads`.
        """Have the customer read a message, and the program told."""
