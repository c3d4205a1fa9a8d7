"""What of a conversation's life counts in a report, and how long it took. Pure."""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from agent_console.reports.figures import Kind
from bridge.store.reports import Move

Waited = Callable[[int, int], int]
"""For how long (ms) somebody has waited between two moments."""


def by_the_clock(since: int, until: int) -> int:
    """Return how much time has passed."""
    return max(0, until - since)


class Fact(NamedTuple):
    """Something that counts: by whom, when, and how long it took if that is told (ms)."""

    what: Kind
    agent_id: str | None
    at: int
    lasted: int = 0


def facts(moves: Iterable[Move], waited: Waited = by_the_clock) -> Iterator[Fact]:
    """Yield what counts of one conversation, all of whose moves are given as they went.

    A customer waits from the first message after an agent's, until the next one of an agent,
    or until it is closed or they are blocked, which is no answer.
    """
    asked: int | None = None
    begun, answered = 0, False
    for _, what, agent_id, at in moves:
        yield Fact(what, agent_id, at)
        if what == "incoming":
            asked = at if asked is None else asked
        elif what == "outgoing":
            if asked is not None:
                kind: Kind = "further_answers" if answered else "first_answers"
                yield Fact(kind, agent_id, at, waited(asked, at))
            asked, answered = None, True
        elif what in ("opened", "reopened"):
            begun, answered = at, False
        elif what == "closed":
            yield Fact("closings", agent_id, at, max(0, at - begun))
            if not answered:
                yield Fact("missed", agent_id, at)
            asked = None
        elif what == "blocked":
            asked = None
