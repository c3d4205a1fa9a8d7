"""The promise of what goes out, under whatever happens in between.

> Each reply is committed before it is attempted, and retried until it reaches exactly one
> end: sent, failed (with its reason), or uncertain. At most one send per conversation is
> in flight, in order. Doubles: none that are not marked.

Agents write, the network answers, hangs and reports as it likes, processes are stopped and
killed. The network keeps the ledger; our own database is not asked what was carried.
"""

import asyncio
import contextlib
import os
import tempfile
from collections import Counter, defaultdict
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Literal, TypeVar

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from bridge import channel as ch
from bridge.delivery import LANE_TOPIC, Body, DeliveryWorker
from bridge.media import MediaStore
from bridge.models import Delivery
from bridge.store import messages as m
from bridge.store.statement import Statement
from bridge.store.transactions import News, Store, Tx
from routing import outbound
from routing.policy import Policy
from routing.reactions import Reactions
from tests.channels.postcard.channel import PostcardChannel
from tests.channels.postcard.office import Failing, PostOffice
from tests.clock import ManualClock
from tests.databases import fresh_database
from tests.routing.world import World, declare

T = TypeVar("T")

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

CUSTOMERS = ("Олена", "Tom 🐈", "Марія")
ENDS = ("sent", "delivered", "read", "failed", "uncertain")
ALL: Statement[Delivery] = Statement(
    Delivery,
    f"SELECT {', '.join(Delivery.__struct_fields__)} FROM deliveries ORDER BY id",  # noqa: S608
)


@dataclass(slots=True)
class Office(PostOffice):
    """A post office that can also hang, and watches how it is called."""

    clock: ManualClock = field(default_factory=ManualClock)
    hangs: list[Literal["before", "after"]] = field(default_factory=list)
    flying: Counter[str] = field(default_factory=Counter)
    quiet_until: float = 0.0
    violations: list[str] = field(default_factory=list)

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
        """Carry a card, unless it hangs for ever before or after that."""
        if self.clock.monotonic() < self.quiet_until:
            self.violations.append(f"{text} was sent in a pause")
        self.flying[to] += 1
        if self.flying[to] > 1:
            self.violations.append(f"two cards to {to} at once")
        hangs = self.hangs.pop(0) if self.hangs else None
        try:
            if hangs == "before":
                await asyncio.Event().wait()
            card = await self._carry(token, to, text, key)
            if hangs == "after":
                await asyncio.Event().wait()
            return card
        finally:
            self.flying[to] -= 1

    async def _carry(self, token: str, to: str, text: str, key: str) -> str:
        slow = self._failures[0].after if self._failures else 0.0
        try:
            return await PostOffice.send(self, token, to, text, key=key)
        finally:
            if slow:
                self.quiet_until = self.clock.monotonic() + slow


class Spy(Reactions):
    """Remembers which parts have ever ended badly."""

    bad: set[int]

    def ended(self, tx: Tx, delivery: Delivery, state: Literal["failed", "uncertain"]) -> bool:
        """Note it, and react as ever."""
        self.bad.add(delivery.id)
        return super().ended(tx, delivery, state)


class Killable(DeliveryWorker):
    """A worker that can end as `kill -9` ends it: nothing more is said or recorded."""

    killed = False

    async def _finish(self) -> None:
        if not self.killed:
            await super()._finish()
            return
        await self._sending.end()


class Process:
    """One life of the program."""

    def __init__(self, folder: Path, office: Office, clock: ManualClock, policy: Policy) -> None:
        self.store = Store(folder / "test.db", clock=clock, on_commit=self._committed)
        self.world = World(self.store, clock, policy)
        self.channel = PostcardChannel(office)
        self.world.desk.capabilities["pager"] = self.channel.capabilities  # type: ignore[index]
        media = MediaStore(self.store, folder, clock=clock, secret=b"s" * 32)
        self.spy = Spy(self.world.desk)
        self.worker = Killable(self.store, media, self.spy, "pager", self.channel, last_words=0.02)

    def _committed(self, news: News) -> None:
        if LANE_TOPIC in news.topics:
            self.worker.wake()
        self.world.hub.committed(news.events)

    async def start(self) -> None:
        """Begin to live."""
        await self.store.write(declare)
        await self.world.hub.start()
        self.task = asyncio.create_task(self.worker.run())

    async def end(self, *, killed: bool) -> None:
        """Stop in good order, or not."""
        self.worker.killed = killed
        self.task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self.task
        await self.store.close()


