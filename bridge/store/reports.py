"""What reports are computed from: what happened in a period, and in which conversations.

A period is read by the ids of its messages, which grow with time (`FROM_ID` finds them by
halves): so no index has to be kept for it while messages come in. Written out as SQL, since
what a wait is takes windows over windows.
"""

from typing import Literal, NamedTuple

from sqlalchemy import select

from bridge.models import MESSAGE
from bridge.store.statement import Statement, param, value
from bridge.store.transactions import Tx

What = Literal["opened", "reopened", "closed", "blocked", "out"]
Kind = Literal["incoming", "outgoing"]
# Messages are told in quarters of an hour: no zone is apart from UTC by less.
QUARTER = 900_000

_m = MESSAGE.c


class Happened(NamedTuple):
    """An answer ("out") that somebody waited for, or what became of a conversation.

    `waited` is how long for it, `first` 1 where none came before it since the conversation
    began, `lasted` how long since then; all in ms. With "closed", `first` is 1 where it had
    no answer at all.
    """

    what: What
    conversation_id: int
    agent_id: str | None
    at: int
    waited: int | None
    first: int
    lasted: int | None


class Said(NamedTuple):
    """How many messages of a kind in a quarter of an hour; without an agent by the program."""

    conversation_id: int
    kind: Kind
    agent_id: str | None
    quarter: int
    number: int


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
_PAST = (
    "WINDOW past AS (PARTITION BY conversation_id ORDER BY id "
    "ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)"
)
HAPPENED = Statement(
    Happened,
    f"""
WITH touched AS MATERIALIZED ({_TOUCHED}),
moves AS (
  SELECT m.id, m.conversation_id, m.agent_id, m.created_at AS at,
    CASE m.kind WHEN 'incoming' THEN 'in' WHEN 'outgoing' THEN 'out'
      ELSE json_extract(m.activity, '$.verb') END AS what
  FROM touched t JOIN messages m ON m.conversation_id = t.conversation_id
  WHERE m.id < :last AND (m.kind = 'incoming'
    OR (m.kind = 'outgoing' AND m.agent_id IS NOT NULL)
    OR (m.kind = 'activity'
      AND json_extract(m.activity, '$.verb') IN ('opened', 'reopened', 'closed', 'blocked')))
),
known AS (
  SELECT *,
    max(id) FILTER (WHERE what = 'in') OVER past AS last_in,
    max(id) FILTER (WHERE what IN ('out', 'closed', 'blocked')) OVER past AS last_end,
    max(id) FILTER (WHERE what = 'out') OVER past AS last_out,
    max(id) FILTER (WHERE what IN ('opened', 'reopened')) OVER past AS begun
  FROM moves {_PAST}
),
waited AS (
  SELECT *, max(id) FILTER (WHERE what = 'in' AND coalesce(last_in, 0) <= coalesce(last_end, 0))
    OVER past AS asked
  FROM known {_PAST}
)
SELECT what, conversation_id, agent_id, at,
  CASE WHEN asked > coalesce(last_end, 0)
    THEN max(0, at - (SELECT created_at FROM messages WHERE id = asked)) END AS waiting,
  coalesce(last_out, 0) <= coalesce(begun, 0) AS first,
  max(0, at - (SELECT created_at FROM messages WHERE id = begun)) AS lasted
FROM waited
WHERE id >= :first AND at >= :since AND at < :until AND what <> 'in'
  AND (what <> 'out' OR waiting IS NOT NULL)
""",  # noqa: S608  # Ours.
)
SAID = Statement(
    Said,
    f"""
SELECT conversation_id, kind, agent_id, created_at / {QUARTER}, count(*) FROM messages
WHERE {_PERIOD} AND kind IN ('incoming', 'outgoing') GROUP BY 1, 2, 3, 4
""",  # noqa: S608  # Ours.
)
ABOUT = Statement(
    About,
    f"""
SELECT c.id, c.inbox_id, c.team_id, c.assignee_id, c.language,
  (SELECT group_concat(coalesce(topic_id, '-other')) FROM conversation_topics
    WHERE conversation_id = c.id),
  (SELECT group_concat(tag_id) FROM contact_tags WHERE contact_id = c.contact_id)
FROM conversations c WHERE c.id IN ({_TOUCHED})
""",  # noqa: S608  # Ours.
)
RATED = Statement(
    Rated,
    """
SELECT r.conversation_id, r.agent_id, r.created_at, r.score, r.scale, r.comment, p.name
FROM ratings r JOIN conversations c ON c.id = r.conversation_id
  JOIN contacts p ON p.id = c.contact_id
WHERE r.created_at >= :since AND r.created_at < :until
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
