"""A database with as many messages as wanted, put there by bulk statements.

Conversations of ten messages each, every other one an answer with its delivery, the index
included: as if they had come one by one over the years.
"""

import itertools
import random
import sqlite3
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import psycopg

PER_CONVERSATION = 10
# As in a living desk: what is open stays about as much, what is closed grows.
OPEN = 300
# What goes in at a time.
_AT_ONCE = 500_000
_SYLLABLES = (
    "за", "ка", "зо", "пов", "до", "ста", "вка", "нов", "ый", "че", "рез", "мо", "сто", "по", "ла",
    "ри", "ти", "на", "ми", "ор", "дер", "шип", "инг",
)  # fmt: skip
Row = tuple[object, ...]


@cache
def vocabulary() -> Sequence[str]:
    """Return words that sound alike, as a language's do; the first are the commonest."""
    chance = random.Random(7)
    words = {"".join(chance.choices(_SYLLABLES, k=chance.randint(2, 5))) for _ in range(30_000)}
    return sorted(words, key=lambda word: (len(word), word))


def sentences(count: int) -> Iterator[str]:
    """Yield texts whose words are as unevenly common as real ones."""
    chance, words = random.Random(42), vocabulary()
    # Pareto's law: how much is left for all words from the one at a place on.
    so_far = [1 - (place + 1) ** -0.6 for place in range(1, len(words))] + [1.0]
    for _ in range(count):
        yield " ".join(chance.choices(words, cum_weights=so_far, k=12))


class Bulk(ABC):
    """A database of either kind that rows are put into by the hundred thousand."""

    def fill(self, messages: int) -> None:
        """Put as many messages there; the program does not run, and has made its tables."""
        now = time.time_ns() // 1_000_000
        for table, (columns, rows) in _tables(messages, now).items():
            self.put(table, columns, rows)
        self.index(("contact_fts", _names(messages)), ("message_fts", _texts(messages)))
        self.run(
            f"INSERT INTO meta (key, value) VALUES ('search_indexed_up_to', '{messages}') "  # noqa: S608  # A number of ours.
            "ON CONFLICT (key) DO UPDATE SET value = excluded.value"
        )
        self.settle()

    @abstractmethod
    def run(self, statement: str) -> list[Any]:
        """Run a statement; return its rows."""

    @abstractmethod
    def put(self, table: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
        """Insert rows."""

    @abstractmethod
    def index(self, *indexes: tuple[str, Iterable[tuple[int, str]]]) -> None:
        """Fill the indexes of the search: a number and its words."""

    @abstractmethod
    def settle(self) -> None:
        """Bring the database into the state that time would."""


class File(Bulk):
    """A SQLite file."""

    def __init__(self, path: Path) -> None:
        """Open it; what is lost on the way is made anew."""
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.execute("PRAGMA synchronous = OFF")
        self._connection.execute("PRAGMA cache_size = -500000")

    def run(self, statement: str) -> list[Any]:
        """Run a statement; return its rows."""
        return self._connection.execute(statement).fetchall()

    def put(self, table: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
        """Insert rows, so many in one transaction."""
        places = ", ".join("?" * len(columns))
        into = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})"  # noqa: S608  # Names of ours.
        left = iter(rows)
        while some := list(itertools.islice(left, _AT_ONCE)):
            self._connection.execute("BEGIN")
            self._connection.executemany(into, some)
            self._connection.execute("COMMIT")

    def index(self, *indexes: tuple[str, Iterable[tuple[int, str]]]) -> None:
        """Fill them row by row, as the program does."""
        for name, rows in indexes:
            self.put(name, ("rowid", "text"), rows)

    def settle(self) -> None:
        """Count what there is."""
        self._connection.execute("ANALYZE")
        self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._connection.close()


