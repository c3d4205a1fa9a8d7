"""What did not arrive, in one list: what to do about each, and who has done it.

Four kinds of thing end up here: events that could not be read on their way in, deliveries to
customers, posts on staff surfaces, and calls to programs outside.
"""

from agent_console.dead.acts import ask, drop, perform
from agent_console.dead.listing import KINDS, Item, found, named, one
from agent_console.dead.worker import DEAD_TOPIC, Redelivery

__all__ = [
    "DEAD_TOPIC",
    "KINDS",
    "Item",
    "Redelivery",
    "ask",
    "drop",
    "found",
    "named",
    "one",
    "perform",
]
