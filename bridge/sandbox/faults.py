"""Faults that a model platform can be told to have, one call at a time.

A real network loses requests before it has done anything, loses answers after it has done
everything, is slow, overloaded or broken. The difference between the first two is the one
that a client cannot see, and must get right.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from aiohttp import web

ANY = "*"
"""Stands for every call, where a fault is planned for no particular one."""
GATEWAY_PAGE = "<html><body><h1>502 Bad Gateway</h1></body></html>"
"""What a proxy shows in place of a vendor that is broken."""

T = TypeVar("T")
Answer = Callable[[], Awaitable[web.StreamResponse]]
Refuse = Callable[[Any], web.StreamResponse]
"""Answers with an error of the vendor's, named as `Fault.error` names it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What goes wrong with one call.

    `delay` (seconds) passes first. Then the connection is reset, or `status` is answered
    with `body`, or the vendor refuses with its own `error`, named as its platform names
    them. All this comes in place of the effect, or after it where `after_effect`. A fault
    with only a delay lets the call go on as if nothing was.
    """

    delay: float = 0.0
    reset: bool = False
    status: int = 0
    body: str = GATEWAY_PAGE
    content_type: str = "text/html"
    headers: Mapping[str, str] = field(default_factory=dict)
    error: Any = None
    after_effect: bool = False

    def answer(self, request: web.Request, refuse: Refuse) -> web.StreamResponse | None:
        """Return what comes in place of the call's own answer, or `None`."""
        if self.reset:
            return reset(request)
        if self.status:
            return web.Response(
                status=self.status,
                text=self.body,
                content_type=self.content_type,
                headers=self.headers,
            )
        return None if self.error is None else refuse(self.error)


@dataclass(slots=True)
class _Plan:
    """A fault for so many of the next calls of these names; without names, of all."""

    calls: frozenset[str]
    fault: Fault
    left: int


class Faults:
    """What is planned to go wrong, by the name of the call."""

    def __init__(self) -> None:
        """Begin with nothing wrong."""
        self._plans: list[_Plan] = []

    def plan(self, call: str | Collection[str], fault: Fault, *, times: int = 1) -> None:
        """Have the next `times` calls fail that have this name, or one of several.

        `ANY` stands for each call that has no plan of its own.
        """
        names = {call} if isinstance(call, str) else set(call)
        self._plans.append(_Plan(frozenset(names - {ANY}), fault, times))

    def clear(self) -> None:
        """Let everything go well again."""
        self._plans.clear()

    @property
    def left(self) -> int:
        """Return how many calls are still to go wrong."""
        return sum(one.left for one in self._plans)

    def take(self, call: str) -> Fault | None:
        """Return what is to go wrong with this call; it will not happen again."""
        named = (one for one in self._plans if call in one.calls)
        plan = next(named, None) or next((one for one in self._plans if not one.calls), None)
        if plan is None:
            return None
        plan.left -= 1
        if not plan.left:
            self._plans.remove(plan)
        return plan.fault

    async def around(
        self, call: str, request: web.Request, answer: Answer, refuse: Refuse | None = None
    ) -> web.StreamResponse:
        """Answer a request as `answer` does, unless something is planned to go wrong.

        `refuse` is needed for calls whose faults have an `error`.
        """
        refusing = refuse or _nothing_to_refuse_with
        return await self.over(call, answer, lambda fault: fault.answer(request, refusing))

    async def over(
        self,
        call: str,
        answer: Callable[[], Awaitable[T]],
        failed: Callable[[Fault], T | None],
    ) -> T:
        """Answer as `answer` does, or as `failed` says of a fault; `None` of it changes nothing."""
        fault = self.take(call)
        if fault is None:
            return await answer()
        answered = await answer() if fault.after_effect else None
        await asyncio.sleep(fault.delay)
        return failed(fault) or answered or await answer()


def reset(request: web.Request) -> web.Response:
    """Cut the connection without an answer, as a crash or a broken line does."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


def _nothing_to_refuse_with(error: object) -> web.StreamResponse:
    raise LookupError(f"this call has no errors of a vendor's, and was to answer {error}")
