"""Both databases are measured by one method, and PostgreSQL is told by what SQLite had."""

from collections.abc import Mapping

import pytest

from bridge.db import Server
from bridge.store.transactions import Store
from tests.bench import __main__ as bench
from tests.bench import assigning, beside, both, charts, drain, page
from tests.bench.assigning import Decisions
from tests.bench.both import KINDS, POSTGRESQL, SQLITE
from tests.bench.consoles import Reach
from tests.bench.footprint import Compared, Footprint
from tests.bench.ingest import Rate
from tests.bench.latency import Delay
from tests.bench.relay import Relayed
from tests.bench.staff import BARE, Burst
from tests.bench.staff import Delay as Shown
from tests.channels.drain.backlog import Drained

ON_BOTH = ("latency", "footprint", "consoles", "drain", "assigning", "relay", "staff")


def cells(text: str) -> list[list[str]]:
    """Return the rows of every table, heads included."""
    lines = [line for line in text.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def columns(text: str, *names: str) -> list[list[str]]:
    """Return these columns of the first table."""
    head, *rows = cells(text)
    return [[row[head.index(name)] for name in names] for row in rows if len(row) == len(head)]


@pytest.mark.parametrize("part", ON_BOTH)
def test_what_is_measured_on_both_databases_has_its_place_on_the_page(part: str) -> None:
    assert part in bench.PARTS
    assert page.has_place_for(part)


def test_a_message_that_the_console_has_not_had_is_missed_and_has_no_delay() -> None:
    assert Delay.of(16, 4, [3.0, 1.0, 2.0]) == Delay(16, 4, 1, 2.0, 3.0)


def test_delays_on_postgresql_are_told_by_those_of_as_many_visitors_on_sqlite() -> None:
    found = [
        {SQLITE: Delay(1, 10, 0, 1.0, 2.0), POSTGRESQL: Delay(1, 10, 0, 3.0, 8.0)},
        {SQLITE: Delay(64, 640, 0, 5.0, 10.0), POSTGRESQL: Delay(64, 639, 1, 10.0, 15.0)},
    ]
    text = beside.of_latency(found).text
    assert columns(text, "database", "missed", "p50 by SQLite", "p99 by SQLite") == [
        [SQLITE, "0", "1", "1"],
        [POSTGRESQL, "0", "3", "4"],
        [SQLITE, "0", "1", "1"],
        [POSTGRESQL, "1", "2", "1.5"],
    ]


def test_memory_and_start_stand_beside_the_server_and_the_bare_webhook() -> None:
    desks = {SQLITE: Footprint(80.0, 90.0, 1.0), POSTGRESQL: Footprint(88.0, 99.0, 1.5)}
    text = beside.of_footprint(Compared(desks, server=55.0, bare_start=0.25)).text
    assert columns(text, SQLITE, POSTGRESQL, "by SQLite") == [
        ["80", "88", "1.1"],
        ["90", "99", "1.1"],
        ["1", "1.5", "1.5"],
    ]
    assert [row[1] for row in cells(text)[-2:]] == ["55", "0.25"]


def test_decisions_are_told_by_those_of_the_same_strategy() -> None:
    found = [{SQLITE: Decisions("sticky", 2.0, 4.0), POSTGRESQL: Decisions("sticky", 5.0, 6.0)}]
    text = beside.of_decisions(found).text
    assert columns(text, "strategy", "p50 by SQLite", "p99 by SQLite")[1] == [
        "sticky",
        "2.5",
        "1.5",
    ]


def test_a_relay_is_told_by_both_floors_and_by_sqlite() -> None:
    desks = {SQLITE: Rate(16, 50.0, 1.0, 2.0), POSTGRESQL: Rate(16, 25.0, 3.0, 4.0)}
    text = beside.of_relay(
        Relayed(desks, Rate(16, 100.0, 1.0, 1.0), Rate(16, 200.0, 1.0, 1.0))
    ).text
    assert columns(text, "database", "by SQLite", "ratio", "ratio to it") == [
        [SQLITE, "1", "0.5", "0.25"],
        [POSTGRESQL, "0.5", "0.25", "0.125"],
    ]


def test_a_backlog_has_a_line_of_each_database() -> None:
    went = Drained(sent=450, refused=0, took=16.0, ideal=14.0, ends={}, busy=0.005)
    found = [drain._row("telegram", kind, "30 a second", went) for kind in KINDS]
    text = beside.of_drained(found).text
    told = columns(text, "database", "messages", "% of the rate", "processor, ms a message")
    assert told == [[kind, "450", "87.5", "5"] for kind in KINDS]


def test_a_post_is_told_by_the_bare_call() -> None:
    burst = Burst(200, 18.0, 15.0, 120, 40, 0, 0, 0)
    shown = [Shown(SQLITE, 4.0, 6.0), Shown(POSTGRESQL, 8.0, 9.0), Shown(BARE, 2.0, 3.0)]
    text = beside.of_staff({SQLITE: burst, POSTGRESQL: burst}, shown).text
    assert columns(text, "ratio", "messages a post") == [["1.2", "5"]] * 2
    assert [row[-2:] for row in cells(text)[-3:]] == [["2", "2"], ["4", "3"], ["1", "1"]]


def test_a_message_to_many_consoles_is_drawn_on_each_database() -> None:
    def reach(many: int, ms: float) -> Reach:
        return Reach(many, many, 0, ms, 2 * ms, 1.0, 1.0, 100.0, 100.0)

    found = [
        {SQLITE: reach(10, 2.0), POSTGRESQL: reach(10, 3.0)},
        {SQLITE: reach(100, 4.0), POSTGRESQL: reach(100, 8.0)},
    ]
    section = charts.of_consoles(found)
    by = columns(section.text, "consoles", "database", "p99 by SQLite")
    assert by[1] == ["10", POSTGRESQL, "1.5"]
    assert by[3] == ["100", POSTGRESQL, "2"]
    assert all(f"p99 on {kind}" in section.pictures["consoles.svg"] for kind in KINDS)


@pytest.mark.slow
async def test_who_is_given_a_conversation_is_decided_on_both_databases(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, few in (("AGENTS", 3), ("OPEN", 12), ("DECISIONS", 4)):
        monkeypatch.setattr(assigning, name, few)
    asked = _counted(monkeypatch)
    found = await assigning.decisions()
    assert [set(by) for by in found] == [set(KINDS)] * 5
    assert all(0 < one.p50 <= one.p99 for by in found for one in by.values())
    assert asked == {"Path": 20, "Server": 20}


def _counted(monkeypatch: pytest.MonkeyPatch) -> Mapping[str, int]:
    """Return how many transactions each kind of database is asked for from now on."""
    asked: dict[str, int] = {}
    write = Store.write

    async def counted(store: Store, *given: object) -> object:
        kind = "Server" if isinstance(store.place, Server) else "Path"
        asked[kind] = asked.get(kind, 0) + 1
        return await write(store, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(Store, "write", counted)
    return asked


def test_only_a_server_has_an_address() -> None:
    assert both.storage(None) == {}
    assert both.storage("postgresql://desk@/x") == {"storage.database": "postgresql://desk@/x"}
