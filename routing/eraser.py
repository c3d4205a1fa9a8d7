"""The way of an erasure from its begin to its last byte, whoever carries it out.

A crash anywhere leaves it unfinished in the database, and whoever comes next goes on.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from bridge.backup import Places, copies_beside, forget_unfinished
from bridge.channel import StorageUnavailableError
from bridge.media.files import forget_content
from bridge.models import Erasure
from bridge.store import erasing as e
from bridge.store import messages as m
from bridge.store import people as p
from bridge.store.scrubbing import scrub
from bridge.store.transactions import Store, Tx
from bridge.waking import woken
from routing import erased, erasing, purging
from routing.erased import Line
from routing.erasing import Told

_log = logging.getLogger(__name__)

ERASE_TOPIC = "erasing"
# Seconds between two looks at what is unfinished: another process may have begun it.
_LOOK = 10.0
# Seconds until what was on the wire is looked at again.
_SOON = 2.0


class Eraser:
    """Erases people from a database, its files, and the copies beside it."""

    def __init__(
        self,
        store: Store,
        *,
        database: Path,
        media: Path,
        listed: Path,
        on_erased: Callable[[], None] = lambda: None,
    ) -> None:
        """`listed` is the file that keeps the hashes of who was erased.

        `on_erased` is called where somebody is seen to go, by whatever process.
        """
        self._store = store
        self._database = database
        self._media = media
        self._listed = listed
        self._on_erased = on_erased
        self._seen = 0
        self._awake = asyncio.Event()

    @classmethod
    def at(
        cls, store: Store, places: Places, on_erased: Callable[[], None] = lambda: None
    ) -> "Eraser":
        """Return the one of an installation."""
        return cls(
            store,
            database=places.database,
            media=places.media,
            listed=places.erased,
            on_erased=on_erased,
        )

    async def erase(
        self,
        contact_id: int,
        *,
        by: str | None,
        and_then: Callable[[Tx, Told], None] = lambda *_: None,
    ) -> Told:
        """Begin to erase a person, `and_then` in the same transaction; `finish` does the rest.

        They are on the list before anything is changed. Raises `RefusedError("not_found")`,
        and `StorageUnavailableError` where the list cannot be written.
        """
        lines = await self._store.read(_lines, contact_id)
        try:
            await asyncio.to_thread(erased.append, self._listed, lines)
        except OSError as error:
            raise StorageUnavailableError(str(error)) from error

        def begin(tx: Tx) -> Told:
            tx.wake(ERASE_TOPIC)
            told = erasing.begin(tx, erasing.person(tx, contact_id), lines, by=by)
            and_then(tx, told)
            return told

        told = await self._store.write(begin)
        self._awake.set()
        return told

    async def erase_again(self, lines: Sequence[Line]) -> int:
        """Begin to erase whom a list names; return how many people, for `finish`.

        For a database that was put back from a copy: whoever was erased since is in it.
        """
        return await self._store.write(_again, lines)

    def wake(self) -> None:
        """Say that something was begun, here or elsewhere."""
        self._awake.set()

    async def is_done(self, erasure_id: int) -> bool:
        """Say whether the last byte of it is gone."""
        found = await self._store.read(_erasure, erasure_id)
        return found.done_at is not None

    async def finish(self) -> int:
        """Carry out what was begun; return how many have to wait for what is on the wire."""
        waiting, done = 0, list[int]()
        for erasure in await self._store.read(_unfinished):
            while (await self._store.write(purging.purge_some)).more:
                continue
            if not await self._store.write(erasing.is_gone, erasure.id):
                waiting += 1
                continue
            await self._forget_files(msgspec.json.decode(erasure.contents, type=list[str]))
            await self._store.write(_emptied, erasure.id)
            done.append(erasure.id)
        if done:
            await asyncio.to_thread(self._scrub)
            await self._store.write(_done, done)
        return waiting

    async def run(self) -> None:
        """Carry out what is begun here or elsewhere, until cancelled."""
        while True:
            self._awake.clear()
            within = _LOOK
            try:
                await self._look()
                if await self.finish():
                    within = _SOON
            except StorageUnavailableError:
                _log.error("erasing waits for the database")
                within = _SOON
            await woken(self._awake, within=within)

    async def _look(self) -> None:
        last = await self._store.read(_last)
        if last > self._seen:
            self._seen = last
            self._on_erased()

    async def _forget_files(self, contents: Sequence[str]) -> None:
        """Remove files however young: whoever else has the same one keeps it."""
        for sha256 in contents:
            if await self._store.read(_is_named, sha256):
                continue
            try:
                await asyncio.to_thread(forget_content, self._media, sha256)
            except OSError as error:
                raise StorageUnavailableError(str(error)) from error

    def _scrub(self) -> None:
        for copy in copies_beside(self._database):
            copy.unlink(missing_ok=True)
        forget_unfinished(self._database, self._media)
        scrub(self._store.place)


def _lines(tx: Tx, contact_id: int) -> list[Line]:
    return erasing.listed(tx, erasing.person(tx, contact_id))


def _again(tx: Tx, lines: Sequence[Line]) -> int:
    erased.remember(tx, lines)
    people = 0
    for account in erased.named(tx, lines):
        # Gone with somebody they were one with.
        if tx.the(p.IDENTITY_BY_ID, id=account.id).external_id == account.external_id:
            erasing.begin(tx, erasing.person(tx, account.contact_id), [], by=None)
            people += 1
    return people


def _erasure(tx: Tx, erasure_id: int) -> Erasure:
    return tx.the(e.ERASURE_BY_ID, id=erasure_id)


def _last(tx: Tx) -> int:
    return int(tx.the(e.LAST))


def _unfinished(tx: Tx) -> list[Erasure]:
    return tx.all(e.UNFINISHED)


def _is_named(tx: Tx, sha256: str) -> bool:
    return tx.one(m.NAMES_CONTENT, sha256=sha256) is not None


def _emptied(tx: Tx, erasure_id: int) -> None:
    tx.run(e.EMPTIED, of=erasure_id)


def _done(tx: Tx, erasures: Sequence[int]) -> None:
    for erasure_id in erasures:
        tx.run(e.DONE, of=erasure_id, at=tx.now)
