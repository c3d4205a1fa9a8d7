"""Statuses: chosen, closing and reopening by their kind, and what is done then."""

from typing import Any

import pytest

from bridge.models import Conversation
from bridge.store import blocks as b
from routing import doing, statused
from routing.policy import CLOSE_INACTIVE, RELEASE_IDLE
from routing.refusal import RefusedError
from tests.routing.automated import STATUSES, automate, done_by, goes_on
from tests.routing.world import World

MINUTE = 60_000


@pytest.fixture
async def taken(world: World) -> int:
    """Return a conversation that Anna has taken and answered."""
    await automate(world, statused=STATUSES)
    here = await world.begun()
    await world.takes("anna", here)
    await world.replies("anna", here)
    return here


async def choose(world: World, here: int, status: str, *, by: str | None = "anna") -> Conversation:
    def work(tx: Any, conversation: Conversation) -> None:
        doing.choose_status(tx, world.desk, conversation, status, by=by)

    await world.does(work, here)
    return await world.conversation(here)


async def has(world: World, here: int) -> str | None:
    return statused.current(world.desk.statuses, await world.conversation(here))


async def test_a_new_conversation_has_the_first_open_status(world: World, taken: int) -> None:
    assert await has(world, taken) == "active"


async def test_r50_spam_closes_and_blocks(world: World, taken: int) -> None:
    now = await choose(world, taken, "spam")
    assert (now.state, now.status_id, now.closed_by) == ("closed", "spam", "anna")
    identity = await world.identity("olena")
    assert identity is not None
    [block] = await world.store.read(
        lambda tx: tx.all(
            b.STANDING, identity_id=identity.id, contact_id=identity.contact_id, now=tx.now
        )
    )
    assert (block.reason, block.agent_id) == ("spam", "anna")
    assert block.until == world.clock.now() + 30 * 24 * 60 * MINUTE
    assert await done_by(world, taken, "spam") == [[{"do": "block"}]]
    assert (await world.says("olena")).outcome == "refused"


async def test_a_status_of_kind_closed_wants_a_topic_where_closing_does(
    world: World, taken: int
) -> None:
    world.under(topic_to_close=True)
    with pytest.raises(RefusedError, match="topic_required"):
        await choose(world, taken, "solved")
    assert (await world.conversation(taken)).state == "open"


async def test_a_status_of_kind_open_opens_a_closed_one_again(world: World, taken: int) -> None:
    await choose(world, taken, "solved")
    now = await choose(world, taken, "waiting", by="boris")
    assert (now.state, now.status_id, now.assignee_id) == ("open", "waiting", "boris")


async def test_who_writes_again_finds_the_first_open_status(world: World, taken: int) -> None:
    await choose(world, taken, "solved")
    await world.says("olena")
    assert (await world.conversation(taken)).state == "open"
    assert await has(world, taken) == "active"


async def test_closing_without_a_status_leaves_none(world: World, taken: int) -> None:
    await choose(world, taken, "waiting")
    await world.closes("anna", taken)
    assert await has(world, taken) is None


async def test_an_action_that_cannot_be_done_is_told_and_the_status_stands(
    world: World, taken: int
) -> None:
    world.under(block_require_end=True)
    endless = {"kind": "closed", "actions": [{"block": {"reason": "x"}}, {"tag": "vip"}]}
    await automate(world, statused={"spam": endless})
    assert (await choose(world, taken, "spam")).status_id == "spam"
    told = [one for one in await world.activities(taken) if one["verb"] == "automated"]
    assert [(one["did"], one["failed"]) for one in told] == [
        ([{"do": "tag", "tag": "vip"}], ["block"])
    ]


async def test_an_unknown_status_is_refused(world: World, taken: int) -> None:
    with pytest.raises(RefusedError, match="status_unknown"):
        await choose(world, taken, "nonsense")


# --- time that stands still ---------------------------------------------------------------


async def kinds(world: World, here: int) -> set[str]:
    return {one.kind for one in await world.timers() if one.subject == f"conversation:{here}"}


async def test_nothing_closes_a_conversation_for_which_time_stands_still(
    world: World, taken: int
) -> None:
    await choose(world, taken, "waiting")
    assert CLOSE_INACTIVE not in await kinds(world, taken)
    world.clock.tick(24 * 3600)
    await goes_on(world)
    assert (await world.conversation(taken)).state == "open"


async def test_a_wait_does_not_grow_while_time_stands_still(world: World, taken: int) -> None:
    await world.says("olena")
    world.clock.tick(60)
    await choose(world, taken, "waiting")
    assert RELEASE_IDLE not in await kinds(world, taken)
    world.clock.tick(3600)
    now = await choose(world, taken, "active")
    assert now.waiting_since == world.clock.now() - MINUTE
    assert now.paused_at is None
    assert RELEASE_IDLE in await kinds(world, taken)


async def test_who_writes_while_time_stands_still_waits_from_when_it_goes_on(
    world: World, taken: int
) -> None:
    await choose(world, taken, "waiting")
    world.clock.tick(60)
    await world.says("olena")
    assert RELEASE_IDLE not in await kinds(world, taken)
    world.clock.tick(3600)
    now = await choose(world, taken, "active")
    assert now.waiting_since == world.clock.now()


async def test_time_goes_on_where_the_yaml_has_the_status_no_more(world: World, taken: int) -> None:
    await choose(world, taken, "waiting")
    await automate(world, statused={"active": {"kind": "open"}})
    assert (await world.conversation(taken)).paused_at is None
    assert CLOSE_INACTIVE in await kinds(world, taken)
