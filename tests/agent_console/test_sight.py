"""What an agent may see is one thing, however it is asked: as a function, in SQL, in counters."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent_console import cards
from bridge import db
from bridge.models import Agent, Role, See
from bridge.store import board
from bridge.store import sight as s
from bridge.store.bulk import ids
from bridge.store.desk import PUT_AGENT
from bridge.store.filters import Filters
from bridge.store.sight import Sight
from bridge.store.transactions import Tx
from routing.policy import Policy
from routing.sight import sees, sight_of, teams_shown
from routing.teams import Crew, Teams
from tests.clock import START
from tests.databases import fresh_database

PEOPLE = ("anna", "boris", "sofia")
TEAMS = Teams(
    crews={
        "sales": Crew(("anna",), topics=("prices", "orders")),
        "support": Crew(("boris",), topics=("delivery",)),
        "night": Crew(("anna", "boris")),
    }
)
_someone = st.one_of(st.none(), st.sampled_from(PEOPLE))
_some = st.frozensets(st.sampled_from(PEOPLE), max_size=2)


@dataclass(frozen=True)
class Place:
    """Where a conversation stands; "gone" was a team of the YAML once, "weather" is no team's."""

    assignee: str | None
    team: str | None
    participants: frozenset[str]
    topics: frozenset[str]
    handed_on: frozenset[str]
    closed: bool


_places = st.lists(
    st.builds(
        Place,
        assignee=_someone,
        team=st.sampled_from([None, "sales", "support", "night", "gone"]),
        participants=_some,
        topics=st.frozensets(st.sampled_from(["prices", "delivery", "weather"]), max_size=2),
        handed_on=_some,
        closed=st.booleans(),
    ),
    max_size=12,
)


def agent(agent_id: str, role: Role = "agent", preferences: str = "{}") -> Agent:
    """Return an agent as the database has them."""
    known: dict[str, Any] = dict.fromkeys(Agent.__struct_fields__)
    return Agent(**(known | {"id": agent_id, "role": role, "preferences": preferences}))


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    """Return a database with agents, topics and one customer in it."""
    connection = db.connect(fresh_database(tmp_path_factory.mktemp("sight")))
    connection.execute("BEGIN")
    for one in PEOPLE:
        Tx(connection, START).run(PUT_AGENT, id=one, name=one, email=None, role="agent")
    connection.executescript("""
        INSERT INTO topics (id, label)
            VALUES ('prices', '""'), ('delivery', '""'), ('weather', '""');
        INSERT INTO inboxes (id, kind, name) VALUES ('site', 'widget', 'Site');
        INSERT INTO contacts (id, created_at) VALUES (1, 0);
        INSERT INTO identities (id, inbox_id, external_id, contact_id, created_at)
            VALUES (1, 'site', 'x', 1, 0);
    """)
    yield connection
    connection.close()


def put(connection: sqlite3.Connection, number: int, place: Place) -> None:
    """Have a conversation stand so."""
    connection.execute(
        "INSERT INTO conversations (id, inbox_id, identity_id, contact_id, thread, state,"
        " assignee_id, team_id, created_at, last_at)"
        " VALUES (?, 'site', 1, 1, ?, ?, ?, ?, 0, ?)",
        (
            number,
            str(number),
            "closed" if place.closed else "open",
            place.assignee,
            place.team,
            number,
        ),
    )
    for table, column, keys, when in (
        ("participants", "agent_id", place.participants, "added_at"),
        ("conversation_topics", "topic_id", place.topics, "added_at"),
        ("hand_overs", "agent_id", place.handed_on, "at"),
    ):
        for key in keys:
            connection.execute(
                f"INSERT INTO {table} (conversation_id, {column}, {when}) VALUES (?, ?, 0)",  # noqa: S608
                (number, key),
            )


def listed(tx: Tx, sight: Sight, *groups: board.Group) -> set[int]:
    """Return what the lists of these groups show."""
    found: set[int] = set()
    for group in groups:
        page = board.page(group, "activity", Filters(), sight.kind, onward=False)
        found |= {one.id for one in tx.all(page, limit=100, **sight.parameters)}
    return found


