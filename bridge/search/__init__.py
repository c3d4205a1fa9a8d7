"""Full text over messages and people: SQLite's FTS5, or PostgreSQL's tsvector and GIN.

The index of messages keeps no text of its own (it is beside the text already) and no
positions (nobody asks for phrases), which halves it. Both are given the words as `words`
makes them, so that both find the same. A word is found by its beginning,
whatever its case and marks; ё and е are one letter. One letter alone is a word alone: a
third of all messages has a word that begins with it.

On SQLite beginnings of two to six letters have an index of their own. Longer ones are
merged from the words that begin so, of which there are few.
"""

from bridge.search.index import (
    AT_ONCE,
    Indexer,
    brought_up_to_date,
    catch_up,
    copy_people,
    index_anew,
    index_contact,
    message_changed,
)
from bridge.search.queries import Filters, Hit, people, search
from bridge.search.snippets import Piece
from bridge.search.words import LONGEST_QUERY

__all__ = [
    "AT_ONCE",
    "LONGEST_QUERY",
    "Filters",
    "Hit",
    "Indexer",
    "Piece",
    "brought_up_to_date",
    "catch_up",
    "copy_people",
    "index_anew",
    "index_contact",
    "message_changed",
    "people",
    "search",
]
