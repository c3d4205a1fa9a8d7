"""What statuses and automations do, wherever it stands in the file, and what cannot be done.

As in `checks.py`, plain data is looked at, and what has the wrong type is passed over.
"""

from collections.abc import Iterator

from bridge.settings.finding import Finding
from bridge.settings.source import Path, Value

Sections = dict[str, Value]

STATUSES = "conversation.statuses"
"""What the section of the statuses is called."""


def statuses(sections: Sections) -> Sections:
    """Return the statuses by their ids."""
    return _map(_map(sections.get("conversation")).get("statuses"))


def deeds(sections: Sections) -> Iterator[tuple[Path, Sections]]:
    """Yield each thing that is to be done, with its place; a bare word as its key."""
    for name, one in statuses(sections).items():
        yield from _listed(_map(one), ("conversation", "statuses", name), "actions")
    for name, one in _map(sections.get("automations")).items():
        yield from _listed(_map(one), ("automations", name), "do")


def impossible_deeds(sections: Sections) -> Iterator[Finding]:
    """Yield what can never be done, as what it needs is not there."""
    rates = _map(sections.get("conversation")).get("rating") is not None
    needs_end = _map(sections.get("block")).get("require_end") is True
    for at, one in deeds(sections):
        if "ask_rating" in one and not rates:
            help = "add conversation.rating"
            yield Finding("cannot_do", at, "customers are asked for no rating", help)
        block = one.get("block")
        if needs_end and isinstance(block, dict) and "for" not in block:
            message = "a block must have an end, as block.require_end says"
            yield Finding("cannot_do", (*at, "block"), message, "add for, as 30d")


def _listed(entry: Sections, at: Path, key: str) -> Iterator[tuple[Path, Sections]]:
    listed = entry.get(key)
    for number, one in enumerate(listed if isinstance(listed, list) else ()):
        found = {one: {}} if isinstance(one, str) else one
        if isinstance(found, dict):
            yield (*at, key, number), found


def _map(value: Value) -> Sections:
    return value if isinstance(value, dict) else {}
