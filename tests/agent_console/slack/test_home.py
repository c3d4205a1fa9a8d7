"""The Home tab: an agent's inbox, drawn when it is opened and whenever it has changed."""

import asyncio
from typing import Any

import pytest

from agent_console.fanout import homes
from agent_console.fanout.homes import Homes
from agent_console.slack import budgets
from agent_console.slack.home import LOOKS, TOLD_FOR
from agent_console.slack.surface import SlackSurface
from agent_console.surface import Answer, Press
from bridge.models import Event
from bridge.pace import Pace
from bridge.sandbox.faults import Fault
from tests.agent_console.slack.test_pressing import line
from tests.agent_console.slack.test_showing import texts
from tests.agent_console.slack.workspace import Workspace
from tests.channels.rig import eventually
from tests.clock import ManualClock
from tests.passing import meanwhile


def shown(workspace: Workspace, account: str) -> str:
    """Return the words in somebody's Home tab."""
    return texts(workspace.slack.team.homes[account]["blocks"])


async def opened(workspace: Workspace, before: int = 0) -> None:
    """Let Anna open hers."""
    await workspace.anna.opens_home()
    await eventually(lambda: workspace.asked("views.publish") == before + 1)
    # And kept as drawn: the test looks inside.
    await eventually(lambda: not workspace.surface._home._soon)


async def followed(surface: SlackSurface, account: str) -> None:
    """Have somebody's drawn if they look, as the program does from time to time."""
    await surface.at_home()
    await surface.refresh(account)


def an_inbox(*mine: str, text: str = "Ви: у мережі") -> Answer:
    """Return an inbox with these customers in it."""
    lines = [line(number, title=title) for number, title in enumerate(mine)]
    buttons = [
        Press(verb="online", label="У мережі", style="primary"),
        Press(verb="break", label="Перерва"),
    ]
    return Answer(text=text, lists={"Mine": lines}, buttons=buttons)


async def test_it_is_an_agents_inbox(workspace: Workspace) -> None:
    workspace.desk.answers["inbox"] = an_inbox("Олена 1", "Олена 9")
    async with workspace.running():
        await opened(workspace)
    view = workspace.slack.team.homes[workspace.anna.id]
    for what in ("*Mine*", "Олена 1>", "Олена 9>", "Ви: у мережі"):
        assert what in texts(view["blocks"])
    states = view["blocks"][0]["elements"]
    assert [(one["text"]["text"], one.get("style")) for one in states] == [
        ("У мережі", "primary"),
        ("Перерва", None),
    ]
    assert not workspace.desk.presses, "to look at it is no deed"
    assert not workspace.refusals()


async def test_a_full_one_counts_what_does_not_fit(workspace: Workspace) -> None:
    full = [line(n, title="Ї" * 200, said="&" * 900) for n in range(200)]
    workspace.desk.answers["inbox"] = Answer(text="x", lists=dict.fromkeys("abc", full))
    async with workspace.running():
        await opened(workspace)
    assert shown(workspace, workspace.anna.id).count("more") == 3
    assert len(workspace.slack.team.homes[workspace.anna.id]["blocks"]) <= 100
    assert not workspace.refusals()


async def test_that_of_somebody_who_is_no_agent_shows_no_conversation(
    workspace: Workspace,
) -> None:
    workspace.desk.answers["inbox"] = Answer(text="Link your account", refused=True)
    async with workspace.running():
        await opened(workspace)
    assert shown(workspace, workspace.anna.id).strip() == "Link your account"


async def test_a_press_in_it_is_answered_in_it_and_stays_for_a_while() -> None:
    clock = ManualClock()
    async with Workspace(clock=clock).open() as workspace, workspace.running():
        workspace.desk.answers["inbox"] = an_inbox("Олена")
        workspace.desk.otherwise = lambda one: Answer(text=f"did {one.verb} {one.value}".strip())
        await opened(workspace)
        anna = workspace.anna.id
        await workspace.anna.presses_home("do:break:1")
        await eventually(lambda: "did break" in shown(workspace, anna))
        await workspace.anna.presses_home("do:find", "де моє")
        await eventually(lambda: "did find де моє" in shown(workspace, anna))
        assert "did break" not in shown(workspace, anna)

        workspace.desk.answers["inbox"] = an_inbox("Петро")
        await followed(workspace.surface, anna)
        assert "Петро" in shown(workspace, anna)
        assert "did find де моє" in shown(workspace, anna), "what one looks for is not taken away"
        clock.tick(TOLD_FOR / 1000 + 1)
        await followed(workspace.surface, anna)
        assert "did find" not in shown(workspace, anna)


async def test_it_is_drawn_anew_only_where_it_has_changed_and_for_whoever_looks() -> None:
    clock = ManualClock()
    async with Workspace(clock=clock).open() as workspace, workspace.running():
        workspace.desk.answers["inbox"] = an_inbox("Олена")
        await opened(workspace)
        assert await workspace.surface.at_home() == [workspace.anna.id]
        for _ in range(3):
            await followed(workspace.surface, workspace.anna.id)
            await followed(workspace.surface, workspace.boris.id)
        assert workspace.asked("views.publish") == 1, "the same again is nothing new"
        workspace.desk.answers["inbox"] = an_inbox("Олена", "Петро")
        await followed(workspace.surface, workspace.anna.id)
        await followed(workspace.surface, workspace.boris.id)
        assert workspace.asked("views.publish") == 2
        assert list(workspace.slack.team.homes) == [workspace.anna.id]

        clock.tick(LOOKS / 1000 + 1)
        workspace.desk.answers["inbox"] = an_inbox()
        assert await workspace.surface.at_home() == []
        await followed(workspace.surface, workspace.anna.id)
        assert workspace.asked("views.publish") == 2, "who opened it an hour ago looks no more"


