"""How listing, a thread and the search slow down as messages pile up."""

import random
import sqlite3
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from tests.bench.figures import percentile
from tests.bench.people import AgentAtConsole
from tests.desk import RunningDesk

SIZES = (10_000, 1_000_000)
ASKED = 200
PER_CONVERSATION = 10
# As in a living desk: what is open stays about as much, what is closed grows.
OPEN = 300
_SYLLABLES = [
    "за",
    "ка",
    "зо",
    "пов",
    "до",
    "ста",
    "вка",
    "нов",
    "ый",
    "че",
    "рез",
    "мо",
    "сто",
    "по",
    "ла",
    "ри",
    "ти",
    "на",
    "ми",
    "ор",
    "дер",
    "шип",
    "инг",
]


@dataclass(frozen=True, slots=True)
class Look:
    """Times in ms for one kind of look at a database of so many messages."""

    what: str
    messages: int
    p50: float
    p99: float


def vocabulary() -> list[str]:
    """Return words that sound alike, as a language's do; the first are the commonest."""
    chance = random.Random(7)
    words = {"".join(chance.choices(_SYLLABLES, k=chance.randint(2, 5))) for _ in range(30_000)}
    return sorted(words, key=lambda word: (len(word), word))


def sentences(count: int) -> Iterator[str]:
    """Yield texts whose words are as unevenly common as real ones."""
    chance, words = random.Random(42), vocabulary()
    for _ in range(count):
        picks = (min(len(words) - 1, int(chance.paretovariate(0.6))) for _ in range(12))
        yield " ".join(words[pick] for pick in picks)


def fill(database: Path, messages: int) -> None:
    """Put conversations of ten messages each there, the index included."""
    connection = sqlite3.connect(database, isolation_level=None)
    connection.execute("PRAGMA synchronous=OFF")
    connection.execute("BEGIN")
    now = time.time_ns() // 1_000_000
    conversations = messages // PER_CONVERSATION
    for number in range(1, conversations + 1):
        at = now - (conversations - number) * 60_000
        _conversation(connection, number, at, is_open=number > conversations - OPEN)
    for number, text in enumerate(sentences(messages), 1):
        _message(connection, number, (number - 1) // PER_CONVERSATION + 1, now, text)
    connection.execute(
        "INSERT INTO meta (key, value) VALUES ('search_indexed_up_to', ?) "
        "ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        (str(messages),),
    )
    connection.execute("COMMIT")
    connection.execute("ANALYZE")
    connection.close()


def _conversation(connection: sqlite3.Connection, number: int, at: int, *, is_open: bool) -> None:
    run = connection.execute
    name = f"Клієнт {number}"
    run("INSERT INTO contacts (id, name, created_at) VALUES (?, ?, ?)", (number, name, at))
    run("INSERT INTO contact_fts (rowid, text) VALUES (?, ?)", (number, name.lower()))
    run(
        "INSERT INTO identities (id, inbox_id, external_id, contact_id, created_at) "
        "VALUES (?, 'site', ?, ?, ?)",
        (number, f"anon:{number}", number, at),
    )
    run(
        "INSERT INTO conversations (id, inbox_id, identity_id, contact_id, thread, state, "
        "assignee_id, created_at, last_at, waiting_since, incoming_count, closed_at, "
        "last_message_id) VALUES (?, 'site', ?, ?, 't', ?, ?, ?, ?, ?, 5, ?, ?)",
        (
            number,
            number,
            number,
            "open" if is_open else "closed",
            (None, "anna", "pavel")[number % 3],
            at,
            at,
            at if is_open else None,
            None if is_open else at,
            number * PER_CONVERSATION,
        ),
    )


def _message(
    connection: sqlite3.Connection, number: int, conversation: int, at: int, text: str
) -> None:
    incoming = number % 2
    connection.execute(
        "INSERT INTO messages (id, conversation_id, kind, identity_id, agent_id, inbox_id, "
        "external_id, text, format, created_at) VALUES (?, ?, ?, ?, ?, 'site', ?, ?, 'plain', ?)",
        (
            number,
            conversation,
            "incoming" if incoming else "outgoing",
            conversation if incoming else None,
            None if incoming else "anna",
            f"x/{number}" if incoming else None,
            text,
            at,
        ),
    )
    connection.execute("INSERT INTO message_fts (rowid, text) VALUES (?, ?)", (number, text))


async def looks(desk: RunningDesk, messages: int) -> list[Look]:
    """Measure each kind of look through the console's API."""
    agent = await AgentAtConsole.sign_in(desk.url, desk.links["anna"])
    chance, words = random.Random(1), vocabulary()
    conversations = messages // PER_CONVERSATION

    def two_words() -> str:
        # Words that people search for: neither the commonest nor those nobody ever writes.
        picked = [words[min(len(words) - 1, 20 + int(chance.paretovariate(0.9)))] for _ in "ab"]
        return quote(" ".join(picked))

    kinds = {
        "open list, first page": lambda: "/api/conversations?folder=all&limit=50",
        "closed list, first page": lambda: "/api/conversations?folder=closed&limit=50",
        "folder counters": lambda: "/api/folders",
        "thread page": lambda: (
            f"/api/conversations/{chance.randint(1, conversations)}/messages?limit=50"
        ),
        "search, two words": lambda: f"/api/search?q={two_words()}&limit=30",
    }
    return [await _look(agent, what, path, messages) for what, path in kinds.items()]


async def _look(agent: AgentAtConsole, what: str, path: Callable[[], str], messages: int) -> Look:
    times = []
    for _ in range(ASKED):
        asked = path()
        begun = time.perf_counter()
        await agent.get(asked)
        times.append((time.perf_counter() - begun) * 1000)
    return Look(what, messages, percentile(times, 50), percentile(times, 99))
