"""How routing says no: by a code that every surface words in its reader's language."""

from collections.abc import Mapping
from typing import Literal

Code = Literal[
    "not_found",
    "forbidden",
    "taken",
    "offline",
    "agent_offline",
    "blocked",
    "state",
    "too_long",
    "empty",
    "attachment_unknown",
    "file_too_large",
    "agent_unknown",
    "topic_unknown",
    "topic_required",
    "tag_unknown",
    "status_unknown",
    "draft_changed",
    "edit_splits",
    "asked_since",
    "unsupported",
    "shortcut_taken",
    "invalid",
]


class RefusedError(Exception):
    """What was asked may not or cannot be done; nothing was changed.

    `detail` holds what a person needs to see: a colleague's name, a limit. No secrets.
    """

    def __init__(self, code: Code, detail: Mapping[str, object] | None = None) -> None:
        """Name the reason."""
        super().__init__(code)
        self.code = code
        self.detail = dict(detail or {})
