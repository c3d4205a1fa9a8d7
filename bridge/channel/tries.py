"""What a network told that breaks us, kept from breaking us for ever (RELIABILITY.md, poison)."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol, TypeVar

T = TypeVar("T")

Take = Callable[[Sequence[T], bool], Awaitable[None]]
"""Takes some things, one after the other; with the last of all, the cursor past them."""
Aside = Callable[[bytes, str], Awaitable[None]]


class Tries(Protocol):
    """Where an adapter lets its payloads be taken, so that it is known which was in hand."""

    async def over(
        self, things: Sequence[T], raw_of: Callable[[T], bytes], take: Take[T], aside: Aside
    ) -> None:
        """Take things that came together, and each alone if one may be poison.

        What has broken `take` three times, by an exception that is neither a `SendError` nor
        `StorageUnavailableError` or by the end of the program, is handed to `aside` instead,
        as `raw_of` writes it. Then only its neighbours are taken: perhaps nothing but the
        cursor. What came before a death comes again, so it must do no harm to take it twice.
        """
        ...


class Uncounted:
    """Nobody counts: what breaks, breaks."""

    async def over(
        self, things: Sequence[T], raw_of: Callable[[T], bytes], take: Take[T], aside: Aside
    ) -> None:
        """Take all of it together."""
        del raw_of, aside
        await take(things, True)  # noqa: FBT003  # As the contract calls it.


UNCOUNTED: Tries = Uncounted()
