"""The made-up network of postcards."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from typing import Any, cast
from unittest import mock

from channels import registry
from tests.channels.postcard.office import Failing, PostError, PostOffice
from tests.channels.storm.network import LATE, Carried, Network, Said, Trouble
from tests.channels.storm.postcards import PostcardInbox

_KINDS: dict[Trouble, Failing] = {
    "throttled": "throttled",
    "refused": "closed",
    "lost_request": "lost_request",
    "lost_answer": "lost_answer",
}


class StormyOffice(PostOffice):
    """An office that can be closed altogether, and answer late."""

    closed = False
    late = 0

    async def fetch(self, token: str, after: int, *, patience: float = 30.0) -> Any:
        """Hand out updates, unless it is closed."""
        if self.closed:
            raise PostError("closed")
        return await super().fetch(token, after, patience=patience)

    async def send(self, token: str, to: str, text: str, **more: Any) -> str:
        """Carry a card, unless it is closed."""
        if self.closed:
            raise PostError("closed")
        card = await super().send(token, to, text, **more)
        if self.late:
            self.late -= 1
            await asyncio.sleep(LATE)
        return card


class PostcardNetwork(Network):
    """An office, and people with letter boxes."""

    name = "postcard"
    edits = True
    reads = True

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Open the office, and have the program know the kind."""
        self.office = StormyOffice()
        self._updates: dict[Said, Any] = {}
        known = cast("dict[str, str]", registry.CHANNELS)
        path = f"{PostcardInbox.__module__}:{PostcardInbox.__name__}"
        with (
            mock.patch.dict(known, {"postcard": path}),
            mock.patch.dict(PostcardInbox.offices, {"main": self.office}),
        ):
            yield

    def inbox(self) -> dict[str, Any]:
        """Return the inbox's keys."""
        return {"type": "postcard", "office": "main"}

    async def compose(self, everything: Sequence[Said]) -> None:
        """Write the cards."""
        for one in everything:
            self._updates[one] = {
                "type": "corrected" if one.edited else "card",
                "id": f"{one.customer}-{one.number}",
                "from": {"id": one.customer, "name": one.customer},
                "text": one.text,
                "date": self.clock.now() + one.edited,
            }

    async def tell(self, said: Said, *, in_order: bool) -> None:  # There is one stream.
        """Hand out the update."""
        self.office.update(self._updates[said])

    def told(self) -> bool:
        """Say whether everything was fetched and acknowledged."""
        return not self.office.unacknowledged

    def customer_of(self, external_id: str) -> str:
        """Return the customer, who is called by their account."""
        return external_id

    def plan(self, trouble: Trouble) -> None:
        """Have the next card meet it."""
        if trouble == "late_answer":
            self.office.late += 1
            return
        self.office.fail_next(_KINDS[trouble], after=5.0 if trouble == "throttled" else 0.0)

    def left(self) -> Sequence[Trouble]:
        """Return what no card has met."""
        kinds = {how: kind for kind, how in _KINDS.items()}
        late: list[Trouble] = ["late_answer"] * self.office.late
        return [*late, *(kinds[one.kind] for one in self.office._failures)]

    def heal(self) -> None:
        """Forget it."""
        self.office._failures.clear()
        self.office.late = 0

    async def go_away(self) -> None:
        """Close."""
        self.office.closed = True

    async def come_back(self) -> None:
        """Open."""
        self.office.closed = False

    def carried(self) -> list[Carried]:
        """Return the cards."""
        return [Carried(one.to, one.text, one.id) for one in self.office.cards.values()]

    def read(self, one: Carried) -> None:
        """Report a card as read."""
        self.office.deliver(one.id, "read")
