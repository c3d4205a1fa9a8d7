"""Keyboards: what the server checks at once, and what the customer's phone finds later.

Source: https://developers.viber.com/docs/tools/keyboards/
"""

from collections.abc import Mapping, Sequence
from typing import Any

from bridge.sandbox.viber.statuses import Refusal, Status

COLUMNS = 6
# https://developers.viber.com/docs/faq/ : twelve rows in portrait mode.
MOST_ROWS = 12
LONGEST_LABEL = 250
_ACTIONS = frozenset({"reply", "open-url", "location-picker", "share-phone", "none"})
# What a field needs of the version that the message names.
_SINCE = {"location-picker": 3, "share-phone": 3}


def check(keyboard: object, version: int) -> None:
    """Refuse a keyboard that the server would not take; raises `Refusal`."""
    if not isinstance(keyboard, Mapping) or keyboard.get("Type") != "keyboard":
        raise Refusal(Status.BAD_DATA, "keyboard is not valid")
    if "InputFieldState" in keyboard and version < 4:
        raise Refusal(Status.INCOMPATIBLE_WITH_VERSION)
    for button in _buttons(keyboard):
        _check_button(button, version)


def _buttons(keyboard: Mapping[str, Any]) -> Sequence[Any]:
    buttons = keyboard.get("Buttons")
    if not isinstance(buttons, list) or not buttons:
        raise Refusal(Status.MISSING_DATA, "keyboard is missing Buttons")
    return buttons


def _check_button(button: object, version: int) -> None:
    if not isinstance(button, Mapping):
        raise Refusal(Status.BAD_DATA, "button is not valid")
    action = button.get("ActionType", "reply")
    if action not in _ACTIONS:
        raise Refusal(Status.BAD_DATA, "ActionType is not valid")
    if _SINCE.get(action, 1) > version:
        raise Refusal(Status.INCOMPATIBLE_WITH_VERSION)
    body, label = button.get("ActionBody"), button.get("Text", "")
    if not isinstance(body, str) or (action != "none" and not body):
        raise Refusal(Status.MISSING_DATA, "button is missing ActionBody")
    if not isinstance(label, str) or len(label) > LONGEST_LABEL:
        raise Refusal(Status.BAD_DATA, "Text is not valid")


def unfit(keyboard: Mapping[str, Any]) -> str | None:
    """Return why a phone would not show this keyboard, if it would not."""
    rows, used = 0, COLUMNS
    for button in keyboard["Buttons"]:
        width, height = button.get("Columns", COLUMNS), button.get("Rows", 1)
        if width not in range(1, COLUMNS + 1) or height not in (1, 2):
            return "Columns or Rows are out of range"
        used += width
        if used > COLUMNS:
            rows, used = rows + height, width
    return None if rows <= MOST_ROWS else "the keyboard has too many rows"
