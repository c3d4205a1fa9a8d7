"""Full text over messages and people: SQLite's FTS5 behind a few functions.

The index of messages keeps no text of its own (it is beside the text already) and no
positions (nobody asks for phrases), which halves it and its cost on every message. A word
is found by its beginning, whatever its case and marks; ё and е are one letter. One letter
alone is a word alone: a third of all messages has a word that begins with it.

Beginnings of two and three letters have an index of their own. Longer ones are merged
from the words that begin so, which costs a fifth of a millisecond for a thousand messages
found: 20 ms for a word that stands in every tenth of a million messages.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from bridge.channel import TextFormat
from bridge.markup import to_plain
from bridge.store.statement import Statement, nothing, value
from bridge.store.transactions import Tx

# More words than this find nothing that fewer would not.
MOST_WORDS = 8
LONGEST_QUERY = 200
_AROUND = 60
_MARKS = re.compile("[\u0300-\u036f]")


# Latin letters with marks, which the index keeps without them. Not й, ї or ґ: letters of
# their own.
@cache
def _unmarked() -> dict[int, str]:
    return {
        code: base
        for code in (*range(0x00C0, 0x0250), *range(0x1E00, 0x1F00))
        if (base := unicodedata.normalize("NFD", chr(code))[0]).isascii()
    }


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


def _message_hit(
    conversation_id: int, message_id: int, text: str, format: TextFormat
) -> tuple[int, int, str]:
    return conversation_id, message_id, to_plain(text, format, one_line=True)


_MESSAGES = Statement(
    _message_hit,
    f"""
    SELECT m.conversation_id, m.id, m.text, m.format
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
        "query": " AND ".join(f'"{word}"*' if len(word) > 1 else f'"{word}"' for word in words),
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
    """Return the words of a query.

    Only characters count that were letters or digits to Unicode 3.2: whatever SQLite
    reads the query, it takes each word for one, and so for no phrase.
    """
    known = unicodedata.ucd_3_2_0.category
    letters = (char if known(char)[0] in "LN" else " " for char in _folded(query[:LONGEST_QUERY]))
    return "".join(letters).split()[:MOST_WORDS]


def _folded(text: str) -> str:
    """Return the text as it is indexed: one letter for ё and е, and marks part of letters."""
    text = unicodedata.normalize("NFC", text).lower().replace("ё", "е")
    return text if text.isascii() else _MARKS.sub("", text)


def _snippet(line: str, words: Sequence[str]) -> tuple[Piece, ...]:
    """Return the text around the first hit, the hits marked."""
    line = unicodedata.normalize("NFC", line)
    hits = list(_hits(line, words))
    begin = max(0, hits[0][0] - _AROUND) if hits else 0
    end = min(len(line), begin + 3 * _AROUND)
    pieces, at = [Piece("…", hit=False)] if begin else [], begin
    for first, last in hits:
        if last > end:
            break
        if first > at:
            pieces.append(Piece(line[at:first], hit=False))
        pieces.append(Piece(line[first:last], hit=True))
        at = last
    rest = line[at:end] + ("…" if end < len(line) else "")
    return tuple(pieces) if not rest else (*pieces, Piece(rest, hit=False))


def _hits(line: str, words: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield where the words stand in a line, to the end of each."""
    folded = _folded(line)
    if len(folded) != len(line):
        # A letter that is two when it is small ("İ") would move all places behind it.
        folded = "".join(small if len(small := _folded(char)) == 1 else char for char in line)
    sought = "|".join(
        re.escape(word) + (r"[^\W_]*" if len(word) > 1 else r"(?![^\W_])") for word in words
    )
    pattern = re.compile(rf"(?<![^\W_])(?:{sought.translate(_unmarked())})")
    for found in pattern.finditer(folded.translate(_unmarked())):
        yield found.span()
