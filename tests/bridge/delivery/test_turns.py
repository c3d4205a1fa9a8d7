"""What waits inside an adapter for its turn has certainly not gone, however the program ends."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator

import pytest

from bridge import channel as ch
from bridge.delivery import DeliveryWorker
from bridge.pace import Budget, Pace
from tests.bridge.delivery.pigeon import Gate, Network, Pigeon
from tests.bridge.delivery.rig import INBOX, Rig
from tests.databases import by_hand, until

# One at a time, and no second one for as long as a test lasts.
SLOW = Budget(1, 3600.0)
CUSTOMERS = [f"клієнт {n}" for n in range(20)]


class Patient(Pigeon):
    """Pigeons that leave the loft one after the other."""

    def __init__(self, network: Network, budget: Budget = SLOW) -> None:
        super().__init__(network, waits_its_turn=True)
        self.pace = Pace(budget)

    async def send(self, part: ch.OutboundPart, *, key: str) -> ch.Receipt:
        async with self.pace.turn():
            await part.goes()
            return await super().send(part, key=key)


class Killable(DeliveryWorker):
    """A worker that ends as `kill -9` ends it: nothing more is said or recorded."""

    async def _finish(self) -> None:
        await self._sending.end()


@pytest.fixture
def patient(rig: Rig) -> Rig:
    """Return the rig with a network that takes one an hour."""
    rig.channel = Patient(rig.network)
    return rig


@contextlib.asynccontextmanager
async def until_killed(rig: Rig) -> AsyncIterator[None]:
    rig.worker = Killable(rig.store, rig.media, rig.witness, INBOX, rig.channel)
    task = asyncio.create_task(rig.worker.run())
    yield
    task.cancel()
    await asyncio.wait([task])


async def backlog(rig: Rig) -> None:
    for one in CUSTOMERS:
        await rig.say(await rig.conversation(one), one)


async def states(rig: Rig) -> Counter[str]:
    return Counter((await rig.states()).values())


async def test_of_a_backlog_that_a_kill_interrupts_only_what_was_on_the_wire_is_uncertain(
    patient: Rig,
) -> None:
    rig, first = patient, CUSTOMERS[0]
    gate = Gate(rig.network, first)
    rig.network.fates[first] = [gate]
    await backlog(rig)
    async with until_killed(rig):
        await gate.entered.wait()
        await until(lambda: len(rig.worker._sending) == 16)
    assert await states(rig) == {"sending": 16, "queued": 4}
    rig.channel = Patient(rig.network, Budget(100, 0.001))
    async with rig.working():
        await rig.reaches(**dict.fromkeys(CUSTOMERS[1:], "sent"))
    parts = await rig.deliveries()
    assert (parts[first].state, parts[first].reason) == ("uncertain", "interrupted")
    assert Counter(rig.network.called) == dict.fromkeys(CUSTOMERS, 1)
    assert all(one.doubled_at is one.unsure_at is None for one in parts.values())


async def test_stopping_puts_what_waits_for_its_turn_back_into_its_lane(patient: Rig) -> None:
    rig, first = patient, CUSTOMERS[0]
    gate = Gate(rig.network, first)
    rig.network.fates[first] = [gate]
    await backlog(rig)
    async with rig.working(last_words=0.05):
        await gate.entered.wait()
    assert await states(rig) == {"uncertain": 1, "queued": 19}
    assert rig.network.called == [first]


async def test_a_turn_that_does_not_come_in_time_is_waited_for_again(patient: Rig) -> None:
    rig = patient
    for text in ("first", "second"):
        await rig.say(await rig.conversation(text), text)
    async with rig.working(send_timeout=0.05):
        await rig.reaches(first="sent", second="queued")
        await until(lambda: ("delayed", 2) in rig.witness.heard)
    second = (await rig.deliveries())["second"]
    assert (second.state, second.reason, second.unsure_at) == ("queued", "timeout", None)
    assert rig.network.called == ["first"]


async def test_the_time_for_an_answer_begins_when_a_part_goes(rig: Rig) -> None:
    gate = Gate(rig.network, "hi")
    rig.network.fates["hi"] = [gate]
    channel = rig.channel = Patient(rig.network, Budget(1, 1.0))
    taken = await channel.pace.take()
    await rig.say(await rig.conversation(), "hi")
    async with rig.working(send_timeout=1.8):
        # Its turn comes after a second, and its answer another one later.
        taken()
        await gate.entered.wait()
        await asyncio.sleep(1.0)
        gate.opened.set()
        await rig.reaches(hi="sent")


async def test_an_answer_that_does_not_come_after_that_is_as_uncertain_as_ever(
    patient: Rig,
) -> None:
    gate = Gate(patient.network, "hi")
    patient.network.fates["hi"] = [gate]
    await patient.say(await patient.conversation(), "hi")
    async with patient.working(send_timeout=0.05):
        await patient.reaches(hi="uncertain")


async def test_a_part_goes_only_when_it_is_noted_that_it_does(
    patient: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    rig, write, away = patient, patient.store.write, [True]

    async def writes(work: object, *given: object) -> object:
        if getattr(work, "__name__", "") == "_noted" and away:
            away.pop()
            raise ch.StorageUnavailableError("the disk is full")
        return await write(work, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(rig.store, "write", writes)
    rig.channel = Patient(rig.network, Budget(9, 0.01))
    await rig.say(await rig.conversation(), "hi")
    async with rig.working():
        await until(lambda: bool(rig.witness.heard))
        assert rig.network.called == []
        assert (await rig.deliveries())["hi"].begun_at is None
        rig.pass_time(10)
        await rig.reaches(hi="sent")
    assert rig.network.called == ["hi"]


async def test_nothing_goes_behind_a_part_that_is_still_in_the_air_though_it_is_known_to_be_there(
    rig: Rig,
) -> None:
    here = await rig.conversation()
    gate = Gate(rig.network, "hi")
    rig.network.fates["hi"] = [gate]
    async with rig.working():
        await rig.say(here, "hi")
        await rig.say(here, "next")
        await gate.entered.wait()
        by_hand(rig.store, "UPDATE deliveries SET state = 'delivered' WHERE id = 1")
        await rig.a_moment()
        assert rig.network.called == ["hi"]
        gate.opened.set()
        await rig.reaches(hi="delivered", next="sent")
    assert max(rig.network.most_flying.values()) == 1
