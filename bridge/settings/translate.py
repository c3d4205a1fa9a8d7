"""What pydantic found, in the words of this program."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from bridge.settings.codes import CODES
from bridge.settings.faults import nearest_of
from bridge.settings.finding import Finding
from bridge.settings.shape import Shapes
from bridge.settings.source import Path
from bridge.settings.values import found, say
from bridge.settings.veil import veil_key

_WANTED = {
    "model_type": "a map of keys",
    "dict_type": "a map of keys",
    "tuple_type": "a list",
    "string_type": "text",
    "path_type": "a path",
}
_LIMITS = {
    "greater_than_equal": ("out_of_range", "must be {ge} or more"),
    "less_than_equal": ("out_of_range", "must be {le} or less"),
    "too_short": ("out_of_range", "must have {min_length} or more"),
    "too_long": ("out_of_range", "may have {max_length} at most"),
    "string_too_short": ("bad_text", "must have {min_length} characters or more"),
    "string_too_long": ("bad_text", "may have {max_length} characters at most"),
    "missing": ("missing_key", "key is missing"),
    "string_pattern_mismatch": ("bad_text", "has characters that may not stand here, or too many"),
}


def findings_of(error: ValidationError, shapes: Shapes) -> Iterator[Finding]:
    """Yield a finding for each error of a validation."""
    for detail in error.errors(include_url=False):
        if detail["type"] != "default_factory_not_called":
            yield _finding(detail, shapes)


def _finding(detail: ErrorDetails, shapes: Shapes) -> Finding:
    kind, context = detail["type"], detail.get("ctx", {})
    path, on_key = _path(detail["loc"])
    if kind in CODES:
        return _own(kind, (*path, *context["at"]), context, shapes, on_key=on_key)
    if kind == "extra_forbidden":
        return _unknown_key(path, shapes)
    if kind == "literal_error":
        quoted = None if shapes.is_from_outside(path) else detail["input"]
        return _not_a_choice(path, quoted, context)
    code, message = _said(kind, detail["input"], context)
    shape = shapes.at(path)
    help = shape.description if shape else ""
    return Finding(code, path, message, help, on_key=kind == "missing")


def _said(kind: str, value: object, context: Mapping[str, Any]) -> tuple[str, str]:
    if kind in _LIMITS:
        code, message = _LIMITS[kind]
        return code, f"this {message.format(**context)}"
    if kind in _WANTED:
        return "wrong_type", f"{_WANTED[kind]} is wanted here, not {_named(value)}"
    return "wrong_type", "this value cannot be used here"


def _path(loc: tuple[int | str, ...]) -> tuple[Path, bool]:
    on_key = bool(loc) and loc[-1] == "[key]"
    return (loc[:-1] if on_key else loc), on_key


def _own(
    code: str, path: Path, context: Mapping[str, Any], shapes: Shapes, *, on_key: bool
) -> Finding:
    """Take over what a validator said, unless it quotes a part of a value from outside."""
    said = dict(context)
    if said["token"] and shapes.is_from_outside(path):
        said |= {"message": CODES[code].meaning.rstrip("."), "token": "", "nearest": None}
    return Finding(
        code,
        path,
        said["message"],
        said["help"],
        said["token"],
        on_key or said["on_key"],
        said["nearest"],
    )


def _unknown_key(path: Path, shapes: Shapes) -> Finding:
    above = shapes.at(path[:-1])
    keys = list(above.fields) if above else []
    key = veil_key(str(path[-1]))
    help = f"keys here: {', '.join(keys)}" if keys else ""
    message = f'there is no key "{key}" here'
    near = nearest_of(str(path[-1]), keys)
    return Finding("unknown_key", path, message, help, on_key=True, nearest=near)


def _not_a_choice(path: Path, value: object, context: Mapping[str, Any]) -> Finding:
    choices = re.findall(r"'([^']*)'", str(context["expected"])) or [str(context["expected"])]
    near = nearest_of(value, choices) if isinstance(value, str) else None
    name = "the value" if value is None else say(value)
    message = f"{name} is not one of the words that may stand here"
    return Finding("not_a_choice", path, message, f"write {_or(choices)}", nearest=near)


def _or(choices: list[str]) -> str:
    head, last = ", ".join(choices[:-1]), choices[-1]
    return f"{head} or {last}" if head else last


def _named(value: object) -> str:
    return found(value) if not isinstance(value, (bool, int, float)) else say(value)
