"""Keeping the index: people at once, messages a moment behind.

SQLite writes a piece of its index with every commit, which costs several times what storing
a message does. So messages are taken in many at a time: a second after they came, and
before anybody searches. The index holds every message that has a text and is not taken
back, up to the id that `meta` says.
"""

import asyncio
import logging
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from bridge.channel import StorageUnavailableError
from bridge.models import MESSAGE, Event
from bridge.search.words import lexemes
from bridge.store import log
from bridge.store.statement import Statement, nothing, param
from bridge.store.transactions import Store, Tx

_log = logging.getLogger(__name__)

# What has come meanwhile is indexed together.
DELAY = 1.0
# More in one transaction would keep those who write waiting: some 30 ms.
AT_ONCE = 200
MOST_CHARACTERS = 30_000
_UP_TO = "search_indexed_up_to"
# PostgreSQL is given the words one by one: its own ways to find them depend on its language.
_PUT = "INSERT INTO {} (id, words) VALUES (:id, array_to_tsvector(string_to_array(:text, ' ')))"

_ADD = Statement(
    nothing,
    "INSERT INTO message_fts (rowid, text) VALUES (:id, :text)",
    postgresql=_PUT.format("message_fts"),
)
# An index without text of its own must be told what it is to forget.
_DROP = Statement(
    nothing,
    "INSERT INTO message_fts (message_fts, rowid, text) VALUES ('delete', :id, :text)",
    postgresql="DELETE FROM message_fts WHERE id = :id",
)
_ADD_CONTACT = Statement(
    nothing,
    "INSERT INTO contact_fts (rowid, text) VALUES (:id, :text)",
    postgresql=_PUT.format("contact_fts"),
)
_DROP_CONTACT = Statement(
    nothing,
    "DELETE FROM contact_fts WHERE rowid = :id",
    postgresql="DELETE FROM contact_fts WHERE id = :id",
)


def _fresh(id: int, text: str, deleted_at: int | None) -> tuple[int, str]:
    return id, text if deleted_at is None else ""


_FRESH = Statement(
    _fresh,
    select(MESSAGE.c.id, MESSAGE.c.text, MESSAGE.c.deleted_at)
    .where(MESSAGE.c.id > param("after"))
    .order_by(MESSAGE.c.id)
    .limit(param("limit")),
)


def message_changed(tx: Tx, message_id: int, *, before: str, after: str) -> None:
    """Make a message findable by its new text instead of what it had before; "" is neither."""
    if message_id > _indexed_up_to(tx):
        return
    # What has no text is not in the index, which must never be told to forget it.
    if before:
        tx.run(_DROP, id=message_id, text=lexemes(before))
    if after:
        tx.run(_ADD, id=message_id, text=lexemes(after))


def catch_up(tx: Tx) -> bool:
    """Take in messages that are not in the index yet; say whether there may be more."""
    fresh = tx.all(_FRESH, after=_indexed_up_to(tx), limit=AT_ONCE)
    taken = characters = 0
    rows: list[dict[str, Any]] = []
    for message_id, text in fresh:
        if text:
            rows.append({"id": message_id, "text": lexemes(text)})
        taken, characters = taken + 1, characters + len(text)
        if characters >= MOST_CHARACTERS:
            break
    tx.run_each(_ADD, rows)
    if taken:
        tx.run(log.PUT_META, key=_UP_TO, value=str(fresh[taken - 1][0]))
    return taken == AT_ONCE or taken < len(fresh)


def is_behind(tx: Tx) -> bool:
    """Say whether there are messages that are not in the index yet."""
    return bool(tx.all(_FRESH, after=_indexed_up_to(tx), limit=1))


def _indexed_up_to(tx: Tx) -> int:
    return int(tx.one(log.GET_META, key=_UP_TO) or 0)


async def brought_up_to_date(store: Store) -> None:
    """Index all that has been stored; raises `StorageUnavailableError`."""
    # Looked at first: most searches find nothing to do, and need not wait for the writer.
    if await store.read(is_behind):
        while await store.write(catch_up):
            pass


def index_contact(tx: Tx, contact_id: int, facts: Sequence[str]) -> None:
    """Make a person findable by what is known of them, instead of what was."""
    tx.run(_DROP_CONTACT, id=contact_id)
    if facts:
        tx.run(_ADD_CONTACT, id=contact_id, text=lexemes("\n".join(facts)))


class Indexer:
    """Takes in messages a moment after they were stored."""

    def __init__(self, store: Store) -> None:
        """Index what is in this database."""
        self._store = store
        self._awake = asyncio.Event()

    def committed(self, events: Sequence[Event]) -> None:
        """Look whether there are new messages among what a commit appended."""
        if any(event.kind == "message.added" for event in events):
            self._awake.set()

    async def run(self) -> None:
        """Index until cancelled."""
        # There may be what the last run of the program left.
        self._awake.set()
        while True:
            await self._awake.wait()
            await asyncio.sleep(DELAY)
            self._awake.clear()
            try:
                await brought_up_to_date(self._store)
            except StorageUnavailableError:
                _log.error("the search index waits for the database")
                self._awake.set()
