"""One at a time and in order inside a conversation; nobody waits for another."""

import asyncio
from pathlib import Path

import pytest

from bridge import channel as ch
from bridge.delivery.worker import WIDTH
from bridge.store import deliveries as d
from bridge.store.transactions import Store
from tests.bridge.delivery.pigeon import Gate
from tests.bridge.delivery.rig import Rig
from tests.clock import ManualClock
from tests.databases import by_hand


async def test_what_one_conversation_says_arrives_in_its_order(rig: Rig) -> None:
    here = await rig.conversation()
    words = [f"слово {n} 🐦" for n in range(30)]
    async with rig.working():
        for word in words:
            await rig.say(here, word)
        await rig.reaches(**{words[-1]: "sent"})
    assert rig.network.arrived == words


async def test_the_parts_of_a_message_arrive_in_their_order(rig: Rig) -> None:
    here = await rig.conversation()
    async with rig.working():
        await rig.say(here, "one", "two", "three")
        await rig.say(here, "four")
        await rig.reaches(four="sent")
    assert rig.network.arrived == ["one", "two", "three", "four"]


async def test_a_conversation_never_has_two_parts_on_the_wire(rig: Rig) -> None:
    conversations = [await rig.conversation(f"customer {n}") for n in range(5)]
    for n in range(6):
        for here in conversations:
            await rig.say(here, f"{here}/{n}")
    async with rig.working():
        await rig.reaches(**{f"{here}/5": "sent" for here in conversations})
    assert set(rig.network.most_flying.values()) == {1}


async def test_a_conversation_that_rests_takes_no_place_on_the_wire(
    store: Store, clock: ManualClock, tmp_path: Path
) -> None:
    rig = Rig(store, clock, tmp_path / "media", message_every=1.0)
    talkative = [await rig.conversation(f"customer {n}") for n in range(WIDTH)]
    for here in talkative:
        await rig.say(here, f"{here}/first")
        await rig.say(here, f"{here}/second")
    await rig.say(await rig.conversation("Tom"), "last")
    async with rig.working():
        await rig.reaches(last="sent")
        await rig.a_moment()
        assert sorted(rig.network.called) == sorted(
            [f"{one}/first" for one in talkative] + ["last"]
        )
        rig.pass_time(1.01)
        await rig.reaches(**{f"{one}/second": "sent" for one in talkative})


async def test_a_stuck_conversation_holds_up_nobody_else(rig: Rig) -> None:
    stuck, free = await rig.conversation("Марія"), await rig.conversation("Tom")
    gate = Gate(rig.network, "stuck")
    rig.network.fates["stuck"] = [gate]
    async with rig.working():
        await rig.say(stuck, "stuck")
        await rig.say(stuck, "behind")
        await gate.entered.wait()
        for n in range(5):
            await rig.say(free, f"free {n}")
        await rig.reaches(**{"free 4": "sent"})
        states = await rig.states()
        assert (states["stuck"], states["behind"]) == ("sending", "queued")
        gate.opened.set()
        await rig.reaches(behind="sent")


async def test_a_conversation_that_waits_for_a_retry_holds_up_nobody_else(rig: Rig) -> None:
    stuck, free = await rig.conversation("Марія"), await rig.conversation("Tom")
    rig.network.fates["stuck"] = [ch.UnavailableError("not now", reason="unavailable")]
    async with rig.working():
        await rig.say(stuck, "stuck")
        await rig.say(stuck, "behind")
        await rig.say(free, "free")
        await rig.reaches(free="sent", stuck="queued")
        await rig.a_moment()
        assert rig.network.called == ["stuck", "free"]
        rig.pass_time(60)
        await rig.reaches(stuck="sent", behind="sent")
    assert rig.network.arrived == ["free", "stuck", "behind"]


async def test_what_waits_behind_a_retry_is_not_looked_at_before_it(rig: Rig) -> None:
    here = await rig.conversation()
    rig.network.fates["head"] = [ch.UnavailableError("not now", reason="unavailable")]
    async with rig.working():
        await rig.say(here, "head")
        await rig.say(here, "behind")
        await rig.tried("head")
        parts = await rig.deliveries()
        assert parts["behind"].due_at == parts["head"].due_at > rig.clock.now()
        # One that comes later is found to be blocked, and the two keep their order.
        await rig.say(here, "later")
        rig.pass_time(60)
        await rig.reaches(later="sent")
    assert rig.network.arrived == ["head", "behind", "later"]


