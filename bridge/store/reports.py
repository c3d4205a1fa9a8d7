"""What reports are computed from: what happened in a period, and in which conversations.

A period is read by the ids of its messages, which grow with time and are found by halves: so
no index by time has to be kept while messages come in.
"""

from typing import Literal, NamedTuple

from sqlalchemy import select

from bridge.models import MESSAGE
from bridge.store.statement import Statement, param, value
from bridge.store.transactions import Tx

What = Literal["incoming", "outgoing", "automatic", "opened", "reopened", "closed", "blocked"]
"""What moves a conversation on; "automatic" is what the program itself has said."""

# No time zone is apart from UTC by anything but quarters of an hour: in ms.
QUARTER = 900_000

_m = MESSAGE.c


class Move(NamedTuple):
    """Something said or done in a conversation, at a time in ms."""

    conversation_id: int
    what: What
    agent_id: str | None
    at: int


class About(NamedTuple):
    """What a conversation is sorted by; `topics` and `tags` are ids with commas."""

    id: int
    inbox_id: str
    team_id: str | None
    assignee_id: str | None
    language: str | None
    topics: str | None
    tags: str | None


class Rated(NamedTuple):
    """One rating."""

    conversation_id: int
    agent_id: str | None
    at: int
    score: int
    scale: int
    comment: str | None
    customer: str | None


class _Place(NamedTuple):
    id: int
    at: int


_FROM_ID = Statement(
    _Place, select(_m.id, _m.created_at).where(_m.id >= param("id")).order_by(_m.id).limit(1)
)
_LAST_ID: Statement[int] = Statement(value, "SELECT coalesce(max(id), 0) FROM messages")

_PERIOD = "id >= :first AND id < :last AND created_at >= :since AND created_at < :until"
_TOUCHED = f"SELECT DISTINCT conversation_id FROM messages WHERE {_PERIOD}"  # noqa: S608  # Ours.
# All of every conversation in which anything happened in the period, until its end: how long a
# customer has waited may have begun before it. Each conversation's as it went.
MOVES = Statement(
    Move,
    f"""
SELECT conversation_id, what, agent_id, at FROM (
  SELECT m.conversation_id, m.id, m.agent_id, m.created_at AS at,
    CASE m.kind WHEN 'activity' THEN json_extract(m.activity, '$.verb')
      WHEN 'outgoing' THEN CASE WHEN m.agent_id IS NULL THEN 'automatic' ELSE 'outgoing' END
      ELSE m.kind END AS what
  FROM messages m
  WHERE m.conversation_id IN ({_TOUCHED}) AND m.id < :last AND m.created_at < :until
    AND m.kind <> 'note') moves
WHERE what IN ('incoming', 'outgoing', 'automatic', 'opened', 'reopened', 'closed', 'blocked')
ORDER BY conversation_id, id
""",  # noqa: S608  # Ours.
)
ABOUT = Statement(
    About,
    f"""
SELECT c.id, c.inbox_id, c.team_id, c.assignee_id, c.language,
  (SELECT group_concat(coalesce(topic_id, '-other')) FROM conversation_topics
    WHERE conversation_id = c.id),
  (SELECT group_concat(tag_id) FROM contact_tags WHERE contact_id = c.contact_id)
FROM conversations c WHERE c.id IN ({_TOUCHED}) AND +c.state IN ('open', 'closed')
""",  # noqa: S608  # Ours.
)
RATED = Statement(
    Rated,
    """
SELECT r.conversation_id, r.agent_id, r.created_at, r.score, r.scale, r.comment, p.name
FROM ratings r JOIN conversations c ON c.id = r.conversation_id
  JOIN contacts p ON p.id = c.contact_id
WHERE r.created_at >= :since AND r.created_at < :until AND +c.state IN ('open', 'closed')
ORDER BY r.created_at DESC, r.id DESC
""",
)


class Bounds(NamedTuple):
    """A period in ms, from `since` on and before `until`, and between which ids it lies."""

    since: int
    until: int
    first: int
    last: int


def bounds(tx: Tx, since: int, until: int, slack: int) -> Bounds:
    """Return where a period lies; `slack` (ms) is by how much the clock may have been set."""
    last_id = tx.the(_LAST_ID)
    first = _id_at(tx, since - slack, last_id)
    return Bounds(since, until, first, _id_at(tx, until + slack, last_id))


def _id_at(tx: Tx, at: int, last_id: int) -> int:
    """Return the least id of a message of this time or later, by halves; else past the last."""
    low, high = 1, last_id + 1
    while low < high:
        middle = (low + high) // 2
        found = tx.one(_FROM_ID, id=middle)
        if found is None or found.at >= at:
            high = middle
        else:
            low = found.id + 1
    return low
