"""Writes docs/reference/config.md from config/schema.json: `python -m scripts.reference`."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
SCHEMA = ROOT / "config" / "schema.json"
PAGE = ROOT / "docs" / "reference" / "config.md"

HEAD = """\
# Every key of the YAML

<!-- Written by `make schema` from the types that read the file. -->

`deskbridge check` tells every mistake with its line and column, and `deskbridge config show`
what a file comes to, with secrets hidden. With the line
`# yaml-language-server: $schema=./schema.json` on top, an editor completes and explains
these keys too.

Values may be written as `${NAME}`, `${NAME:-otherwise}`, `${NAME:?why it is needed}` or
`${file:/run/secrets/name}`, and `$$` stands for one dollar sign. `<id>` is a name of your own
choice. Durations are written `90s`, `15m`, `12h`, `30d`, sizes `500kB`, `4MB`.
"""

Schema = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Key:
    """One key of the YAML: its dotted path, and what the schema says of it."""

    path: str
    schema: Schema
    required: bool


class Reader:
    """Walks a JSON Schema as `bridge/settings` writes it."""

    def __init__(self, schema: Schema) -> None:
        """Read the whole schema."""
        self._root = schema

    def sections(self) -> Iterator[Key]:
        """Return the keys on the top level."""
        yield from self._properties(self._root, "")

    def under(self, key: Key) -> Iterator[Key]:
        """Return every key below this one, depth first."""
        for child in self._children(key):
            yield child
            yield from self.under(child)

    def _children(self, key: Key) -> Iterator[Key]:
        for shape in self._shapes(key.schema):
            yield from self._properties(shape, f"{key.path}.")
            for entry in shape.get("patternProperties", {}).values():
                yield from self._entry(entry, f"{key.path}.<id>")
            if isinstance(items := shape.get("items"), dict):
                yield from self._entry(items, f"{key.path}[]")

    def _entry(self, entry: Schema, path: str) -> Iterator[Key]:
        for shape in self._shapes(entry):
            yield from self._properties(shape, f"{path}.")

    def _properties(self, shape: Schema, prefix: str) -> Iterator[Key]:
        required = shape.get("required", ())
        for name, schema in shape.get("properties", {}).items():
            if "description" in schema:
                yield Key(prefix + name, schema, name in required)

    def _shapes(self, schema: Schema) -> Iterator[Schema]:
        """Return the schema itself and whatever it refers to, each one fully."""
        yield schema
        if ref := schema.get("$ref"):
            yield from self._shapes(self._root["definitions"][ref.rpartition("/")[2]])
        for word in ("allOf", "anyOf", "oneOf"):
            for part in schema.get(word, ()):
                yield from self._shapes(part.get("then", part))


def page(schema: Schema) -> str:
    """Return the page for this schema."""
    reader = Reader(schema)
    parts = [HEAD]
    for section in reader.sections():
        parts.append(f"## {section.path}\n\n{_facts(section)}")
        parts += [f"### `{key.path}`\n\n{_facts(key)}" for key in reader.under(section)]
    return "\n".join(parts)


def _facts(key: Key) -> str:
    facts = []
    if key.required:
        facts.append("**Required.**")
    if values := _choices(key.schema):
        facts.append("One of " + ", ".join(f"`{_yaml(value)}`" for value in values) + ".")
    if (default := key.schema.get("default")) not in (None, {}, [], ""):
        facts.append(f"Default: `{_yaml(default)}`.")
    if examples := key.schema.get("examples"):
        name = key.path.rpartition(".")[2].removesuffix("[]")
        facts += [f"Example: `{name}: {_yaml(examples[0])}`"]
    return str(key.schema["description"]) + "\n\n" + " ".join(facts) + ("\n" if facts else "")


def _choices(schema: Schema) -> list[Any]:
    found = list(schema.get("enum", ()))
    for part in schema.get("anyOf", ()):
        found += part.get("enum", ())
    return found


def _yaml(value: Any) -> str:
    """Write a value as YAML would on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_yaml(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_yaml, value)) + "]"
    if isinstance(value, str) and not _needs_quotes(value):
        return value
    return json.dumps(value, ensure_ascii=False)


def _needs_quotes(text: str) -> bool:
    return (
        not text
        or text != text.strip()
        or text[0] in "#&*!|>'\"%@`{[-?:,"
        or ": " in text
        or " #" in text
    )


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(json.loads(SCHEMA.read_text(encoding="utf-8"))), encoding="utf-8")


if __name__ == "__main__":
    main()