class Out(RuleBasedStateMachine):
    """Everything that can happen to what goes out."""

    knows_keys: ClassVar[bool] = False
    uncertain: ClassVar[Literal["ask", "resend"]] = "ask"

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.stack = contextlib.ExitStack()
        self.folder = Path(self.stack.enter_context(tempfile.TemporaryDirectory()))
        self.clock = ManualClock()
        self.office = Office(clock=self.clock, knows_keys=self.knows_keys)
        self.bad: set[int] = set()
        self.believed: set[int] = set()
        self.touched: set[int] = set()
        self.returned: set[str] = set()
        self.words = 0

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine in the machine's own loop."""
        return self.loop.run_until_complete(asyncio.wait_for(work, 30))

    @initialize()
    def begin(self) -> None:
        """Have every customer write once."""
        fresh_database(self.folder)
        self.run(self._start())
        self.here = {one: self.run(self.process.world.begun(one)) for one in CUSTOMERS}

    async def _start(self) -> None:
        policy = Policy(uncertain=self.uncertain)
        self.process = Process(self.folder, self.office, self.clock, policy)
        self.process.spy.bad = self.bad
        self.office.quiet_until = 0.0
        await self.process.start()

    # --- what happens ---

    @rule(customer=st.sampled_from(CUSTOMERS), parts=st.integers(1, 3))
    def an_agent_writes(self, customer: str, parts: int) -> None:
        """Write something of so many parts, each of them unlike any other."""
        said = []
        for _ in range(parts):
            self.words += 1
            said.append(f"слово{self.words} ".ljust(450 if parts > 1 else 1, "."))
        text = "\n\n".join(said)
        self.run(self.process.world.replies("anna", self.here[customer], text))

    @rule(customer=st.sampled_from(CUSTOMERS), again=st.booleans())
    def an_agent_leaves_a_note(self, customer: str, *, again: bool) -> None:
        """Write something for colleagues only, and perhaps change it."""
        self.words += 1
        note = self.run(
            self.process.world.notes("anna", self.here[customer], f"нотатка{self.words}")
        )
        if again:
            self.run(self.process.world.store.write(self._changes_note, note))

    def _changes_note(self, tx: Tx, note: int) -> None:
        desk, message = self.process.world.desk, tx.the(m.MESSAGE_BY_ID, id=note)
        outbound.edit(tx, desk, message, f"{message.text}, змінена")

    @rule(
        kind=st.sampled_from(
            ["throttled", "closed", "lost_request", "refused", "lost_answer", "lost_answer"]
        ),
        after=st.sampled_from([0.5, 5.0, 600.0]),
        times=st.integers(1, 3),
    )
    def the_network_will_fail(self, kind: Failing, after: float, times: int) -> None:
        """Have the next answers be bad ones."""
        self.office.fail_next(kind, after=after if kind == "throttled" else 0.0, times=times)

    @rule(when=st.sampled_from(["before", "after"]))
    def the_network_will_hang(self, when: Literal["before", "after"]) -> None:
        """Have a send hang, before or after the card was carried."""
        self.office.hangs.append(when)

    @rule(seconds=st.sampled_from([0.1, 2.0, 400.0, 5 * 3600.0, 25 * 3600.0]))
    def time_passes(self, seconds: float) -> None:
        """Move the clock."""
        self.clock.tick(seconds)
        self.run(self._calm())

    @rule()
    def the_worker_works(self) -> None:
        """Give it time."""
        self.run(self._calm())

    @rule(killed=st.booleans())
    def the_process_ends_and_another_begins(self, *, killed: bool) -> None:
        """Stop or kill it; what hung hangs no more."""
        self.run(self.process.end(killed=killed))
        self.run(self._start())

    @rule(pick=st.integers(0, 10**6), report=st.sampled_from(["delivered", "read", "returned"]))
    def the_network_reports(
        self, pick: int, report: Literal["delivered", "read", "returned"]
    ) -> None:
        """Say what became of a card, perhaps before its sender has heard of it."""
        if not self.office.cards:
            return
        card = list(self.office.cards.values())[pick % len(self.office.cards)]
        if report == "returned":
            self.returned.add(card.id)
        state: Any = "failed" if report == "returned" else report
        event = ch.DeliveryReport(recipient=card.to, external_ids=[card.id], state=state, at=1)
        self.run(self.process.world.comes(event))

    @rule(pick=st.integers(0, 10**6), arrived=st.booleans())
    def an_agent_looks_at_what_went_wrong(self, pick: int, *, arrived: bool) -> None:
        """Retry what has failed; say of what is uncertain that it arrived, or send it again."""
        wrong = [one for one in self.run(self._all()) if one.state in ("failed", "uncertain")]
        if not wrong:
            return
        one = wrong[pick % len(wrong)]
        of = {each.id for each in self.run(self._all()) if each.message_id == one.message_id}
        self.touched |= of
        store = self.process.store
        if one.state == "failed":
            self.run(store.write(outbound.retry, one.message_id))
        else:
            self.run(store.write(outbound.settle, one.message_id, arrived=arrived))
            if arrived:
                self.believed |= of

    # --- what must hold ---

    def teardown(self) -> None:
        """Heal everything, wait for the ends, and compare with the ledger."""
        try:
            self.run(self._heal())
            everything = self.run(self._all())
            self._check_ends(everything)
            self._check_ledger(everything)
            self._check_order(everything)
            self._check_parts(everything)
            assert self.office.violations == []
            assert self.run(self.process.world.count("messages WHERE kind = 'outgoing'")) == len(
                {one.message_id for one in everything}
            )
        finally:
            self.run(self.process.end(killed=False))
            self.loop.run_until_complete(self.loop.shutdown_default_executor())
            self.loop.close()
            self.stack.close()

    async def _heal(self) -> None:
        self.office._failures.clear()
        self.office.hangs.clear()
        # Whatever still hangs is left behind by the process that made the call.
        await self.process.end(killed=True)
        await self._start()
        for _ in range(3):
            await self._calm()
            self.clock.tick(3600)
        await self._calm()

    def _check_ends(self, everything: list[Delivery]) -> None:
        for one in everything:
            assert one.state in ENDS or self._is_held(one, everything), one
            assert one.state not in ("failed", "uncertain") or one.reason, one

    def _is_held(self, one: Delivery, everything: list[Delivery]) -> bool:
        before = [
            other.state
            for other in everything
            if other.message_id == one.message_id and other.part < one.part
        ]
        return one.state == "queued" and bool({"failed", "uncertain"} & set(before))

    def _check_ledger(self, everything: list[Delivery]) -> None:
        carried: dict[tuple[str, str], int] = defaultdict(int)
        came_back: dict[tuple[str, str], int] = defaultdict(int)
        for card in self.office.cards.values():
            (came_back if card.id in self.returned else carried)[card.to, card.text] += 1
        for one in everything:
            key = self._to(one), _text(one)
            kept, back = carried.pop(key, 0), came_back.pop(key, 0)
            if one.state in ("sent", "delivered", "read") and one.id not in self.believed:
                assert kept + back >= 1, f"lost: {one}"
            if one.doubled_at is None:
                assert kept <= 1, f"an unmarked double: {one}"
                assert one.state != "failed" or kept == 0 or back, f"carried, yet failed: {one}"
            if self.knows_keys:
                assert kept + back <= 1, f"a double under a known key: {one}"
        # Nothing was carried that nobody wrote, and nothing to anybody else.
        assert not carried
        assert not came_back

    def _check_order(self, everything: list[Delivery]) -> None:
        """What never ended badly was carried in the order it was written, in each lane."""
        # Behind a part that ended badly, or came back, others waited for it to turn out well.
        bad = {one.id for one in everything if one.id in self.bad or self._came_back(one)}
        held = {(one.message_id, one.part) for one in everything if one.id in bad}
        rough = self.touched | {
            one.id
            for one in everything
            if any(one.message_id == message and one.part >= part for message, part in held)
        }
        first: dict[tuple[str, str], int] = {}
        for number, card in enumerate(self.office.cards.values()):
            first.setdefault((card.to, card.text), number)
        for customer in CUSTOMERS:
            smooth = [
                one for one in everything if self._to(one) == customer and one.id not in rough
            ]
            places = [first[key] for one in smooth if (key := (customer, _text(one))) in first]
            assert places == sorted(places), f"out of order to {customer}"

    def _came_back(self, one: Delivery) -> bool:
        return not self.returned.isdisjoint(msgspec.json.decode(one.external_ids))

    def _check_parts(self, everything: list[Delivery]) -> None:
        """Nothing was carried behind a part that could not go, unless an agent had it so."""
        carried = {(card.to, card.text) for card in self.office.cards.values()}
        stuck = [
            one
            for one in everything
            if one.id in self.bad - self.touched
            and one.state in ("failed", "uncertain")
            # Sent again and carried, it may have been returned only after what came behind it.
            and not self._came_back(one)
        ]
        for one in stuck:
            for later in everything:
                if later.message_id == one.message_id and later.part > one.part:
                    assert (self._to(later), _text(later)) not in carried, f"{later} behind {one}"

    def _to(self, one: Delivery) -> str:
        [customer] = [who for who, here in self.here.items() if here == one.conversation_id]
        return customer

    async def _all(self) -> list[Delivery]:
        return await self.process.store.read(lambda tx: tx.all(ALL))

    async def _calm(self) -> None:
        """Let the worker do all it can do now."""
        quiet, before = 0, ""
        while quiet < 4:
            self.process.worker.wake()
            await self.process.store.write(lambda _tx: None)
            await asyncio.sleep(0.001)
            now = str([(one.state, one.attempts, one.due_at) for one in await self._all()])
            quiet, before = (quiet + 1 if now == before else 0), now


