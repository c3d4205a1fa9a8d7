"""Full text over messages and people: SQLite's FTS5 behind a few functions.

The index of messages keeps no text of its own (it is beside the text already) and no
positions (nobody asks for phrases), which halves it and its cost on every message. A word
is found by its beginning, whatever its case and marks; ё and е are one letter.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from bridge.store.statement import Statement, nothing, value
from bridge.store.transactions import Tx

_WORD = re.compile(r"\w+")
# More words than this find nothing that fewer would not.
MOST_WORDS = 12
LONGEST_QUERY = 200
_AROUND = 60

_ADD = Statement(nothing, "INSERT INTO message_fts (rowid, text) VALUES (:id, :text)")
# An index without text of its own must be told what it is to forget.
_DROP = Statement(
    nothing,
    "INSERT INTO message_fts (message_fts, rowid, text) VALUES ('delete', :id, :text)",
)
_ADD_CONTACT = Statement(nothing, "INSERT INTO contact_fts (rowid, text) VALUES (:id, :text)")
_DROP_CONTACT = Statement(nothing, "DELETE FROM contact_fts WHERE rowid = :id")

_NARROWED = """
    (:inbox IS NULL OR c.inbox_id = :inbox)
    AND (:assignee IS NULL OR c.assignee_id = :assignee)
    AND (:language IS NULL OR c.language = :language)
    AND CASE :folder
        WHEN 'new' THEN c.state = 'open' AND c.assignee_id IS NULL
        WHEN 'mine' THEN c.state = 'open' AND (c.assignee_id = :agent OR EXISTS (
            SELECT 1 FROM participants p
            WHERE p.conversation_id = c.id AND p.agent_id = :agent))
        WHEN 'all' THEN c.state = 'open'
        WHEN 'closed' THEN c.state = 'closed'
        ELSE 1 END
"""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a found text; `hit` where it is what was asked for."""

    text: str
    hit: bool


@dataclass(frozen=True, slots=True)
class Hit:
    """Where something was found: a message, or the contact's own facts."""

    conversation_id: int
    message_id: int | None
    snippet: tuple[Piece, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What narrows a search; `None` does not. `agent` is the one who asks."""

    folder: Literal["new", "mine", "all", "closed"] | None = None
    inbox: str | None = None
    assignee: str | None = None
    language: str | None = None
    agent: str | None = None


def _message_hit(conversation_id: int, message_id: int, text: str) -> tuple[int, int, str]:
    return conversation_id, message_id, text


_MESSAGES = Statement(
    _message_hit,
    f"""
    SELECT m.conversation_id, m.id, m.text
    FROM message_fts f
    JOIN messages m ON m.id = f.rowid
    JOIN conversations c ON c.id = m.conversation_id
    WHERE message_fts MATCH :query AND f.rowid < :before AND {_NARROWED}
    ORDER BY f.rowid DESC
    LIMIT :limit
    """,  # noqa: S608  # Nothing of it comes from outside.
)
_CONTACTS = Statement(
    value,
    f"""
    SELECT MAX(c.id)
    FROM contact_fts f
    JOIN conversations c ON c.contact_id = f.rowid
    WHERE contact_fts MATCH :query AND {_NARROWED}
    GROUP BY c.contact_id
    ORDER BY MAX(c.last_at) DESC
    LIMIT :limit
    """,  # noqa: S608  # Nothing of it comes from outside.
)


def index_message(tx: Tx, message_id: int, text: str, *, instead_of: str | None = None) -> None:
    """Make a message's text findable; `instead_of` is the text it had before."""
    if instead_of is not None:
        remove_message(tx, message_id, instead_of)
    tx.run(_ADD, id=message_id, text=_folded(text))


def remove_message(tx: Tx, message_id: int, text: str) -> None:
    """Forget a message that was indexed with this text."""
    tx.run(_DROP, id=message_id, text=_folded(text))


def index_contact(tx: Tx, contact_id: int, facts: Sequence[str]) -> None:
    """Make a person findable by what is known of them, instead of what was."""
    tx.run(_DROP_CONTACT, id=contact_id)
    if facts:
        tx.run(_ADD_CONTACT, id=contact_id, text=_folded("\n".join(facts)))


def search(
    tx: Tx, query: str, *, filters: Filters, limit: int, before: int | None = None
) -> list[Hit]:
    """Return hits, people first, then messages from the newest on.

    `before` is the id of the last message of the page before; people are on the first
    page only. What the words mean to FTS5 does not matter: they are only ever words.
    """
    words = _words(query)
    if not words:
        return []
    narrowed = {
        "query": " AND ".join(f'"{word}"*' for word in words),
        "folder": filters.folder,
        "inbox": filters.inbox,
        "assignee": filters.assignee,
        "language": filters.language,
        "agent": filters.agent,
        "limit": limit,
    }
    people = [] if before else tx.all(_CONTACTS, **narrowed)
    found = tx.all(_MESSAGES, before=before or 2**62, **narrowed)
    return [Hit(conversation_id, None) for conversation_id in people] + [
        Hit(conversation_id, message_id, _snippet(text, words))
        for conversation_id, message_id, text in found
    ]


def _words(query: str) -> list[str]:
    return _WORD.findall(_folded(query[:LONGEST_QUERY]))[:MOST_WORDS]


def _folded(text: str) -> str:
    """Return the text as it is indexed: one letter for ё and е."""
    return text.lower().replace("ё", "е")


def _snippet(text: str, words: Sequence[str]) -> tuple[Piece, ...]:
    """Return the text around the first hit, the hits marked."""
    line = " ".join(text.split())
    starts = re.compile(rf"\b(?:{'|'.join(re.escape(word) for word in words)})\w*")
    folded = _folded(line)
    if len(folded) != len(line):
        # Lowering changed the length ("İ"): places would not match.
        folded = line
    first = starts.search(folded)
    begin = max(0, first.start() - _AROUND) if first else 0
    end = min(len(line), begin + 3 * _AROUND)
    pieces, at = [Piece("…", hit=False)] if begin else [], begin
    for found in starts.finditer(folded, begin, end):
        if found.start() > at:
            pieces.append(Piece(line[at : found.start()], hit=False))
        pieces.append(Piece(line[found.start() : found.end()], hit=True))
        at = found.end()
    rest = line[at:end] + ("…" if end < len(line) else "")
    return tuple(pieces) if not rest else (*pieces, Piece(rest, hit=False))
