"""The life of a conversation: each step once, by one, and for everybody to see."""

import asyncio
from typing import Any

import pytest

from routing import conversations
from routing.refusal import RefusedError
from tests.routing.world import World


async def told(world: World, before: int) -> list[str]:
    return [event.kind for event in await world.events(before)]


STEP = ["message.added", "conversation.changed"]


async def test_taking_makes_one_the_assignee_and_it_is_new_no_more(world: World) -> None:
    here = await world.begun()
    before = await world.last_event()
    await world.takes("anna", here)
    conversation = await world.conversation(here)
    assert (conversation.assignee_id, conversation.opened_at) == ("anna", world.clock.now())
    assert (await world.activities(here))[-1] == {"verb": "taken", "by": "anna"}
    assert await told(world, before) == STEP


async def test_d11_of_two_who_take_at_once_exactly_one_wins(world: World) -> None:
    for round_number in range(10):
        here = await world.begun(f"customer {round_number}")
        stale = await world.conversation(here)

        def take(agent: str, stale: Any = stale) -> Any:
            # Both have looked before either has pressed.
            return world.store.write(conversations.take, stale, agent)

        answers = await asyncio.gather(take("anna"), take("boris"), return_exceptions=True)
        [lost] = [one for one in answers if isinstance(one, RefusedError)]
        winner = (await world.conversation(here)).assignee_id
        assert (lost.code, lost.detail) == ("taken", {"agent": winner})
        assert (await world.verbs(here)).count("taken") == 1


async def test_taking_what_one_has_already_is_done_once(world: World) -> None:
    here = await world.begun()
    await world.takes("anna", here)
    before = await world.last_event()
    await world.takes("anna", here)
    assert await world.last_event() == before


async def test_a_closed_conversation_cannot_be_taken(world: World) -> None:
    here = await world.begun()
    await world.closes("anna", here)
    with pytest.raises(RefusedError) as refused:
        await world.takes("boris", here)
    assert refused.value.code == "state"


async def test_d17_released_it_is_untaken_again_at_once(world: World) -> None:
    here = await world.begun()
    await world.takes("anna", here)
    before = await world.last_event()
    await world.does(conversations.release, here, by="anna")
    assert (await world.conversation(here)).assignee_id is None
    assert (await world.activities(here))[-1] == {"verb": "released", "by": "anna"}
    assert await told(world, before) == STEP
    await world.takes("boris", here)


async def test_what_nobody_has_cannot_be_released(world: World) -> None:
    here = await world.begun()
    with pytest.raises(RefusedError) as refused:
        await world.does(conversations.release, here, by="anna")
    assert refused.value.code == "state"


async def test_a_release_that_comes_too_late_takes_it_from_nobody(world: World) -> None:
    here = await world.begun()
    await world.takes("anna", here)
    stale = await world.conversation(here)
    await world.does(conversations.assign, here, "boris", by="anna")
    with pytest.raises(RefusedError):
        await world.store.write(conversations.release, stale, by="anna")
    assert (await world.conversation(here)).assignee_id == "boris"


async def test_handing_over_says_who_had_it_and_who_has_it(world: World) -> None:
    here = await world.begun()
    await world.takes("anna", here)
    await world.does(conversations.assign, here, "boris", by="sofia")
    assert (await world.conversation(here)).assignee_id == "boris"
    assert (await world.activities(here))[-1] == {
        "verb": "assigned",
        "by": "sofia",
        "to": "boris",
        "from": "anna",
    }


async def test_an_untaken_one_can_be_handed_over_too(world: World) -> None:
    here = await world.begun()
    await world.does(conversations.assign, here, "boris", by="anna")
    assert (await world.conversation(here)).assignee_id == "boris"
    assert (await world.activities(here))[-1] == {"verb": "assigned", "by": "anna", "to": "boris"}


async def test_handing_it_to_oneself_is_taking_it(world: World) -> None:
    here = await world.begun()
    await world.takes("anna", here)
    await world.does(conversations.assign, here, "sofia", by="sofia")
    assert (await world.activities(here))[-1] == {"verb": "taken", "by": "sofia"}


async def test_handing_over_what_has_moved_meanwhile_is_refused(world: World) -> None:
    here = await world.begun()
    stale = await world.conversation(here)
    await world.takes("anna", here)
    with pytest.raises(RefusedError) as refused:
        await world.store.write(conversations.assign, stale, "boris", by="sofia")
    assert (refused.value.code, refused.value.detail) == ("taken", {"agent": "anna"})


async def test_handing_it_to_who_has_it_changes_nothing(world: World) -> None:
    here = await world.begun()
    await world.takes("anna", here)
    before = await world.last_event()
    await world.does(conversations.assign, here, "anna", by="sofia")
    assert await world.last_event() == before


