"""Who is on the site now: live sockets, their tabs, and who has just gone.

Kept in memory and rebuilt by the sockets as they come back. Nothing here waits: the
channel's loop asks what is due, and the clock is the program's own.
"""

from collections import OrderedDict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field

from bridge.clock import Clock
from channels.widget.visits import Story, merged

# A page that is reloaded, or a phone that changes networks, is back within this.
GRACE = 30.0
# A part that was just taken may not be on record as sent yet.
SETTLING = 5.0
# Changes of a visit are told together, but the current page soon enough to see it move.
TELL_EVERY = 1.0
# A page that closes is usually followed by the next one.
TELL_CLOSED_AFTER = 2.0
MOST_SOCKETS = 20


Line = Hashable
"""A live socket, as far as its presence goes: it is told apart from the others."""


@dataclass(slots=True)
class Tab:
    """One socket's page."""

    id: str
    url: str | None = None
    title: str | None = None
    visible: bool = False


@dataclass(slots=True)
class Guest:
    """One visitor who is here or has just left."""

    tabs: "OrderedDict[Line, Tab]" = field(default_factory=OrderedDict)
    story: Story = field(default_factory=Story)
    gone_at: float | None = None
    promised_at: float = float("-inf")
    """When a part for them was last taken as sent."""
    told_at: float = float("-inf")
    due_at: float | None = None
    unknown: bool = False
    """The core has never heard of them: there is nobody to tell about."""

    @property
    def current(self) -> Tab | None:
        """Return the tab the visitor looked at last."""
        visible = [tab for tab in self.tabs.values() if tab.visible]
        seen = visible or list(self.tabs.values())
        return seen[-1] if seen else None

    @property
    def pages(self) -> int:
        """Return how many tabs are open."""
        return len({tab.id for tab in self.tabs.values()})


