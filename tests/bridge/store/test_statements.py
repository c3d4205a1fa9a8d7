"""Every statement of the program is one that PostgreSQL takes, with the tables as they are."""

import importlib
import itertools
import pkgutil
import re
from collections.abc import Callable, Iterator
from inspect import get_annotations, isfunction
from typing import Any, get_args

import psycopg
import pytest
from sqlalchemy import Column, Select
from sqlalchemy.sql.elements import UnaryExpression

import agent_console
import bridge
import routing
from bridge.db import postgresql
from bridge.models import See, metadata
from bridge.search import index, queries
from bridge.store import board, bulk, history, joins, sight, sorting, spoken
from bridge.store.filters import Filters
from bridge.store.sight import Kind
from bridge.store.statement import Statement, value
from tests import postgres

SCOPES: tuple[See, ...] = ("all", "own", "mine", "teams")
KINDS = [None, *itertools.starmap(Kind, itertools.product(SCOPES, (False, True)))]
# One that has every condition there is, and its opposites.
WIDE = Filters(
    **dict.fromkeys(Filters._fields, True) | {"tags": 2, "no_tags": False}  # type: ignore[arg-type]
)
NARROW = Filters(no_topic=True, no_tags=True, status_id=True)
FACTORIES = {
    "bridge.store.board": {"page", "narrowed", "own"},
    "bridge.store.bulk": {"conversations_with"},
    "bridge.store.history": {"history"},
    "bridge.store.joins": {"alike"},
    "bridge.store.sight": {"sees", "knows"},
    "bridge.store.sorting": {"tag_counts"},
    "bridge.search.queries": {"_messages", "_contacts", "_people", "_asking"},
    "bridge.store.statement": {"insertion"},
    "bridge.store.takeout": {"_of"},
}


def modules() -> Iterator[Any]:
    """Return every module of the program that may have statements."""
    for package in (bridge, routing, agent_console):
        for one in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not re.search(r"__main__|\.migrations|\.sandbox|\.cli", one.name):
                yield importlib.import_module(one.name)


def named() -> Iterator[tuple[str, Statement[Any]]]:
    """Return the statements that have a name."""
    for module in modules():
        for name, one in vars(module).items():
            if isinstance(one, Statement):
                yield f"{module.__name__}.{name}", one


def made() -> Iterator[tuple[str, Statement[Any]]]:
    """Return those that are made as they are needed."""
    by_sight: list[Callable[[Kind | None], Statement[Any]]] = [
        bulk.conversations_with, history.history, joins.alike, sorting.tag_counts,
        queries._messages, queries._contacts, queries._people,
    ]  # fmt: skip
    for kind, (number, make) in itertools.product(KINDS, enumerate(by_sight)):
        yield f"by sight {number} {kind}", make(kind)
    for kind, asked in itertools.product(filter(None, KINDS), (sight.sees, sight.knows)):
        yield f"{asked.__name__} {kind}", asked(kind)
    for group, kind in itertools.product(sorted(board.OWN_GROUPS), KINDS):
        yield f"own {group} {kind}", board.own(group, kind)
    yield from pages()


def pages() -> Iterator[tuple[str, Statement[Any]]]:
    """Return those of the lists."""
    given = ((Filters(), None, False), (WIDE, KINDS[-1], True), (NARROW, KINDS[1], True))
    groups, orders = get_args(board.Group), get_args(board.Order)
    for group, order, (filters, kind, onward) in itertools.product(groups, orders, given):
        yield f"page {group} {order}", board.page(group, order, filters, kind, onward=onward)
    for filters in (WIDE, NARROW):
        yield "narrowed", board.narrowed(filters)


ALL = list({id(one): (name, one) for name, one in (*named(), *made())}.values())


def test_there_is_no_other_function_that_makes_statements() -> None:
    for module in modules():
        makers = {
            name
            for name, one in vars(module).items()
            if getattr(one, "__module__", "") == module.__name__
            and isfunction(plain := getattr(one, "__wrapped__", one))
            and str(get_annotations(plain).get("return", "")).startswith(
                "bridge.store.statement.Statement"
            )
        }
        assert makers == FACTORIES.get(module.__name__, set()), module.__name__


@pytest.fixture(scope="module")
def server() -> Iterator[psycopg.Connection[Any]]:
    fresh = postgres.fresh()
    connection = postgresql.connect(fresh)
    yield connection
    connection.close()
    postgres.drop(fresh)


_PARAMETER = re.compile(r"('(?:[^']|'')*'|::)|:([a-z]\w*)(?: IS (NOT )?NULL\b)?")


