"""What is kept of an inbox's health, and told."""

import asyncio
import logging
from collections.abc import AsyncIterator

import pytest

from bridge import channel as ch
from bridge.channel import Capabilities, MisconfiguredError, Receipt, UnavailableError
from bridge.health import Checkup, HeardSink, Watch, Watched
from bridge.health import checkup as checking
from bridge.health.states import PATIENCE
from bridge.health.watch import SILENT, WELL_AFTER
from bridge.models import InboxHealth
from bridge.store import health as rows
from bridge.store import log
from bridge.store import people as p
from bridge.store.transactions import Store, Tx
from tests.channels.core import FakeCore
from tests.channels.rig import eventually
from tests.clock import ManualClock
from tests.e2e.house import eventually as house_eventually

HOUR = 3600
NETWORK = Capabilities(kept_for=24 * HOUR, alarms_after=(HOUR, 20 * HOUR))


async def watching(store: Store) -> tuple[Watch, Watched]:
    """Return a watch as a new start of the program has it."""
    watch = Watch(store)
    shop = watch.inbox("shop")
    shop.network = NETWORK
    await watch.recall()
    return watch, shop


@pytest.fixture
async def watch(store: Store) -> Watch:
    await store.write(_declare)
    return (await watching(store))[0]


@pytest.fixture
def shop(watch: Watch) -> Watched:
    return watch.inbox("shop")


def _declare(tx: Tx) -> None:
    tx.run(p.PUT_INBOX, id="shop", kind="telegram", name="Shop")


async def kept(store: Store) -> InboxHealth:
    (row,) = await store.read(lambda tx: tx.all(rows.ALL))
    return row


async def told(store: Store) -> int:
    events = await store.read(lambda tx: tx.all(log.EVENTS_AFTER, after=0, limit=100))
    return sum(one.kind == "inbox.changed" for one in events)


async def test_a_change_that_people_see_is_kept_and_told_and_nothing_else_is(
    watch: Watch, shop: Watched, store: Store, clock: ManualClock
) -> None:
    shop.well()
    await watch.look()
    assert (await kept(store)).state == "up"
    before = await told(store)
    for _ in range(5):
        clock.tick(10)
        shop.received()
        shop.sent(Receipt(external_ids=["1"]))
        await watch.look(keep=True)
    assert await told(store) == before
    row = await kept(store)
    assert (row.received_at, row.sent_at) == (clock.now(), clock.now())


