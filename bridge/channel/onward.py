"""Where a conversation can go on: in another inbox, or in this one, by a link back into it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bridge.channel.incoming import Sender


@dataclass(frozen=True, slots=True, kw_only=True)
class WayOn:
    """Another inbox, which a link opens; `kind` is its network's, `name` what agents call it."""

    inbox_id: str
    kind: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StartLink:
    """A link that begins a conversation in another inbox.

    `expires_at` (ms) is until when it knows whom it was made for; `None` where it knows
    nobody.
    """

    url: str
    expires_at: int | None


class Onward(Protocol):
    """The other inboxes of the installation, as far as an adapter may use them."""

    def ways(self, inbox_ids: Sequence[str]) -> Sequence[WayOn]:
        """Return those of the inboxes that a link can begin a conversation in, in their order."""
        ...

    async def link(
        self, customer: str, thread: str, *, to: str, source: str, valid: int
    ) -> StartLink | None:
        """Return a link on to the inbox `to`, or `None` where no link leads.

        It ties whoever uses it first, within `valid` ms, to the customer's contact and
        their conversation in `thread`. While there is no such conversation it ties nobody
        to anything, and whoever uses it comes from `source`. Raises a `SendError`.
        """
        ...


class WayBack(Protocol):
    """The links that lead back into this inbox, as far as an adapter may know of them."""

    async def enter(self, sender: Sender, token: str) -> str | None:
        """Use a link's token up; return the thread that it opens to the sender from now on.

        `None` for one that is used, out of time or made up: nobody learns which. Whoever
        has used it may do so again while it is good, since an answer can be lost. What they
        write in the thread, and what they have seen of it, counts as its customer's.
        """
        ...

    async def hosts(self, customer: str) -> Sequence[str]:
        """Return the customers whose threads were opened to this one so.

        What is sent to them in those reaches this one too.
        """
        ...
