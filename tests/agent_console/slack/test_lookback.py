"""What was done in Slack while nobody listened, as it is found by looking."""

import asyncio
from typing import Any

import pytest

from agent_console.surface import (
    AnyHeard,
    Said,
    SaidAnew,
    Signed,
    Standing,
    Thread,
    ThreadMoved,
    Unsaid,
)
from bridge.sandbox.faults import Fault
from tests.agent_console.slack.workspace import Workspace
from tests.channels.rig import eventually


async def test_what_was_said_while_we_were_away_is_found_when_we_come_back(
    workspace: Workspace,
) -> None:
    thread, other = await workspace.thread(1), await workspace.thread(2)
    async with workspace.running():
        first = await workspace.anna.writes(thread.place, "раз", thread_ts=thread.id)
    workspace.slack.sockets.patience = workspace.slack.webhooks.patience = 0.05
    workspace.slack.webhooks.events, saved = "", workspace.slack.webhooks.events
    missed = [
        await workspace.anna.writes(thread.place, "два", thread_ts=thread.id),
        await workspace.boris.writes(other.place, "три", thread_ts=other.id),
    ]
    await workspace.surface.post(thread, workspace.post("не ми самі"))
    top = await workspace.anna.writes(thread.place, "не в потоці")
    await workspace.boris.writes(thread.place, "обід?", thread_ts=top.ts)
    workspace.slack.webhooks.events = saved
    async with workspace.running():
        await eventually(lambda: len(workspace.desk.heard) == 3)
        await asyncio.sleep(0.1)
    found = [one for one in workspace.desk.heard if isinstance(one, Said)]
    assert {one.external_id for one in found} == {one.ts for one in (first, *missed)}


async def test_the_first_time_nothing_is_looked_for(workspace: Workspace) -> None:
    thread = await workspace.thread()
    await workspace.anna.writes(thread.place, "раніше", thread_ts=thread.id)
    async with workspace.running():
        pass
    assert workspace.desk.stored is not None
    assert not workspace.desk.heard
    assert workspace.asked("conversations.history") == 0


async def looked(
    workspace: Workspace, thread: Thread, *written: str, signs: Any = ()
) -> list[AnyHeard]:
    """Come back after a break; return what was found that was not heard before."""
    workspace.desk.open_in[thread.place] = [
        Standing(thread=thread.id, written=written, signs=signs)
    ]
    workspace.desk.heard.clear()
    asked = workspace.asked("conversations.history")
    async with workspace.running():
        # One look into each of the two channels.
        await eventually(lambda: workspace.asked("conversations.history") == asked + 2)
        await asyncio.sleep(0.05)
    return list(workspace.desk.heard)


@pytest.fixture
async def away(workspace: Workspace) -> Thread:
    """A thread that was heard, and is heard no more."""
    thread = await workspace.thread()
    async with workspace.running():
        pass
    workspace.slack.sockets.patience = workspace.slack.webhooks.patience = 0.05
    workspace.slack.webhooks.events = workspace.slack.webhooks.interactions = ""
    return thread


async def test_an_edit_of_the_break_is_found_with_who_is_called_in_it(
    workspace: Workspace, away: Thread
) -> None:
    own = await workspace.anna.writes(away.place, "Так", thread_ts=away.id)
    edited = await workspace.anna.edits(away.place, own.ts, f"Ні, <@{workspace.boris.id}>")
    assert not edited.answered
    said, changed = await looked(workspace, away)
    assert isinstance(said, Said)
    assert isinstance(changed, SaidAnew)
    assert (changed.external_id, changed.text) == (own.ts, "Ні, @boris")
    assert (changed.by.id, changed.mentions) == (workspace.anna.id, [workspace.boris.id])


async def test_what_is_gone_is_found_but_what_is_old_may_have_been_tidied_away(
    workspace: Workspace, away: Thread
) -> None:
    now = workspace.clock.now() // 1000
    kept = await workspace.anna.writes(away.place, "Так", thread_ts=away.id)
    gone, old = f"{now - 60}.000900", f"{now - 22 * 3600}.000900"
    found = await looked(workspace, away, kept.ts, gone, old)
    taken_back = [one for one in found if isinstance(one, Unsaid)]
    assert [(one.external_id, one.by.id, one.key) for one in taken_back] == [
        (gone, "", f"{away.place}:{gone}:deleted")
    ]