class OnServer(Bulk):
    """A PostgreSQL database."""

    def __init__(self, url: str) -> None:
        """Connect; no reference is checked, and no commit waits for a disk."""
        self._connection = psycopg.connect(url, autocommit=True)
        self.run("SET session_replication_role = replica")
        self.run("SET synchronous_commit = off")
        self.run("SET maintenance_work_mem = '1GB'")

    def run(self, statement: str) -> list[Any]:
        """Run a statement; return its rows."""
        cursor = self._connection.execute(statement.encode())
        return cursor.fetchall() if cursor.description else []

    def put(self, table: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
        """Copy rows there, and have its next number come after them."""
        into = f"COPY {table} ({', '.join(columns)}) FROM STDIN"
        with self._connection.cursor() as cursor, cursor.copy(into.encode()) as copy:
            for row in rows:
                copy.write_row(row)
        if columns[0] == "id" and not table.endswith("_fts"):
            self.run(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"  # noqa: S608  # A name of ours.
            )

    def index(self, *indexes: tuple[str, Iterable[tuple[int, str]]]) -> None:
        """Fill them, and make what finds their words in one go."""
        for name, rows in indexes:
            made = self.run(
                f"SELECT indexname, indexdef FROM pg_indexes WHERE tablename = '{name}' "  # noqa: S608  # A name of ours.
                "AND indexdef LIKE '%USING gin%'"
            )
            for index, _ in made:
                self.run(f"DROP INDEX {index}")
            self.put(name, ("id", "words"), ((one, _as_vector(text)) for one, text in rows))
            for _, definition in made:
                self.run(definition)

    def settle(self) -> None:
        """Count what there is, as the server's own housekeeping does in time."""
        self.run("VACUUM ANALYZE")
        self.run("CHECKPOINT")
        self._connection.close()


def _as_vector(text: str) -> str:
    return " ".join(f"'{word}'" for word in text.split())


def _tables(messages: int, now: int) -> Mapping[str, tuple[Sequence[str], Iterable[Row]]]:
    """Return what stands in each table."""
    conversations = messages // PER_CONVERSATION
    numbers = range(1, conversations + 1)

    def when(conversation: int) -> int:
        return now - (conversations - conversation) * 60_000

    return {
        "contacts": (
            ("id", "name", "created_at"),
            ((one, _name(one), when(one)) for one in numbers),
        ),
        "identities": (
            ("id", "inbox_id", "external_id", "contact_id", "created_at"),
            ((one, "site", f"anon:{one}", one, when(one)) for one in numbers),
        ),
        "conversations": (
            (
                "id", "inbox_id", "identity_id", "contact_id", "thread", "state", "assignee_id",
                "created_at", "last_at", "waiting_since", "incoming_count", "closed_at",
                "last_message_id",
            ),
            (_conversation(one, when(one), conversations) for one in numbers),
        ),
        "messages": (
            (
                "id", "conversation_id", "kind", "identity_id", "agent_id", "inbox_id",
                "external_id", "text", "format", "created_at",
            ),
            _messages(messages, when),
        ),
        "deliveries": (
            (
                "id", "message_id", "conversation_id", "place", "action", "state", "body",
                "due_at", "created_at", "changed_at", "expires_at",
            ),
            _deliveries(messages, when),
        ),
    }  # fmt: skip


def _name(number: int) -> str:
    return f"Клієнт {number}"


def _names(messages: int) -> Iterator[tuple[int, str]]:
    numbers = range(1, messages // PER_CONVERSATION + 1)
    return ((one, _name(one).lower()) for one in numbers)


def _texts(messages: int) -> Iterator[tuple[int, str]]:
    return enumerate(sentences(messages), 1)


def _conversation(number: int, at: int, conversations: int) -> Row:
    is_open = number > conversations - OPEN
    agent = (None, "anna", "pavel")[number % 3]
    state, waits, closed = ("open", at, None) if is_open else ("closed", None, at)
    last = number * PER_CONVERSATION
    return number, "site", number, number, "t", state, agent, at, at, waits, 5, closed, last


def _conversation_of(message: int) -> int:
    return (message - 1) // PER_CONVERSATION + 1


def _messages(messages: int, when: Callable[[int], int]) -> Iterator[Row]:
    for one, text in _texts(messages):
        there = _conversation_of(one)
        who = ("incoming", there, None) if one % 2 else ("outgoing", None, "anna")
        known_as = f"x/{one}" if one % 2 else None
        yield one, there, *who, "site", known_as, text, "plain", when(there)


def _deliveries(messages: int, when: Callable[[int], int]) -> Iterator[Row]:
    for one, message in enumerate(range(2, messages + 1, 2), 1):
        there = _conversation_of(message)
        at = when(there)
        yield one, message, there, "site", "send", "read", "{}", at, at, at, at
