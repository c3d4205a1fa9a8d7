"""The buttons below a conversation's card: by its state, for everybody who sees it. Pure.

Whether somebody may do what a button says is looked at when they press it.
"""

from collections.abc import Mapping, Sequence
from typing import Literal

from agent_console.surface import Press
from agent_console.verbs.words import Words
from routing.policy import Policy

Having = Literal["untaken", "taken", "bot"]
"""Who has an open conversation: nobody, a person, a program."""
Buttons = tuple[list[Press], list[Press]]

_LABELS = {
    "take": "action.take",
    "release": "action.release",
    "assign": "action.assign",
    "close": "action.close",
    "reopen": "action.reopen",
    "join": "action.join",
    "leave": "action.leave",
    "participants": "action.participants",
    "snooze": "action.snooze",
    "unsnooze": "action.unsnooze",
    "note": "action.note",
    "template": "action.template",
    "tag": "action.tags",
    "topic": "action.topics",
    "status": "status.change",
    "block": "action.block",
    "unblock": "action.unblock",
    "history": "action.history",
    "merge": "action.joinPeople",
}
_FIRST: Mapping[str, Sequence[str]] = {
    "untaken": ("take", "assign", "close"),
    "taken": ("release", "assign", "close"),
    "bot": ("take", "assign", "close"),
}
_MORE: Mapping[str, Sequence[str]] = {
    "untaken": ("template", "note"),
    "taken": ("template", "note", "participants", "join", "leave"),
    "bot": ("note",),
}


def buttons_of(
    state: str,
    having: Having,
    policy: Policy,
    words: Words,
    *,
    blocked: bool = False,
    snoozed: bool = False,
    accompanied: bool = False,
) -> Buttons:
    """Return the buttons that are seen, and those behind the menu.

    Where nobody takes part beside the one who has it, a colleague is added; else they are
    listed (R42).

    None for what was deleted. Whatever no role may do under this policy is left out.
    """
    if state == "open":
        away = "unsnooze" if snoozed else "snooze"
        first, more = _FIRST[having], [*_MORE[having], away, *_sorting(policy)]
        if blocked:
            more = [one for one in more if one != "template"]
    elif state == "closed":
        first = ("reopen",)
        more = ["note", "tag", *(["status"] if policy.has_statuses else [])]
        more += ["assign"] if policy.transfer_closed else []
    else:
        return [], []
    more += ["history", "merge", "unblock" if blocked else "block"]
    labels = _LABELS if accompanied else _LABELS | {"participants": "action.addParticipant"}
    return _presses(first, labels, words), _presses(more, labels, words)


def _sorting(policy: Policy) -> list[str]:
    return ["topic", "tag", *(["status"] if policy.has_statuses else [])]


def _presses(verbs: Sequence[str], labels: Mapping[str, str], words: Words) -> list[Press]:
    return [Press(verb=one, label=words(labels[one]), style=_style(one)) for one in verbs]


def _style(verb: str) -> Literal["plain", "primary", "danger"]:
    if verb in ("take", "reopen"):
        return "primary"
    return "danger" if verb == "block" else "plain"
