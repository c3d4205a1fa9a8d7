"""A part of ours as the parameters of VK's methods. Pure."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from bridge.channel import Button, OutboundPart, RejectedError
from bridge.markup import to_plain

# https://dev.vk.com/ru/method/messages.send
LONGEST_TEXT = 9000
# VK has not written this number down; it is what its own pages take.
MOST_FILES = 10
# https://dev.vk.com/ru/api/bots/development/keyboard: an inline keyboard.
MOST_BUTTONS = 10
_LONGEST_LABEL = 40
_MOST_ROWS = 6


def peer_of(recipient: str) -> int:
    """Return a person's number; raises `RejectedError`."""
    if not recipient.isdecimal():
        raise RejectedError("The recipient is no VK account.", reason="no_such_recipient")
    return int(recipient)


def cmid_of(external_id: str) -> int:
    """Return a message's number in its dialog; raises `RejectedError`."""
    cmid = external_id.partition("/")[2]
    if not cmid.isdecimal():
        raise RejectedError("The message is no VK message.", reason="not_changeable")
    return int(cmid)


def text_of(part: OutboundPart) -> str:
    """Return the text without marks, since VK formats none; raises `RejectedError`."""
    text = to_plain(part.text, part.format)
    if len(text) > LONGEST_TEXT:
        raise RejectedError(f"VK takes {LONGEST_TEXT} characters at most.", reason="too_long")
    return text


def reply_of(part: OutboundPart) -> str | None:
    """Return what makes the message an answer to another one."""
    quoted = part.reply_to or ""
    peer, _, cmid = quoted.partition("/")
    if not (peer.isdecimal() and cmid.isdecimal()):
        return None
    named = {"peer_id": int(peer), "conversation_message_ids": [int(cmid)], "is_reply": True}
    return json.dumps(named)


def keyboard_of(buttons: Sequence[Button]) -> str | None:
    """Return the buttons as a keyboard under the message, one or two in a row."""
    if not buttons:
        return None
    width = 1 if len(buttons) <= _MOST_ROWS else 2
    rows = [buttons[start : start + width] for start in range(0, len(buttons), width)]
    board = {"inline": True, "buttons": [[_button(one) for one in row] for row in rows]}
    return json.dumps(board, ensure_ascii=False)


def _button(button: Button) -> Mapping[str, Any]:
    """Return a button that says its own words in the dialog when it is pressed."""
    label = button.text
    if len(label) > _LONGEST_LABEL:
        label = label[: _LONGEST_LABEL - 1] + "…"
    payload = json.dumps({"button": button.id, "label": label}, ensure_ascii=False)
    return {"action": {"type": "text", "label": label, "payload": payload}, "color": "secondary"}


def kept_of(found: Any) -> dict[str, str | None]:
    """Return the files and buttons of a message, as they are given again with an edit."""
    items = found.get("items") if isinstance(found, Mapping) else None
    message: Mapping[str, Any] = items[0] if items else {}
    named = [
        _attached(attachment["type"], attachment[attachment["type"]])
        for attachment in message.get("attachments") or ()
        if attachment["type"] in ("photo", "doc", "audio_message")
    ]
    board = message.get("keyboard")
    shown = {"inline": True, "buttons": board["buttons"]} if board else None
    return {
        "attachment": ",".join(named) or None,
        "keyboard": json.dumps(shown, ensure_ascii=False) if shown else None,
    }


def _attached(kind: str, thing: Mapping[str, Any]) -> str:
    key = f"_{thing['access_key']}" if thing.get("access_key") else ""
    return f"{kind}{thing['owner_id']}_{thing['id']}{key}"


def saved(kind: str, answer: Any) -> str:
    """Return the name of what VK has saved after an upload."""
    thing = answer[0] if kind == "photo" else answer[answer["type"]]
    return _attached("photo" if kind == "photo" else answer["type"], thing)
