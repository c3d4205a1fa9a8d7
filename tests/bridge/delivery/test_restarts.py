"""Processes end, databases go away for a while; each part still comes to exactly one end."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from bridge import channel as ch
from bridge.db import Place
from bridge.store.transactions import Store
from tests.bridge.delivery.pigeon import Gate, Pigeon
from tests.bridge.delivery.rig import Rig
from tests.clock import ManualClock
from tests.databases import by_hand, hold, impatient, until, watching


async def left_on_the_wire(rig: Rig, *texts: str) -> None:
    """Leave a part as a killed process leaves it."""
    await rig.say(await rig.conversation(), *texts)
    left = "UPDATE deliveries SET state = 'sending', begun_at = 1 WHERE part = 0"
    by_hand(rig.store, left)


async def test_a_part_that_a_killed_process_left_on_the_wire_is_uncertain(rig: Rig) -> None:
    await left_on_the_wire(rig, "hi", "its second part")
    async with rig.working():
        await rig.reaches(hi="uncertain")
        await rig.a_moment()
    assert (await rig.deliveries())["hi"].reason == "interrupted"
    assert rig.network.called == []


class Naming(Pigeon):
    """Pigeons whose messages have names of our own making."""

    def ids_of(self, part: ch.OutboundPart, *, key: str) -> list[str]:
        """Return the name."""
        return [f"ours-{key}"]


async def test_an_id_of_our_own_making_is_known_although_the_process_was_killed(rig: Rig) -> None:
    rig.channel = Naming(rig.network)
    gate = Gate(rig.network, "hi")
    rig.network.fates["hi"] = [gate]
    async with rig.working(last_words=0.05):
        await rig.say(await rig.conversation(), "hi")
        await gate.entered.wait()
        sending = (await rig.deliveries())["hi"]
    assert (sending.state, sending.external_ids) == ("sending", f'["ours-{sending.id}"]')
    left = (await rig.deliveries())["hi"]
    assert (left.state, left.external_ids) == ("uncertain", sending.external_ids)


async def test_it_is_simply_sent_again_where_the_network_knows_the_key(
    idempotent_rig: Rig,
) -> None:
    rig = idempotent_rig
    await left_on_the_wire(rig, "hi", "its second part")
    async with rig.working():
        await rig.reaches(hi="sent", **{"its second part": "sent"})
    assert (await rig.deliveries())["hi"].doubled_at is None


async def test_uncertain_resend_covers_a_killed_process_too(rig: Rig) -> None:
    rig.witness.resend = True
    await left_on_the_wire(rig, "hi")
    async with rig.working():
        await rig.reaches(hi="sent")
    assert (await rig.deliveries())["hi"].doubled_at is not None


async def test_stopping_lets_what_is_on_the_wire_end(rig: Rig) -> None:
    here = await rig.conversation()
    gate = Gate(rig.network, "hi")
    rig.network.fates["hi"] = [gate]
    async with rig.working():
        await rig.say(here, "hi")
        await rig.say(here, "next")
        await gate.entered.wait()
        asyncio.get_running_loop().call_later(0.1, gate.opened.set)
    assert await rig.states() == {"hi": "sent", "next": "queued"}
    assert rig.network.arrived == ["hi"]


async def test_stopping_waits_only_so_long_and_calls_the_rest_uncertain(rig: Rig) -> None:
    here, there = await rig.conversation("Марія"), await rig.conversation("Tom")
    gate = Gate(rig.network, "stuck")
    rig.network.fates["stuck"] = [gate]
    async with rig.working(last_words=0.1):
        await rig.say(here, "stuck", "its second part")
        await gate.entered.wait()
        await rig.say(there, "quick")
        await rig.reaches(quick="sent")
    parts = await rig.deliveries()
    assert parts["stuck"].state == "uncertain"
    assert parts["stuck"].reason == "interrupted"
    async with rig.working():
        await rig.a_moment()
    assert rig.network.called == ["stuck", "quick"]


async def test_a_part_claimed_but_not_begun_when_it_stops_goes_back_to_its_lane(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = await rig.conversation()
    worker = rig.new_worker(last_words=0.1)
    entered, leave = asyncio.Event(), asyncio.Event()
    write = rig.store.write

    async def slow_write(work: Any, *given: Any) -> Any:
        answer: Any = await write(work, *given)
        if work.__name__ == "_claim" and answer[0]:
            entered.set()
            await leave.wait()
        return answer

    monkeypatch.setattr(rig.store, "write", slow_write)
    task = asyncio.create_task(worker.run())
    await rig.say(here, "hi")
    await asyncio.wait_for(entered.wait(), 30)
    assert await rig.states() == {"hi": "sending"}
    task.cancel()
    await asyncio.wait([task])
    # Nothing of it was on the wire, so there is nothing to be uncertain of.
    assert await rig.states() == {"hi": "queued"}
    assert rig.network.called == []
    monkeypatch.undo()
    async with rig.working():
        await rig.reaches(hi="sent")


async def test_a_receipt_is_recorded_however_long_the_database_is_away(
    rig: Rig, database: Place, caplog: pytest.LogCaptureFixture
) -> None:
    impatient(rig.store)
    here = await rig.conversation()
    gate = Gate(rig.network, "hi")
    rig.network.fates["hi"] = [gate]
    with watching(database) as other:
        async with rig.working():
            await rig.say(here, "hi")
            await rig.say(here, "next")
            await gate.entered.wait()
            hold(other)
            gate.opened.set()
            await until(lambda: "recording deliveries" in caplog.text)
            rig.worker.wake()
            await until(lambda: "wait for the database" in caplog.text)
            assert await rig.states() == {"hi": "sending", "next": "queued"}
            other.execute("ROLLBACK")
            await rig.reaches(hi="sent", next="sent")
    assert rig.network.called == ["hi", "next"]


async def test_a_bug_in_what_follows_from_a_receipt_does_not_leave_the_part_on_the_wire(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    here = await rig.conversation()
    rig.witness.breaks = True
    async with rig.working():
        await rig.say(here, "hi")
        await rig.say(here, "next")
        await rig.reaches(hi="sent", next="sent")
    assert "could not be done" in caplog.text
    assert rig.network.called == ["hi", "next"]


async def test_a_report_faster_than_the_answer_is_not_undone_by_it(rig: Rig) -> None:
    here = await rig.conversation()
    gate = Gate(rig.network, "hi")
    rig.network.fates["hi"] = [gate]
    async with rig.working():
        await rig.say(here, "hi")
        await gate.entered.wait()
        by_hand(rig.store, "UPDATE deliveries SET state = 'delivered'")
        gate.opened.set()
        await until(lambda: bool(rig.witness.heard))
    part = (await rig.deliveries())["hi"]
    assert (part.state, part.external_ids) == ("delivered", '["1:hi"]')


async def test_a_failure_later_than_proof_of_arrival_changes_nothing(rig: Rig) -> None:
    here = await rig.conversation()

    async def proven_then_lost() -> ch.Receipt:
        by_hand(rig.store, "UPDATE deliveries SET state = 'delivered' WHERE part = 0")
        raise ch.OutcomeUnknownError("reset", reason="timeout")

    rig.network.fates["hi"] = [proven_then_lost]
    async with rig.working():
        await rig.say(here, "hi", "second")
        await rig.reaches(hi="delivered", second="sent")
    assert rig.network.called == ["hi", "second"]


async def test_a_worker_that_finds_the_database_away_at_its_start_waits_for_it(
    rig: Rig, database: Place
) -> None:
    impatient(rig.store)
    await rig.say(await rig.conversation(), "hi")
    with watching(database) as other:
        hold(other)
        async with rig.working():
            await asyncio.sleep(0.05)
            other.execute("ROLLBACK")
            await rig.reaches(hi="sent")


async def test_another_process_on_the_same_database_goes_on_where_the_first_stopped(
    rig: Rig, database: Place, clock: ManualClock, tmp_path: Path
) -> None:
    here = await rig.conversation()
    words = [f"слово {n}" for n in range(10)]
    for word in words:
        await rig.say(here, word)
    async with rig.working():
        await rig.reaches(**{words[3]: "sent"})
    await rig.store.close()
    again = Rig(Store(database, clock=clock), clock, tmp_path / "media")
    again.network = again.channel.network = rig.network
    async with again.working():
        await again.reaches(**{words[-1]: "sent"})
    await again.store.close()
    assert rig.network.arrived == words
