"""At which place whoever comes there first is to end, in a file that those who tell it share.

The file is mapped, so that lives which go on learn of the next place without being told.
"""

import mmap
from pathlib import Path

# No name of a place is longer, with a number before it.
_SIZE = 256


class Fate:
    """One file; any number of processes may open it."""

    def __init__(self, path: Path) -> None:
        """Open it, or make it, with nothing said yet."""
        self.path = path
        if not path.exists():
            path.write_bytes(bytes(_SIZE))
        with path.open("r+b") as file:
            self._map = mmap.mmap(file.fileno(), _SIZE)

    def tell(self, at: str | None, turn: int = 1) -> None:
        """Say where a life is to end as it comes there for the `turn`th time; `None`: nowhere."""
        said = b"" if at is None else f"{turn} {at}".encode()
        assert len(said) < _SIZE, at
        self._map[:] = said.ljust(_SIZE, b"\0")

    def told(self) -> bytes:
        """Return what is said now: the same bytes for as long as it is the same."""
        return self._map[:]


def read(told: bytes) -> tuple[str | None, int]:
    """Return the place that is named, and the turn."""
    turn, _, place = told.rstrip(b"\0").decode().partition(" ")
    return (place, int(turn)) if place else (None, 0)
