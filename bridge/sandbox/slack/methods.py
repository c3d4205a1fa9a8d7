"""What every method shares: a call, its arguments, whom it may concern."""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bridge.sandbox.slack.errors import Refusal, invalid
from bridge.sandbox.slack.team import BOT_USER, Channel, Team

# Arguments that a form carries as JSON.
_JSON = frozenset({"blocks", "attachments", "metadata", "view", "files"})

Tell = Callable[[str, Mapping[str, Any]], None]
"""Tells the app of an event: its type, and the rest of it."""
Answer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a method."""

    args: Mapping[str, Any]
    team: Team
    tell: Tell

    def need(self, name: str) -> Any:
        """Return an argument that must be there; raises `Refusal`."""
        value = self.args.get(name)
        if value in (None, ""):
            raise invalid(f"missing required field: {name}")
        return value

    def json(self, name: str) -> Any:
        """Return an argument that may have come as JSON in a form; `None` for none."""
        value = self.args.get(name)
        if isinstance(value, str) and name in _JSON:
            try:
                return json.loads(value)
            except ValueError:
                raise invalid(f"invalid JSON: {name}") from None
        return value

    def flag(self, name: str) -> bool:
        """Return a switch, which a form spells out."""
        return self.args.get(name) in (True, "true", "1", 1)

    def channel(self, name: str = "channel") -> Channel:
        """Return a channel the app may see; raises `Refusal`."""
        found = self.team.channel(self.args.get(name))
        if found.is_private and BOT_USER not in found.members:
            raise Refusal("channel_not_found")
        return found

    def page(self, rows: Sequence[Any], most: int = 1000) -> tuple[Sequence[Any], Answer]:
        """Return one page and what names the next; raises `Refusal`."""
        asked, cursor = str(self.args.get("limit") or 100), str(self.args.get("cursor") or "0")
        if not asked.isdigit() or not cursor.isdigit():
            raise Refusal("invalid_limit" if cursor.isdigit() else "invalid_cursor")
        limit = min(max(1, int(asked)), most)
        start, end = int(cursor), int(cursor) + limit
        following = str(end) if end < len(rows) else ""
        return rows[start:end], {"response_metadata": {"next_cursor": following}}


Method = Callable[[Call], Awaitable[Answer]]
