"""The suite every adapter passes: what the core may rely on, whatever the network.

Subclass `ChannelContract` as `Test...` and give it a `rig` fixture.
"""

import asyncio
import contextlib
import io
import logging
import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

import pytest
from PIL import Image

from bridge.channel import (
    CanDelete,
    CanEdit,
    CanShowTyping,
    CanStartByLink,
    CanTakeAgain,
    ContactStarted,
    DeliveryReport,
    InboundMedia,
    InboundMessage,
    MessageEdited,
    OutcomeUnknownError,
    RejectedError,
    SendError,
    ThrottledError,
    UnavailableError,
)
from channels import registry
from tests.channels.rig import Rig, eventually

CANARY = "канарейка-🐤-canary-text"

TEXTS = {
    "plain": "Hello",
    "cyrillic": "Здравствуйте! Де моє замовлення?",
    "emoji beyond the BMP": "👩‍🚀 𝔘𝔫𝔦𝔠𝔬𝔡𝔢 🇺🇦 🫠",
    "combining marks": "ё́ Zürich e\u0301",
    "right to left": "שלום עולם",
    "several lines": "one\ntwo\n\nfour",
    "what looks like markup": "<img src=x onerror=alert(1)> **bold** &amp; {{name}} %s",
    "what looks like SQL": "'; DROP TABLE messages; --",
    "as long as anybody writes": "Довгий текст 🐤 " * 120,
}


def picture(side: int) -> bytes:
    """Return a small square PNG, another one for each length of its side."""
    made = io.BytesIO()
    Image.new("RGB", (side, side), "teal").save(made, "PNG")
    return made.getvalue()


async def fetched(rig: Rig, media: Sequence[InboundMedia]) -> list[bytes]:
    """Return what the adapter downloads for these files."""
    return [b"".join([chunk async for chunk in rig.channel.download(one.ref)]) for one in media]