async def test_at_most_so_many_conversations_are_on_the_wire_at_once(rig: Rig) -> None:
    gates = []
    for n in range(WIDTH + 3):
        gate = Gate(rig.network, f"{n}")
        rig.network.fates[f"{n}"] = [gate]
        gates.append(gate)
        await rig.say(await rig.conversation(f"customer {n}"), f"{n}")
    async with rig.working():
        await asyncio.gather(*(gate.entered.wait() for gate in gates[:WIDTH]))
        await rig.a_moment()
        assert len(rig.network.called) == WIDTH
        for gate in gates:
            gate.opened.set()
        await rig.reaches(**{f"{n}": "sent" for n in range(WIDTH + 3)})


async def test_another_inboxs_parts_are_left_alone(rig: Rig) -> None:
    await rig.say(await rig.conversation("Tom", inbox="elsewhere"), "theirs")
    async with rig.working():
        await rig.say(await rig.conversation(), "ours")
        await rig.reaches(ours="sent")
        await rig.a_moment()
    assert rig.network.called == ["ours"]


async def test_an_old_message_sent_again_waits_for_the_one_on_the_wire(rig: Rig) -> None:
    here = await rig.conversation()
    rig.network.fates["old"] = [ch.RejectedError("too long", reason="too_long")]
    gate = Gate(rig.network, "new")
    rig.network.fates["new"] = [gate]
    async with rig.working():
        await rig.say(here, "old")
        await rig.reaches(old="failed")
        await rig.say(here, "new")
        await gate.entered.wait()
        old = (await rig.deliveries())["old"]
        await rig.store.write(
            lambda tx: tx.run(
                d.QUEUE_AGAIN,
                of=old.id,
                at=tx.now,
                expires_at=old.expires_at,
                doubled_at=None,
            )
        )
        await rig.a_moment()
        assert rig.network.called == ["old", "new"]
        gate.opened.set()
        await rig.reaches(old="sent", new="sent")
    assert set(rig.network.most_flying.values()) == {1}


async def test_a_failed_part_holds_back_the_later_parts_of_its_own_message_only(rig: Rig) -> None:
    here = await rig.conversation()
    rig.network.fates["1b"] = [ch.RejectedError("no", reason="too_long")]
    async with rig.working():
        await rig.say(here, "1a", "1b", "1c", "1d")
        await rig.say(here, "2a", "2b")
        await rig.reaches(**{"2b": "sent"})
        await rig.a_moment()
        assert await rig.states() == {
            "1a": "sent",
            "1b": "failed",
            "1c": "queued",
            "1d": "queued",
            "2a": "sent",
            "2b": "sent",
        }
    assert rig.network.called == ["1a", "1b", "2a", "2b"]


async def test_an_uncertain_part_holds_back_the_later_parts_of_its_own_message_only(
    rig: Rig,
) -> None:
    here = await rig.conversation()
    rig.network.fates["1a"] = [ch.OutcomeUnknownError("reset", reason="timeout")]
    async with rig.working():
        await rig.say(here, "1a", "1b")
        await rig.say(here, "2a")
        await rig.reaches(**{"2a": "sent"})
        await rig.a_moment()
    assert rig.network.called == ["1a", "2a"]


async def test_a_part_that_cannot_be_made_fails_and_stops_nobody(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    here, there = await rig.conversation("Марія"), await rig.conversation("Tom")
    await rig.say(here, "broken")
    broken = (await rig.deliveries())["broken"]
    by_hand(rig.store, 'UPDATE deliveries SET body = \'{"media": ["gone"]}\'')
    await rig.say(here, "next")
    await rig.say(there, "other")
    async with rig.working():
        await rig.reaches(next="sent", other="sent")
    ended = await rig.store.read(lambda tx: tx.the(d.DELIVERY_BY_ID, id=broken.id))
    assert (ended.state, ended.reason) == ("failed", "internal")
    assert "cannot be prepared" in caplog.text


async def test_nothing_is_asked_of_the_database_while_a_lane_only_waits_for_its_answer(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = await rig.conversation()
    gate = Gate(rig.network, "slow")
    rig.network.fates["slow"] = [gate]
    asked: list[str] = []
    async with rig.working():
        await rig.say(here, "slow")
        await rig.say(here, "behind")
        await gate.entered.wait()
        await rig.a_moment()
        with monkeypatch.context() as watched:
            watched.setattr(rig.store, "write", lambda *_: asked.append("write"))
            watched.setattr(rig.store, "read", lambda *_: asked.append("read"))
            await asyncio.sleep(0.2)
        assert asked == []
        gate.opened.set()
        await rig.reaches(behind="sent")
