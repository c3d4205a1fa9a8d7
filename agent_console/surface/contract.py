"""The contract between the program and a staff surface (DESIGN.md: surfaces are not channels).

A surface shows conversations as threads and tells what staff do in them. It decides nothing:
what is owed to a thread is reckoned from the database (`agent_console.fanout`), who may do
what by the agent's verbs. Each method that shows something is one call of the platform's
wherever that is possible, made inside of a `turn`; it raises a `SendError` of
`bridge.channel` or of `errors`, never retries, and never asks the database.
"""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, Protocol, runtime_checkable

from agent_console.surface.heard import Heard, Person
from agent_console.surface.shown import Answer, Card, Hint, Mark, Post, Thread
from bridge.channel import UNCOUNTED, Capabilities, Health, Receipt, Tries
from bridge.clock import Clock

Urgency = Literal["words", "marks", "cards"]
"""In which order calls to a place go where there is no room for all: what customers and
colleagues say, then marks, then cards."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SurfaceContext:
    """What the composition root gives to a surface."""

    surface_id: str
    clock: Clock
    public_url: str
    secret: bytes
    """Key material of this surface alone."""
    health: Health
    locale: str
    """The language of what everybody in a place reads."""
    locales: Sequence[str]
    desk: "StaffDesk"
    tries: Tries = UNCOUNTED
    """Through which payloads are taken in, so that one that breaks us is found out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A thread in which something may have happened while nobody listened."""

    thread: str
    written: Sequence[str]
    """What agents have written in it lately, by external id: it may be changed or gone."""
    signs: Collection[tuple[str, str]]
    """The reactions to its first message that are known, by account and name."""


class StaffDesk(Protocol):
    """What a surface hands over and asks; the other side of the contract."""

    async def cursor(self) -> str | None:
        """Return the cursor that was stored last."""
        ...

    async def accept(self, events: Sequence[Heard], cursor: str | None = None) -> None:
        """Store the events, and a poller's cursor with them; return once that is synced.

        Only then may they be acknowledged. What was stored before is passed over. Raises
        `StorageUnavailableError`: then nothing may be acknowledged.
        """
        ...

    async def quarantine(self, raw: bytes, why: str) -> None:
        """Keep aside what cannot be translated; raises as `accept`."""
        ...

    async def press(
        self,
        by: Person,
        verb: str,
        *,
        conversation_id: int | None = None,
        value: str = "",
        fields: Mapping[str, Sequence[str]] | None = None,
        at: int | None = None,
    ) -> Answer:
        """Do what somebody pressed or commanded, at once; never raises for a refusal.

        Without `fields`, a verb that has to be told more answers with a `Form`; sent back
        with them filled it is done. `value` is a button's argument or a command's words, `at`
        when the platform says it was done (ms), where it may be told later.
        """
        ...

    async def standing(self, place: str, since: int) -> Sequence[Standing]:
        """Return the threads of a place that are open, or were after `since` (ms)."""
        ...

    async def inbox(self, by: Person) -> Answer:
        """Return somebody's own lists, in words whether they work, and buttons to say so.

        To see it is no deed: it does not count for their presence. It is the same for as long
        as nothing happens, for minutes at least; refused to who is no agent.
        """
        ...

    async def visited(self, account: str) -> None:
        """Keep that somebody has opened their inbox now; raises `StorageUnavailableError`."""
        ...

    async def visitors(self, since: int) -> Sequence[str]:
        """Return who has opened theirs since (ms), the last of them at the end."""
        ...

    async def conversation_in(self, place: str, thread: str) -> int | None:
        """Return the conversation that a thread shows."""
        ...

    async def kept(self, sort: str) -> Mapping[str, str]:
        """Return what the adapter keeps under a sort of its own, by name."""
        ...

    async def keep(
        self,
        sort: str,
        values: Mapping[str, str | None],
        *,
        within: int,
        about: int | None = None,
    ) -> None:
        """Keep values by name, to be known after a restart; `None` forgets one.

        Each is forgotten after `within` (ms), and what is `about` a conversation when that is
        purged. Raises `StorageUnavailableError`.
        """
        ...


class StaffSurface(ABC):
    """One surface: a Slack workspace's channels, a bot's staff groups.

    Each process has one, and whose it is to show changes: what another may learn meanwhile is
    kept by the desk, and read when `run` begins (docs/decisions/0035).
    """

    kind: ClassVar[str]
    capabilities: ClassVar[Capabilities]
    """Of posts: lengths, files, albums, quotes, edits, deletes."""
    spreads: ClassVar[bool] = False
    """Whether its places for the same conversations are as good as each other, so that the
    one with the fewest open threads is taken; otherwise the first, and the next if it is lost."""

    carries: ClassVar[bool] = True
    """Whether a place that has another id now has the same threads; otherwise they are gone,
    and their ids may come to mean others."""

    def __init__(self, settings: Any, context: SurfaceContext) -> None:  # noqa: B027
        """Wire the surface; nothing is connected yet. `settings` are those of its kind."""

    @abstractmethod
    async def check(self) -> str:
        """Prove the credentials and the rights in every place; name the account.

        Raises `MisconfiguredError` with what is missing and what to do.
        """

    @abstractmethod
    async def run(self) -> None:
        """Hear until cancelled; raising means: restart me."""

    async def close(self) -> None:  # noqa: B027  # Most have nothing to close.
        """End what is open."""

    @abstractmethod
    def places(self, team: str | None, inbox: str) -> Sequence[str]:
        """Return the places that are for such conversations, the best first; none: not here."""

    @abstractmethod
    def every_place(self) -> Sequence[str]:
        """Return all places, the best first: where conversations go that have no other left."""

    async def reach(self, place: str) -> None:  # noqa: B027  # Not every platform can be asked.
        """Prove that something can be shown in a place that was lost.

        Raises `SendError` while nothing can; where nobody can be asked, showing is to tell.
        """

    @abstractmethod
    def turn(self, place: str, urgency: Urgency) -> AbstractAsyncContextManager[None]:
        """Enter when a call to the place may go, so that the platform never refuses one.

        What is shown is reckoned only then: what has come meanwhile goes with it.
        """

    @abstractmethod
    def room(self, place: str) -> int:
        """Return for how many words a place would have a `turn` at once.

        It is asked from any thread, and may be wrong for a moment.
        """

    @abstractmethod
    async def open(self, place: str, card: Card, *, key: str) -> Thread:
        """Make a thread with the card at its head; `key` as of a post."""

    @abstractmethod
    async def draw(self, thread: Thread, card: Card) -> None:
        """Show the card as it is now, in its place; the same card again changes nothing."""

    @abstractmethod
    async def post(self, thread: Thread, post: Post) -> Receipt:
        """Show something; an album's receipt has several ids, in the order of its files."""

    @abstractmethod
    async def change(self, thread: Thread, post: Post, external_ids: Sequence[str]) -> None:
        """Show a post as it is now, in its place."""

    @abstractmethod
    async def remove(self, thread: Thread, external_ids: Sequence[str]) -> None:
        """Take a post away; one that is not there any more is as good as taken away."""

    @abstractmethod
    async def mark(self, thread: Thread, external_id: str, mark: Mark | None) -> None:
        """Show on an agent's own message what became of it, in place of what was shown."""

    @abstractmethod
    async def shut(self, thread: Thread, *, shut: bool) -> None:
        """Close the thread to writing or open it, as far as the surface is configured to."""

    @abstractmethod
    async def tell(self, thread: Thread, hint: Hint) -> None:
        """Tell one person something: to them alone where the platform can."""

    def url(self, thread: Thread) -> str | None:  # noqa: ARG002  # Not every platform has one.
        """Return the address of a thread, for those who are in its place."""
        return None

    @abstractmethod
    def download(self, ref: str) -> AsyncIterator[bytes]:
        """Yield a file that staff sent; raises as `Channel.download`."""


@runtime_checkable
class CanProve(Protocol):
    """Tells what became of a post to which no answer came."""

    async def find(self, place: str, thread: str | None, key: str, since: int) -> Receipt | None:
        """Return the ids of what was posted with `key` since (ms), or `None` for surely not.

        A thread's own first message is found without `thread`. Raises `SendError`.
        """
        ...


@runtime_checkable
class CanTakeAgain(Protocol):
    """What was set aside can be taken in once more, as after an upgrade that understands it."""

    async def take_again(self, raw: bytes) -> None:
        """Take what `StaffDesk.quarantine` was given as if it came now, without any cursor.

        Raises `UntakenError` for what still cannot be translated, or cannot be done later.
        """
        ...


@runtime_checkable
class HasHome(Protocol):
    """Shows each agent their inbox somewhere (Slack's App Home)."""

    async def at_home(self) -> Sequence[str]:
        """Return the accounts of those who look at theirs, or may: who has opened it lately.

        In whichever process that was. Raises `StorageUnavailableError`.
        """
        ...

    async def refresh(self, account: str) -> None:
        """Show it as it is now, where that is not what it shows; raises `SendError`.

        It comes after all that goes into threads, and keeps to how much the platform takes.
        """
        ...
