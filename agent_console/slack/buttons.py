"""Buttons and menus, and what comes back when they are used.

docs.slack.dev/reference/block-kit/block-elements: an action's id is unique in its message and
begins with `do:`; its value carries the conversation, the verb and the verb's argument.
"""

from collections.abc import Sequence
from itertools import count
from typing import Any, NamedTuple

from agent_console.slack.text import plain
from agent_console.surface import Press

MOST_BUTTONS = 25
# A menu of three dots holds so many, a list to choose from so many.
MOST_DOTS, MOST_OPTIONS = 5, 100
_MOST_IN_MENU = 30
_LONGEST_VALUE, _LONGEST_OPTION = 2000, 150
_DO = "do:"


class Pressed(NamedTuple):
    """What an action's value says. Without a conversation it is the thread's."""

    verb: str
    value: str
    conversation_id: int | None


def actions(
    buttons: Sequence[Press],
    conversation_id: int | None = None,
    *,
    more: Sequence[Press] = (),
    menu: str = "",
) -> list[dict[str, Any]]:
    """Return the block of these buttons, and of a menu for `more`; nothing for none."""
    numbers = count()
    shown = [_button(one, conversation_id, next(numbers)) for one in buttons[:MOST_BUTTONS]]
    if more:
        shown.append(_menu(more, conversation_id, menu))
    return [{"type": "actions", "elements": shown}] if shown else []


def _button(press: Press, conversation_id: int | None, number: int) -> dict[str, Any]:
    made: dict[str, Any] = {
        "type": "button",
        "text": plain(press.label),
        "action_id": f"{_DO}{press.verb}:{number}",
        "value": written(press, conversation_id)[:_LONGEST_VALUE],
    }
    return made if press.style == "plain" else made | {"style": press.style}


def _menu(more: Sequence[Press], conversation_id: int | None, menu: str) -> dict[str, Any]:
    options = [
        {"text": plain(one.label), "value": written(one, conversation_id)[:_LONGEST_OPTION]}
        for one in more[:_MOST_IN_MENU]
    ]
    if len(options) <= MOST_DOTS:
        return {"type": "overflow", "action_id": f"{_DO}menu", "options": options}
    return {
        "type": "static_select",
        "action_id": f"{_DO}menu",
        "placeholder": plain(menu),
        "options": options,
    }


def written(press: Press, conversation_id: int | None) -> str:
    """Return the value that brings a press back."""
    return f"{conversation_id or ''}|{press.verb}|{press.value}"


def pressed(action: dict[str, Any]) -> Pressed | None:
    """Return what was pressed, `None` for what is not ours to act on (a link, say)."""
    action_id = str(action.get("action_id", ""))
    if not action_id.startswith(_DO):
        return None
    if action.get("type") == "plain_text_input":
        return Pressed(action_id.removeprefix(_DO), str(action.get("value") or ""), None)
    chosen = action.get("selected_option") or action
    conversation, _, rest = str(chosen.get("value", "")).partition("|")
    verb, _, value = rest.partition("|")
    if not verb or not (conversation == "" or conversation.isdecimal()):
        return None
    return Pressed(verb, value, int(conversation) if conversation else None)
