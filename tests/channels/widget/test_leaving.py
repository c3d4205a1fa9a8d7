"""Sending to those who are here, and giving up those who have left."""

import pytest

from bridge.channel import OutboundPart, UnreachableError
from channels.widget.presence import GRACE, SETTLING
from tests.channels.widget.desk import THREAD, Visitor
from tests.channels.widget.watched import VISIT, Watched


@pytest.fixture
async def desk() -> Watched:
    return await Watched().grown()


@pytest.fixture
async def visitor(desk: Watched) -> Visitor:
    visitor = await desk.visitor()
    await visitor.write("Hello")
    await visitor.open_session(token=visitor.token)
    desk.core.events.clear()
    return visitor


async def test_whoever_is_here_can_be_sent_to(desk: Watched, visitor: Visitor) -> None:
    async with visitor.live():
        receipt = await desk.answer(visitor)
    assert list(receipt.external_ids) == ["2"]


async def test_s52_whoever_has_left_cannot_and_the_id_of_a_later_proof_is_told(
    desk: Watched, visitor: Visitor
) -> None:
    await desk.passes(31)
    with pytest.raises(UnreachableError) as caught:
        await desk.answer(visitor)
    assert caught.value.reason == "visitor_left"
    assert list(caught.value.external_ids) == ["2"]


async def test_a_page_on_its_way_to_the_next_still_counts_as_here(
    desk: Watched, visitor: Visitor
) -> None:
    async with visitor.live():
        await desk.passes(60)
    await desk.passes(29)
    await desk.answer(visitor)
    await desk.passes(1.5)
    with pytest.raises(UnreachableError):
        await desk.answer(visitor)


async def test_one_tab_of_two_is_enough_to_be_here(desk: Watched, visitor: Visitor) -> None:
    async with visitor.live(tab="a"):
        async with visitor.live(tab="b"):
            pass
        await desk.passes(60)
        await desk.answer(visitor)
    assert desk.given_up == []


async def test_whoever_writes_is_here_even_without_a_socket(desk: Watched) -> None:
    visitor = await desk.visitor()
    await visitor.write("over HTTP alone")
    await desk.answer(visitor)
    await desk.passes(40)
    assert desk.given_up == [visitor.customer]


async def test_s50_who_stays_away_is_given_up_once_with_the_reason(
    desk: Watched, visitor: Visitor
) -> None:
    async with visitor.live():
        await desk.answer(visitor)
        await desk.passes(60)
    await desk.passes(29)
    assert desk.given_up == []
    await desk.passes(120)
    assert desk.given_up == [visitor.customer]


async def test_who_comes_back_in_time_is_not_given_up(desk: Watched, visitor: Visitor) -> None:
    async with visitor.live():
        await desk.passes(60)
    await desk.passes(25)
    async with visitor.live():
        await desk.passes(120)
    assert desk.given_up == []


async def test_a_part_taken_at_the_last_moment_is_on_record_before_its_visitor_is_given_up(
    desk: Watched, visitor: Visitor
) -> None:
    async with visitor.live():
        await desk.passes(60)
    await desk.passes(29.5)
    await desk.answer(visitor)
    await desk.passes(3)
    assert desk.given_up == []
    await desk.passes(3)
    assert desk.given_up == [visitor.customer]


async def test_giving_up_waits_until_it_can_be_stored(desk: Watched, visitor: Visitor) -> None:
    async with visitor.live():
        await desk.passes(60)
    desk.core.down = True
    await desk.passes(60)
    assert desk.given_up == []
    desk.core.down = False
    await desk.passes(1)
    assert desk.given_up == [visitor.customer]


async def test_a_visit_that_could_not_be_stored_is_told_later(
    desk: Watched, visitor: Visitor
) -> None:
    desk.core.down = True
    async with visitor.live(visit=VISIT):
        await desk.passes(5)
        assert desk.visits == []
        desk.core.down = False
        await desk.passes(2)
    assert desk.visits[-1].url == VISIT["url"]


async def test_nobody_who_has_left_is_remembered(desk: Watched) -> None:
    for _ in range(20):
        stranger = await desk.visitor()
        async with stranger.live(visit=VISIT):
            await desk.passes(1)
    await desk.passes(60, step=5)
    assert len(desk.parts.presence) == 0
    assert desk.given_up == []


async def test_a_jump_of_the_wall_clock_gives_nobody_up(desk: Watched, visitor: Visitor) -> None:
    async with visitor.live():
        await desk.passes(1)
    desk.clock.jump(86_400)
    await desk.passes(10)
    assert desk.given_up == []


# --- after a start ---


async def test_just_after_a_start_those_who_were_here_are_taken_to_be_coming_back() -> None:
    desk = Watched()
    visitor = Visitor(desk, desk.client(), customer="anon:was-here-before")
    await desk.answer(visitor)
    desk.core.unconfirmed_for = {visitor.customer}
    await desk.passes(GRACE - 1)
    assert desk.given_up == []
    await desk.passes(SETTLING + 2)
    assert desk.given_up == [visitor.customer]
    with pytest.raises(UnreachableError):
        await desk.answer(visitor)


async def test_after_a_start_whoever_came_back_is_not_given_up() -> None:
    desk = Watched()
    visitor = await desk.visitor()
    await visitor.write()
    await visitor.open_session(token=visitor.token)
    desk.core.unconfirmed_for = {visitor.customer, "anon:away"}
    async with visitor.live():
        await desk.passes(GRACE + SETTLING + 5)
    assert desk.given_up == ["anon:away"]


async def test_looking_back_is_done_once_and_again_if_it_failed() -> None:
    desk = Watched()
    desk.core.unconfirmed_for = {"anon:away"}
    desk.core.down = True
    await desk.passes(GRACE + SETTLING + 5)
    desk.core.down = False
    await desk.passes(20)
    assert desk.given_up == ["anon:away"]


async def test_an_edit_and_a_delete_come_to_the_visitor_by_the_event_log(
    desk: Watched, visitor: Visitor
) -> None:
    part = OutboundPart(
        recipient=visitor.customer, thread=THREAD, message_id=2, text="new", external_ids=["2"]
    )
    for change in (desk.channel.edit, desk.channel.delete):
        assert list((await change(part, key="k")).external_ids) == ["2"]


async def test_there_is_nothing_to_download(desk: Watched) -> None:
    with pytest.raises(LookupError):
        desk.channel.download("anything")
