"""One decision: who of 200 agents online is given a conversation, beside 10,000 open ones.

Measured inside the transaction, from the row of the conversation to the assigned one; and a
look at the queues when nobody has room, which is what a change costs that gives nobody any.
"""

import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from bridge import db
from bridge.clock import Clock
from bridge.settings import Strategy
from bridge.store.transactions import Store, Tx
from routing import conversations, giving, queues
from routing.assignment import Choice
from routing.desk import Desk
from routing.policy import Policy
from routing.teams import Counter, Teams, Worker
from tests.bench.figures import percentile

AGENTS = 200
OPEN = 10_000
DECISIONS = 200
STRATEGIES: tuple[Strategy, ...] = ("round_robin", "least_loaded", "sticky")


@dataclass(frozen=True, slots=True)
class Decisions:
    """Times of one kind of decision, in ms."""

    what: str
    p50: float
    p99: float


async def decisions() -> list[Decisions]:
    """Measure a decision by each strategy, and a look that gives nobody anything."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bench.db"
        db.migrate(path)
        store = Store(path, clock=Clock())
        try:
            await store.write(fill)
            found = [await _by(store, strategy) for strategy in STRATEGIES]
            return [*found, await _in_vain(store)]
        finally:
            await store.close()


def teams(strategy: Strategy, limit: int | None) -> Teams:
    """Return a house of one team, each of whom may have so many."""
    workers = {f"a{n}": Worker(limit) for n in range(AGENTS)}
    return Teams(workers=workers, inboxes={"site": Counter()}, strategy=strategy)


def fill(tx: Tx) -> None:
    """Put agents there who are online, and conversations: one more than all have waits."""
    run = tx._connection.executemany
    agents = [(f"a{n}", "Anna", "agent", "online") for n in range(AGENTS)]
    run("INSERT INTO agents (id, name, role, presence) VALUES (?, ?, ?, ?)", agents)
    run("INSERT INTO inboxes (id, kind, name) VALUES (?, ?, ?)", [("site", "widget", "Site")])
    numbers = range(1, OPEN + DECISIONS + 1)
    run("INSERT INTO contacts (id, created_at) VALUES (?, 0)", [(n,) for n in numbers])
    run(
        "INSERT INTO identities (id, inbox_id, external_id, contact_id, created_at) "
        "VALUES (?, 'site', ?, ?, 0)",
        [(n, f"c{n}", n) for n in numbers],
    )
    run(
        "INSERT INTO conversations (id, inbox_id, identity_id, contact_id, thread, state, "
        "assignee_id, created_at, last_at, waiting_since, queued_at) "
        "VALUES (?, 'site', ?, ?, '', 'open', ?, 0, ?, ?, 0)",
        [(n, n, n, f"a{n % AGENTS}" if n <= OPEN else None, n, n) for n in numbers],
    )
    tx._connection.execute("ANALYZE")


def _decide(tx: Tx, house: Teams, conversation_id: int) -> float:
    """Give one conversation to somebody, and back into the queue; return how long it took."""
    conversation = conversations.get(tx, conversation_id)
    begun = time.perf_counter()
    able = giving.candidates(tx, house, None)
    choice = giving.choice_among(tx, house.strategy, conversation, able, "en")
    given = giving.place(tx, house, conversation, None, choice, to_be_given=True, why={})
    took = (time.perf_counter() - begun) * 1000
    if choice.agent is None or not given:
        raise LookupError(choice)
    after = conversations.get(tx, conversation_id)
    giving.place(tx, house, after, None, Choice(), to_be_given=True, why={})
    return took


def _look(tx: Tx, house: Teams) -> float:
    desk = Desk(Policy(), teams=house)
    begun = time.perf_counter()
    queues.give_out(tx, desk)
    return (time.perf_counter() - begun) * 1000


async def _by(store: Store, strategy: Strategy) -> Decisions:
    house = teams(strategy, None)
    took = [await store.write(_decide, house, OPEN + n) for n in range(1, DECISIONS + 1)]
    return _figures(strategy, took)


async def _in_vain(store: Store) -> Decisions:
    house = teams("least_loaded", 1)
    took = [await store.write(_look, house) for _ in range(DECISIONS)]
    return _figures("a look when nobody has room", took)


def _figures(what: str, took: list[float]) -> Decisions:
    return Decisions(what, percentile(took, 50), percentile(took, 99))
