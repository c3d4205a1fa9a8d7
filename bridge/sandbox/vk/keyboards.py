"""Keyboards under a message: https://dev.vk.com/ru/api/bots/development/keyboard."""

import json
from collections.abc import Mapping
from typing import Any

from bridge.sandbox.vk.errors import VkError
from bridge.sandbox.vk.params import parsed

# An inline keyboard and an ordinary one: columns, rows, buttons.
_INLINE = (5, 6, 10)
_ORDINARY = (5, 10, 40)
_LONGEST_LABEL = 40
_LONGEST_PAYLOAD = 255
_COLORS = {"primary", "secondary", "negative", "positive", "default"}
_WITH_LABEL = {"text", "callback", "open_link", "open_app"}
_KINDS = _WITH_LABEL | {"location", "vkpay"}


def keyboard(raw: str) -> Mapping[str, Any]:
    """Return a keyboard; raises `VkError` (911)."""
    found = parsed(raw, 911, "keyboard")
    if not isinstance(found, dict) or not isinstance(found.get("buttons"), list):
        raise VkError(911, "there are no buttons")
    rows = found["buttons"]
    columns, most_rows, most = _INLINE if found.get("inline") else _ORDINARY
    if len(rows) > most_rows or any(not isinstance(r, list) or len(r) > columns for r in rows):
        raise VkError(911, "too many rows or columns")
    buttons = [button for row in rows for button in row]
    if len(buttons) > most:
        raise VkError(911, "too many buttons")
    for button in buttons:
        _check(button)
    return found


def _check(button: Any) -> None:
    action = button.get("action") if isinstance(button, dict) else None
    if not isinstance(action, dict) or action.get("type") not in _KINDS:
        raise VkError(911, "action.type is invalid")
    if button.get("color", "secondary") not in _COLORS:
        raise VkError(911, "color is invalid")
    label = action.get("label", "")
    if action["type"] in _WITH_LABEL and not 0 < len(label) <= _LONGEST_LABEL:
        raise VkError(911, "label is empty or too long")
    _check_payload(action.get("payload", ""))


def _check_payload(payload: Any) -> None:
    written = payload if isinstance(payload, str) else json.dumps(payload)
    if len(written) > _LONGEST_PAYLOAD:
        raise VkError(911, "payload is too long")
    if written:
        parsed(written, 911, "payload")


def button_called(board: Mapping[str, Any] | None, label: str) -> Mapping[str, Any]:
    """Return the action of a button by its words; raises `LookupError`."""
    rows = board["buttons"] if board is not None else []
    for action in (button["action"] for row in rows for button in row):
        if action.get("label") == label:
            found: Mapping[str, Any] = action
            return found
    raise LookupError(f"no button says {label!r}")
