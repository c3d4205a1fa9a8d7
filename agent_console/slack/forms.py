"""A form as a modal window, and what was filled in: docs.slack.dev/surfaces/modals."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from agent_console.slack.buttons import MOST_OPTIONS
from agent_console.slack.text import LONGEST_LABEL, LONGEST_TITLE, cut, marked, one_line, plain
from agent_console.slack.words import Words
from agent_console.surface import Field, Form

ACTION = "filled"
# Groups of options in one list.
_MOST_GROUPS = 100
_LONGEST_HINT = 150
# Ends the id of the block in which a time of one's own is picked.
_OWN = ":own"


class Where(NamedTuple):
    """Where somebody was when they pressed: nowhere for the Home tab."""

    place: str = ""
    thread: str = ""


def modal(form: Form, where: Where, words: Words, language: str | None) -> dict[str, Any]:
    """Return the window that asks what a verb has to be told."""
    kept = {"verb": form.verb, "conversation": form.conversation_id, **where._asdict()}
    blocks = [block for one in form.fields for block in _inputs(one, words, language)]
    view: dict[str, Any] = {
        "type": "modal",
        "callback_id": f"do:{form.verb}",
        "private_metadata": json.dumps(kept),
        "title": plain(form.title, LONGEST_TITLE),
        "submit": plain(form.done, LONGEST_TITLE),
        "close": plain(words("cancel", language), LONGEST_TITLE),
    }
    whole = cut(one_line(form.title), 150)
    if len(whole) > LONGEST_TITLE or not blocks:
        # The window's own title holds a name and little more.
        blocks.insert(0, {"type": "section", "text": plain(form.title, _LONGEST_HINT)})
    return view | {"blocks": blocks}


def _inputs(field: Field, words: Words, language: str | None) -> list[dict[str, Any]]:
    """Return what asks for a field: a time may be offered, or picked in whoever's own zone."""
    if field.kind != "moment":
        return [_input(field)]
    own: dict[str, Any] = {
        "type": "input",
        "block_id": f"{field.id}{_OWN}",
        "label": plain(words("own_time", language)),
        "element": {"type": "datetimepicker", "action_id": ACTION},
        "optional": True,
    }
    return [*([_input(replace(field, required=False))] if field.options else []), own]


def _input(field: Field) -> dict[str, Any]:
    block: dict[str, Any] = {
        "type": "input",
        "block_id": field.id,
        "label": plain(field.label),
        "element": _element(field),
        "optional": not field.required,
    }
    return block | {"hint": plain(field.hint, _LONGEST_HINT)} if field.hint else block


def _element(field: Field) -> dict[str, Any]:
    made: dict[str, Any] = {"action_id": ACTION}
    if field.kind in ("line", "text") or not field.options:
        made |= {"type": "plain_text_input", "multiline": field.kind == "text"}
        return made | {"initial_value": field.chosen[0]} if field.chosen else made
    options = [_option(value, label) for value, label in field.options]
    chosen = [one for one in options if one["value"] in field.chosen]
    made |= _all_of(options)
    if field.kind == "many":
        made["type"] = "multi_static_select"
        return made | {"initial_options": chosen} if chosen else made
    made["type"] = "static_select"
    return made | {"initial_option": chosen[0]} if chosen else made


def _all_of(options: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return options as a list, or as groups of as many as a list holds."""
    if len(options) <= MOST_OPTIONS:
        return {"options": list(options)}
    begins = range(0, min(len(options), MOST_OPTIONS * _MOST_GROUPS), MOST_OPTIONS)
    groups = [options[begin : begin + MOST_OPTIONS] for begin in begins]
    return {"option_groups": [{"label": _of(one), "options": one} for one in groups]}


def _of(group: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    first, last = (one["text"]["text"] for one in (group[0], group[-1]))
    return plain(f"{cut(first, 30)} – {cut(last, 30)}")


def _option(value: str, label: str) -> dict[str, Any]:
    return {"text": plain(label or value, LONGEST_LABEL), "value": value}


class Filled(NamedTuple):
    """What was sent with a window."""

    verb: str
    conversation_id: int
    where: Where
    fields: Mapping[str, Sequence[str]]


def filled(view: Mapping[str, Any]) -> Filled:
    """Read a submitted window; raises what one of no known shape raises."""
    kept = json.loads(view["private_metadata"])
    values = view["state"]["values"]
    fields = {field: _value(actions[ACTION]) for field, actions in values.items()}
    for picked in [one for one in fields if one.endswith(_OWN)]:
        # Whoever picks a time means it, whatever is chosen beside it.
        time, offered = fields.pop(picked), picked.removesuffix(_OWN)
        fields[offered] = time or fields.get(offered, [])
    where = Where(kept["place"], kept["thread"])
    return Filled(kept["verb"], int(kept["conversation"]), where, fields)


def _value(element: Mapping[str, Any]) -> Sequence[str]:
    if "selected_options" in element:
        return [str(one["value"]) for one in element["selected_options"] or ()]
    if "selected_option" in element:
        chosen = element["selected_option"]
        return [str(chosen["value"])] if chosen else []
    if element.get("type") == "datetimepicker":
        time = element.get("selected_date_time")
        return [str(int(time) * 1000)] if time else []
    value = element.get("value")
    return [str(value)] if value else []


def wrong(view: Mapping[str, Any], text: str) -> dict[str, Any]:
    """Return the answer that leaves a window open and says what is wrong."""
    first = next((one for one in view.get("blocks", ()) if one.get("type") == "input"), None)
    if first is None:
        blocks = [{"type": "section", "text": marked(f"⚠️ {text}")}]
        keys = ("type", "callback_id", "private_metadata", "title", "close")
        shown = {key: view[key] for key in keys if view.get(key)}
        return {"response_action": "update", "view": {**shown, "blocks": blocks}}
    return {"response_action": "errors", "errors": {first["block_id"]: text or "…"}}
