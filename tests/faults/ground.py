"""What a scenario needs of a staff platform: people who write, faults, and its own ledger."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from tests.faults.weather import TellsTime, Trouble, Weather

SURFACE = "team"
Who = Literal["olga", "ivan", "stranger"]
Sort = Literal["429", "5xx", "reset before", "reset after", "late answer", "did it all the same"]


@dataclass(frozen=True, slots=True)
class Shown:
    """A post of the program's in a thread; `again` where it says that it may be there twice."""

    text: str
    again: bool


@dataclass(slots=True)
class Topic:
    """A thread, as people see it: whose it is by its card, and what the program said in it."""

    id: str
    customer: int | None
    posts: list[Shown] = field(default_factory=list)
    gone: bool = False
    """Whether people deleted it; the posts are those of that moment."""


class Ground(ABC):
    """One platform with one place for threads, two agents, and somebody who is none.

    `proves`: what became of a post can be found out, so that nothing is there twice at all.
    `orderly`: what people write is told in its order, whatever goes wrong.
    """

    name: ClassVar[str]
    proves: ClassVar[bool]
    orderly: ClassVar[bool]
    environ: ClassVar[Mapping[str, str]]

    def __init__(self, clock: TellsTime, weather: Weather) -> None:
        """Go by this clock, in this weather."""
        self.clock = clock
        self.weather = weather
        self.hears = True
        """Whether the program is in its place: what is said while it is not, nobody tells it."""

    @staticmethod
    @abstractmethod
    def named(call: str) -> str | None:
        """Return under which name a call counts where the platform asks to wait."""

    @abstractmethod
    def trouble(self, sort: Sort, rate: float) -> Trouble:
        """Return a trouble in the platform's own words."""

    @abstractmethod
    def open(self) -> AbstractAsyncContextManager[None]:
        """Be there for as long as the context lasts."""

    @abstractmethod
    def staff(self) -> Mapping[str, Any]:
        """Return the surface's keys of the YAML."""

    @abstractmethod
    def accounts(self) -> Mapping[str, Mapping[str, Any]]:
        """Return the accounts of the agents, by agent."""

    async def connect(self, home: str) -> None:
        """Do what an administrator does once the program listens at `home`."""
        del home

    @abstractmethod
    def topics(self) -> list[Topic]:
        """Return every thread there is or was."""

    @abstractmethod
    def writes(self, topic: str, text: str, who: Who, *, calls: bool = False) -> bool:
        """Have somebody write into a thread, if they can; `calls` a colleague by name."""

    @abstractmethod
    def told(self) -> bool:
        """Say whether everything that was written has been taken, or given up."""

    @abstractmethod
    async def tells_again(self, times: int) -> None:
        """Tell of the latest events once more, as after an answer that was lost."""

    @abstractmethod
    async def go_away(self) -> None:
        """Be out of reach."""

    @abstractmethod
    async def come_back(self) -> None:
        """Be there again."""

    @abstractmethod
    def delete(self, topic: str) -> None:
        """Have people delete a thread."""

    @abstractmethod
    async def throw_out(self) -> None:
        """Take the program out of its place."""

    @abstractmethod
    async def take_in(self) -> None:
        """Bring it back."""
