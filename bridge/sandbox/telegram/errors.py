"""The refusals of the Bot API, in its own words.

Texts as the Bot API server has them (github.com/tdlib/telegram-bot-api, Client.cpp).
"""

from collections.abc import Mapping
from typing import Any


class Refusal(Exception):
    """An answer with `ok: false`; `code` is both the HTTP status and the `error_code`."""

    def __init__(
        self, code: int, description: str, parameters: Mapping[str, Any] | None = None
    ) -> None:
        """Refuse with a description as the server writes it."""
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters

    @property
    def body(self) -> dict[str, Any]:
        """Return the answer's JSON."""
        told: dict[str, Any] = {
            "ok": False,
            "error_code": self.code,
            "description": self.description,
        }
        return told | ({"parameters": dict(self.parameters)} if self.parameters else {})


def bad_request(why: str) -> Refusal:
    """Return a 400."""
    return Refusal(400, f"Bad Request: {why}")


def forbidden(why: str) -> Refusal:
    """Return a 403."""
    return Refusal(403, f"Forbidden: {why}")


def conflict(why: str) -> Refusal:
    """Return a 409."""
    return Refusal(409, f"Conflict: {why}")


def too_many_requests(retry_after: int) -> Refusal:
    """Return a 429 that asks to wait so many seconds."""
    text = f"Too Many Requests: retry after {retry_after}"
    return Refusal(429, text, {"retry_after": retry_after})


def migrated(chat_id: int) -> Refusal:
    """Return the redirect of a group that has become a supergroup."""
    text = "Bad Request: group chat was upgraded to a supergroup chat"
    return Refusal(400, text, {"migrate_to_chat_id": chat_id})


UNAUTHORIZED = Refusal(401, "Unauthorized")
NOT_FOUND = Refusal(404, "Not Found")
NO_METHOD = Refusal(404, "Not Found: method not found")
ENTITY_TOO_LARGE = Refusal(413, "Request Entity Too Large")

CHAT_NOT_FOUND = "chat not found"
BLOCKED = "bot was blocked by the user"
DEACTIVATED = "user is deactivated"
NEVER_STARTED = "bot can't initiate conversation with a user"
KICKED_FROM_GROUP = "bot was kicked from the group chat"
KICKED = "bot was kicked from the supergroup chat"
NO_MEMBER = "bot is not a member of the supergroup chat"
GROUP_DELETED = "the group chat was deleted"

TEXT_EMPTY = "message text is empty"
TEXT_TOO_LONG = "message is too long"
CAPTION_TOO_LONG = "message caption is too long"
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly "
    "the same as a current content and reply markup of the message"
)
NO_MESSAGE_TO_EDIT = "message to edit not found"
CANNOT_EDIT = "message can't be edited"
NO_TEXT_TO_EDIT = "there is no text in the message to edit"
NO_CAPTION_TO_EDIT = "there is no caption in the message to edit"
NO_MESSAGE_TO_DELETE = "message to delete not found"
CANNOT_DELETE = "message can't be deleted for everyone"
NO_MESSAGE_TO_ANSWER = "message to be replied not found"
NO_MESSAGE_TO_REACT = "message to react not found"

THREAD_NOT_FOUND = "message thread not found"
TOPIC_CLOSED = "TOPIC_CLOSED"
TOPIC_NOT_MODIFIED = "TOPIC_NOT_MODIFIED"
TOPIC_ID_INVALID = "TOPIC_ID_INVALID"
NO_FORUM = "the chat is not a forum"

QUERY_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
FILE_TOO_BIG = "file is too big"
NO_SUCH_FILE = "wrong file_id or the file is temporarily unavailable"

WEBHOOK_ACTIVE = (
    "can't use getUpdates method while webhook is active; use deleteWebhook to delete the "
    "webhook first"
)
OTHER_POLLER = (
    "terminated by other getUpdates request; make sure that only one bot instance is running"
)
WEBHOOK_SET = "terminated by setWebhook request"
