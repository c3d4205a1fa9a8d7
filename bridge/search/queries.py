"""Asking the index: people first, then messages from the newest on."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any, Literal, TypeVar

import msgspec

from bridge.channel import TextFormat
from bridge.markup import to_plain
from bridge.search.snippets import Piece, snippet
from bridge.search.words import unmarked, words_of
from bridge.store.sight import Kind, Sight, condition
from bridge.store.statement import Statement, value
from bridge.store.transactions import Tx

R = TypeVar("R")

_NARROWED = """
    c.state IN ('open', 'closed')
    AND (:inbox IS NULL OR c.inbox_id = :inbox)
    AND (:assignee IS NULL OR c.assignee_id = :assignee)
    AND (:language IS NULL OR c.language = :language)
    AND (:last_by IS NULL OR c.last_by = :last_by)
    AND (:team IS NULL OR c.team_id = :team)
    AND (NOT :no_team OR c.team_id IS NULL)
    AND (:contact IS NULL OR c.contact_id = :contact)
    AND (:topic IS NULL OR EXISTS (
        SELECT 1 FROM conversation_topics t
        WHERE t.conversation_id = c.id AND t.topic_id = :topic))
    AND (NOT :other_topic OR EXISTS (
        SELECT 1 FROM conversation_topics t
        WHERE t.conversation_id = c.id AND t.other IS NOT NULL))
    AND (NOT :no_topic OR NOT EXISTS (
        SELECT 1 FROM conversation_topics t WHERE t.conversation_id = c.id))
    AND NOT EXISTS (
        SELECT 1 FROM json_each(:tags) wanted WHERE NOT EXISTS (
            SELECT 1 FROM contact_tags g
            WHERE g.contact_id = c.contact_id AND g.tag_id = wanted.value))
    AND (NOT :untagged OR NOT EXISTS (
        SELECT 1 FROM contact_tags g WHERE g.contact_id = c.contact_id))
    AND (NOT :pinned OR EXISTS (
        SELECT 1 FROM contact_tags g JOIN tags ON tags.id = g.tag_id
        WHERE g.contact_id = c.contact_id AND tags.pinned = 1))
    AND (:has_status IS NULL OR c.status_id = :has_status
        OR (:or_unset AND c.status_id IS NULL AND c.state = 'open'))
    AND (NOT :bot OR c.assignee_id IN (SELECT id FROM agents WHERE role = 'bot'))
    AND (:status IS NULL OR :folder = 'all' OR :status = 'any' OR c.state = :status)
    AND CASE :folder
        WHEN 'new' THEN c.state = 'open' AND c.assignee_id IS NULL
        WHEN 'mine' THEN c.state = 'open' AND (c.assignee_id = :agent OR EXISTS (
            SELECT 1 FROM participants p
            WHERE p.conversation_id = c.id AND p.agent_id = :agent))
        WHEN 'all' THEN :status = 'any' OR c.state = coalesce(:status, 'open')
        WHEN 'closed' THEN c.state = 'closed'
        WHEN 'deleted' THEN false
        ELSE true END
