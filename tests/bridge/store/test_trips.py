"""Several statements in one way to a real server and back."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from bridge.db.postgresql import connect
from bridge.store.spoken import Numbered, for_server
from bridge.store.trips import Step, Trips
from bridge.store.tx import Row
from tests import postgres
from tests.databases import DATABASES

pytestmark = pytest.mark.skipif("postgresql" not in DATABASES, reason="PostgreSQL is left out")


@pytest.fixture
def connection() -> Iterator[psycopg.Connection[Any]]:
    """Return a connection to a database of each test's own, with an empty table."""
    lent = postgres.lent()
    with connect(lent) as there:
        there.execute("CREATE TEMP TABLE words (id BIGINT PRIMARY KEY, word TEXT)")
        yield there
    postgres.given_back(lent)


@pytest.fixture
def trips(connection: psycopg.Connection[Any]) -> Trips:
    """Return ways over it."""
    return Trips(connection)


def step(text: str, **given: Any) -> Step:
    """Return a statement with what it is given."""
    return Step(for_server(text, [name for name, one in given.items() if one is None]), given)


def puts(number: int, word: str | None) -> Step:
    """Return what adds a row."""
    return step("INSERT INTO words VALUES (:number, :word)", number=number, word=word)


def rows(trips: Trips, *steps: Step) -> list[list[Row]]:
    """Return the rows of each of these, which go in one way."""
    return [answer.rows for answer in trips.go(steps)]


ALL = step("SELECT id, word FROM words ORDER BY id")


def prepared(connection: psycopg.Connection[Any]) -> int:
    """Return how many statements the server knows."""
    found = connection.execute("SELECT count(*) FROM pg_prepared_statements", prepare=False)
    ((count,),) = found.fetchall()
    return int(count)


def test_each_statement_sees_those_before_it_and_has_its_own_rows(trips: Trips) -> None:
    found = rows(trips, puts(1, "слово"), ALL, puts(2, None), ALL)
    assert found == [[], [(1, "слово")], [], [(1, "слово"), (2, None)]]


def test_a_statement_is_prepared_once(connection: psycopg.Connection[Any], trips: Trips) -> None:
    trips.go([puts(number, "a") for number in range(3)])
    known = prepared(connection)
    trips.go([puts(number, "a") for number in range(3, 9)])
    assert (known, prepared(connection)) == (1, 1)


def test_after_one_that_fails_none_is_run_and_the_next_way_is_free(trips: Trips) -> None:
    trips.execute("BEGIN")
    with pytest.raises(psycopg.errors.UniqueViolation):
        trips.go([puts(1, "a"), puts(1, "again"), puts(2, "b"), step("COMMIT")])
    trips.execute("ROLLBACK")
    assert rows(trips, ALL) == [[]]
    trips.go([step("BEGIN"), puts(2, "b"), step("COMMIT")])
    assert rows(trips, ALL) == [[(2, "b")]]


def test_one_that_cannot_be_prepared_is_told_of_and_later_ones_can(trips: Trips) -> None:
    for _ in range(2):
        with pytest.raises(psycopg.errors.UndefinedTable):
            trips.go([step("SELECT * FROM nowhere"), ALL])
    assert rows(trips, ALL) == [[]]


def test_of_what_cannot_be_sent_nothing_is(trips: Trips) -> None:
    with pytest.raises(psycopg.DataError):
        trips.go([puts(1, "a"), puts(2, "a\0b")])
    assert rows(trips, ALL) == [[]]


def test_more_than_the_socket_holds_goes_both_ways_at_once(trips: Trips) -> None:
    long = "слово " * 4_000
    echo = "INSERT INTO words VALUES (:number, :word) RETURNING word"
    found = rows(trips, *(step(echo, number=number, word=long) for number in range(300)))
    assert found == [[(long,)]] * 300


@pytest.mark.timeout(30)
def test_more_than_the_socket_holds_goes_though_nothing_comes_back(trips: Trips) -> None:
    trips.go([puts(number, "слово " * 4_000) for number in range(300)])
    assert rows(trips, step("SELECT count(*) FROM words")) == [[(300,)]]


def test_what_cannot_even_be_sent_leaves_no_connection_that_waits_for_its_answer(
    connection: psycopg.Connection[Any], trips: Trips
) -> None:
    names = [f"n{number}" for number in range(70_000)]
    many = "SELECT 1 WHERE 1 IN (" + ", ".join(f":{name}" for name in names) + ")"
    with pytest.raises(psycopg.OperationalError, match="parameters"):
        trips.go([ALL, step(many, **dict.fromkeys(names, 1))])
    assert connection.closed