async def test_reactions_of_the_break_are_found_by_what_was_known(
    workspace: Workspace, away: Thread
) -> None:
    anna, boris = workspace.anna, workspace.boris
    await anna.reacts(away.place, away.id, "eyes")
    await anna.reacts(away.place, away.id, "tada")
    await boris.reacts(away.place, away.id, "white_check_mark")
    await workspace.surface.shut(away, shut=True)
    known = {(boris.id, "white_check_mark"), (boris.id, "eyes")}
    found = await looked(workspace, away, signs=known)
    signs = [one for one in found if isinstance(one, Signed)]
    assert [(one.by.id, one.name, one.gone, one.found) for one in signs] == [
        (anna.id, "eyes", False, True),
        (boris.id, "eyes", True, True),
    ]


async def test_a_deleted_card_is_found_with_replies_below_it_or_without(
    workspace: Workspace, away: Thread
) -> None:
    other = await workspace.thread(2)
    await workspace.anna.writes(away.place, "Так", thread_ts=away.id)
    await workspace.anna.deletes_any(away.place, away.id)
    await workspace.anna.deletes_any(other.place, other.id)
    workspace.desk.open_in[away.place] = [
        Standing(thread=one.id, written=(), signs=()) for one in (away, other)
    ]
    async with workspace.running():
        await eventually(
            lambda: sum(isinstance(one, ThreadMoved) for one in workspace.desk.heard) == 2
        )
    moved = [one for one in workspace.desk.heard if isinstance(one, ThreadMoved)]
    assert {one.thread for one in moved} == {away.id, other.id}
    assert {one.to for one in moved} == {"deleted"}


async def test_what_was_said_in_a_channel_without_the_app_is_found_when_it_is_back(
    workspace: Workspace,
) -> None:
    thread = await workspace.thread()
    place, anna = thread.place, workspace.anna
    async with workspace.running():
        heard = await anna.writes(place, "раз", thread_ts=thread.id)
        await anna.removes_app(place)
        missed = await anna.writes(place, "два", thread_ts=thread.id)
        await workspace.boris.writes(workspace.general.id, "тим часом")
        assert workspace.asked("conversations.history") == 0
        cursor = workspace.desk.stored
        await anna.invites_app(place)
        await eventually(lambda: len(said(workspace)) == 2)
        await asyncio.sleep(0.05)
        assert [one.external_id for one in said(workspace)] == [heard.ts, missed.ts]
        assert int(workspace.desk.stored or 0) >= int(cursor or 0), "what is stored stays stored"


async def test_a_look_that_fails_goes_as_far_back_the_next_time() -> None:
    async with Workspace().open() as workspace:
        thread = await workspace.thread()
        place, anna = thread.place, workspace.anna
        async with workspace.running():
            await anna.removes_app(place)
            missed = await anna.writes(place, "два", thread_ts=thread.id)
            workspace.slack.faults.plan("conversations.history", Fault(status=503))
            await anna.invites_app(place)
            await eventually(lambda: workspace.asked("conversations.history") == 1)
            assert not said(workspace)
            await workspace.slack.sockets.stop()
            await eventually(lambda: said(workspace))
        assert [one.external_id for one in said(workspace)] == [missed.ts]


def said(workspace: Workspace) -> list[Said]:
    """Return what was heard of what people wrote."""
    return [one for one in workspace.desk.heard if isinstance(one, Said)]


async def test_a_channel_with_a_new_id_is_looked_into_after_a_restart(
    workspace: Workspace,
) -> None:
    thread = await workspace.thread()
    async with workspace.running():
        event = {"old_channel_id": thread.place, "new_channel_id": "C0NEWNAME1"}
        await workspace.slack.telling.event("channel_id_changed", event)
    channels = workspace.slack.team.channels
    channels["C0NEWNAME1"] = channels.pop(thread.place)
    channels["C0NEWNAME1"].id = "C0NEWNAME1"
    workspace.desk.threads["C0NEWNAME1", thread.id] = 1
    workspace.slack.sockets.patience = workspace.slack.webhooks.patience = 0.05
    workspace.slack.webhooks.events, saved = "", workspace.slack.webhooks.events
    missed = await workspace.anna.writes("C0NEWNAME1", "Так", thread_ts=thread.id)
    workspace.slack.webhooks.events = saved
    async with workspace.running(workspace.new_surface()):
        await eventually(lambda: any(isinstance(one, Said) for one in workspace.desk.heard))
    found = [one for one in workspace.desk.heard if isinstance(one, Said)]
    assert [(one.place, one.external_id) for one in found] == [("C0NEWNAME1", missed.ts)]
