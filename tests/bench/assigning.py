"""One decision: who of 200 agents online is given a conversation, beside 10,000 open ones.

Measured inside the transaction, from the row of the conversation to the assigned one; and a
look at the queues when nobody has room, which is what a change costs that gives nobody any.
Both databases decide in turns. The last line is the least that a database can be asked there: the
row of a conversation by its number.
"""

import tempfile
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bridge import db
from bridge.clock import Clock
from bridge.db import Server
from bridge.settings import Strategy
from bridge.store.transactions import Store, Tx
from routing import conversations, giving, queues
from routing.assignment import Choice
from routing.desk import Desk
from routing.policy import Policy
from routing.teams import Counter, Teams, Worker
from tests.bench import filling
from tests.bench.both import addresses, shipped
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


async def decisions() -> list[Mapping[str, Decisions]]:
    """Measure a decision by each strategy, and a look that gives nobody anything."""
    async with AsyncExitStack() as stack:
        server = stack.enter_context(shipped())
        stores = {
            kind: await stack.enter_async_context(_filled(address))
            for kind, address in addresses(server, "assigning").items()
        }
        found = [await _in_turns(stores, one, _deciding(teams(one, None))) for one in STRATEGIES]
        vain = await _in_turns(stores, "a look when nobody has room", _looking())
        return [*found, vain, await _in_turns(stores, "the row alone", _read)]


@asynccontextmanager
async def _filled(address: str | None) -> AsyncIterator[Store]:
    with tempfile.TemporaryDirectory() as folder:
        place = Server(address) if address else Path(folder) / "bench.db"
        db.migrate(place)
        fill(filling.OnServer(address) if address else filling.File(Path(folder) / "bench.db"))
        store = Store(place, clock=Clock())
        try:
            yield store
        finally:
            await store.close()


def teams(strategy: Strategy, limit: int | None) -> Teams:
    """Return a house of one team, each of whom may have so many."""
    workers = {f"a{n}": Worker(limit) for n in range(AGENTS)}
    return Teams(workers=workers, inboxes={"site": Counter()}, strategy=strategy)


def fill(into: filling.Bulk) -> None:
    """Put agents there who are online, and conversations: one more than all have waits."""
    numbers = range(1, OPEN + DECISIONS + 1)
    # What begins with an id has it by a number.
    into.put(
        "agents",
        ("name", "id", "role", "presence"),
        (("Anna", f"a{n}", "agent", "online") for n in range(AGENTS)),
    )
    into.put("inboxes", ("kind", "id", "name"), [("widget", "site", "Site")])
    into.put("contacts", ("id", "created_at"), ((n, 0) for n in numbers))
    into.put(
        "identities",
        ("id", "inbox_id", "external_id", "contact_id", "created_at"),
        ((n, "site", f"c{n}", n, 0) for n in numbers),
    )
    into.put(
        "conversations",
        (
            "id", "inbox_id", "identity_id", "contact_id", "thread", "state", "assignee_id",
            "created_at", "last_at", "waiting_since", "queued_at",
        ),
        (
            (n, "site", n, n, "", "open", f"a{n % AGENTS}" if n <= OPEN else None, 0, n, n, 0)
            for n in numbers
        ),
    )  # fmt: skip
    into.settle()


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


def _deciding(house: Teams) -> Callable[[Tx, int], float]:
    return lambda tx, turn: _decide(tx, house, OPEN + turn)


def _looking() -> Callable[[Tx, int], float]:
    desk = Desk(Policy(), teams=teams("least_loaded", 1))

    def look(tx: Tx, _: int) -> float:
        begun = time.perf_counter()
        queues.give_out(tx, desk)
        return (time.perf_counter() - begun) * 1000

    return look


def _read(tx: Tx, turn: int) -> float:
    begun = time.perf_counter()
    conversations.get(tx, OPEN + turn)
    return (time.perf_counter() - begun) * 1000


async def _in_turns(
    stores: Mapping[str, Store], what: str, do: Callable[[Tx, int], float]
) -> Mapping[str, Decisions]:
    took: dict[str, list[float]] = {kind: [] for kind in stores}
    for turn in range(1, DECISIONS + 1):
        for kind, store in stores.items():
            took[kind].append(await store.write(do, turn))
    return {
        kind: Decisions(what, percentile(some, 50), percentile(some, 99))
        for kind, some in took.items()
    }
