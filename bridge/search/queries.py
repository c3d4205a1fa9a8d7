"""Asking the index: people first, then messages from the newest on."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Literal

import msgspec

from bridge.channel import TextFormat
from bridge.markup import to_plain
from bridge.search.snippets import Piece, snippet
from bridge.search.words import words_of
from bridge.store.sight import Kind, Sight, condition
from bridge.store.statement import Statement, value
from bridge.store.transactions import Tx

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
        WHEN 'deleted' THEN 0
        ELSE 1 END
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


@lru_cache
def _messages(kind: Kind | None) -> Statement[tuple[int, int, str]]:
    return Statement(
        _message_hit,
        f"""
    SELECT m.conversation_id, m.id, m.text, m.format
    FROM message_fts f
    JOIN messages m ON m.id = f.rowid
    JOIN conversations c ON c.id = m.conversation_id
    WHERE message_fts MATCH :query AND f.rowid < :before AND {_NARROWED} AND {condition(kind, "c")}
    ORDER BY f.rowid DESC
    LIMIT :limit
    """,  # noqa: S608  # Nothing of it comes from outside.
    )


@lru_cache
def _contacts(kind: Kind | None) -> Statement[int]:
    return Statement(
        value,
        f"""
    SELECT MAX(c.id)
    FROM contact_fts f
    JOIN conversations c ON c.contact_id = f.rowid
    WHERE contact_fts MATCH :query AND {_NARROWED} AND {condition(kind, "c")}
    GROUP BY c.contact_id
    ORDER BY MAX(c.last_at) DESC
    LIMIT :limit
    """,  # noqa: S608  # Nothing of it comes from outside.
    )


@lru_cache
def _people(kind: Kind | None) -> Statement[int]:
    return Statement(
        value,
        f"""
    SELECT f.rowid
    FROM contact_fts f
    JOIN conversations c ON c.contact_id = f.rowid
    WHERE contact_fts MATCH :query AND {condition(kind, "c")}
    GROUP BY f.rowid
    ORDER BY MAX(c.last_at) DESC
    LIMIT :limit
    """,  # noqa: S608  # Nothing of it comes from outside.
    )


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
        "query": _all_of(words),
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
    asked = {"query": _all_of(words), "limit": limit} | sight.parameters
    return tx.all(_people(sight.kind), **asked) if words else []


def _all_of(words: Sequence[str]) -> str:
    return " AND ".join(f'"{word}"*' if len(word) > 1 else f'"{word}"' for word in words)
