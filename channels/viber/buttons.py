"""Buttons under a message, and their presses, which come as the customer's own words.

A press is a text message with the button's body; the body is the label, so that the chat
reads naturally on the customer's phone. What each label stands for travels with the message
as `tracking_data`, which comes back with the customer's next words.

Source: https://developers.viber.com/docs/tools/keyboards/
"""

import html
import json
from collections.abc import Mapping, Sequence
from typing import Any

from bridge.channel import Button

# https://developers.viber.com/docs/faq/ : twelve rows in portrait mode.
MOST_BUTTONS = 12
# https://developers.viber.com/docs/tools/keyboards/#buttons-parameters
LONGEST_LABEL = 250
# https://developers.viber.com/docs/api/rest-bot-api/#general-send-message-parameters
LONGEST_TRACKING = 4000
_KEY = "buttons"


def keyboard(buttons: Sequence[Button]) -> dict[str, Any] | None:
    """Return the keyboard that shows one button a row; `None` for none."""
    if not buttons:
        return None
    return {"Type": "keyboard", "DefaultHeight": False, "Buttons": [_shown(b) for b in buttons]}


def _shown(button: Button) -> dict[str, Any]:
    label = button.text[:LONGEST_LABEL]
    return {
        "Columns": 6,
        "Rows": 1,
        "ActionType": "reply",
        "ActionBody": label,
        # Viber takes tags in it, which a label has none of.
        "Text": html.escape(label, quote=False),
    }


def tracking(buttons: Sequence[Button]) -> str | None:
    """Return what comes back with the answer, so that a label is known for a press."""
    if not buttons:
        return None
    ids = {button.text[:LONGEST_LABEL]: button.id for button in buttons}
    told = json.dumps({_KEY: ids}, ensure_ascii=False, separators=(",", ":"))
    return told if len(told) <= LONGEST_TRACKING else None


def pressed(message: Mapping[str, Any]) -> Button | None:
    """Return the button whose label the customer has answered with, if it is one."""
    text, told = message.get("text"), message.get("tracking_data")
    if message.get("type") != "text" or not isinstance(text, str) or not isinstance(told, str):
        return None
    found = _ids(told).get(text)
    return Button(id=found, text=text) if isinstance(found, str) and text else None


def _ids(told: str) -> Mapping[str, Any]:
    try:
        data = json.loads(told)
    except (ValueError, RecursionError):
        return {}
    ids = data.get(_KEY) if isinstance(data, dict) else None
    return ids if isinstance(ids, dict) else {}
