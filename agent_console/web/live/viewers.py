"""Who looks at which conversation, at this process and at the others.

Each process tells the others what has changed with it, and now and then all there is; what
is not told again is forgotten. So a whisper that was lost, or a process that has died, leaves
nothing wrong for longer than `FORGOTTEN`. Nothing of it is stored.
"""

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator

from bridge.events import Look, Whisper

# Between two times that all is told, and how long what is not told again is believed, in seconds.
AGAIN = 5.0
FORGOTTEN = 12.5
LOOKS, WHO_LOOKS = "looks", "who_looks"
# Names in one whisper: PostgreSQL carries no more than 8,000 bytes.
_MOST = 50


class Viewers:
    """What consoles show. Used in the event loop."""

    def __init__(self, process: int | None, now: Callable[[], float] = time.monotonic) -> None:
        """Know of nobody; `process` is this one's number where there may be several."""
        self._process = process
        self._now = now
        self._here: defaultdict[int, Counter[str]] = defaultdict(Counter)
        self._elsewhere: defaultdict[int, dict[int, tuple[float, Look]]] = defaultdict(dict)
        self._told_at = now()

    def of(self, conversation_id: int) -> list[str]:
        """Return the agents who look at a conversation."""
        found = set(self._here.get(conversation_id, ()))
        for _, look in self._elsewhere.get(conversation_id, {}).values():
            found.update(look.agents)
        return sorted(found)

    def looked_at(self) -> frozenset[int]:
        """Return what anybody looks at."""
        return frozenset(self._here).union(self._elsewhere)

    def came(self, conversation_id: int, agent_id: str) -> None:
        """Take note that a console of this process shows a conversation."""
        self._here[conversation_id][agent_id] += 1

    def left(self, conversation_id: int, agent_id: str) -> None:
        """Take note that it shows it no more."""
        viewers = self._here[conversation_id]
        viewers[agent_id] -= 1
        if viewers[agent_id] <= 0:
            del viewers[agent_id]
        if not viewers:
            del self._here[conversation_id]

    # --- what processes tell each other ---

    def to_tell(self, changed: Collection[int]) -> Iterator[Whisper]:
        """Yield what the others are to be told: what has changed here, or all when it is time."""
        if self._process is None:
            return
        ids = set(changed)
        if self._now() - self._told_at >= AGAIN:
            self._told_at = self._now()
            ids.update(self._here)
        looks = [Look(one, tuple(sorted(self._here.get(one, ()))[:_MOST])) for one in sorted(ids)]
        for some in _portions(looks):
            yield Whisper(LOOKS, process=self._process, looks=some)

    def question(self) -> Whisper | None:
        """Return what asks the others to tell all they know, where there are others."""
        return None if self._process is None else Whisper(WHO_LOOKS, process=self._process)

    def hear(self, whisper: Whisper) -> set[int]:
        """Take what another process tells; return the conversations of which it is news."""
        by = whisper.process
        if by is None or by == self._process:
            return set()
        if whisper.kind == WHO_LOOKS:
            self._told_at = -AGAIN
        return {one.conversation_id for one in whisper.looks if self._is_news(by, one)}

    def _is_news(self, by: int, look: Look) -> bool:
        before = self.of(look.conversation_id)
        if look.agents:
            self._elsewhere[look.conversation_id][by] = (self._now(), look)
        else:
            self._forget(look.conversation_id, by)
        return self.of(look.conversation_id) != before

    def forget_the_silent(self) -> set[int]:
        """Forget what was not told again; return the conversations of which it is news."""
        oldest = self._now() - FORGOTTEN
        gone = [
            (one, by)
            for one, told in self._elsewhere.items()
            for by, (at, _) in told.items()
            if at < oldest
        ]
        for one, by in gone:
            self._forget(one, by)
        return {one for one, _ in gone}

    def forget_the_others(self) -> None:
        """Forget all that others have told: nobody is here who would want to know."""
        self._elsewhere.clear()

    def _forget(self, conversation_id: int, by: int) -> None:
        told = self._elsewhere.get(conversation_id, {})
        told.pop(by, None)
        if not told:
            self._elsewhere.pop(conversation_id, None)


def _portions(looks: Iterable[Look]) -> Iterator[tuple[Look, ...]]:
    some: list[Look] = []
    names = 0
    for one in looks:
        size = 1 + len(one.agents)
        if some and names + size > _MOST:
            yield tuple(some)
            some, names = [], 0
        some.append(one)
        names += size
    if some:
        yield tuple(some)
