"""How much a bot may send: core.telegram.org/bots/faq#my-bot-is-hitting-limits.

A chat takes one message a second after a small burst, a group 20 a minute (edits and new
topics among them), and all chats together 30 a second.
"""

import math
from collections import defaultdict, deque
from dataclasses import dataclass

from bridge.sandbox.telegram.errors import too_many_requests
from bridge.sandbox.telegram.time import Time


@dataclass(frozen=True, slots=True)
class Budget:
    """So many calls in so many seconds."""

    calls: int
    seconds: float


OVERALL = Budget(30, 1.0)
BURST = Budget(5, 5.0)
GROUP = Budget(20, 60.0)


class Limits:
    """Counts what one bot sends; `on` switches all of it."""

    def __init__(self, time: Time, *, on: bool) -> None:
        """Count by this time."""
        self.on = on
        self._time = time
        self._past: dict[tuple[int, Budget], deque[float]] = defaultdict(deque)

    def spend(self, chat_id: int, *, group: bool) -> None:
        """Count a message to a chat; raises `Refusal` (429) when there is no budget left."""
        if not self.on:
            return
        lines = [(0, OVERALL), (chat_id, GROUP if group else BURST)]
        wait = max(self._wait(line) for line in lines)
        if wait > 0:
            raise too_many_requests(max(1, math.ceil(wait)))
        for line in lines:
            self._past[line].append(self._time.now())

    def _wait(self, line: tuple[int, Budget]) -> float:
        budget, past = line[1], self._past[line]
        while past and past[0] <= self._time.now() - budget.seconds:
            past.popleft()
        if len(past) < budget.calls:
            return 0.0
        return past[-budget.calls] + budget.seconds - self._time.now()
