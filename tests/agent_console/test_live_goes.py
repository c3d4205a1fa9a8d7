"""A console that goes away in the middle of being told something."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from agent_console.web.live.ended import TOO_SLOW, EndedError
from agent_console.web.live.socket import ConsoleSocket
from tests.agent_console.office import Office


class GoneLine:
    """A line whose other end has said farewell, which nobody has read yet."""

    async def accept(self) -> None:
        """Agree, as when it was still there."""

    async def receive(self) -> Any:
        """Bring nothing: the farewell is behind what is still to be read."""
        await asyncio.Event().wait()

    async def send(self, _message: Any) -> None:
        """Fail as ASGI says that a server does."""
        raise OSError

    async def close(self, **_how: Any) -> None:
        """Fail likewise."""
        raise OSError


@pytest.mark.parametrize("ended", [False, True])
async def test_a_console_that_goes_while_it_is_told_something_is_no_fault(
    office: Office, *, ended: bool
) -> None:
    line: Any = GoneLine()
    caller: Any = SimpleNamespace(agent=SimpleNamespace(id="anna"))
    room: Any = None
    batches: Any = None
    view = ConsoleSocket(
        line, caller, hub=office.hub, batches=batches, clock=office.clock, room=room
    )
    if ended:
        view.end(EndedError(TOO_SLOW))
    await asyncio.wait_for(view.run(office.hub.cursor()), 5)
