"""Faults that a model platform can be told to have, one call at a time.

A real network loses requests before it has done anything, loses answers after it has done
everything, is slow, overloaded or broken. The difference between the first two is the one
that a client cannot see, and must get right.
"""

import asyncio
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from aiohttp import web

ANY = "*"
"""Stands for every call, where a fault is planned for no particular one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What goes wrong with one call.

    `delay` (seconds) passes first. Then either the connection is reset, before or after
    the call has had its effect, or `status` is answered with `body`, without any effect.
    A fault with only a delay lets the call go on as if nothing was.
    """

    delay: float = 0.0
    reset: bool = False
    after_effect: bool = False
    status: int = 0
    body: str = ""
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)


class Faults:
    """What is planned to go wrong, by the name of the call."""

    def __init__(self) -> None:
        """Begin with nothing wrong."""
        self._planned: dict[str, deque[Fault]] = defaultdict(deque)

    def plan(self, call: str, fault: Fault, *, times: int = 1) -> None:
        """Have the next `times` calls of this name fail; `ANY` stands for each of them."""
        self._planned[call].extend([fault] * times)

    def clear(self) -> None:
        """Let everything go well again."""
        self._planned.clear()

    def take(self, call: str) -> Fault | None:
        """Return what is to go wrong with this call; it will not happen again."""
        planned = self._planned.get(call) or self._planned.get(ANY)
        return planned.popleft() if planned else None

    async def around(
        self, call: str, request: web.Request, answer: Callable[[], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        """Answer a request as `answer` does, unless something is planned to go wrong."""
        fault = self.take(call)
        if fault is None:
            return await answer()
        await asyncio.sleep(fault.delay)
        if fault.status:
            return web.Response(
                status=fault.status,
                text=fault.body,
                content_type=fault.content_type,
                headers=fault.headers,
            )
        if fault.reset and not fault.after_effect:
            return reset(request)
        answered = await answer()
        return reset(request) if fault.reset else answered


def reset(request: web.Request) -> web.Response:
    """Cut the connection without an answer, as a crash or a broken line does."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