async def test_after_a_restart_it_is_drawn_for_who_looked_before(workspace: Workspace) -> None:
    workspace.desk.answers["inbox"] = an_inbox("Олена")
    async with workspace.running():
        await opened(workspace)
        await eventually(lambda: workspace.desk.opened)
    again = workspace.new_surface()
    async with workspace.running(again):
        assert await again.at_home() == [workspace.anna.id]
        await followed(again, workspace.anna.id)
        assert workspace.asked("views.publish") == 1, "what was drawn is known too"
        workspace.desk.answers["inbox"] = an_inbox("Петро")
        await followed(again, workspace.anna.id)
        assert "Петро" in shown(workspace, workspace.anna.id)


async def test_what_one_process_has_opened_another_follows() -> None:
    clock = ManualClock()
    async with Workspace("hook", clock=clock).open() as workspace:
        owner, anna = workspace.new_surface(), workspace.anna.id
        # The web answers Slack; the worker has the surface.
        async with workspace.running(owner):
            workspace.desk.answers["inbox"] = an_inbox("Олена")
            workspace.desk.otherwise = lambda one: Answer(text=f"did {one.verb} {one.value}")
            await opened(workspace)
            await eventually(lambda: workspace.desk.opened)
            assert await owner.at_home() == [anna]
            await followed(owner, anna)
            assert workspace.asked("views.publish") == 1
            workspace.desk.answers["inbox"] = an_inbox("Петро")
            await followed(owner, anna)
            assert "Петро" in shown(workspace, anna)

            await workspace.anna.presses_home("do:find", "де моє")
            await eventually(lambda: len(workspace.desk.opened) == 2)
            workspace.desk.answers["inbox"] = an_inbox("Ганна")
            await followed(owner, anna)
            assert "did find де моє" in shown(workspace, anna), "only the web knows what it found"
            clock.tick(TOLD_FOR / 1000 + 1)
            await followed(owner, anna)
            assert "Ганна" in shown(workspace, anna)
            assert "did find" not in shown(workspace, anna)


async def test_where_two_processes_draw_at_once_it_is_drawn_again() -> None:
    async with Workspace("hook").open() as workspace:
        owner, anna = workspace.new_surface(), workspace.anna.id
        async with workspace.running(owner):
            workspace.desk.answers["inbox"] = an_inbox("Олена")
            await opened(workspace)
            await eventually(lambda: workspace.desk.opened)
            await owner.at_home()
            workspace.slack.faults.plan("views.publish", Fault(delay=0.5))
            workspace.desk.answers["inbox"] = an_inbox("Петро")
            late = asyncio.create_task(followed(owner, anna))
            await eventually(lambda: workspace.asked("views.publish") == 2)
            workspace.desk.answers["inbox"] = an_inbox("Ганна")
            await workspace.anna.opens_home()
            await late
            assert "Петро" in shown(workspace, anna), "what was seen before came last"
            await followed(owner, anna)
            assert "Ганна" in shown(workspace, anna)


async def test_a_burst_is_drawn_once_for_each_who_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(homes, "TOGETHER", 0.2)
    happened: Any = Event
    async with Workspace().open() as workspace, workspace.running():
        workspace.desk.answers["inbox"] = an_inbox()
        await opened(workspace)
        keeper = Homes(workspace.surface, "slack_main")
        async with meanwhile(keeper.run()):
            for number in range(40):
                workspace.desk.answers["inbox"] = an_inbox(*(f"Олена {n}" for n in range(number)))
                keeper.committed([happened])
                await asyncio.sleep(0)
            await eventually(lambda: "Олена 38" in shown(workspace, workspace.anna.id))
            await asyncio.sleep(0.5)
        assert workspace.asked("views.publish") == 2


async def test_what_slack_refuses_is_drawn_the_next_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(homes, "TOGETHER", 0.01)
    happened: Any = Event
    async with Workspace().open() as workspace, workspace.running():
        workspace.desk.answers["inbox"] = an_inbox()
        await opened(workspace)
        keeper = Homes(workspace.surface, "slack_main")
        workspace.slack.faults.plan("views.publish", Fault(status=503))
        workspace.desk.answers["inbox"] = an_inbox("Олена")
        async with meanwhile(keeper.run()):
            keeper.committed([happened])
            await eventually(lambda: workspace.asked("views.publish") == 2)
            keeper.committed([happened])
            await eventually(lambda: "Олена" in shown(workspace, workspace.anna.id))


async def test_it_lets_customers_words_go_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budgets, "LEISURE", 3)
    async with Workspace().open() as workspace, workspace.running():
        workspace.desk.answers["inbox"] = an_inbox()
        await opened(workspace)
        workspace.desk.answers["inbox"] = an_inbox("Олена")
        busy = {"is": True}
        posts = workspace.surface._budgets._posts
        monkeypatch.setattr(type(posts), "has_room", property(lambda _: not busy["is"]))
        drawing = asyncio.create_task(followed(workspace.surface, workspace.anna.id))
        await asyncio.sleep(0.3)
        assert workspace.asked("views.publish") == 1, "while words wait, it waits"
        busy["is"] = False
        await drawing
        assert workspace.asked("views.publish") == 2


async def test_many_who_look_stay_within_what_slack_takes() -> None:
    assert budgets.HOMES + 30 <= budgets.TIER_4, "who opens theirs finds room"
    async with Workspace().open() as workspace:
        inside = workspace.surface._budgets
        assert isinstance(inside._homes, Pace)
        assert inside._homes._overall.budget.calls == budgets.HOMES
