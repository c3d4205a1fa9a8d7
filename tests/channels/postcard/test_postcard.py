"""The made-up network: the contract, and the ways in which it is like real ones."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bridge.channel import (
    ContactUnreachable,
    DeliveryReport,
    InboundMessage,
    MessageDeleted,
    MessageEdited,
    MisconfiguredError,
    OutcomeUnknownError,
    RejectedError,
)
from tests.channels.contract import ChannelContract
from tests.channels.postcard import PostcardChannel, PostOffice
from tests.channels.postcard.rig import PostcardRig
from tests.channels.rig import Rig, eventually


class TestPostcardContract(ChannelContract):
    """The whole suite."""

    @pytest.fixture
    async def rig(self) -> Rig:
        return PostcardRig()


@pytest.fixture
async def rig() -> AsyncIterator[PostcardRig]:
    rig = PostcardRig()
    async with rig.running():
        yield rig


async def test_after_a_restart_fetching_goes_on_where_the_core_had_stored() -> None:
    rig = PostcardRig()
    async with rig.running():
        await rig.customer_writes("one", message="1")
    rig.office.write("two", card="anna-2")
    async with rig.running():
        await eventually(lambda: len(rig.core.book) == 2)
    assert [one.text for one in rig.core.messages] == ["one", "two"]


async def test_an_edit_a_withdrawal_and_a_move_come_as_events(rig: PostcardRig) -> None:
    card = rig.office.write("befor")
    rig.office.correct(card, "before")
    rig.office.recall(card)
    rig.office.move_away("anna")
    await eventually(lambda: not rig.office.unacknowledged)
    kinds = [type(one) for one in rig.core.events]
    assert kinds == [InboundMessage, MessageEdited, MessageDeleted, ContactUnreachable]


async def test_what_cannot_be_translated_is_kept_aside_and_its_neighbours_arrive(
    rig: PostcardRig,
) -> None:
    rig.office.write("before", card="1")
    rig.office.update({"type": "hologram", "id": "💥"})
    rig.office.write("after", card="2")
    await eventually(lambda: len(rig.core.book) == 2)
    ((raw, why),) = rig.core.quarantined
    assert "💥".encode() in raw
    assert "hologram" in why


async def test_a_lost_answer_leaves_the_card_carried_and_nobody_sure(rig: PostcardRig) -> None:
    rig.office.fail_next("lost_answer")
    with pytest.raises(OutcomeUnknownError):
        await rig.channel.send(rig.part("anna", "perhaps"), key="k")
    assert rig.office.in_box("anna") == ["perhaps"]


async def test_an_office_that_knows_keys_carries_the_same_part_once() -> None:
    office = PostOffice(knows_keys=True)
    channel = PostcardChannel(office)
    assert channel.capabilities.idempotent_send
    rig = PostcardRig()
    part = rig.part("anna", "once")
    office.fail_next("lost_answer")
    with pytest.raises(OutcomeUnknownError):
        await channel.send(part, key="same")
    await channel.send(part, key="same")
    assert office.in_box("anna") == ["once"]


async def test_a_text_too_long_for_a_card_is_refused_before_it_is_posted(rig: PostcardRig) -> None:
    with pytest.raises(RejectedError):
        await rig.channel.send(rig.part("anna", "🐤" * 251), key="k")
    assert rig.office.attempts == []
    await rig.channel.send(rig.part("anna", "🐤" * 250), key="k")
    assert rig.office.in_box("anna") == ["🐤" * 250]


async def test_a_picture_is_downloaded_by_its_ref(rig: PostcardRig) -> None:
    rig.office.pictures["p1"] = b"\x89PNG"
    rig.office.write("look", picture="p1")
    await eventually(lambda: rig.core.messages)
    (media,) = rig.core.messages[0].media
    assert b"".join([chunk async for chunk in rig.channel.download(media.ref)]) == b"\x89PNG"
    with pytest.raises(RejectedError):
        await anext(aiter(rig.channel.download("gone")))


async def test_a_report_may_come_before_the_answer_of_the_send(rig: PostcardRig) -> None:
    rig.office.deliver("out-1", "delivered")
    await eventually(lambda: rig.core.of_type(DeliveryReport))
    receipt = await rig.channel.send(rig.part("anna", "hello"), key="k")
    assert list(receipt.external_ids) == ["out-1"]


async def test_a_wrong_token_is_named_by_the_check() -> None:
    with pytest.raises(MisconfiguredError):
        await PostcardChannel(PostOffice(), token="wrong").check()


async def test_a_card_of_ours_can_be_rewritten_and_withdrawn(rig: PostcardRig) -> None:
    channel = PostcardChannel(rig.office)
    receipt = await channel.send(rig.part("anna", "befor"), key="k")
    part = rig.part("anna", "before")
    edited = type(part)(
        recipient="anna",
        thread="",
        message_id=1,
        text="before",
        external_ids=receipt.external_ids,
    )
    await channel.edit(edited, key="e")
    assert rig.office.in_box("anna") == ["before"]
    await channel.delete(edited, key="d")
    assert rig.office.in_box("anna") == []


async def test_fetching_waits_for_news_without_turning_in_circles() -> None:
    rig = PostcardRig()
    async with rig.running():
        await asyncio.sleep(0.1)
        assert rig.office.fetches <= 1
