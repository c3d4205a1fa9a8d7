"""Takes payloads so that one that breaks us is found out, counted, and set aside.

Counts are rows written for themselves, never in the transaction that fails. While nothing is
suspected, what came together is taken together, and all that it costs is a mark in memory.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TypeVar

from bridge.channel import SendError, StorageUnavailableError
from bridge.channel.tries import Aside, Take
from bridge.poison.inhand import InHand
from bridge.store import quarantine as q
from bridge.store.transactions import Store, Tx

T = TypeVar("T")

_log = logging.getLogger(__name__)

MOST_TRIES = 3
# Between two tries in one life, in seconds: what is no poison may go well a moment later.
PAUSE = 0.1
# So long (s) nothing is in hand that ends at all: databases and networks are given up before.
HELD_TOO_LONG = 900.0
DIED = "the program died with it in hand"
# What is no fault of the payload.
_PASSING = (SendError, StorageUnavailableError)


class Poison:
    """What is suspected, for the whole program."""

    def __init__(self, store: Store, path: Path, *, shared: bool = False) -> None:
        """Keep the marks in the file `path`, and the counts in the database.

        Where several processes share the folder, each has a file of its own.
        """
        self._store = store
        self.in_hand = InHand(path, shared=shared)
        self._tries: dict[str, int] = {}

    async def recall(self) -> None:
        """Suspect what was in hand when the program died; raises `StorageUnavailableError`."""
        left = self.in_hand.left
        if left:
            _log.warning(
                "the program died with %d payloads in hand; each is tried alone", len(left)
            )
        self._tries = dict(await self._store.write(_counted, left))
        self.in_hand.forget()

    def suspects(self, digests: Iterable[str]) -> bool:
        """Say whether one of these has broken us before."""
        return bool(self._tries) and any(one in self._tries for one in digests)

    def tries(self, digest: str) -> int:
        """Return how often it has broken us."""
        return self._tries.get(digest, 0)

    @property
    def hangs(self) -> bool:
        """Say whether something is in hand that seems never to end."""
        return self.in_hand.longest() > HELD_TOO_LONG

    async def broke(self, digest: str) -> None:
        """Count it; raises `StorageUnavailableError`."""
        self._tries = dict(await self._store.write(_counted, [digest]))

    async def clear(self, digests: Sequence[str]) -> None:
        """Suspect these no more; raises `StorageUnavailableError`."""
        known = [one for one in digests if one in self._tries]
        if known:
            self._tries = dict(await self._store.write(_cleared, known))


class Guard:
    """The `Tries` of one inbox or staff surface."""

    def __init__(self, poison: Poison, inbox_id: str) -> None:
        """Guard one inbox."""
        self._poison = poison
        self._inbox_id = inbox_id

    async def over(
        self, things: Sequence[T], raw_of: Callable[[T], bytes], take: Take[T], aside: Aside
    ) -> None:
        """Take things that came together; see `bridge.channel.Tries`."""
        digests = [q.digest_of(self._inbox_id, raw_of(one)) for one in things]
        if not self._poison.suspects(digests):
            try:
                with self._poison.in_hand.marked(digests):
                    await take(things, True)  # noqa: FBT003  # As the contract has it.
            except _PASSING:
                raise
            except Exception as error:  # noqa: BLE001  # Which of them it was, each alone will tell.
                self._say(error)
            else:
                return
        innocent = []
        for number, one in enumerate(things):
            last = number + 1 == len(things)
            if await self._alone(one, digests[number], raw_of, take, aside, last=last):
                innocent.append(digests[number])
        await self._poison.clear(innocent)

    async def _alone(
        self,
        thing: T,
        digest: str,
        raw_of: Callable[[T], bytes],
        take: Take[T],
        aside: Aside,
        *,
        last: bool,
    ) -> bool:
        """Take one thing; say whether it went well, and else set it aside."""
        why = DIED
        while self._poison.tries(digest) < MOST_TRIES:
            try:
                with self._poison.in_hand.marked([digest]):
                    await take([thing], last)
            except _PASSING:
                raise
            except Exception as error:  # noqa: BLE001  # Whatever it is, the neighbours go on.
                self._say(error)
                why = type(error).__name__
                await self._poison.broke(digest)
                await asyncio.sleep(PAUSE)
            else:
                return True
        _log.error("something that came to %s is set aside: %s", self._inbox_id, why)
        await aside(raw_of(thing), why)
        if last:
            await take([], last)
        return False

    def _say(self, error: Exception) -> None:
        """Say what broke and where; what an error says may be a customer's word."""
        at = error.__traceback__
        while at is not None and at.tb_next is not None:
            at = at.tb_next
        place = f"{at.tb_frame.f_code.co_filename}:{at.tb_lineno}" if at else "?"
        _log.error("taking in for %s broke: %s at %s", self._inbox_id, type(error).__name__, place)


def _counted(tx: Tx, digests: Sequence[str]) -> list[tuple[str, int]]:
    for one in digests:
        tx.run(q.POISONED, digest=one, at=tx.now)
    return tx.all(q.POISON_TRIES)


def _cleared(tx: Tx, digests: Sequence[str]) -> list[tuple[str, int]]:
    for one in digests:
        tx.run(q.NO_POISON, digest=one)
    return tx.all(q.POISON_TRIES)
