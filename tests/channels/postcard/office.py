"""A made-up network: postcards, fetched from a post office, in memory.

It keeps its own ledger of what it was asked to carry, so that a test need not believe the
program about it. Like real networks it hands updates out again until the next fetch
acknowledges them, drops nothing, throttles, loses answers, and reports what became of a
card, sometimes before the sender has heard that it was taken.
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

Failing = Literal[
    "throttled", "closed", "refused", "moved_away", "bad_token", "lost_answer", "lost_request"
]


class PostError(Exception):
    """The office says no, or says nothing; `kind` is its own word for why."""

    def __init__(self, kind: Failing, after: float = 0.0) -> None:
        """`after` is how many seconds to wait, for `throttled`."""
        super().__init__(kind)
        self.kind = kind
        self.after = after


@dataclass(slots=True)
class Card:
    """A card that has reached somebody's letter box."""

    id: str
    to: str
    text: str
    pictures: Sequence[str] = ()
    answers: str | None = None
    withdrawn: bool = False
    edits: int = 0


@dataclass(slots=True)
class PostOffice:
    """The network. Times are ms; ids are strings."""

    token: str = "post-token-canary"
    now: int = 1_793_448_000_000
    knows_keys: bool = False
    """Whether a card sent again under the same key is the same card."""
    cards: dict[str, Card] = field(default_factory=dict)
    attempts: list[tuple[str, str]] = field(default_factory=list)
    """Everything the office was asked to carry, as (recipient, text)."""
    pictures: dict[str, bytes] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    fetches: int = 0
    _updates: list[tuple[int, Any]] = field(default_factory=list)
    _last: int = 0
    _failures: deque[PostError] = field(default_factory=deque)
    _by_key: dict[str, str] = field(default_factory=dict)
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    # --- what customers do ---

    def write(
        self,
        text: str,
        *,
        sender: str = "anna",
        name: str = "Анна",
        card: str | None = None,
        answers: str | None = None,
        picture: str | None = None,
    ) -> str:
        """Have a customer post a card; return its id."""
        card = card or f"in-{self._last + 1}"
        self._update(
            {
                "type": "card",
                "id": card,
                "from": {"id": sender, "name": name},
                "text": text,
                "date": self.now,
                "answers": answers,
                "picture": picture,
            }
        )
        return card

    def correct(
        self, card: str, text: str, *, sender: str = "anna", picture: str | None = None
    ) -> None:
        """Have a customer correct their card; `picture` is the one it has from then on."""
        self._update(
            {
                "type": "corrected",
                "id": card,
                "from": {"id": sender},
                "text": text,
                "date": self.now,
                "picture": picture,
            }
        )

    def recall(self, card: str, *, sender: str = "anna") -> None:
        """Have a customer take their card back."""
        self._update({"type": "recalled", "id": card, "from": {"id": sender}, "date": self.now})

    def deliver(self, card: str, state: Literal["delivered", "read", "returned"]) -> None:
        """Report what became of a card of ours."""
        to = self.cards[card].to if card in self.cards else "anna"
        self._update({"type": "report", "id": card, "to": to, "state": state, "date": self.now})

    def move_away(self, customer: str) -> None:
        """Have a customer leave for good."""
        self.gone.add(customer)
        self._update({"type": "moved", "from": {"id": customer}, "date": self.now})

    def update(self, raw: Any) -> None:
        """Hand out anything at all, a broken update for instance."""
        self._update(raw)

    def again(self) -> None:
        """Hand out everything once more, as after a lost acknowledgement."""
        for _, update in list(self._updates):
            self._update(update)

    def _update(self, update: Any) -> None:
        self._last += 1
        self._updates.append((self._last, update))
        self._news.set()

    # --- what an adapter calls ---

    async def fetch(
        self, token: str, after: int, *, patience: float = 30.0
    ) -> list[tuple[int, Any]]:
        """Return the updates past `after`, waiting for one; those up to it are acknowledged."""
        self._check(token)
        self._updates = [one for one in self._updates if one[0] > after]
        if not self._updates:
            self._news.clear()
            try:
                async with asyncio.timeout(patience):
                    await self._news.wait()
            except TimeoutError:
                return []
        self.fetches += 1
        return list(self._updates)

    @property
    def unacknowledged(self) -> int:
        """How many updates the office would hand out again."""
        return len(self._updates)

    async def send(
        self,
        token: str,
        to: str,
        text: str,
        *,
        key: str,
        pictures: Sequence[str] = (),
        answers: str | None = None,
    ) -> str:
        """Carry a card; return its id, or raise `PostError`."""
        await asyncio.sleep(0)
        self.attempts.append((to, text))
        failure = self._failures.popleft() if self._failures else None
        if failure is not None and failure.kind != "lost_answer":
            raise failure
        self._check(token)
        if to in self.gone:
            raise PostError("moved_away")
        if self.knows_keys and key in self._by_key:
            card = self._by_key[key]
        else:
            card = f"out-{len(self.cards) + 1}"
            self.cards[card] = Card(card, to, text, tuple(pictures), answers)
            self._by_key[key] = card
        if failure is not None:
            raise failure
        return card

    async def rewrite(self, token: str, card: str, text: str) -> None:
        """Change a card that lies in the letter box."""
        self._check(token)
        self.cards[card].text = text
        self.cards[card].edits += 1

    async def withdraw(self, token: str, card: str) -> None:
        """Take a card out of the letter box."""
        self._check(token)
        self.cards[card].withdrawn = True

    def fail_next(self, kind: Failing, *, after: float = 0.0, times: int = 1) -> None:
        """Have the next sends fail. After `lost_answer` the card has been carried all the same."""
        self._failures.extend(PostError(kind, after) for _ in range(times))

    def in_box(self, customer: str) -> list[str]:
        """Return what lies in a customer's letter box."""
        return [c.text for c in self.cards.values() if c.to == customer and not c.withdrawn]

    def _check(self, token: str) -> None:
        if token != self.token:
            raise PostError("bad_token")
