"""Random lives of customers who are blocked and let in again: never a message to or from one."""

import asyncio
import contextlib
import itertools
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge import channel as ch
from bridge.delivery import Outcomes
from bridge.delivery.parts import outbound_part
from bridge.media import MediaStore
from bridge.models import Delivery
from bridge.store import deliveries as d
from bridge.store.transactions import Tx
from routing import outbound
from routing.reactions import Reactions
from routing.refusal import RefusedError
from tests.clock import ManualClock
from tests.databases import fresh_database
from tests.routing.gate import block, strict, told, unblock
from tests.routing.world import CAPABILITIES, World, living

CUSTOMERS = ("olena", "petro")
_who = st.sampled_from(CUSTOMERS)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["writes", "replies", "retries", "unblocks"]), _who),
        st.tuples(st.just("blocks"), _who, st.sampled_from([None, 60, 600])),
        st.tuples(st.just("waits"), st.sampled_from([1, 59, 60, 600])),
        st.tuples(st.just("sends"), st.sampled_from(["taken", "unavailable"])),
    ),
    min_size=4,
    max_size=25,
)
FOR_EVER = float("inf")


@dataclass
class Life:
    """A world, and until when its customers are blocked by a reckoning of the test's own."""

    world: World
    media: MediaStore
    here: dict[str, int]
    ends: dict[str, float] = field(default_factory=dict)
    last: dict[str, int] = field(default_factory=dict)
    got: list[tuple[str, int, bool]] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=itertools.count)

    def is_blocked(self, customer: str) -> bool:
        return self.ends.get(customer, 0) > self.world.clock.now()

    async def writes(self, customer: str) -> None:
        before = await self.world.texts(self.here[customer])
        answer = await self.world.says(customer, f"no. {next(self.numbers)}")
        assert answer.outcome == ("refused" if self.is_blocked(customer) else "stored")
        after = await self.world.texts(self.here[customer])
        assert (after == before) == self.is_blocked(customer)

    async def replies(self, customer: str) -> None:
        answering = self.world.replies("anna", self.here[customer])
        if not self.is_blocked(customer):
            self.last[customer] = await answering
            return
        with pytest.raises(RefusedError, match="blocked"):
            await answering

    async def retries(self, customer: str) -> None:
        with contextlib.suppress(RefusedError):
            await self.world.store.write(outbound.retry, self.last.get(customer, 0))

    async def blocks(self, customer: str, lasts: float | None) -> None:
        if not self.is_blocked(customer):
            await block(self.world, self.here[customer], lasts=lasts)
            now = self.world.clock.now()
            self.ends[customer] = FOR_EVER if lasts is None else now + lasts * 1000

    async def unblocks(self, customer: str) -> None:
        if self.is_blocked(customer):
            await unblock(self.world, self.here[customer])
            self.ends[customer] = 0

    async def waits(self, seconds: float) -> None:
        self.world.clock.tick(seconds)

    async def sends(self, how: str) -> None:
        await self.world.store.write(self._send_what_is_due, how)

    def _send_what_is_due(self, tx: Tx, how: str) -> None:
        """Do as the delivery worker does, with a network that takes everything, or nothing."""
        outcomes = Outcomes(Reactions(self.world.desk), "pager", idempotent=False)
        for head in tx.all(d.DUE_HEADS, place="pager", now=tx.now, limit=100):
            tx.run(d.CLAIM, of=head.id, at=tx.now, begun_at=tx.now)
            one = tx.the(d.DELIVERY_BY_ID, id=head.id)
            outcomes.record(tx, one, self._outcome(tx, one, how))

    def _outcome(self, tx: Tx, one: Delivery, how: str) -> ch.Receipt | ch.SendError:
        try:
            part = outbound_part(tx, self.media, one, CAPABILITIES["pager"])
        except ch.SendError as error:
            return error
        self.got.append((part.recipient, part.message_id, self.is_blocked(part.recipient)))
        if how == "taken":
            return ch.Receipt(external_ids=[f"m{next(self.numbers)}"])
        return ch.UnavailableError("The network is away.", reason="unavailable")

    async def was_right(self) -> None:
        """Check that whoever was blocked was sent nothing but that they are."""
        for customer in CUSTOMERS:
            notices = {one.id for one in await told(self.world, self.here[customer])}
            reached = {what for who, what, blocked in self.got if who == customer and blocked}
            assert reached <= notices


async def _live(folder: Path, steps: list[tuple[str, ...]]) -> None:
    async with living(fresh_database(folder), ManualClock()) as world:
        strict(world)
        media = MediaStore(world.store, folder / "media", clock=world.clock, secret=b"s")
        here = {customer: await world.begun(customer) for customer in CUSTOMERS}
        life = Life(world, media, here)
        for verb, *how in steps:
            await getattr(life, verb)(*how)
        await life.was_right()


@given(STEPS)
@settings(max_examples=25, deadline=None)
def test_d27_s11_never_a_message_to_or_from_a_blocked_customer(
    steps: list[tuple[str, ...]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_live(Path(folder), steps))
