"""A busy channel never hears from Slack that it is too busy."""

import asyncio
import time

import pytest

from agent_console.slack import budgets
from agent_console.surface import Thread, Urgency
from bridge.channel import ThrottledError
from bridge.clock import Clock
from bridge.pace import Budget
from bridge.sandbox.faults import Fault
from bridge.sandbox.slack import budgets as theirs
from tests.agent_console.slack.workspace import Workspace, a_card

FASTER = 25
START = 1_793_448_000_000


class Fast(Clock):
    """Lets so many seconds pass in one."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    def now(self) -> int:
        """Return the time in ms."""
        return START + round((time.monotonic() - self._began) * 1000 * FASTER)


@pytest.fixture(autouse=True)
def _faster(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have our seconds pass as fast as Slack's; Slack itself allows no bursts."""
    monkeypatch.setattr(budgets, "POSTS_OF_A_CHANNEL", Budget(1, 1.0 / FASTER))
    monkeypatch.setattr(budgets, "POSTS", Budget(4, 1.0 / FASTER))
    monkeypatch.setattr(budgets, "MINUTE", 60.0 / FASTER)
    monkeypatch.setattr(budgets, "YIELDS", {"words": 0.0, "marks": 0.8, "cards": 1.6})
    monkeypatch.setattr(theirs, "BURST", 1)


async def test_a_burst_of_200_posts_over_40_threads_never_earns_a_429() -> None:
    async with Workspace(clock=Fast()).open() as workspace:
        surface, threads = workspace.surface, []
        for number in range(40):
            async with surface.turn(workspace.support.id, "words"):
                threads.append(await workspace.thread(number + 1))
        posted: list[float] = []

        async def five(thread: Thread) -> None:
            for n in range(5):
                async with surface.turn(thread.place, "words"):
                    await surface.post(thread, workspace.post(f"повідомлення {n}"))
                    posted.append(time.monotonic())
                ts = workspace.replies(thread)[-1].ts
                async with surface.turn(thread.place, "marks"):
                    await surface.mark(thread, ts, "accepted")
                async with surface.turn(thread.place, "cards"):
                    await surface.draw(thread, a_card(state=f"{n}"))

        async def all_words(thread: Thread) -> None:
            for n in range(5):
                async with surface.turn(thread.place, "words"):
                    await surface.post(thread, workspace.post(f"повідомлення {n}"))
                    posted.append(time.monotonic())

        began = time.monotonic()
        busy = threads[:6]
        await asyncio.gather(*(five(one) for one in busy), *(all_words(one) for one in threads[6:]))
        seconds = (max(posted) - began) * FASTER
        assert len(posted) == 200
        assert not workspace.refusals()
        assert seconds < 200 * 2.5
        for thread in threads:
            texts = [one.text for one in workspace.replies(thread)]
            assert texts == [f"повідомлення {n}" for n in range(5)]


async def test_marks_and_cards_stay_within_their_minute_and_leave_room_for_edits() -> None:
    async with Workspace(clock=Fast()).open() as workspace:
        surface = workspace.surface
        async with surface.turn(workspace.support.id, "words"):
            thread = await workspace.thread()
        written = [
            (await workspace.anna.writes(thread.place, "Так", thread_ts=thread.id)).ts
            for _ in range(90)
        ]

        async def mark(ts: str) -> None:
            for step in ("accepted", "read"):
                async with surface.turn(thread.place, "marks"):
                    await surface.mark(thread, ts, step)

        async def draw(n: int) -> None:
            async with surface.turn(thread.place, "cards"):
                await surface.draw(thread, a_card(state=str(n)))

        async with surface.turn(thread.place, "words"):
            post = workspace.post("Привіт")
            ids = (await surface.post(thread, post)).external_ids
        work = asyncio.gather(*(mark(one) for one in written[:60]), *(draw(n) for n in range(60)))
        await asyncio.sleep(0.3)
        began = time.monotonic()
        async with surface.turn(thread.place, "words"):
            await surface.change(thread, workspace.post("Вітаю"), ids)
        assert time.monotonic() - began < 1.0
        await work
        assert not workspace.refusals()


@pytest.mark.parametrize("urgency", ["marks", "cards"])
async def test_what_has_come_meanwhile_may_go_in_a_turn_that_was_for_less(
    urgency: Urgency,
) -> None:
    async with Workspace(clock=Fast()).open() as workspace:
        surface = workspace.surface
        async with surface.turn(workspace.support.id, "words"):
            thread = await workspace.thread()
        for _ in range(10):
            async with surface.turn(thread.place, urgency):
                await surface.post(thread, workspace.post("Привіт"))
        assert len(workspace.replies(thread)) == 10
        assert not workspace.refusals()


async def test_a_method_is_left_alone_while_slack_asks_to_wait_whoever_was_told() -> None:
    async with Workspace(clock=Fast()).open() as workspace:
        surface, method = workspace.surface, "chat.postMessage"
        async with surface.turn(workspace.support.id, "words"):
            thread = await workspace.thread()
        answer = Fault(status=429, body="{}", headers={"Retry-After": "1"})
        workspace.slack.faults.plan(method, answer)

        async def once() -> None:
            async with surface.turn(thread.place, "words"):
                await surface.post(thread, workspace.post("Привіт"))

        began = time.monotonic()
        async with surface.turn(workspace.support.id, "cards"):
            with pytest.raises(ThrottledError):
                await asyncio.create_task(once())
            arrived = workspace.asked(method)
            with pytest.raises(ThrottledError) as raised:
                await surface.post(thread, workspace.post("Привіт"))
        assert 0 < raised.value.after <= 1.0
        assert workspace.asked(method) == arrived
        await once()
        assert time.monotonic() - began >= 1.0
        assert len(workspace.replies(thread)) == 1
