"""What an adapter is given, and what it is."""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Protocol, runtime_checkable

from bridge.channel.capabilities import Capabilities
from bridge.channel.errors import SendError
from bridge.channel.health import UNWATCHED, Health
from bridge.channel.media import MediaDoor
from bridge.channel.once import Once
from bridge.channel.onward import Onward, WayBack
from bridge.channel.outgoing import OutboundMedia, OutboundPart, Receipt
from bridge.channel.safe import Pocket, Safe
from bridge.channel.sink import Sink
from bridge.channel.staff import StaffAnswers
from bridge.channel.tries import UNCOUNTED, Tries
from bridge.channel.views import CustomerView, Elsewhere
from bridge.clock import Clock
from bridge.redis import SharedBudgets


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelContext:
    """What the composition root gives to an adapter.

    `secret` is this inbox's own key material, derived from the installation's secret, for
    signing what the adapter hands out.
    """

    inbox_id: str
    inbox_name: str
    clock: Clock
    public_url: str
    secret: bytes
    customers: CustomerView
    media: MediaDoor
    max_upload: int
    max_length: int
    locale: str
    locales: Sequence[str]
    trusted_proxies: Sequence[str] = ()
    max_inbound: int = 25 * 1024 * 1024
    """The largest file of a customer's that is kept, in bytes; what the adapter leaves to
    the core to fetch is measured there."""
    public_link: Callable[[OutboundMedia], str] | None = None
    """An address from which the network itself fetches a file, for networks that take no
    upload. It ends in a name with the file's ending, opens that file alone, and expires."""
    health: Health = UNWATCHED
    """Where the adapter tells what only its network lets it know of how the inbox is."""
    onward: Onward | None = None
    """The other inboxes that a conversation can go on in."""
    way_back: WayBack | None = None
    """The links that lead back into this one."""
    staff: StaffAnswers | None = None
    """Who takes agents' answers to mails of ours, where they go by this mailbox."""
    tries: Tries = UNCOUNTED
    """Through which payloads are taken in, so that one that breaks us is found out."""
    elsewhere: Elsewhere | None = None
    """Who is on the site at which process, where there may be several; `None` for one."""
    budgets: SharedBudgets | None = None
    """Where several processes count together what a customer may do; `None` for alone."""
    once: Once | None = None
    """What was used in this inbox that is good for one use; `None` for what one process knows."""
    safe: Safe = field(default_factory=Pocket)
    """Where the adapter keeps what its network would not give again."""
    home: str | None = None
    """The address of a page of our own where customers find this inbox, if there is one."""


class Channel(ABC):
    """One configured account on one network.

    Each process has one, and whose it is to receive and send changes: what another may learn
    meanwhile is nothing to keep in memory (docs/decisions/0035).
    """

    kind: ClassVar[str]
    capabilities: Capabilities

    @abstractmethod
    async def check(self) -> str:
        """Prove the credentials and name the account; raises `MisconfiguredError`."""

    @abstractmethod
    async def run(self, sink: Sink) -> None:
        """Receive until cancelled. Raising means: restart me, after a pause."""

    @abstractmethod
    async def send(self, part: OutboundPart, *, key: str) -> Receipt:
        """Send exactly one network message, once.

        `key` is the same for every attempt at the same part. Raises a `SendError`; any
        other exception is a bug and counts as `OutcomeUnknownError`.
        """

    @abstractmethod
    def download(self, ref: str) -> AsyncIterator[bytes]:
        """Yield the bytes of an inbound attachment."""

    async def close(self) -> None:  # noqa: B027  # Most have nothing open outside `run`.
        """End sessions, connections and threads in good order.

        Called once, after `run` has ended and nothing is sent any more.
        """


@runtime_checkable
class Served(Protocol):
    """Has addresses of its own, at which every process that answers HTTP takes what comes.

    Where several processes serve one database, each runs `serve`, and one of them `run`; with
    one process `run` alone takes all.
    """

    async def serve(self, sink: Sink) -> None:
        """Take what comes to the addresses until cancelled."""
        ...


@runtime_checkable
class KnowsIds(Protocol):
    """The ids of a message are ours to make, so they are known before it is sent.

    What is reported or answered under them later proves that it went out, even if the
    program was stopped in between.
    """

    def ids_of(self, part: OutboundPart, *, key: str) -> Sequence[str]:
        """Return the ids that the receipt of this part will have."""
        ...


@runtime_checkable
class CanExamine(Protocol):
    """More can be asked of the network than whether it knows our credentials."""

    async def examine(self) -> Sequence[SendError]:
        """Return what is wrong with how the network hands over to us; changes nothing.

        Raises a `SendError` where the network does not say.
        """
        ...


@runtime_checkable
class CanTakeAgain(Protocol):
    """What was set aside can be taken in once more, as after an upgrade that understands it."""

    async def take_again(self, sink: Sink, raw: bytes) -> None:
        """Take what `Sink.quarantine` was given as if it came now, without any cursor.

        What still cannot be translated is handed to `sink.quarantine` again. May raise
        whatever comes of it: nothing depends on it but the one who asked.
        """
        ...


@runtime_checkable
class CanEdit(Protocol):
    """The network lets us change a message that was sent."""

    async def edit(self, part: OutboundPart, *, key: str) -> Receipt:
        """Replace the text of `part.external_ids`; raises as `Channel.send`."""
        ...


@runtime_checkable
class CanDelete(Protocol):
    """The network lets us take a message back."""

    async def delete(self, part: OutboundPart, *, key: str) -> Receipt:
        """Delete `part.external_ids`; raises as `Channel.send`."""
        ...


@runtime_checkable
class CanShowTyping(Protocol):
    """The network shows the customer that somebody is writing."""

    async def show_typing(self, recipient: str, thread: str, name: str) -> None:
        """Show it for a few seconds. A failure is nobody's loss."""
        ...


@runtime_checkable
class CanStartByLink(Protocol):
    """A link opens our account on the network, and what it carries comes back with the start."""

    async def start_link(self, payload: str) -> str:
        """Return the address whose customer comes with `payload` as `Visit.source`.

        It comes with their first message, or in a `ContactStarted` before they have said
        anything. `payload` is 1 to 64 of `A-Z a-z 0-9 _ -`, which every network carries.
        Raises a `SendError` while the network does not tell our account's name.
        """
        ...


@runtime_checkable
class CanLeadBack(Protocol):
    """A link leads a customer who has left back to where they wrote from."""

    def back_link(self, token: str, page: str | None) -> str | None:
        """Return the address to which the customer brings `token`, given to `WayBack.enter`.

        `page` is where they were last, as their browser told it; the address is of a site
        that the inbox belongs to, or there is none. To fetch it uses nothing up.
        """
        ...


@runtime_checkable
class CanMarkRead(Protocol):
    """The network shows the customer that their messages were read."""

    async def mark_read(self, recipient: str, thread: str, external_id: str) -> None:
        """Mark everything up to `external_id` as read."""
        ...
