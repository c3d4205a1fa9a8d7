"""Which events of the log nobody has told of: whoever waits for them has not been woken."""

from collections.abc import Collection, Sequence


class Announced:
    """What was told of beside what was read; either may come first."""

    def __init__(self) -> None:
        """Nothing was told, and nothing read."""
        # Told of and not read yet; read and not told of yet.
        self._ahead: list[range] = []
        self._untold: set[int] = set()

    def told(self, first: int, last: int, *, read: int) -> None:
        """Know of a commit whose events have these ids; the log is `read` up to there.

        Nobody else's events have ids between those of one commit (docs/decisions/0027).
        """
        these = range(first, last + 1)
        self._untold = {one for one in self._untold if one not in these}
        self._ahead = [one for one in (*self._ahead, these) if one.stop > read + 1]

    def found(self, ids: Sequence[int]) -> frozenset[int]:
        """Take what was read, oldest first; return what nobody has told of so far."""
        untold = frozenset(one for one in ids if not any(one in these for these in self._ahead))
        self._untold |= untold
        self._ahead = [one for one in self._ahead if one.stop > ids[-1] + 1]
        return untold

    def give_up(self, ids: Collection[int]) -> bool:
        """Wait no longer to be told of these; say whether any was told by nobody until now."""
        late = not self._untold.isdisjoint(ids)
        self._untold.difference_update(ids)
        return late
