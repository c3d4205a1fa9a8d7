"""What is good for one use, such as a proof of identity."""

from typing import Protocol

from bridge.clock import Clock


class Once(Protocol):
    """What an inbox has seen used, in whichever process, and before a restart too."""

    async def first(self, what: str, *, until: int) -> bool:
        """Say whether this is its first use, and know of it until then (ms).

        Raises `StorageUnavailableError`.
        """
        ...


class OnceHere:
    """What one process has seen used since its start."""

    def __init__(self, clock: Clock) -> None:
        """Nothing was used yet."""
        self._clock = clock
        self._used: dict[str, int] = {}

    async def first(self, what: str, *, until: int) -> bool:
        """Say whether this is its first use, and know of it until then (ms)."""
        now = self._clock.now()
        self._used = {used: end for used, end in self._used.items() if end > now}
        if what in self._used:
            return False
        self._used[what] = until
        return True