def test_a_connection_that_has_forgotten_what_was_prepared_is_closed(
    connection: psycopg.Connection[Any], trips: Trips
) -> None:
    trips.go([puts(1, "a")])
    connection.execute("DEALLOCATE ALL")
    with pytest.raises(psycopg.errors.InvalidSqlStatementName):
        trips.go([puts(2, "b")])
    assert connection.closed


def test_a_way_that_fails_leaves_nothing_prepared_that_is_not_known(
    connection: psycopg.Connection[Any], trips: Trips
) -> None:
    for _ in range(5):
        with pytest.raises(psycopg.errors.DivisionByZero):
            trips.go([puts(1, "a"), step("SELECT 1 / :it", it=0)])
    assert prepared(connection) == 2


def test_a_text_is_prepared_for_each_of_the_types_it_is_given(trips: Trips) -> None:
    it = "SELECT pg_typeof(:it)::text"
    assert rows(trips, step(it, it=1), step(it, it="1"), step(it, it=2)) == [
        [("bigint",)],
        [("text",)],
        [("bigint",)],
    ]


def test_the_server_forgets_nothing_when_a_transaction_is_undone(
    connection: psycopg.Connection[Any], trips: Trips
) -> None:
    trips.go([puts(1, "a")])
    for _ in range(9):
        connection.execute("SELECT id FROM words")
    known = prepared(connection)
    trips.execute("BEGIN")
    trips.go([puts(2, "b")])
    trips.execute("ROLLBACK")
    assert prepared(connection) == known == 2


def test_a_connection_that_was_cut_is_told_of_as_lost(
    connection: psycopg.Connection[Any], trips: Trips
) -> None:
    with psycopg.connect(postgres.cluster().url("postgres"), autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s)", [connection.info.backend_pid])
    with pytest.raises(psycopg.errors.AdminShutdown):
        trips.go([ALL, puts(1, "a")])
    assert connection.closed
    with pytest.raises(psycopg.OperationalError):
        trips.execute("SELECT 1")


def test_what_has_no_parameters_goes_as_it_stands(
    connection: psycopg.Connection[Any], trips: Trips
) -> None:
    assert rows(trips, Step(Numbered("SELECT 1", ()), {})) == [[(1,)]]
    assert prepared(connection) == 0


def test_what_is_asked_alone_is_prepared_the_fifth_time(
    connection: psycopg.Connection[Any], trips: Trips
) -> None:
    counted = []
    for number in range(7):
        trips.ask(puts(number, "a"))
        counted.append(prepared(connection))
    assert counted == [0, 0, 0, 0, 1, 1, 1]


def test_past_so_many_no_more_is_prepared_for_who_asks_alone(
    connection: psycopg.Connection[Any], trips: Trips, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bridge.store.trips.PREPARED", 1)
    for number in range(9):
        trips.ask(step(f"SELECT {number % 2} + :it", it=1))
    assert prepared(connection) == 1


def test_who_asks_alone_is_told_the_rows_and_how_many_were_touched(trips: Trips) -> None:
    assert trips.ask(puts(1, "слово")) == ([], 1)
    assert trips.ask(ALL) == ([(1, "слово")], 1)
    assert trips.ask(step("DELETE FROM words WHERE id = :it", it=2)) == ([], 0)


@pytest.mark.parametrize("times", [1, 7], ids=["new", "prepared"])
def test_what_fails_alone_is_told_of_and_the_next_is_answered(trips: Trips, times: int) -> None:
    for _ in range(times):
        with pytest.raises(psycopg.errors.DivisionByZero):
            trips.ask(step("SELECT 1 / :it", it=0))
    assert trips.ask(step("SELECT 1 / :it", it=1)).rows == [(1,)]


def test_a_connection_that_has_forgotten_a_plan_is_closed_by_who_asks_alone(
    connection: psycopg.Connection[Any], trips: Trips
) -> None:
    for number in range(5):
        trips.ask(puts(number, "a"))
    connection.execute("DEALLOCATE ALL")
    with pytest.raises(psycopg.errors.InvalidSqlStatementName):
        trips.ask(puts(9, "b"))
    assert connection.closed