class ChannelContract:
    """Tests of one adapter; the network is played by its rig."""

    @pytest.fixture
    async def rig(self) -> Rig:
        """Wire the adapter; every subclass has its own."""
        raise NotImplementedError

    @pytest.fixture
    async def running(self, rig: Rig) -> AsyncIterator[Rig]:
        async with rig.running():
            yield rig

    # --- in ---

    async def test_a_message_comes_with_its_ids_and_its_time(self, running: Rig) -> None:
        assert await running.customer_writes("Hello")
        (event,) = running.core.messages
        assert event.external_id
        assert event.sender.external_id
        assert event.sent_at > 1_000_000_000_000
        assert event.thread or not running.channel.capabilities.threads

    @pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
    async def test_a_text_of_any_script_survives(self, running: Rig, text: str) -> None:
        assert await running.customer_writes(text)
        assert running.core.messages[-1].text == text

    async def test_two_customers_are_two_people_and_their_messages_two(self, running: Rig) -> None:
        assert await running.customer_writes("I am Anna", message="same", customer="anna")
        assert await running.customer_writes("I am Bohdan", message="same", customer="bohdan")
        first, second = running.core.messages
        assert first.sender.external_id != second.sender.external_id
        assert first.external_id != second.external_id

    async def test_the_network_is_answered_only_after_the_core_has_stored(
        self, running: Rig
    ) -> None:
        running.core.gate.clear()
        writing = asyncio.create_task(running.customer_writes("Hello"))
        await eventually(lambda: running.core.waiting)
        await asyncio.sleep(0.05)
        assert not writing.done()
        running.core.gate.set()
        assert await writing

    async def test_nothing_is_acknowledged_that_could_not_be_stored(self, running: Rig) -> None:
        running.core.down = True
        assert not await running.customer_writes("Hello", message="one")
        assert running.core.book == {}
        running.core.down = False
        assert await running.customer_writes("Hello", message="one")
        assert [kept.text for kept in running.core.book.values()] == ["Hello"]

    async def test_a_message_that_comes_twice_is_acknowledged_twice_and_kept_once(
        self, running: Rig
    ) -> None:
        assert await running.customer_writes("Hello", message="one")
        assert await running.customer_writes("Hello", message="one")
        assert len(running.core.messages) == 2
        assert len(running.core.book) == 1

    async def test_d27_what_a_blocked_customer_writes_is_answered_and_stops_nobody(
        self, running: Rig
    ) -> None:
        assert await running.customer_writes("Hello", message="one")
        running.core.blocked.add(running.core.messages[0].sender.external_id)
        await running.customer_writes("Hello?", message="two")
        assert await running.customer_writes("Hi", customer="bohdan", message="three")
        assert [kept.text for kept in running.core.book.values()] == ["Hello", "Hi"]
        assert running.core.quarantined == []

    async def test_messages_of_one_customer_come_in_their_order(self, running: Rig) -> None:
        for n in range(5):
            assert await running.customer_writes(f"number {n}", message=str(n))
        assert [one.text for one in running.core.messages] == [f"number {n}" for n in range(5)]

    async def test_who_does_not_prove_the_account_is_refused(self, running: Rig) -> None:
        assert not await running.stranger_writes("let me in")
        assert running.core.events == []

    async def test_nonsense_stops_nobody(self, running: Rig) -> None:
        await running.nonsense_comes()
        assert await running.customer_writes("still here")
        assert [one.text for one in running.core.messages] == ["still here"]

    # --- what breaks us ---

    async def test_what_breaks_us_is_set_aside_and_acknowledged_and_stops_nobody(
        self, running: Rig
    ) -> None:
        if not running.counts_tries:
            return
        running.core.breaks = True
        await running.customer_writes("a bug of ours", message="one")
        await eventually(lambda: running.core.quarantined)
        assert running.core.messages == []
        running.core.breaks = False
        assert await running.customer_writes("still here", message="two")
        assert [one.text for one in running.core.messages] == ["still here"]

    async def test_what_was_set_aside_is_taken_in_later_as_the_message_that_it_was(
        self, running: Rig
    ) -> None:
        if not running.counts_tries:
            return
        running.core.breaks = True
        await running.customer_writes("Добрий день 🐤", message="one")
        await eventually(lambda: running.core.quarantined)
        running.core.breaks = False
        cursor = running.core.poller
        ((raw, _), *_) = running.core.quarantined
        assert isinstance(running.channel, CanTakeAgain)
        for _ in range(2):
            await running.channel.take_again(running.core, raw)
        assert [one.text for one in running.core.book.values()] == ["Добрий день 🐤"]
        assert running.core.poller == cursor
        # Told once more by its network, it is the same.
        assert await running.customer_writes("Добрий день 🐤", message="one")
        assert len(running.core.book) == 1

    # --- files that are changed ---

    async def test_an_edit_brings_the_files_that_the_message_has_from_then_on(
        self, running: Rig
    ) -> None:
        if not running.edits_bring_files:
            return
        assert await running.customer_shows(picture(20))
        assert await running.customer_changes("not that one", picture(30))
        (kept,) = running.core.book.values()
        assert kept.text == "not that one"
        assert await fetched(running, kept.media) == [picture(30)]

    async def test_an_edit_of_the_words_alone_names_the_file_that_the_message_has(
        self, running: Rig
    ) -> None:
        if not running.edits_bring_files:
            return
        assert await running.customer_shows(picture(20))
        (before,) = running.core.messages[-1].media
        assert await running.customer_changes("with a caption")
        (edit,) = running.core.of_type(MessageEdited)
        assert isinstance(edit, MessageEdited)
        (after,) = edit.media or ()
        assert (after.key or after.ref) == (before.key or before.ref)

    async def test_another_picture_has_another_name(self, running: Rig) -> None:
        if not running.edits_bring_files:
            return
        names: set[str] = set()
        for side in (20, 30, 40):
            assert await running.customer_shows(picture(side), message=f"no. {len(names)}")
            (file,) = running.core.messages[-1].media
            names.add(file.key or file.ref)
        assert len(names) == 3

    # --- out ---

    async def test_a_send_gives_ids_that_no_other_message_has(self, running: Rig) -> None:
        to = await running.here()
        receipts = [
            await running.channel.send(running.part(to, f"Answer {n}"), key=f"k{n}")
            for n in range(3)
        ]
        ids = [one for receipt in receipts for one in receipt.external_ids]
        assert len(ids) == len(set(ids)) >= 3
        assert all(ids)

    async def test_a_failure_has_its_class_a_code_and_a_sentence(self, running: Rig) -> None:
        to = await running.here()
        assert running.failures
        for kind in running.failures:
            await running.fail_next(kind, to)
            with pytest.raises(SendError) as caught:
                await running.channel.send(running.part(to, CANARY), key=kind.__name__)
            assert type(caught.value) is kind
            assert re.fullmatch(r"[a-z][a-z0-9_]*", caught.value.reason)
            assert str(caught.value).endswith(".")
            assert CANARY not in str(caught.value)
            if isinstance(caught.value, ThrottledError):
                assert caught.value.after > 0

    async def test_a_failed_send_is_tried_once_and_never_again(self, running: Rig) -> None:
        to = await running.here()
        for kind in running.failures:
            before = running.attempts()
            await running.fail_next(kind, to)
            with pytest.raises(SendError):
                await running.channel.send(running.part(to, "once"), key=kind.__name__)
            await asyncio.sleep(0.05)
            assert running.attempts() - before <= 1

    async def test_one_part_is_one_message_however_long(self, running: Rig) -> None:
        to = await running.here()
        before = running.attempts()
        with contextlib.suppress(RejectedError):
            receipt = await running.channel.send(running.part(to, "дуже довго " * 2000), key="k")
            assert receipt.external_ids
        assert running.attempts() - before <= 1

    async def test_what_waits_its_turn_says_when_it_goes_and_goes_only_then(
        self, running: Rig
    ) -> None:
        if not running.channel.capabilities.waits_its_turn:
            return
        to, asked = await running.here(), list[int]()
        before = running.attempts()

        async def goes() -> None:
            asked.append(running.attempts() - before)

        part = replace(running.part(to, "now"), goes=goes)
        receipt = await running.channel.send(part, key="k")
        assert asked == [0]
        assert running.attempts() == before + 1
        change = replace(part, text="then", external_ids=receipt.external_ids)
        if isinstance(running.channel, CanEdit):
            await running.channel.edit(change, key="edit")
        if isinstance(running.channel, CanDelete):
            await running.channel.delete(change, key="delete")
        can = running.channel.capabilities
        assert len(asked) == 1 + can.edits + can.deletes

    async def test_what_may_not_go_when_its_turn_has_come_does_not_go(self, running: Rig) -> None:
        if not running.channel.capabilities.waits_its_turn:
            return
        to, before = await running.here(), running.attempts()

        async def stays() -> None:
            raise UnavailableError("The database is away.", reason="internal")

        with pytest.raises(UnavailableError, match="database is away"):
            await running.channel.send(replace(running.part(to, "no"), goes=stays), key="k")
        assert running.attempts() == before
        assert (await running.channel.send(running.part(to, "yes"), key="k")).external_ids

    async def test_the_same_key_is_carried_once_where_the_network_knows_keys(
        self, running: Rig
    ) -> None:
        to = await running.here()
        part = running.part(to, "once")
        first = await running.channel.send(part, key="same")
        second = await running.channel.send(part, key="same")
        same = list(first.external_ids) == list(second.external_ids)
        assert same == running.channel.capabilities.idempotent_send

    async def test_what_is_reported_names_the_ids_of_the_receipt(self, running: Rig) -> None:
        can = running.channel.capabilities
        to = await running.here()
        for state, able in (("delivered", can.reports_delivered), ("read", can.reports_read)):
            if not able:
                continue
            part = running.part(to, f"to be {state}")
            receipt = await running.channel.send(part, key=state)
            await running.report(receipt, part, state)
            report = running.core.of_type(DeliveryReport)[-1]
            assert isinstance(report, DeliveryReport)
            assert (report.state, report.recipient) == (state, to)
            assert list(report.external_ids) == list(receipt.external_ids)

    async def test_an_edit_and_a_delete_of_a_sent_part_are_taken(self, running: Rig) -> None:
        to = await running.here()
        receipt = await running.channel.send(running.part(to, "befor"), key="k")
        part = running.part(to, "before")
        part = type(part)(
            recipient=to,
            thread=part.thread,
            message_id=part.message_id,
            text="before",
            external_ids=receipt.external_ids,
        )
        if isinstance(running.channel, CanEdit):
            edited = await running.channel.edit(part, key="edit")
            assert list(edited.external_ids) == list(receipt.external_ids)
        if isinstance(running.channel, CanDelete):
            deleted = await running.channel.delete(part, key="delete")
            assert list(deleted.external_ids) == list(receipt.external_ids)

    # --- what it says of itself ---

    async def test_its_capabilities_agree_with_what_it_can(self, rig: Rig) -> None:
        can = rig.channel.capabilities
        assert can.edits == isinstance(rig.channel, CanEdit)
        assert can.deletes == isinstance(rig.channel, CanDelete)
        assert can.typing == isinstance(rig.channel, CanShowTyping)
        assert all(limit > 0 for limit in can.media.values())
        assert can.max_text is None or can.max_text > 0
        assert can.max_caption is None or can.max_text is None or can.max_caption <= can.max_text
        assert not (can.reports_read and not can.reports_delivered)

    async def test_whoever_starts_by_its_link_comes_with_what_the_link_carries(
        self, running: Rig
    ) -> None:
        if not isinstance(running.channel, CanStartByLink):
            return
        payload = "go_" + "Az09-_" * 10 + "z"
        link = await running.channel.start_link(payload)
        assert re.search(rf"[?&]\w+={payload}$", link)
        await running.customer_starts(link.rpartition("=")[2])
        event = running.core.events[0]
        if isinstance(event, ContactStarted):
            assert event.source == payload
        else:
            assert isinstance(event, InboundMessage)
            assert event.visit is not None
            assert event.visit.source == payload
            assert payload not in event.text

    async def test_its_kind_says_whether_visitors_are_led_on_to_it(self, rig: Rig) -> None:
        settings = registry.settings_classes().get(rig.channel.kind)
        if settings is not None and isinstance(rig.channel, CanStartByLink):
            assert settings.leads_on

    async def test_it_names_its_account(self, rig: Rig) -> None:
        assert await rig.channel.check()
        assert re.fullmatch(r"[a-z][a-z_]*", rig.channel.kind)

    async def test_no_secret_and_no_text_shows_anywhere(
        self, rig: Rig, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        async with rig.running():
            await rig.customer_writes(CANARY)
            await rig.stranger_writes(CANARY)
            await rig.nonsense_comes()
            to = await rig.here()
            for kind in rig.failures:
                await rig.fail_next(kind, to)
                with pytest.raises(SendError):
                    await rig.channel.send(rig.part(to, CANARY), key=kind.__name__)
            rig.core.down = True
            await rig.customer_writes(CANARY, message="lost")
            rig.core.down = False
        shown = [repr(rig.channel), str(rig.channel), await rig.channel.check(), caplog.text]
        assert rig.secrets
        for secret in (*rig.secrets, CANARY):
            assert not [one for one in shown if secret in one]

    # --- how it runs ---

    async def test_it_stops_at_once_when_cancelled_and_leaves_nothing_running(
        self, rig: Rig
    ) -> None:
        before = asyncio.all_tasks()
        running = asyncio.create_task(rig.channel.run(rig.core))
        await asyncio.sleep(0.05)
        assert not running.done()
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asyncio.wait_for(running, 30)
        await rig.channel.close()
        # The network's model runs here too, and learns of it a moment later.
        await eventually(lambda: asyncio.all_tasks() <= before | {running})

    async def test_it_can_be_started_again(self, rig: Rig) -> None:
        for n in range(2):
            async with rig.running():
                assert await rig.customer_writes(f"start {n}", message=str(n))
        assert [one.text for one in rig.core.messages] == ["start 0", "start 1"]

    async def test_an_unknown_outcome_is_claimed_only_where_nobody_can_know(
        self, running: Rig
    ) -> None:
        to = await running.here()
        if running.channel.capabilities.idempotent_send:
            assert OutcomeUnknownError not in running.failures
            return
        await running.fail_next(OutcomeUnknownError, to)
        before = running.attempts()
        with pytest.raises(OutcomeUnknownError):
            await running.channel.send(running.part(to, "perhaps"), key="k")
        assert running.attempts() == before + 1