def present(text: str) -> str:
    """Return the text with its parameters as a PREPARE has them, their types untold."""
    names: dict[str, int] = {}

    def numbered(found: re.Match[str]) -> str:
        if found[1]:
            return found[1]
        if found[0] != f":{found[2]}":
            return "true" if found[3] else "false"
        return f"${names.setdefault(found[2], len(names) + 1)}"

    return _PARAMETER.sub(numbered, text)


def absent(text: str) -> str:
    """Return the text with NULL for every parameter."""
    return spoken.for_driver(text, [found[2] for found in _PARAMETER.finditer(text)])


def refused(run: Any, text: str) -> str | None:
    """Return what PostgreSQL says against a text, with and without what it is given."""
    try:
        run(f"PREPARE untold AS {present(text)}")
        run("DEALLOCATE untold")
        run(f"EXPLAIN {absent(text)}")
    except psycopg.Error as error:
        return str(error)
    return None


def test_postgresql_takes_every_statement(server: psycopg.Connection[Any]) -> None:
    said = {name: refused(server.execute, statement.postgresql) for name, statement in ALL}
    assert {name: why for name, why in said.items() if why} == {}


def sorted_by(statement: Statement[Any]) -> Iterator[Any]:
    """Yield the columns that a statement of SQLAlchemy's sorts by, and that may be null."""
    if isinstance(clause := statement._clause, Select):
        for one in clause._order_by_clauses:
            column = one.element if isinstance(one, UnaryExpression) else one
            if isinstance(column, Column) and column.nullable:
                yield column


# Both sort what is null to different ends.
NEVER_NULL_THERE = {
    "conversations.waiting_since": "asked of those who wait",
    "surface_posts.failed_at": "asked of those that failed",
    "start_tokens.used_at": "asked of those that somebody has used",
    "start_tokens.seen_from": "compared with what it is equal to",
}


def test_what_may_be_null_is_sorted_to_no_end_that_differs() -> None:
    found = {str(column) for _, statement in ALL for column in sorted_by(statement)}
    assert found == NEVER_NULL_THERE.keys()


def test_what_is_null_stands_in_the_text() -> None:
    statement: Statement[str] = Statement(value, "SELECT '5 % :no', :a WHERE :b IS NULL OR :b = :a")
    assert statement.given({"a": 1, "b": 2}) == (
        "SELECT '5 %% :no', %(a)s WHERE %(b)s IS NULL OR %(b)s = %(a)s"
    )
    assert statement.given({"a": 1, "b": None}) == (
        "SELECT '5 %% :no', %(a)s WHERE NULL IS NULL OR NULL = %(a)s"
    )


def test_a_parameter_has_one_number_wherever_it_stands() -> None:
    statement: Statement[str] = Statement(value, "SELECT '5 % :no', :b::text WHERE :a = :b")
    assert statement.numbered({"a": 1, "b": 2}) == (
        "SELECT '5 % :no', $1::text WHERE $2 = $1",
        ("b", "a"),
    )
    assert statement.numbered({"a": None, "b": 2}) == (
        "SELECT '5 % :no', $1::text WHERE NULL = $1",
        ("b",),
    )


def _in_text(one: Statement[Any]) -> set[str]:
    """Return the tables that the text of a statement names, by where names stand."""
    lists = re.findall(r"(?:FROM|JOIN|INTO|UPDATE)\s+((?:\w+(?: AS \w+)?,\s*)*\w+)", one.postgresql)
    words = {word for some in lists for word in re.findall(r"\w+", some)}
    return words & {table.name for table in metadata.sorted_tables}


def test_a_statement_knows_every_table_that_its_text_names() -> None:
    known = {name: (one, one.tables) for name, one in (*named(), *made())}
    assert len(known) > 300
    wrong = {
        name: missing
        for name, (one, tables) in known.items()
        if tables is not None and (missing := _in_text(one) - tables)
    }
    assert wrong == {}


def test_of_what_is_deleted_nobody_says_which_tables_it_touches() -> None:
    deleting = [one for _, one in named() if re.search(r"\bDELETE\b", one.postgresql)]
    assert len(deleting) > 20
    assert [one.tables for one in deleting if one.tables is not None] == []


def test_what_is_said_only_to_read_changes_nothing() -> None:
    reading = {name: one.postgresql for name, one in (*named(), *made()) if one.only_reads}
    assert len(reading) > 100
    changing = [name for name, text in reading.items() if re.search("INSERT|UPDATE|DELETE", text)]
    assert changing == []


def test_of_what_may_write_it_is_said_where_or_that_nobody_knows() -> None:
    assert [name for name, one in named() if not one.only_reads and one.tables == frozenset()] == []
    assert index._ADD_CONTACT.tables == frozenset({"contact_fts"})
