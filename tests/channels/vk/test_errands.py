"""What is asked of VK beside the receiving, when that is ended and begun again."""

import asyncio
from typing import Any

from channels.vk.errands import Errands
from tests.channels.rig import eventually
from tests.clock import ManualClock


class SlowApi:
    """Is asked, and answers once it may."""

    def __init__(self) -> None:
        self.asked: list[Any] = []
        self.may_answer = asyncio.Event()

    async def call(self, method: str, **given: Any) -> Any:
        """Answer that nothing is found."""
        self.asked.append((method, given.get("event_id")))
        await self.may_answer.wait()
        return {}


def a_press(event_id: str) -> dict[str, Any]:
    thing = {"event_id": event_id, "user_id": 1001, "peer_id": 1001}
    return {"type": "message_event", "object": thing}


async def test_what_a_stop_leaves_behind_is_done_after_the_next_start() -> None:
    api: Any = SlowApi()
    sink: Any = None
    errands = Errands(api, ManualClock())
    for name in ("first", "second"):
        errands.note(a_press(name), [])
    run = asyncio.create_task(errands.run(sink))
    await eventually(lambda: api.asked)
    run.cancel()
    await asyncio.gather(run, return_exceptions=True)

    api.may_answer.set()
    run = asyncio.create_task(errands.run(sink))
    await eventually(lambda: len(api.asked) == 2, within=5)
    errands.note(a_press("third"), [])
    await eventually(lambda: len(api.asked) == 3, within=5)
    run.cancel()
    await asyncio.gather(run, return_exceptions=True)
    answer = "messages.sendMessageEventAnswer"
    assert api.asked == [(answer, name) for name in ("first", "second", "third")]