async def test_s08_closing_says_when_and_by_whom_and_nobody_waits_any_more(world: World) -> None:
    here = await world.begun()
    await world.takes("anna", here)
    before = await world.last_event()
    world.clock.tick(5)
    await world.closes("anna", here)
    now = await world.conversation(here)
    assert (now.state, now.closed_at, now.closed_by) == ("closed", world.clock.now(), "anna")
    assert now.waiting_since is None
    # It stays known whose it was.
    assert now.assignee_id == "anna"
    assert (await world.activities(here))[-1] == {"verb": "closed", "by": "anna"}
    assert await told(world, before) == STEP


async def test_a_closed_one_cannot_be_closed_again(world: World) -> None:
    here = await world.begun()
    stale = await world.conversation(here)
    await world.closes("anna", here)
    with pytest.raises(RefusedError) as refused:
        await world.store.write(conversations.close, stale, world.desk.policy, by="boris")
    assert refused.value.code == "state"
    assert (await world.conversation(here)).closed_by == "anna"


async def reopen(world: World, here: int, by: str) -> None:
    await world.does(conversations.reopen, here, world.desk.policy, by=by)


async def test_s43_an_agent_who_reopens_it_answers_it(world: World) -> None:
    here = await world.begun()
    await world.takes("anna", here)
    await world.closes("anna", here)
    await reopen(world, here, "boris")
    now = await world.conversation(here)
    assert (now.state, now.assignee_id, now.closed_at, now.closed_by) == (
        "open",
        "boris",
        None,
        None,
    )
    assert (await world.activities(here))[-1] == {"verb": "reopened", "by": "boris"}


async def test_an_open_one_cannot_be_reopened(world: World) -> None:
    here = await world.begun()
    with pytest.raises(RefusedError) as refused:
        await reopen(world, here, "anna")
    assert refused.value.code == "state"


async def test_an_old_one_cannot_be_reopened_beside_the_one_the_customer_went_on_in(
    world: World,
) -> None:
    old = await world.begun()
    await world.closes("anna", old)
    world.clock.tick(25 * 3600)
    new = await world.begun()
    for attempt in (reopen(world, old, "anna"), world.replies("anna", old)):
        with pytest.raises(RefusedError) as refused:
            await attempt
        assert refused.value.code == "state"
        assert refused.value.detail["open_conversation"] == new
    assert (await world.conversation(old)).state == "closed"


async def test_o02_a_participant_is_added_and_taken_out_for_everybody_to_see(world: World) -> None:
    here = await world.begun()
    await world.takes("anna", here)
    before = await world.last_event()
    await world.does(conversations.add_participant, here, "boris", by="anna")
    assert (await world.activities(here))[-1] == {
        "verb": "participant_added",
        "by": "anna",
        "agent": "boris",
    }
    assert await told(world, before) == STEP
    await world.does(conversations.drop_participant, here, "boris", by="anna")
    assert (await world.activities(here))[-1] == {
        "verb": "participant_removed",
        "by": "anna",
        "agent": "boris",
    }


async def test_joining_and_leaving_are_ones_own_doing(world: World) -> None:
    here = await world.begun()
    await world.takes("anna", here)
    await world.does(conversations.add_participant, here, "sofia", by="sofia")
    await world.does(conversations.drop_participant, here, "sofia", by="sofia")
    assert (await world.activities(here))[-2:] == [
        {"verb": "joined", "by": "sofia"},
        {"verb": "left", "by": "sofia"},
    ]


async def test_adding_one_who_is_there_already_changes_nothing(world: World) -> None:
    here = await world.begun()
    await world.takes("anna", here)
    await world.does(conversations.add_participant, here, "boris", by="anna")
    before = await world.last_event()
    for agent in ("boris", "anna"):
        await world.does(conversations.add_participant, here, agent, by="anna")
    assert await world.last_event() == before


async def test_one_who_is_not_in_cannot_be_taken_out(world: World) -> None:
    here = await world.begun()
    with pytest.raises(RefusedError):
        await world.does(conversations.drop_participant, here, "boris", by="anna")


async def test_what_is_not_there_is_not_found(world: World) -> None:
    with pytest.raises(RefusedError) as refused:
        await world.takes("anna", 404)
    assert refused.value.code == "not_found"


async def test_s20_every_step_stands_in_the_thread_with_who_and_when(world: World) -> None:
    here = await world.begun()
    await world.takes("anna", here)
    await world.does(conversations.assign, here, "boris", by="anna")
    await world.closes("boris", here)
    await world.says("olena")
    steps = [one for one in await world.messages(here) if one.kind == "activity"]
    assert await world.verbs(here) == ["opened", "taken", "assigned", "closed", "reopened"]
    assert [one.agent_id for one in steps] == [None, "anna", "anna", "boris", None]
    assert all(one.created_at == world.clock.now() for one in steps)