@given(
    places=_places,
    see=st.sampled_from(["all", "teams", "own"]),
    hides=st.booleans(),
    role=st.sampled_from(["agent", "viewer", "supervisor", "bot"]),
    who=st.sampled_from(PEOPLE),
    everybodys=st.booleans(),
)
@settings(max_examples=200, deadline=None)
def test_the_function_the_condition_and_the_counters_agree(
    empty: sqlite3.Connection,
    places: list[Place],
    see: str,
    hides: bool,  # noqa: FBT001  # Drawn.
    role: str,
    who: str,
    everybodys: bool,  # noqa: FBT001  # Drawn.
) -> None:
    policy = Policy(
        agent_sees=cast("See", see), hide_history=hides, agent_may_see_others=everybodys
    )
    me = agent(who, cast("Role", role), '{"other_teams": true}' if everybodys else "{}")
    sight = sight_of(policy, TEAMS, me)
    empty.execute("SAVEPOINT example")
    try:
        for number, place in enumerate(places, start=1):
            put(empty, number, place)
        tx = Tx(empty, START)
        facts = tx.all(s.FACTS, ids=ids(range(1, len(places) + 1)))
        pure = {one.conversation_id for one in facts if sees(sight, one)}
        if sight.kind is not None:
            sql, given_ = s.sees(sight.kind), sight.parameters
            assert pure == {n for n in range(1, len(places) + 1) if tx.the(sql, of=n, **given_)}
            assert bool(tx.the(s.knows(sight.kind), of=1, **given_)) == bool(pure)
        opened, closed = listed(tx, sight, "untaken", "taken"), listed(tx, sight, "closed")
        assert opened | closed == pure
        counted = cards.counters(tx, narrowed=True).of(sight, teams_shown(sight, TEAMS))
        untaken = {n for n in opened if places[n - 1].assignee is None}
        assert [counted.new.total, counted.all.total, counted.closed.total] == [
            len(untaken),
            len(opened),
            len(closed),
        ]
        for team in counted.teams:
            theirs = {n for n in opened if places[n - 1].team == team.id}
            assert (team.total, team.unread) == (len(theirs), len(theirs))
    finally:
        empty.execute("ROLLBACK TO example")


# --- in so many words -------------------------------------------------------------------------


def facts(**given_: Any) -> s.Facts:
    """Return what a conversation of nobody and nothing is decided by, with these changes."""
    return s.Facts(
        **({"conversation_id": 1, "contact_id": 1, "assignee": None, "team": None} | given_)
    )


def can_see(see: See, given_: s.Facts, **policy: Any) -> str:
    """Return the initials of who sees it: Anna of sales, Boris of support, Sofia of no team."""
    rules = Policy(agent_sees=see, **policy)
    return "".join(one[0] for one in PEOPLE if sees(sight_of(rules, TEAMS, agent(one)), given_))


def test_by_default_everybody_sees_everything() -> None:
    assert (
        can_see("all", facts(team="sales", assignee="anna", topics=frozenset(["prices"]))) == "abs"
    )


@pytest.mark.parametrize(
    ("given_", "who"),
    [
        ({}, "abs"),
        ({"team": "sales"}, "a"),
        ({"team": "gone"}, "abs"),
        ({"team": "sales", "topics": frozenset(["delivery"])}, "ab"),
        ({"topics": frozenset(["delivery"])}, "b"),
        ({"topics": frozenset(["weather"])}, "abs"),
        ({"team": "support", "assignee": "sofia"}, "bs"),
        ({"team": "support", "participants": frozenset(["anna"])}, "ab"),
    ],
)
def test_r03_r54_teams_see_their_own_their_topics_and_what_is_nobodys(
    given_: dict[str, Any], who: str
) -> None:
    assert can_see("teams", facts(**given_)) == who


def test_own_is_what_one_has_takes_part_in_or_could_take() -> None:
    assert can_see("own", facts(team="sales")) == "abs"
    assert can_see("own", facts(assignee="boris", participants=frozenset(["sofia"]))) == "bs"


def test_s06_whoever_handed_it_on_sees_it_no_more_unless_they_take_part() -> None:
    gone = facts(assignee="boris", handed_on=frozenset(["anna"]))
    helps = facts(assignee="boris", handed_on=frozenset(["anna"]), participants=frozenset(["anna"]))
    again = facts(assignee="anna", handed_on=frozenset(["anna"]))

    assert can_see("all", gone, hide_history=True) == "bs"
    assert can_see("all", helps, hide_history=True) == "abs"
    assert can_see("all", again, hide_history=True) == "abs"
    assert can_see("all", gone) == "abs"


@pytest.mark.parametrize("role", ["owner", "supervisor", "viewer"])
def test_every_other_role_sees_everything(role: Role) -> None:
    policy = Policy(agent_sees="own", hide_history=True)
    of = facts(assignee="boris", handed_on=frozenset(["anna"]))

    assert sees(sight_of(policy, TEAMS, agent("anna", role)), of)


@pytest.mark.parametrize(
    ("may", "preferences", "sees_it"),
    [
        (True, '{"other_teams": true}', True),
        (True, '{"other_teams": false, "theme": "dark"}', False),
        (True, "{}", False),
        (True, '{"other_teams": "of a newer program"}', False),
        (False, '{"other_teams": true}', False),
    ],
)
def test_o34_everybodys_are_seen_where_one_may_choose_so_and_has(
    *, may: bool, preferences: str, sees_it: bool
) -> None:
    policy = Policy(agent_sees="teams", agent_may_see_others=may)
    sight = sight_of(policy, TEAMS, agent("anna", preferences=preferences))

    assert sees(sight, facts(team="support")) is sees_it
