"""Which scope a method needs.

Source: https://docs.slack.dev/reference/scopes
"""

from collections.abc import Collection, Mapping
from typing import Any

NEEDED = {
    "chat.postMessage": "chat:write",
    "chat.postEphemeral": "chat:write",
    "chat.update": "chat:write",
    "chat.delete": "chat:write",
    "reactions.add": "reactions:write",
    "reactions.remove": "reactions:write",
    "reactions.get": "reactions:read",
    "conversations.info": "channels:read",
    "conversations.join": "channels:join",
    "conversations.history": "channels:history",
    "conversations.replies": "channels:history",
    "users.info": "users:read",
    "users.list": "users:read",
    "users.lookupByEmail": "users:read.email",
    "files.getUploadURLExternal": "files:write",
    "files.completeUploadExternal": "files:write",
    "files.info": "files:read",
    "files.delete": "files:write",
}
_CUSTOMIZE = "chat:write.customize"
# Those that no method needs: private channels by the same methods, and slash commands.
_MORE = ("commands", "groups:history", "groups:read")
SCOPES = frozenset({*NEEDED.values(), _CUSTOMIZE, *_MORE})


def missing(method: str, args: Mapping[str, Any], scopes: Collection[str]) -> str:
    """Return the scope that a call lacks, or nothing."""
    needed = NEEDED.get(method, "")
    if needed and needed not in scopes:
        return needed
    named = any(args.get(one) for one in ("username", "icon_url", "icon_emoji"))
    return _CUSTOMIZE if named and _CUSTOMIZE not in scopes else ""
