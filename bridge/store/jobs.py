"""What waits to be done in a commit, and what it is known to ask."""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from bridge.store.arrivals import Question
from bridge.store.holding import Claim
from bridge.store.tx import Asked, Asking, Asks, Tx


@dataclass(slots=True)
class Job:
    """One transaction, who waits for it, and what it came to."""

    work: Callable[[Tx], Any]
    loop: asyncio.AbstractEventLoop
    answer: asyncio.Future[Any]
    claim: Claim | None = None
    asks: Asks = tuple
    result: Any = None
    failure: BaseException | None = None


def asked_by(group: Iterable[Job]) -> Iterator[Question | Asked]:
    """Yield what jobs are known to ask, and first of all whether they still may."""
    for job in group:
        if job.claim is not None:
            yield job.claim.asked
        yield from job.asks()


def work_of(work: Callable[..., Any]) -> Callable[..., Any]:
    """Return the work itself, of one that says what it asks."""
    return work.work if isinstance(work, Asking) else work


def asks_of(work: Callable[..., Any]) -> Asks:
    """Return what says what a work is known to ask."""
    return work.asks if isinstance(work, Asking) else tuple
