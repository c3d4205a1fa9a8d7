"""The database does a commit and its answer is lost: nothing is stuck, nothing is sent twice."""

from collections.abc import AsyncIterator, Iterator

import pytest

from bridge.store.transactions import Store
from tests import postgres
from tests.bridge.delivery.rig import Rig
from tests.clock import ManualClock
from tests.databases import opened, until
from tests.faults.between import Between, Cut


@pytest.fixture
def between() -> Iterator[Between]:
    lent = postgres.lent()
    one = Between(lent)
    yield one
    one.close()
    postgres.given_back(lent)


@pytest.fixture
async def store(between: Between, clock: ManualClock) -> AsyncIterator[Store]:
    async with opened(between.server, clock=clock) as one:
        yield one


@pytest.mark.parametrize("cut", ["before", "after"])
async def test_a_part_that_was_perhaps_claimed_goes_out_once_and_holds_nobody_up(
    rig: Rig, between: Between, cut: Cut
) -> None:
    async with rig.working():
        here = await rig.conversation()
        await rig.a_moment()
        # What is said is stored, and the claim of it is lost.
        between.cut(None, cut)
        await rig.say(here, "first")
        await until(lambda: not between._next)
        await rig.say(here, "second")
        await rig.reaches(first="sent", second="sent")
    assert between.cuts == {cut: 1}
    assert rig.network.called == ["first", "second"]


@pytest.mark.parametrize("cut", ["before", "after"])
async def test_what_became_of_a_part_is_recorded_however_often_the_answer_is_lost(
    rig: Rig, between: Between, cut: Cut
) -> None:
    async with rig.working():
        here = await rig.conversation()
        await rig.a_moment()
        between.cut(None, None, cut, cut)
        await rig.say(here, "first")
        await rig.reaches(first="sent")
        await until(lambda: not between._next)
        await rig.say(here, "second")
        await rig.reaches(second="sent")
    # Which transactions the last two were is for the worker's own pace to say.
    assert between.cuts == {cut: 2}
    assert rig.network.called == ["first", "second"]
