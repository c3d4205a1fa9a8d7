"""Asking VK for events: where it goes on, and what happens when VK has lost some."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest

from bridge.channel import DeliveryReport, MessageEdited, MisconfiguredError
from bridge.sandbox.faults import Fault
from bridge.sandbox.vk import LONG_POLL, Customer, VkPlatform
from channels.vk.polling import Position
from tests.channels.rig import eventually
from tests.channels.vk.office import Office
from tests.clock import ManualClock


@dataclass
class Pauses:
    """Pauses of a poller that take no time."""

    clock: ManualClock | None = None
    seconds: list[float] = field(default_factory=list)

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)
        if self.clock is not None:
            self.clock.tick(seconds)
        await asyncio.sleep(0.002)


@pytest.fixture
def pauses() -> Pauses:
    return Pauses()


@pytest.fixture
def inbox(platform: VkPlatform, pauses: Pauses) -> Office:
    """An inbox that asks VK; it does not run yet."""
    return Office(platform, mode="longpoll", sleep=pauses)


@contextlib.asynccontextmanager
async def asking(office: Office) -> AsyncIterator[None]:
    """Run the inbox once it has heard where the events begin."""
    async with office.running():
        await eventually(lambda: office.core.poller)
        yield


@pytest.fixture
def anna(platform: VkPlatform) -> Customer:
    return platform.customer(1001)


def texts(office: Office) -> list[str]:
    """Return what the core has, once each."""
    return [one.text for one in office.core.book.values()]


# --- where it goes on ---


async def test_the_number_is_stored_with_its_events(inbox: Office, anna: Customer) -> None:
    async with asking(inbox):
        anna.write("one")
        anna.write("two")
        await eventually(lambda: len(inbox.core.book) == 2)
        assert Position.read(inbox.core.poller) == Position(
            "2",
            Position.read(inbox.core.poller).at,  # type: ignore[union-attr]
        )


async def test_what_was_written_while_we_were_away_comes_after_a_restart(
    inbox: Office, anna: Customer
) -> None:
    async with asking(inbox):
        anna.write("one")
        await eventually(lambda: inbox.core.book)
    anna.write("two")
    async with asking(inbox):
        await eventually(lambda: len(inbox.core.book) == 2)
    assert [one.text for one in inbox.core.messages] == ["one", "two"]


async def test_what_was_written_between_the_first_start_and_the_first_event_is_not_lost(
    inbox: Office, anna: Customer
) -> None:
    async with asking(inbox):
        pass
    anna.write("meanwhile")
    async with asking(inbox):
        await eventually(lambda: texts(inbox) == ["meanwhile"])


async def test_a_quiet_hour_writes_nothing(
    inbox: Office, platform: VkPlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("channels.vk.polling.WAIT", 0)
    async with asking(inbox):
        stored = inbox.core.poller
        asked = platform.longpoll.requests
        await eventually(lambda: platform.longpoll.requests > asked + 5)
        assert inbox.core.poller == stored


async def test_a_poisoned_event_is_set_aside_and_its_neighbours_arrive(
    inbox: Office, platform: VkPlatform, anna: Customer
) -> None:
    async with asking(inbox):
        anna.write("before")
        platform.events.tell({"type": "message_new", "object": "💥"})
        anna.write("after")
        await eventually(lambda: len(inbox.core.book) == 2)
    assert len(inbox.core.quarantined) == 1


@pytest.mark.parametrize("cursor", [None, "", "77", "@", "x@y", "12@"])
def test_a_cursor_that_is_not_ours_says_nothing(cursor: str | None) -> None:
    assert Position.read(cursor) is None


# --- failed 1, 2, 3 ---


async def test_failed_2_gets_another_key_and_loses_nothing(
    inbox: Office, platform: VkPlatform, anna: Customer
) -> None:
    async with asking(inbox):
        anna.write("one")
        await eventually(lambda: len(inbox.core.book) == 1)
        platform.longpoll.expire_key()
        anna.write("two")
        await eventually(lambda: len(inbox.core.book) == 2)
    assert [one.text for one in inbox.core.messages] == ["one", "two"]


@pytest.mark.parametrize("losing", ["forget", "lose"])
async def test_events_that_are_lost_are_read_from_the_dialogs_and_that_is_said_aloud(
    inbox: Office,
    platform: VkPlatform,
    anna: Customer,
    losing: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    bohdan = platform.customer(1002)
    async with asking(inbox):
        anna.write("known")
        await eventually(lambda: inbox.core.book)
    for n in range(3):
        anna.write(f"lost {n}")
        bohdan.write(f"of Bohdan {n}")
    getattr(platform.longpoll, losing)()
    caplog.set_level(logging.ERROR)
    async with asking(inbox):
        await eventually(lambda: len(inbox.core.book) == 7)
        anna.write("and on")
        await eventually(lambda: len(inbox.core.book) == 8)
    of_anna = [one.text for one in inbox.core.book.values() if one.customer == "1001"]
    assert of_anna == ["known", "lost 0", "lost 1", "lost 2", "and on"]
    assert "lost events" in caplog.text


async def test_an_edit_and_an_answer_of_ours_are_read_from_the_dialogs_too(
    inbox: Office, platform: VkPlatform, anna: Customer
) -> None:
    async with asking(inbox):
        written = anna.write("befor")
        await eventually(lambda: inbox.core.book)
    anna.edit(written.message, "before")
    receipt = await inbox.channel.send(inbox.part(1001, "answer"), key="1")
    platform.longpoll.forget()
    async with asking(inbox):
        await eventually(lambda: inbox.core.of_type(DeliveryReport))
    assert texts(inbox) == ["before"]
    (report,) = inbox.core.of_type(DeliveryReport)
    assert isinstance(report, DeliveryReport)
    assert list(report.external_ids) == list(receipt.external_ids)
    assert inbox.core.of_type(MessageEdited)


async def test_a_long_dialog_is_read_page_by_page(
    inbox: Office, platform: VkPlatform, anna: Customer
) -> None:
    async with asking(inbox):
        pass
    for n in range(450):
        anna.write(f"{n}")
    platform.longpoll.forget()
    async with asking(inbox):
        await eventually(lambda: len(inbox.core.book) == 450)
    assert texts(inbox) == [str(n) for n in range(450)]


async def test_what_is_older_than_the_gap_stays_where_it_is(
    inbox: Office, platform: VkPlatform, anna: Customer
) -> None:
    old = anna.write("last year").message
    old.date -= 31_536_000
    async with asking(inbox):
        pass
    anna.write("lost")
    platform.longpoll.forget()
    async with asking(inbox):
        await eventually(lambda: inbox.core.book)
    assert texts(inbox) == ["lost"]


async def test_a_gap_is_closed_by_whoever_comes_next_if_the_reading_breaks(
    inbox: Office, platform: VkPlatform, anna: Customer, pauses: Pauses
) -> None:
    async with asking(inbox):
        pass
    anna.write("lost")
    platform.longpoll.forget()
    platform.faults.plan("messages.getHistory", Fault(status=502), times=2)
    async with asking(inbox):
        await eventually(lambda: texts(inbox) == ["lost"])
    assert pauses.seconds


# --- a VK that is away ---


@pytest.mark.parametrize(
    "fault",
    [
        Fault(status=502),
        Fault(reset=True),
        Fault(status=200, body="<html></html>"),
        Fault(status=200, body="[]"),
        Fault(status=200, body='{"ts": "1"}'),
        Fault(error=4),
    ],
    ids=str,
)
async def test_a_long_poll_that_breaks_is_asked_again(
    inbox: Office, platform: VkPlatform, anna: Customer, fault: Fault
) -> None:
    platform.faults.plan(LONG_POLL, fault, times=3)
    async with asking(inbox):
        anna.write("still here")
        await eventually(lambda: texts(inbox) == ["still here"])


@pytest.mark.parametrize("code", [1, 6, 10, 36])
async def test_a_key_that_is_refused_for_now_is_asked_for_again(
    inbox: Office, platform: VkPlatform, anna: Customer, code: int
) -> None:
    platform.faults.plan("groups.getLongPollServer", Fault(error=code), times=3)
    async with asking(inbox):
        anna.write("still here")
        await eventually(lambda: texts(inbox) == ["still here"])


async def test_an_hour_without_vk_is_waited_out_and_loses_nothing(
    platform: VkPlatform, anna: Customer, pauses: Pauses
) -> None:
    clock = ManualClock()
    pauses.clock = clock
    inbox = Office(platform, mode="longpoll", clock=clock, sleep=pauses)
    async with asking(inbox):
        anna.write("before")
        await eventually(lambda: inbox.core.book)
        platform.faults.plan("groups.getLongPollServer", Fault(status=503), times=10_000)
        platform.longpoll.expire_key()
        anna.type()
        await eventually(lambda: pauses.seconds)
        begun = clock.monotonic()
        anna.write("during")
        await eventually(lambda: clock.monotonic() - begun > 3600)
        assert texts(inbox) == ["before"]
        platform.faults.clear()
        await eventually(lambda: texts(inbox) == ["before", "during"])
    hourly = [one for one in pauses.seconds if one >= 30]
    assert max(pauses.seconds) == 30
    assert len(hourly) > 100


async def test_a_revoked_token_is_said_as_such_and_not_asked_with_for_ever(
    inbox: Office, platform: VkPlatform
) -> None:
    platform.faults.plan("groups.getLongPollServer", Fault(error=27))
    with pytest.raises(MisconfiguredError):
        await asyncio.wait_for(inbox.channel.run(inbox.core), 30)


async def test_while_vk_does_not_answer_the_inbox_is_down_and_then_well_again(
    inbox: Office, platform: VkPlatform, pauses: Pauses, anna: Customer
) -> None:
    async with asking(inbox):
        platform.faults.plan(LONG_POLL, Fault(status=502), times=3)
        # The first may still come by a question that was asked before.
        anna.write("hello")
        await eventually(lambda: inbox.core.messages)
        anna.write("and again")
        await eventually(lambda: len(inbox.core.messages) == 2)
        assert "down" in inbox.health.words
        await eventually(lambda: inbox.health.state == "well")