def _text(one: Delivery) -> str:
    return msgspec.json.decode(one.body, type=Body).text


@given(
    actions=st.lists(
        st.sampled_from(["note", "changed note", "reply", "failure", "restart", "time"]),
        max_size=15,
    )
)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_o12_no_note_ever_reaches_a_network_whatever_else_happens(actions: list[str]) -> None:
    out = Out()
    out.begin()
    for action in actions:
        match action:
            case "note" | "changed note":
                out.an_agent_leaves_a_note(CUSTOMERS[0], again=action == "changed note")
            case "reply":
                out.an_agent_writes(CUSTOMERS[0], 2)
            case "failure":
                out.the_network_will_fail("closed", 0.5, 1)
            case "restart":
                out.the_process_ends_and_another_begins(killed=True)
            case _:
                out.time_passes(400.0)
    out.an_agent_leaves_a_note(CUSTOMERS[1], again=True)
    cards = out.office.cards
    out.teardown()
    assert not [card.text for card in cards.values() if "нотатка" in card.text]


class OutResending(Out):
    """The same where an uncertain part is sent once more."""

    uncertain = "resend"


class OutWithKeys(Out):
    """The same where the network knows a key it has seen."""

    knows_keys = True


_SETTINGS = settings(
    max_examples=int(os.environ.get("DESKBRIDGE_EXAMPLES", "12")),
    stateful_step_count=30,
    deadline=None,
    # To make a failing story shorter takes minutes; the seed is printed.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)

TestNoReplyIsLostOrDoubledUnmarked = Out.TestCase
TestNoReplyIsLostOrDoubledUnmarked.settings = _SETTINGS
TestUncertainRepliesAreResentOnceAndMarked = OutResending.TestCase
TestUncertainRepliesAreResentOnceAndMarked.settings = _SETTINGS
TestANetworkThatKnowsItsKeysNeverCarriesTwice = OutWithKeys.TestCase
TestANetworkThatKnowsItsKeysNeverCarriesTwice.settings = _SETTINGS
