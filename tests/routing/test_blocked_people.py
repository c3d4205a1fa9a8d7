"""Whom a block holds for: one account, the whole person, and whoever they turn out to be."""

from pathlib import Path

import pytest

from bridge import channel as ch
from routing import blocks
from routing.refusal import RefusedError
from tests.routing.gate import HOUR, block, strict, unblock
from tests.routing.test_continuing import link
from tests.routing.test_way_back import Site
from tests.routing.world import World


@pytest.fixture
def shop(world: World) -> World:
    """A world whose program tells customers that they are blocked."""
    return strict(world)


async def linked(shop: World) -> tuple[int, int]:
    """Return the conversations of one person on the site and in the messenger."""
    here = await shop.begun("olena", inbox="site", thread="t1")
    token = await link(shop, here)
    return here, await shop.begun("5001", text="/start", visit=ch.Visit(source=token))


async def test_r57_one_account_is_blocked_and_the_other_is_not(shop: World) -> None:
    here, _ = await linked(shop)
    await block(shop, here, scope="identity")
    assert (await shop.says("olena", inbox="site", thread="t1")).outcome == "refused"
    assert (await shop.says("5001")).outcome == "stored"


async def test_r57_the_whole_person_is_blocked_and_let_in_from_any_account(shop: World) -> None:
    here, there = await linked(shop)
    await block(shop, here, scope="contact")
    assert (await shop.says("5001")).outcome == "refused"
    with pytest.raises(RefusedError, match="blocked"):
        await shop.replies("anna", there)
    await unblock(shop, there)
    assert (await shop.says("olena", inbox="site", thread="t1")).outcome == "stored"


async def test_an_own_block_outlives_that_of_the_person(shop: World) -> None:
    here, there = await linked(shop)
    await block(shop, there, scope="identity", lasts=2 * HOUR)
    await block(shop, here, scope="contact", lasts=HOUR)
    shop.clock.tick(HOUR)
    assert (await shop.says("olena", inbox="site", thread="t1")).outcome == "stored"
    assert (await shop.says("5001")).outcome == "refused"
    shop.clock.tick(HOUR)
    assert (await shop.says("5001")).outcome == "stored"


async def test_r57_a_new_account_of_a_blocked_person_is_blocked_too(shop: World) -> None:
    here = await shop.begun("olena", inbox="site", thread="t1")
    token = await link(shop, here)
    await block(shop, here, scope="contact")
    answer = await shop.says("5001", "/start", visit=ch.Visit(source=token))
    assert answer.outcome == "refused"
    assert await shop.count("conversations") == 1


@pytest.mark.parametrize("scope", ["identity", "contact"])
async def test_whoever_signs_in_takes_their_block_along(shop: World, scope: blocks.Scope) -> None:
    here = await shop.begun("anon", inbox="site", thread="t1")
    await block(shop, here, scope=scope)
    olena = ch.Sender(external_id="olena", verified=True)
    await shop.comes(ch.ContactUpdated(sender=olena, absorbs="anon"), inbox="site")
    for one in ("olena", "anon"):
        assert (await shop.says(one, inbox="site", thread="t2")).outcome == "refused"
    await unblock(shop, here)
    for one in ("olena", "anon"):
        assert (await shop.says(one, inbox="site", thread="t2")).outcome == "stored"


async def test_somebody_else_at_the_same_computer_is_not_blocked_for_it(shop: World) -> None:
    here = await shop.begun("anon", inbox="site", thread="t1")
    olena = ch.Sender(external_id="olena", verified=True)
    await shop.comes(ch.ContactUpdated(sender=olena, absorbs="anon"), inbox="site")
    await block(shop, here, scope="contact")
    petro = ch.Sender(external_id="petro", verified=True)
    await shop.comes(ch.ContactUpdated(sender=petro, absorbs="anon"), inbox="site")
    assert (await shop.says("petro", inbox="site", thread="t9")).outcome == "stored"


async def test_a_guest_writes_nothing_into_the_conversation_of_a_blocked_customer(
    shop: World, tmp_path: Path
) -> None:
    site = Site(shop, tmp_path)
    here = await shop.begun(inbox="site", thread="t1")
    token = await site.token(here)
    await site.door.enter(ch.Sender(external_id="guest"), token)
    await shop.closes("anna", here)
    await block(shop, here)
    assert (await shop.says("guest", inbox="site", thread="t1")).reason == "blocked"
    assert (await shop.conversation(here)).state == "closed"


async def test_a_blocked_visitor_comes_back_to_nothing_by_a_link(
    shop: World, tmp_path: Path
) -> None:
    site = Site(shop, tmp_path)
    here = await shop.begun("olena", inbox="site", thread="t1")
    there = await shop.begun("petro", inbox="site", thread="t2")
    await block(shop, there)
    token = await site.token(here)
    assert await site.door.enter(ch.Sender(external_id="petro"), token) is None
    assert "came_back" not in await shop.verbs(here)
