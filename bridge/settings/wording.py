"""What a key of the YAML takes, in words, from its JSON Schema, and values as YAML on one line."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from bridge.settings.keys import Schema, choices
from bridge.settings.secret import REFERENCE_PATTERN
from bridge.settings.values import DURATION_PATTERN, ID_PATTERN, LOCALES, SIZE_PATTERN

_PATTERNS = {
    DURATION_PATTERN: "a duration (90s, 1m30s, 24h, 30d)",
    SIZE_PATTERN: "a size (500kB, 4MB)",
    ID_PATTERN: "an id",
    REFERENCE_PATTERN: "a secret (${NAME}, ${NAME:?why}, ${file:/path})",
}
_FORMATS = {"date": "a date (2026-12-31)", "date-time": "a time (2026-12-31T09:00)"}
_REFERENCE = "#/definitions/reference"


def takes(schema: Schema) -> str:
    """Return what may stand as the value: "a duration or off"."""
    return " or ".join(dict.fromkeys(_ways(schema)))


def yaml(value: Any) -> str:
    """Write a value as YAML would on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {yaml(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(yaml, value)) + "]"
    if isinstance(value, str) and not _needs_quotes(value):
        return value
    return json.dumps(value, ensure_ascii=False)


def example(path: str, value: Any) -> str:
    """Write how a key may stand in the file: `listen: 127.0.0.1:8080`."""
    return f"{path.rpartition('.')[2].removesuffix('[]')}: {yaml(value)}"


def _ways(schema: Schema) -> Iterator[str]:
    if ref := schema.get("$ref"):
        yield from [] if ref == _REFERENCE else ["a map"]
    elif parts := [*schema.get("anyOf", ()), *schema.get("allOf", ())]:
        if "properties" in schema:
            yield "a map"
        else:
            yield from (way for part in parts for way in _ways(part))
    else:
        yield _one_way(schema)


def _one_way(schema: Schema) -> str:
    if values := [*choices(schema), *([schema["const"]] if "const" in schema else [])]:
        return _one_of(values)
    match schema.get("type"):
        case "boolean":
            return "true or false"
        case "integer" | "number":
            return "a whole number" + _bounds(schema)
        case "array":
            return f"a list{_count(schema)}, each item {takes(schema.get('items', {}))}"
        case "object":
            return _map(schema)
        case _:
            return _text(schema)


def _one_of(values: Sequence[Any]) -> str:
    words = [yaml(value) for value in values]
    return words[0] if len(words) == 1 else f"one of {', '.join(words)}"


def _text(schema: Schema) -> str:
    if words := _PATTERNS.get(schema.get("pattern", "")) or _FORMATS.get(schema.get("format", "")):
        return words
    longest = schema.get("maxLength")
    return "text" if longest is None else f"text of at most {longest} characters"


def _map(schema: Schema) -> str:
    if set(LOCALES) <= set(schema.get("properties", ())):
        return "a map from languages to texts"
    if patterns := schema.get("patternProperties"):
        (entry,) = patterns.values()
        names = "ids" if ID_PATTERN in patterns else "names"
        return f"a map from {names}, each to {takes(entry)}"
    if isinstance(entry := schema.get("additionalProperties"), dict):
        return f"a map from names, each to {takes(entry)}"
    return "a map"


def _bounds(schema: Schema) -> str:
    least, most = schema.get("minimum"), schema.get("maximum")
    if least is not None and most is not None:
        return f" from {least} to {most}"
    return "" if least is None else f" from {least} on"


def _count(schema: Schema) -> str:
    return f" of at most {schema['maxItems']}" if "maxItems" in schema else ""


def _needs_quotes(text: str) -> bool:
    return (
        not text
        or text != text.strip()
        or text[0] in "#&*!|>'\"%@`{[-?:,"
        or ": " in text
        or " #" in text
    )
