"""Presence in any order of things, against a simple model of what the documentation says."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge import db
from bridge.models import Presence
from bridge.store import deliveries as d
from bridge.store import presence as p
from bridge.store.transactions import Tx
from routing import presence
from routing.desk import Desk
from routing.policy import Policy
from routing.presence import Choice
from routing.timers import fire
from tests.clock import START
from tests.databases import fresh_database
from tests.routing.world import declare


@dataclass
class Model:
    """What an agent's presence should be, by the plain words of the documentation. In seconds."""

    auto: float | None
    away: float | None
    now: float = 0.0
    open: int = 0
    chosen: Choice = "online"
    in_reach: bool = False
    gone_at: float = 0.0
    touched_at: float = 0.0

    @property
    def presence(self) -> Presence:
        """Say what it is now."""
        if not self.in_reach or self.chosen == "offline":
            return "offline"
        if self.chosen == "break":
            return "break"
        untouched = self.now - self.touched_at
        return "away" if self.away is not None and untouched >= self.away else "online"

    def pass_time(self, seconds: float) -> None:
        """Let time pass, and an absence with it."""
        self.now += seconds
        if not self.open and self.auto is not None and self.now - self.gone_at >= self.auto:
            self.in_reach = False

    def step(self, step: str) -> None:
        """Do a step."""
        if step == "open":
            self.touched_at = self.now if self.presence == "offline" else self.touched_at
            self.open, self.in_reach = self.open + 1, True
        elif step in ("close", "restart"):
            left = 0 if step == "restart" else max(self.open - 1, 0)
            self.gone_at = self.now if self.open and not left else self.gone_at
            self.open = left
        else:
            self.chosen = self.chosen if step == "act" else cast("Choice", step)
            if self.chosen != "offline":
                self.in_reach, self.touched_at = True, self.now
                self.gone_at = self.now


class Anna:
    """The real thing: Anna's surfaces, over one transaction that is never committed."""

    def __init__(self, connection: sqlite3.Connection, policy: Policy) -> None:
        self.connection = connection
        self.desk = Desk(policy)
        self.now = START
        self.open = 0

    def step(self, step: str) -> None:
        """Do a step as a surface, or a start of the program, does it."""
        tx, policy = Tx(self.connection, self.now), self.desk.policy
        if step == "open":
            self.open += 1
            if self.open == 1:
                presence.arrived(tx, policy, "anna")
        elif step == "close" and self.open:
            self.open -= 1
            if not self.open:
                presence.departed(tx, policy, "anna")
        elif step == "restart":
            self.open = 0
            presence.restarted(tx, policy)
        elif step == "act":
            presence.acted(tx, policy, "anna")
        elif step != "close":
            presence.choose(tx, policy, "anna", cast("Choice", step))

    def pass_time(self, seconds: float) -> None:
        """Let time pass, and fire what is due."""
        self.now += round(seconds * 1000)
        tx = Tx(self.connection, self.now)
        while due := tx.all(d.DUE_TIMERS, now=self.now):
            fire(tx, self.desk, due[0])

    @property
    def presence(self) -> Presence:
        """Return what everybody reads."""
        return Tx(self.connection, self.now).the(p.ATTENDANCE_OF, id="anna").presence


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    """Return a database with the agents in it."""
    connection = db.connect(fresh_database(tmp_path_factory.mktemp("presence")))
    connection.execute("BEGIN")
    declare(Tx(connection, START))
    yield connection
    connection.close()


@given(
    steps=st.lists(
        st.one_of(
            st.sampled_from(["open", "close", "act", "online", "break", "offline", "restart"]),
            st.integers(1, 40),
        ),
        max_size=30,
    ),
    auto=st.sampled_from([None, 180, 900]),
    away=st.sampled_from([None, 60, 1200]),
)
@settings(max_examples=300, deadline=None)
def test_in_any_order_of_things_it_is_what_the_documentation_says(
    empty: sqlite3.Connection, steps: list[str | int], auto: int | None, away: int | None
) -> None:
    policy = Policy(
        auto_offline=None if auto is None else auto * 1000,
        away_after=None if away is None else away * 1000,
    )
    model, anna = Model(auto, away), Anna(empty, policy)
    empty.execute("SAVEPOINT example")
    try:
        for step in steps:
            for one in (model, anna):
                if isinstance(step, int):
                    one.pass_time(step * 60)
                else:
                    one.step(step)
            assert anna.presence == model.presence, steps
    finally:
        empty.execute("ROLLBACK TO example")