async def test_each_change_is_logged_once_with_its_reason(
    watch: Watch, shop: Watched, clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    error = MisconfiguredError("The token was revoked.", reason="credentials_refused")
    shop.well()
    await watch.look()
    for _ in range(3):
        clock.tick(20)
        shop.fell(error)
        await watch.look()
    shop.well()
    await watch.look()
    assert [one.message for one in caplog.records if one.name == "bridge.health.watch"] == [
        "inbox shop is up",
        "inbox shop is bad_credentials: The token was revoked. (credentials_refused)",
        "inbox shop is up",
    ]
    assert max(one.levelno for one in caplog.records) == logging.WARNING


async def test_an_exception_of_a_module_is_told_without_its_words(
    watch: Watch, shop: Watched, store: Store
) -> None:
    shop.fell(OSError("https://api/botSECRET/getUpdates"))
    await watch.look()
    row = await kept(store)
    assert (row.state, row.reason) == ("down", "internal")
    assert "SECRET" not in (row.sentence or "")


async def test_an_adapter_that_does_not_speak_in_time_hangs_and_is_down_since_its_last_word(
    shop: Watched, clock: ManualClock
) -> None:
    shop.well(within=120)
    spoke = clock.now()
    clock.tick(119)
    shop.look()
    assert shop.row().state == "up"
    clock.tick(31)
    shop.look()
    row = shop.row()
    assert (row.state, row.reason, row.sentence, row.since) == ("down", "timeout", SILENT, spoke)
    shop.well(within=120)
    shop.look()
    assert shop.row().state == "up"


async def test_receiving_that_goes_on_without_a_word_counts_as_well_after_a_while(
    shop: Watched, clock: ManualClock
) -> None:
    shop.checked(None)
    shop.fell(UnavailableError("away", reason="unavailable"))
    clock.tick(PATIENCE / 1000)
    shop.look()
    assert shop.row().state == "down"
    shop.started()
    clock.tick(WELL_AFTER + 1)
    shop.look()
    assert shop.row().state == "up"


async def test_warnings_survive_a_restart_and_are_each_given_once(
    watch: Watch,
    shop: Watched,
    store: Store,
    clock: ManualClock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    shop.well()
    await watch.look(keep=True)
    shop.down("webhook_failing", "away")
    begun = clock.now()
    clock.tick(HOUR)
    await watch.look()
    assert (await kept(store)).warned == 1

    watch, shop = await watching(store)
    await watch.look()
    clock.tick(HOUR)
    shop.down("webhook_failing", "away")
    await watch.look()
    assert (await kept(store)).down_since == begun
    clock.tick(18 * HOUR)
    await watch.look()
    assert (await kept(store)).warned == 2
    warnings = [one for one in caplog.messages if "has received nothing for" in one]
    assert [one.split()[6] for one in warnings] == ["60", "1200"]

    clock.tick(5 * HOUR)
    shop.well()
    await watch.look()
    row = await kept(store)
    assert (row.warned, row.down_since) == (0, None)
    assert (row.gap_from, row.gap_until, row.gap_lost) == (begun, clock.now(), 1)


async def test_a_program_that_was_off_for_too_long_says_so_when_it_is_back(
    watch: Watch, shop: Watched, store: Store, clock: ManualClock
) -> None:
    shop.well()
    await watch.look(keep=True)
    last = clock.now()
    clock.tick(30 * HOUR)
    watch, shop = await watching(store)
    shop.well()
    await watch.look()
    row = await kept(store)
    assert (row.gap_from, row.gap_lost) == (last, 1)


async def test_a_database_that_is_away_is_tried_again(
    watch: Watch, shop: Watched, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.well()
    with monkeypatch.context() as away:

        async def fails(*_: object, **__: object) -> None:
            raise ch.StorageUnavailableError("full")

        away.setattr(store, "write", fails)
        assert not await watch.look()
    assert await watch.look()
    assert (await kept(store)).state == "up"


@pytest.fixture
async def running(watch: Watch) -> AsyncIterator[None]:
    task = asyncio.create_task(watch.run())
    yield
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


@pytest.mark.usefixtures("running")
async def test_what_changes_is_kept_while_it_runs(shop: Watched, store: Store) -> None:
    shop.well()
    await _until_state(store, "up")
    shop.down("webhook_failing", "away")
    await _until_state(store, "down")


async def _until_state(store: Store, state: str) -> None:
    async def looks_so() -> bool:
        found = await store.read(lambda tx: tx.all(rows.ALL))
        return [one.state for one in found] == [state]

    await house_eventually(looks_so)


# --- what feeds it ---


async def test_what_comes_in_is_told(shop: Watched, clock: ManualClock) -> None:
    sink = HeardSink(FakeCore(clock), shop)
    await sink.accept([], cursor="1")
    assert shop.row().received_at is None
    await sink.accept([ch.ContactTyping(sender=ch.Sender(external_id="1"))])
    assert shop.row().received_at == clock.now()
    assert await sink.cursor() == "1"
    clock.tick(1)
    await sink.quarantine(b"?", "nonsense")
    assert shop.row().received_at == clock.now()


def test_while_nothing_comes_in_it_is_known_when_messages_begin_to_be_lost(
    shop: Watched, clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    shop.well()
    shop.look()
    assert shop.lost_from() is None
    began = clock.now()
    shop.down("unavailable", "Telegram cannot be reached.")
    clock.tick(20 * HOUR)
    shop.look()
    assert shop.lost_from() == began + 24 * HOUR * 1000
    assert "has received nothing for 1200 minutes: messages will be lost in 240 minutes" in (
        caplog.text
    )
    shop.well()
    shop.look()
    assert shop.lost_from() is None


async def test_an_inbox_in_a_flood_is_degraded_and_says_so_once(
    shop: Watched, clock: ManualClock
) -> None:
    shop.well()
    shop.look()
    floods = True
    shop.crowded = lambda: floods
    assert shop.look()
    row = shop.row()
    assert (row.state, row.reason, row.since) == ("degraded", "flooded", clock.now())
    clock.tick(5)
    assert not shop.look()
    floods = False
    assert shop.look()
    assert shop.row().state == "up"


class _Checked:
    """A channel of which only the check is asked."""

    def __init__(self) -> None:
        self.error: Exception | None = None
        self.checks = 0

    async def check(self) -> str:
        self.checks += 1
        if self.error:
            raise self.error
        return "fine"


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (MisconfiguredError("no", reason="credentials_refused"), "bad_credentials"),
        (RuntimeError("the token is SECRET"), "degraded"),
    ],
)
async def test_a_check_that_fails_shows_and_is_repeated_until_it_goes_well(
    shop: Watched, monkeypatch: pytest.MonkeyPatch, error: Exception, state: str
) -> None:
    monkeypatch.setattr(checking, "LONGEST_PAUSE", 0.01)
    channel = _Checked()
    channel.error = error
    task = asyncio.create_task(Checkup(channel, shop).run())  # Only `check` is asked.
    await eventually(lambda: channel.checks > 2)
    shop.look()
    assert shop.row().state == state
    assert "SECRET" not in (shop.row().sentence or "")
    channel.error = None
    checks = channel.checks
    await eventually(lambda: channel.checks > checks)
    shop.look()
    assert shop.row().state == "up"
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_what_came_in_and_went_out_is_counted_once(
    watch: Watch, shop: Watched, clock: ManualClock
) -> None:
    core = FakeCore(clock)
    sink = HeardSink(core, shop)
    message = ch.InboundMessage(
        sender=ch.Sender(external_id="u1"), external_id="m1", sent_at=0, text="Привіт"
    )
    await sink.accept([message, message])
    await sink.accept([message, ch.ContactTyping(sender=ch.Sender(external_id="u1"))])
    shop.sent(Receipt(external_ids=["1"]))
    shop.sent(Receipt(external_ids=["1"]), "edit")
    shop.sent(ch.ThrottledError("slower", after=3))
    shop.sent(UnavailableError("away", reason="unavailable"))
    tally = watch.tallies()["shop"]
    assert (tally.received, tally.sent) == (1, 1)
    assert tally.calls == {"sent": 2, "throttled": 1, "unavailable": 1}
    assert tally.refusals == {"throttled": 1, "unavailable": 1}


async def test_of_a_surface_that_left_the_yaml_nothing_is_kept(store: Store, shop: Watched) -> None:
    first, _ = await watching(store)
    first.inbox("slack").places("Nothing can be shown in C1: archived")
    first.inbox("group").places("Nothing can be shown in -100: kicked")
    await first.look()

    def amiss(tx: Tx) -> list[tuple[str, str | None]]:
        return [(one.inbox_id, one.sentence) for one in tx.all(rows.SURFACES_AMISS)]

    assert await store.read(amiss) == [
        ("group", "Nothing can be shown in -100: kicked"),
        ("slack", "Nothing can be shown in C1: archived"),
    ]
    first.forget("group")
    await first.look()
    assert [key for key, _ in await store.read(amiss)] == ["slack"]
    first.inbox("slack").places(None)
    await first.look()
    assert await store.read(amiss) == []

    first.inbox("slack").places("Nothing can be shown in C1: archived")
    await first.look()
    again, _ = await watching(store)
    await again.look()
    assert await store.read(amiss) == [], "it is in the YAML no more"
    assert "shop" in [one.inbox_id for one in await store.read(lambda tx: tx.all(rows.ALL))]
