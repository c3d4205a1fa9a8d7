"""What VK says when it refuses, word for word.

Source: https://dev.vk.com/ru/reference/errors and `errors.json` of the schema 5.199. Every
error comes with HTTP 200.
"""

from collections.abc import Mapping
from typing import Any

MESSAGES: Mapping[int, str] = {
    1: "Unknown error occurred",
    3: "Unknown method passed",
    5: "User authorization failed: invalid access_token (4).",
    6: "Too many requests per second",
    7: "Permission to perform this action is denied",
    8: "Invalid request",
    9: "Flood control",
    10: "Internal server error",
    14: "Captcha needed",
    15: "Access denied",
    17: "Validation required",
    18: "User was deleted or banned",
    27: "Group authorization failed",
    28: "Application authorization failed",
    29: "Rate limit reached",
    32: "Need wait",
    36: "Method execution was interrupted due to timeout",
    43: "This section is temporary unavailable",
    100: "One of the parameters specified was missing or invalid",
    105: "Couldn't save file",
    113: "Invalid user id",
    125: "Invalid group id",
    129: "Invalid photo",
    900: "Can't send messages for users from blacklist",
    901: "Can't send messages for users without permission",
    902: "Can't send messages to this user due to their privacy settings",
    909: "Can't edit this message, because it's too old",
    910: "Can't sent this message, because it's too big",
    911: "Keyboard format is invalid",
    913: "Too many forwarded messages",
    914: "Message is too long",
    917: "You don't have access to this chat",
    920: "Can't edit this kind of message",
    921: "Can't forward these messages",
    922: "You left this chat",
    924: "Can't delete this message for everybody",
    925: "You are not admin of this chat",
    927: "Chat does not exist",
    932: "Your community can't interact with this peer",
    936: "Contact not found",
    945: "Chat was disabled",
    946: "Chat not supported",
    950: "Can't send message, reply timed out",
    1012: "Writing is disabled for this chat",
    1117: "Access token has expired",
    3300: "Recaptcha needed",
    3609: "Token extension required",
}
_CAPTCHA = {"captcha_sid": "239633676097", "captcha_img": "https://api.vk.ru/captcha.php?sid=2396"}


class VkError(Exception):
    """A refusal. `detail` is what VK adds after the colon."""

    def __init__(self, code: int, detail: str = "") -> None:
        """Refuse with one of VK's codes."""
        self.code = code
        words = MESSAGES.get(code, "Unknown error occurred")
        self.message = f"{words}: {detail}" if detail else words
        super().__init__(self.message)


def refused(error: VkError, method: str, given: Mapping[str, str]) -> dict[str, Any]:
    """Return the body of an answer; the parameters come back, the token does not."""
    shown = {"method": method, "oauth": "1", **given}
    shown.pop("access_token", None)
    return {
        "error": {
            "error_code": error.code,
            "error_msg": error.message,
            "request_params": [{"key": key, "value": value} for key, value in shown.items()],
            **(_CAPTCHA if error.code == 14 else {}),
        }
    }
