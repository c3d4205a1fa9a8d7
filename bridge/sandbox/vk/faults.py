"""Faults the platform can be told to have, for the next calls of one method.

The connection breaks before a call has had its effect, or after; the client cannot see
which, and must get both right.
"""

import asyncio
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

ANY = "*"
"""Stands for every method, where a fault is planned for no particular one."""
LONG_POLL = "longpoll"
UPLOAD = "upload"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What goes wrong with one call, after `delay` seconds.

    `reset` cuts the connection; `status` answers with that HTTP status and `body`; `error`
    answers with VK's code. All of them come instead of the effect, unless `after_effect`.
    """

    delay: float = 0.0
    reset: bool = False
    status: int = 0
    body: str = "<html><body><h1>502 Bad Gateway</h1></body></html>"
    error: int = 0
    after_effect: bool = False


class Faults:
    """What is planned to go wrong, by the name of the method."""

    def __init__(self) -> None:
        """Begin with nothing wrong."""
        self._planned: dict[str, deque[Fault]] = defaultdict(deque)

    def plan(self, method: str, fault: Fault, *, times: int = 1) -> None:
        """Have the next `times` calls of `method` fail; `ANY` stands for each of them."""
        self._planned[method].extend([fault] * times)

    def clear(self) -> None:
        """Let everything go well again."""
        self._planned.clear()

    async def around(
        self,
        method: str,
        request: web.Request,
        answer: Callable[[], Awaitable[web.StreamResponse]],
        refuse: Callable[[int], web.Response],
    ) -> web.StreamResponse:
        """Answer as `answer` does, unless something is planned to go wrong."""
        fault = self._take(method)
        if fault is None:
            return await answer()
        await asyncio.sleep(fault.delay)
        fails = fault.reset or fault.status or fault.error
        answered = None if fails and not fault.after_effect else await answer()
        if fault.reset:
            return _reset(request)
        if fault.status:
            return web.Response(status=fault.status, text=fault.body, content_type="text/html")
        if fault.error:
            return refuse(fault.error)
        return answered or await answer()

    def _take(self, method: str) -> Fault | None:
        planned = self._planned.get(method) or self._planned.get(ANY)
        return planned.popleft() if planned else None


def _reset(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
