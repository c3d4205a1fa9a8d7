"""How a conversation, a message, a contact and a visit are described to an agent."""

from agent_console.cards import shapes
from agent_console.cards.channels import channels
from agent_console.cards.counters import Counters, counters
from agent_console.cards.lists import Folder, Query, Sort, page
from agent_console.cards.messages import (
    ViewFile,
    attachment,
    cards,
    cards_for,
    client_id,
    for_sender,
)
from agent_console.cards.people import contact, note, notes, visit_in
from agent_console.cards.rows import MINE, NOTHING_OWN, Own, can, line, own_of, row, rows, shared

__all__ = [
    "MINE",
    "NOTHING_OWN",
    "Counters",
    "Folder",
    "Own",
    "Query",
    "Sort",
    "ViewFile",
    "attachment",
    "can",
    "cards",
    "cards_for",
    "channels",
    "client_id",
    "contact",
    "counters",
    "for_sender",
    "line",
    "note",
    "notes",
    "own_of",
    "page",
    "row",
    "rows",
    "shapes",
    "shared",
    "visit_in",
]
