"""What became of an agent's message, below it."""

from collections.abc import Sequence

import pytest

from agent_console.surface import Mark
from bridge.sandbox.slack import BOT_USER
from tests.agent_console.slack.workspace import Workspace


async def written(workspace: Workspace) -> tuple[object, str]:
    """Return a thread and an agent's message in it."""
    thread = await workspace.thread()
    return thread, (await workspace.anna.writes(thread.place, "Так", thread_ts=thread.id)).ts


@pytest.mark.parametrize(
    ("marks", "signs"),
    [
        (["queued"], ["hourglass_flowing_sand"]),
        (["queued", "accepted"], ["white_check_mark"]),
        (["accepted", "delivered"], ["white_check_mark"]),
        (["accepted", "delivered", "read"], ["white_check_mark", "ballot_box_with_check"]),
        (["queued", "failed"], ["x"]),
        (["uncertain", "accepted"], ["white_check_mark"]),
        (["note"], ["lock"]),
        (["queued", None], []),
        (["accepted", "accepted"], ["white_check_mark"]),
    ],
)
async def test_a_mark_takes_the_place_of_the_one_before(
    silent: Workspace, marks: Sequence[Mark | None], signs: Sequence[str]
) -> None:
    thread = await silent.thread()
    ts = (await silent.anna.writes(thread.place, "Так", thread_ts=thread.id)).ts
    for mark in marks:
        await silent.surface.mark(thread, ts, mark)
    assert list(silent.message(ts).reactions) == signs
    assert not silent.refusals()


async def test_after_a_restart_the_marks_of_before_are_known(silent: Workspace) -> None:
    thread = await silent.thread()
    ts = (await silent.anna.writes(thread.place, "Так", thread_ts=thread.id)).ts
    await silent.anna.reacts(thread.place, ts, "x")
    await silent.surface.mark(thread, ts, "queued")
    later = silent.new_surface()
    later._marks._since += 2000
    await later.mark(thread, ts, "accepted")
    reactions = silent.message(ts).reactions
    assert {name: users for name, users in reactions.items() if users} == {
        "x": [silent.anna.id],
        "white_check_mark": [BOT_USER],
    }


async def test_the_clock_is_left_out_while_it_could_hardly_be_taken_away(silent: Workspace) -> None:
    thread = await silent.thread()
    ts = []
    for _ in range(14):
        ts.append((await silent.anna.writes(thread.place, "Так", thread_ts=thread.id)).ts)
        await silent.surface.mark(thread, ts[-1], "queued")
        await silent.surface.mark(thread, ts[-1], "accepted")
    assert {tuple(silent.message(one).reactions) for one in ts} == {("white_check_mark",)}
    assert silent.asked("reactions.remove") < 14
