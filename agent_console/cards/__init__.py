"""How a conversation, a message, a contact and a visit are described to an agent."""

from agent_console.cards import shapes
from agent_console.cards.channels import channels
from agent_console.cards.counters import Counters, counters
from agent_console.cards.lists import PARTS, Folder, Part, Query, Sort, Status, page
from agent_console.cards.messages import (
    ViewFile,
    attachment,
    cards,
    cards_for,
    client_id,
    for_sender,
)
from agent_console.cards.narrowing import NONE, OTHER, Narrow
from agent_console.cards.people import contact, note, notes, visit_in
from agent_console.cards.preferences import preferences
from agent_console.cards.rows import (
    MINE,
    NOTHING_OWN,
    Own,
    avatar_url,
    can,
    line,
    own_of,
    row,
    rows,
    shared,
)
from agent_console.cards.sorting import statuses, tags, tags_in_use, topics
from agent_console.cards.views import count

__all__ = [
    "MINE",
    "NONE",
    "NOTHING_OWN",
    "OTHER",
    "PARTS",
    "Counters",
    "Folder",
    "Narrow",
    "Own",
    "Part",
    "Query",
    "Sort",
    "Status",
    "ViewFile",
    "attachment",
    "avatar_url",
    "can",
    "cards",
    "cards_for",
    "channels",
    "client_id",
    "contact",
    "count",
    "counters",
    "for_sender",
    "line",
    "note",
    "notes",
    "own_of",
    "page",
    "preferences",
    "row",
    "rows",
    "shapes",
    "shared",
    "statuses",
    "tags",
    "tags_in_use",
    "topics",
    "visit_in",
]