class Presence:
    """All visitors of one inbox who are here."""

    def __init__(self, clock: Clock, *, shared: bool = False) -> None:
        """Nobody is here; `shared` says that others are to be told who comes and goes."""
        self._clock = clock
        self._moved: dict[str, None] | None = {} if shared else None
        self._guests: dict[str, Guest] = {}
        self._due: dict[str, None] = {}
        self._gone: dict[str, None] = {}
        self._started = clock.monotonic()

    def start(self) -> None:
        """Begin the grace in which those who were here before we started may come back."""
        self._started = self._clock.monotonic()

    @property
    def warming_up(self) -> bool:
        """Whether sockets of before the start may still be on their way back."""
        return self._clock.monotonic() - self._started < GRACE

    def __len__(self) -> int:
        """Return how many visitors are remembered."""
        return len(self._guests)

    def to_share(self) -> dict[str, bool]:
        """Return who has come (`True`) or gone since this was asked last."""
        moved = self._moved or {}
        if self._moved:
            self._moved = {}
        return {customer: self.connected(customer) for customer in moved}

    def share_again(self, moved: Iterable[str]) -> None:
        """Take back that others were told."""
        for customer in moved:
            self._share(customer)

    def _share(self, customer: str) -> None:
        if self._moved is not None:
            self._moved[customer] = None

    def guest(self, customer: str) -> Guest | None:
        """Return the visitor if they are here or have just left."""
        return self._guests.get(customer)

    def connected(self, customer: str) -> bool:
        """Say whether the visitor has a live socket."""
        guest = self._guests.get(customer)
        return guest is not None and bool(guest.tabs)

    def reachable(self, customer: str) -> bool:
        """Say whether what is sent now will be seen: they are here, or may be in a moment."""
        if self.warming_up or self.connected(customer):
            return True
        guest = self._guests.get(customer)
        if guest is None or guest.gone_at is None:
            return False
        return self._clock.monotonic() - guest.gone_at < GRACE

    def promise(self, customer: str) -> None:
        """Note that a part was taken for the visitor."""
        guest = self._guests.get(customer)
        if guest is not None:
            guest.promised_at = self._clock.monotonic()

    # --- coming and going ---

    def joined(self, customer: str, line: Line, tab: Tab, story: Story | None) -> bool:
        """Count a socket in; `False` if the visitor has too many."""
        guest = self._here(customer)
        if len(guest.tabs) >= MOST_SOCKETS:
            return False
        guest.tabs[line] = tab
        guest.gone_at = None
        self._share(customer)
        self._gone.pop(customer, None)
        if story is not None:
            guest.story = merged(guest.story, story)
        self._tell(customer, guest)
        return True

    def left(self, customer: str, line: Line) -> None:
        """Count a socket out."""
        guest = self._guests.get(customer)
        if guest is None or guest.tabs.pop(line, None) is None:
            return
        if not guest.tabs:
            self._leave(customer, guest)
        self._tell(customer, guest, after=TELL_CLOSED_AFTER)

    def wrote(self, customer: str, story: Story | None) -> Guest:
        """Note a message: whoever writes is here, and is known from now on."""
        guest = self._here(customer)
        self.known(customer)
        if story is not None:
            guest.story = merged(guest.story, story)
        if not guest.tabs:
            self._leave(customer, guest)
        return guest

    def _here(self, customer: str) -> Guest:
        guest = self._guests.get(customer)
        if guest is None:
            guest = self._guests[customer] = Guest()
        return guest

    def _leave(self, customer: str, guest: Guest) -> None:
        guest.gone_at = self._clock.monotonic()
        self._gone[customer] = None
        self._share(customer)

    # --- pages ---

    def moved(self, customer: str, line: Line, url: str | None, title: str | None) -> None:
        """Note that a tab shows another page."""
        guest, tab = self._tab(customer, line)
        if guest is None or tab is None or (tab.url, tab.title) == (url, title):
            return
        tab.url, tab.title = url, title
        guest.tabs.move_to_end(line)
        self._tell(customer, guest)

    def looked(self, customer: str, line: Line, *, visible: bool) -> None:
        """Note that a tab came to the front or went from it."""
        guest, tab = self._tab(customer, line)
        if guest is None or tab is None or tab.visible == visible:
            return
        tab.visible = visible
        if visible:
            guest.tabs.move_to_end(line)
        self._tell(customer, guest)

    def _tab(self, customer: str, line: Line) -> tuple[Guest | None, Tab | None]:
        guest = self._guests.get(customer)
        return guest, guest.tabs.get(line) if guest else None

    # --- what is due ---

    def _tell(self, customer: str, guest: Guest, *, after: float = 0.0) -> None:
        if guest.unknown:
            return
        soonest = max(self._clock.monotonic() + after, guest.told_at + TELL_EVERY)
        guest.due_at = soonest if guest.due_at is None else min(guest.due_at, soonest)
        self._due[customer] = None

    def to_tell(self) -> list[tuple[str, Guest]]:
        """Return whose visit has changed, and count it as told now."""
        now = self._clock.monotonic()
        due = [
            (customer, guest)
            for customer in self._due
            if (guest := self._guests[customer]).due_at is not None and guest.due_at <= now
        ]
        for customer, guest in due:
            del self._due[customer]
            guest.due_at, guest.told_at = None, now
        return due

    def tell_again(self, customer: str) -> None:
        """Take back that the visit was told: it could not be stored."""
        guest = self._guests.get(customer)
        if guest is not None:
            self._tell(customer, guest)

    def known(self, customer: str) -> None:
        """Note that the core has heard of the visitor after all."""
        guest = self._guests.get(customer)
        if guest is not None and guest.unknown:
            guest.unknown = False
            self._tell(customer, guest)

    def heard(self, customer: str) -> None:
        """Note that the visitor has written, perhaps to another process.

        It knew no more of their pages than what came with the message.
        """
        self.known(customer)
        guest = self._guests.get(customer)
        if guest is not None and self._moved is not None:
            self._tell(customer, guest)

    def nobody_knows(self, customer: str) -> None:
        """Note that the core has never heard of the visitor."""
        guest = self._guests.get(customer)
        if guest is not None:
            guest.unknown = True

    def to_give_up(self) -> list[str]:
        """Return who has been gone for the whole grace; they stay until `forget`."""
        now = self._clock.monotonic()
        return [customer for customer in self._gone if self._is_over(self._guests[customer], now)]

    def _is_over(self, guest: Guest, now: float) -> bool:
        gone = guest.gone_at is not None and now - guest.gone_at >= GRACE
        return gone and now - guest.promised_at >= SETTLING

    def forget(self, customer: str) -> None:
        """Drop a visitor who has gone, unless they came back meanwhile."""
        guest = self._guests.get(customer)
        if guest is None or guest.tabs:
            return
        self._gone.pop(customer, None)
        self._due.pop(customer, None)
        del self._guests[customer]
