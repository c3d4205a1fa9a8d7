"""Bodies that are on their way in: together they hold so much memory and no more.

A body can be slow, and some handlers can prove whose it is only by all of it. What comes in one
piece is never counted: by far the most does.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from bridge.web.errors import ApiError

# All together, in bytes; and when somebody whose body gave way may come again, in seconds.
MOST = 4 * 1024 * 1024
AGAIN = 5


class Pieces:
    """What has come of one body."""

    def __init__(self, bodies: "Bodies") -> None:
        """Begin with nothing."""
        self._bodies = bodies
        self._held: list[bytes] | None = []
        self.size = 0

    def add(self, chunk: bytes) -> int:
        """Take the next piece; return how many bytes there are.

        Raises `ApiError` (503) once this body had to give way to others.
        """
        if self._held is not None:
            self._held.append(chunk)
            self.size += len(chunk)
            self._bodies.grew(len(chunk))
        if self._held is None:
            raise ApiError(
                503, "come_again", "Too much is coming in; come again.", {"retry_after": AGAIN}
            )
        return self.size

    def whole(self) -> bytes:
        """Return all of it."""
        return b"".join(self._held or ())

    def let_go(self) -> None:
        """Hold nothing any more."""
        self._held = None


class Bodies:
    """All that are on their way in. Whichever has been for longest gives way to the others."""

    def __init__(self, most: int = MOST) -> None:
        """Hold at most so many bytes."""
        self._most = most
        # In the order in which they began.
        self._coming: dict[Pieces, None] = {}
        self.held = 0

    @contextmanager
    def another(self) -> Iterator[Pieces]:
        """Hold one more until the context ends."""
        pieces = Pieces(self)
        self._coming[pieces] = None
        try:
            yield pieces
        finally:
            self._drop(pieces)

    def grew(self, by: int) -> None:
        """Count what one of them has grown by; let go of the oldest while it is too much."""
        self.held += by
        while self.held > self._most:
            self._drop(next(iter(self._coming)))

    def _drop(self, pieces: Pieces) -> None:
        if pieces in self._coming:
            del self._coming[pieces]
            self.held -= pieces.size
            pieces.let_go()
