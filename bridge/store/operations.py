"""Queries for the administrator: what waits, what did not arrive, what was set aside."""

from typing import NamedTuple

from bridge.db.versions import FROM
from bridge.store.statement import Statement, value


class Queue(NamedTuple):
    """What waits to be sent to a place, and since when the oldest of it; in ms."""

    place: str
    waiting: int
    oldest: int


class Amiss(NamedTuple):
    """How many deliveries to a place have ended so."""

    place: str
    state: str
    number: int


class Quarantined(NamedTuple):
    """How much of an inbox was set aside."""

    inbox_id: str
    number: int


class Steps(NamedTuple):
    """How far a new desk has come: 1 or 0 each."""

    with_password: int
    on_the_site: int
    written: int
    answered: int


QUEUES = Statement(
    Queue,
    "SELECT place, count(*), min(created_at) FROM deliveries "
    "WHERE state IN ('queued', 'sending') GROUP BY place",
)
# Uncertain ones wait for a person however old they are; of failed ones, those since `:since`.
AMISS = Statement(
    Amiss,
    "SELECT place, state, count(*) FROM deliveries WHERE state IN ('failed', 'uncertain') "
    "AND (state = 'uncertain' OR changed_at >= :since) AND put_away_at IS NULL "
    "GROUP BY place, state",
)
QUARANTINED = Statement(Quarantined, "SELECT inbox_id, count(*) FROM quarantine GROUP BY inbox_id")
SESSIONS: Statement[int] = Statement(value, "SELECT count(*) FROM sessions WHERE expires_at > :now")
STEPS = Statement(
    Steps,
    "SELECT EXISTS (SELECT 1 FROM agents WHERE password_hash IS NOT NULL), "
    "EXISTS (SELECT 1 FROM visits), "
    "EXISTS (SELECT 1 FROM conversations), "
    "EXISTS (SELECT 1 FROM messages WHERE kind = 'outgoing' AND agent_id IS NOT NULL)",
)
DATABASE: Statement[str] = Statement(
    value,
    "SELECT 'SQLite ' || sqlite_version()",
    postgresql="SELECT 'PostgreSQL ' || current_setting('server_version')",
)
# In bytes.
SIZE: Statement[int] = Statement(
    value,
    "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()",
    postgresql="SELECT pg_database_size(current_database())",
)
VERSION: Statement[str] = Statement(value, "SELECT version_num FROM alembic_version")
WORKS_FROM: Statement[str] = Statement(value, FROM)


class Waiting(NamedTuple):
    """Open conversations of an inbox: how many, taken or not, who wait, since when; in ms."""

    inbox_id: str
    taken: int
    number: int
    waiting: int
    oldest: int | None


WAITING = Statement(
    Waiting,
    "SELECT inbox_id, assignee_id IS NOT NULL, count(*), count(waiting_since), "
    "min(waiting_since) FROM conversations WHERE state = 'open' "
    "GROUP BY inbox_id, assignee_id IS NOT NULL",
)
CALLS = Statement(
    Queue,
    "SELECT webhook_id, count(*), min(created_at) FROM webhook_calls "
    "WHERE state = 'queued' GROUP BY webhook_id",
)
