"""A wall clock that is set holds nothing up, and lets nothing run out of time."""

import functools
from collections.abc import Collection
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from agent_console.fanout.office import HEARD_TOPIC
from bridge import channel as ch
from bridge.delivery import LANE_TOPIC, PATIENCE
from bridge.reload.clock import follow_the_clock
from bridge.store import deliveries as d
from bridge.store import heard as h
from bridge.store import webhooks as w
from bridge.store.transactions import News, Store, Tx
from bridge.webhooks.calls import WEBHOOK_TOPIC
from tests.bridge.delivery.rig import INBOX, Rig
from tests.clock import ManualClock
from tests.databases import clock, database, store

__all__ = ["clock", "database", "store"]

HOUR = 3600.0
JUMPS = [HOUR, -HOUR, 30 * 24 * HOUR, -30 * 24 * HOUR]


class Doing(NamedTuple):
    """What a process has, and does of it."""

    inboxes: Collection[str] = (INBOX,)
    staff: Collection[str] = ("forum",)
    leases: Collection[str] = ("engine", f"inbox:{INBOX}", "surface:forum")

    def still_does(self, _: Tx, name: str) -> bool:
        return name in self.leases


@pytest.fixture
def rig(store: Store, clock: ManualClock, tmp_path: Path) -> Rig:
    store.on_jump = functools.partial(follow_the_clock, Doing())
    return Rig(store, clock, tmp_path / "media")


def _away() -> ch.UnavailableError:
    return ch.UnavailableError("the loft is closed", reason="unavailable")


def _nothing(_: Tx) -> None:
    """Commit, so that a clock that was set is noticed."""


@pytest.mark.parametrize("jump", JUMPS)
async def test_what_is_tried_again_is_tried_when_it_was_to_be(rig: Rig, jump: float) -> None:
    here = await rig.conversation()
    rig.network.fates["hi"] = [_away()]
    async with rig.working():
        await rig.say(here, "hi")
        await rig.tried("hi")
        before = (await rig.deliveries())["hi"]
        left = (before.due_at - rig.clock.now()) / 1000
        rig.clock.jump(jump)
        await rig.a_moment()
        assert (await rig.states())["hi"] == "queued"
        rig.pass_time(left + 0.001)
        await rig.reaches(hi="sent")


@pytest.mark.parametrize("jump", JUMPS)
async def test_what_waits_to_be_sent_is_sent_as_soon_as_it_may(rig: Rig, jump: float) -> None:
    here = await rig.conversation()
    await rig.say(here, "hi")
    rig.clock.jump(jump)
    async with rig.working():
        await rig.reaches(hi="sent")


@pytest.mark.parametrize("jump", JUMPS)
async def test_a_network_that_is_away_has_as_long_to_come_back(rig: Rig, jump: float) -> None:
    here = await rig.conversation()
    await rig.say(here, "hi")
    rig.clock.jump(jump)
    await rig.store.write(_nothing)
    assert (await rig.deliveries())["hi"].expires_at == rig.clock.now() + PATIENCE


async def test_a_lane_that_another_process_has_follows_that_ones_clock(rig: Rig) -> None:
    here = await rig.conversation()
    await rig.say(here, "hi")
    before = (await rig.deliveries())["hi"]
    rig.store.on_jump = functools.partial(follow_the_clock, Doing(leases=["engine"]))
    rig.clock.jump(-HOUR)
    await rig.store.write(_nothing)
    assert (await rig.deliveries())["hi"] == before


async def test_what_another_process_wrote_by_the_new_clock_is_left(
    rig: Rig, store: Store, clock: ManualClock
) -> None:
    here = await rig.conversation()
    await rig.store.write(_nothing)
    follows, store.on_jump = store.on_jump, None
    clock.jump(HOUR)
    await rig.say(here, "hi")
    before = (await rig.deliveries())["hi"]
    assert follows is not None
    await store.write(follows, round(HOUR * 1000))
    assert (await rig.deliveries())["hi"] == before


def _call(tx: Tx) -> int:
    now, until = tx.now + 5_000, tx.now + PATIENCE
    given: dict[str, Any] = {"webhook_id": "crm", "public_id": "one", "event": "message.added"}
    times = {"due_at": now, "created_at": tx.now, "changed_at": tx.now, "expires_at": until}
    return tx.the(w.ADD_CALL, **given, **times, conversation_id=None, body="{}", state="queued")


def _hear(tx: Tx) -> None:
    given = {"surface_id": "forum", "key": "one", "place": "p", "thread": "t", "event": "{}"}
    tx.run(h.ADD_HEARD, **given, external_id=None, album=None, due_at=tx.now + 2_000)


@pytest.mark.parametrize("jump", JUMPS)
async def test_calls_to_programs_and_what_staff_did_wait_as_long_as_they_were_to(
    rig: Rig, jump: float
) -> None:
    woken = set[str]()

    def committed(news: News) -> None:
        woken.update(news.topics)

    call = await rig.store.write(_call)
    await rig.store.write(_hear)
    rig.store.on_commit = committed
    rig.clock.jump(jump)
    await rig.store.write(_nothing)
    now = rig.clock.now()
    queued = await rig.store.read(lambda tx: tx.the(w.CALL_BY_ID, id=call))
    assert (queued.due_at, queued.expires_at) == (now + 5_000, now + PATIENCE)
    heard_at = await rig.store.read(lambda tx: tx.the(h.NEXT_HEARD, surface_id="forum", after=0))
    assert heard_at == now + 2_000
    # Whoever sleeps until a time of the old clock looks again.
    assert woken >= {LANE_TOPIC, HEARD_TOPIC, WEBHOOK_TOPIC}
    assert await rig.store.read(lambda tx: tx.one(d.NEXT_TIMER)) is None