"""


@dataclass(frozen=True, slots=True)
class Hit:
    """Where something was found: a message, or the contact's own facts."""

    conversation_id: int
    message_id: int | None
    snippet: tuple[Piece, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What narrows a search; `None` and `False` do not. `agent` is the one who asks.

    The names are those of the query's parameters.
    """

    folder: Literal["new", "mine", "all", "closed", "deleted"] | None = None
    status: Literal["open", "closed", "any"] | None = None
    inbox: str | None = None
    assignee: str | None = None
    language: str | None = None
    last_by: str | None = None
    contact: int | None = None
    team: str | None = None
    no_team: bool = False
    topic: str | None = None
    other_topic: bool = False
    no_topic: bool = False
    tags: tuple[str, ...] = ()
    has_status: str | None = None
    or_unset: bool = False
    untagged: bool = False
    pinned: bool = False
    bot: bool = False
    agent: str | None = None


def _message_hit(
    conversation_id: int, message_id: int, text: str, format: TextFormat
) -> tuple[int, int, str]:
    return conversation_id, message_id, to_plain(text, format, one_line=True)


# `f` is the index. What its rows are called, and how it is asked, each database says itself.
_MESSAGES = """
    SELECT m.conversation_id, m.id, m.text, m.format
    FROM message_fts f
    JOIN messages m ON m.id = f.{id}
    JOIN conversations c ON c.id = m.conversation_id
    WHERE {found} AND f.{id} < :before AND {narrowed} AND {seen}
    ORDER BY f.{id} DESC
    LIMIT :limit
"""
# GIN knows no order: it finds all that there is of a word, and what nearly every message has takes
# long. Read from the newest on, a word that only old ones have is looked for in all of them. So
# so many are read first. Where they do not fill the page, but so many were found that it should be
# full before a share of the rest is read, reading goes on: as common words as that take GIN longer.
# It is asked for what is still missing. Left to choose, the server would guess by how often a word
# is found anywhere, and for a prepared statement by nothing.
NEAR = 20_000
SHARE = 20
_MESSAGES_BY_GIN = """
    WITH edge AS MATERIALIZED (
        SELECT max(id) - {near} AS id FROM message_fts WHERE id < :before
    ), newest AS MATERIALIZED (
        SELECT m.conversation_id, m.id, m.text, m.format
        FROM (
            SELECT id, words FROM message_fts
            WHERE id < :before AND id >= (SELECT id FROM edge)
            ORDER BY id DESC OFFSET 0
        ) f
        JOIN messages m ON m.id = f.id
        JOIN conversations c ON c.id = m.conversation_id
        WHERE f.words @@ (SELECT CAST(:lexemes AS tsquery)) AND {narrowed} AND {seen}
        ORDER BY f.id DESC
        LIMIT :limit
    ), verge AS MATERIALIZED (
        SELECT CASE WHEN found < :limit AND found * (id / {share}) >= {near} * :limit
            THEN id - id / {share} ELSE id END AS id
        FROM edge, (SELECT count(*) AS found FROM newest) n
    ), nearer AS MATERIALIZED (
        SELECT m.conversation_id, m.id, m.text, m.format
        FROM (
            SELECT id, words FROM message_fts
            WHERE id < (SELECT id FROM edge) AND id >= (SELECT id FROM verge)
            ORDER BY id DESC OFFSET 0
        ) f
        JOIN messages m ON m.id = f.id
        JOIN conversations c ON c.id = m.conversation_id
        WHERE f.words @@ (SELECT CAST(:lexemes AS tsquery)) AND {narrowed} AND {seen}
        ORDER BY f.id DESC
        LIMIT :limit - (SELECT count(*) FROM newest)
    ), near AS MATERIALIZED (
        SELECT * FROM newest UNION ALL SELECT * FROM nearer
    ), older AS MATERIALIZED (
        SELECT m.conversation_id, m.id, m.text, m.format
        FROM (
            SELECT id FROM message_fts f
            WHERE f.words @@ (SELECT CAST(:lexemes AS tsquery)) AND id < (SELECT id FROM verge)
            ORDER BY id DESC OFFSET 0
        ) f
        JOIN messages m ON m.id = f.id
        JOIN conversations c ON c.id = m.conversation_id
        WHERE (SELECT id FROM verge) > 0 AND (SELECT count(*) FROM near) < :limit
            AND {narrowed} AND {seen}
        ORDER BY f.id DESC
        LIMIT :limit
    )
    SELECT * FROM near UNION ALL SELECT * FROM older
    ORDER BY id DESC
    LIMIT :limit
"""
_CONTACTS = """
    SELECT MAX(c.id)
    FROM contact_fts f
    JOIN conversations c ON c.contact_id = f.{id}
    WHERE {found} AND {narrowed} AND {seen}
    GROUP BY c.contact_id
    ORDER BY MAX(c.last_at) DESC
    LIMIT :limit
"""
_PEOPLE = """
    SELECT f.{id}
    FROM contact_fts f
    JOIN conversations c ON c.contact_id = f.{id}
    WHERE {found} AND {seen}
    GROUP BY f.{id}
    ORDER BY MAX(c.last_at) DESC
    LIMIT :limit
"""


def _asking(
    row: Callable[..., R], query: str, index: str, kind: Kind | None, *, by_gin: str = ""
) -> Statement[R]:
    narrowing = {"narrowed": _NARROWED, "seen": condition(kind, "c")}
    by_lexemes = "f.words @@ CAST(:lexemes AS tsquery)"
    reach = {"near": NEAR, "share": SHARE}
    return Statement(
        row,
        query.format(id="rowid", found=f"{index} MATCH :query", **narrowing),
        postgresql=(by_gin or query).format(id="id", found=by_lexemes, **reach, **narrowing),
    )


@lru_cache
def _messages(kind: Kind | None) -> Statement[tuple[int, int, str]]:
    return _asking(_message_hit, _MESSAGES, "message_fts", kind, by_gin=_MESSAGES_BY_GIN)


@lru_cache
def _contacts(kind: Kind | None) -> Statement[int]:
    return _asking(value, _CONTACTS, "contact_fts", kind)


@lru_cache
def _people(kind: Kind | None) -> Statement[int]:
    return _asking(value, _PEOPLE, "contact_fts", kind)


def search(
    tx: Tx,
    query: str,
    *,
    filters: Filters,
    sight: Sight,
    limit: int,
    before: int | None = None,
) -> list[Hit]:
    """Return hits in sight, people first, then messages from the newest on.

    `before` is the id of the last message of the page before; people are on the first
    page only. What the words mean to FTS5 does not matter: they are only ever words.
    """
    words = words_of(query)
    if not words:
        return []
    narrowed = asdict(filters) | {
        **_asked(words),
        "tags": msgspec.json.encode(filters.tags).decode(),
        "limit": limit,
        **sight.parameters,
    }
    people = [] if before else tx.all(_contacts(sight.kind), **narrowed)
    found = tx.all(_messages(sight.kind), before=before or 2**62, **narrowed)
    return [Hit(conversation_id, None) for conversation_id in people] + [
        Hit(conversation_id, message_id, snippet(text, words))
        for conversation_id, message_id, text in found
    ]


def people(tx: Tx, query: str, *, sight: Sight, limit: int) -> list[int]:
    """Return the contacts of whom these words are known, whoever was heard from last first.

    Only those of whom a conversation is in sight.
    """
    words = words_of(query)
    asked = _asked(words) | {"limit": limit} | sight.parameters
    return tx.all(_people(sight.kind), **asked) if words else []


def _asked(words: Sequence[str]) -> dict[str, Any]:
    """Return the question for all of the words, to FTS5 and as a tsquery."""
    plain = [word.translate(unmarked()) for word in words]
    return {
        "query": " AND ".join(f'"{word}"*' if len(word) > 1 else f'"{word}"' for word in plain),
        "lexemes": " & ".join(f"'{word}':*" if len(word) > 1 else f"'{word}'" for word in plain),
    }
