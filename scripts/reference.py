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

What the errors mean is in [config-errors.md](config-errors.md).

```yaml
version: 1
server:
  public_url: ${DESKBRIDGE_PUBLIC_URL:?the https address that browsers reach}
agents:
  anna: {name: Anna, role: owner}
channels:
  site: {type: widget, key: site_main, origins: ["https://example.com"]}
```

**The file** is `config/deskbridge.yaml` unless `--config` or `DESKBRIDGE_CONFIG` names another.
It is YAML 1.2: `off`, `yes` and `09:00` are text, and only `true` and `false` are switches. A key
may stand once in a map. A key without a value counts as not written. A key that is not described
here is an error.

**Values from outside** may stand in any value, but in no key:

| written | stands for |
|---|---|
| `${NAME}` | the variable, which must be set |
| `${NAME:-otherwise}` | the variable, or `otherwise` where it is not set or empty |
| `${NAME:?why}` | the variable, or an error that says why where it is not set or empty |
| `${file:/path}` | what the file holds, without the end of its last line; a relative path starts \
at the folder of the configuration. A pipe \
has 5 seconds to give all of it |
| `$$` | one dollar sign |

Variables come from the environment, and from a file `.env` beside the configuration, with a
`NAME=value` on each line; the environment wins. Where a list is wanted, a variable may hold its
items with commas between them. Where a secret is wanted, only `${NAME}`, `${NAME:?why}` or
`${file:/path}` may stand: a secret in the file itself is an error, and none is ever printed.

**Overrides.** `DESKBRIDGE_SERVER__LISTEN=:80` sets `server.listen` whatever the file says: the
path in capitals, with two underscores between its steps. `DESKBRIDGE_SERVER__LISTEN_FILE=/path`
sets it to what a file holds; setting both is an error. Names without a double underscore are free
for `${NAME}`.

**Kinds of value.** `<id>` is a name of your own choice, 1 to 40 of `a-z`, `0-9` and `_`; an inbox
and a surface may not have the same one. Durations are written `90s`, `1m30s`, `24h`, `30d`, `1y`;
sizes `500kB`, `4MB`, where 1 MB is 1024 × 1024 bytes. Texts for people are one text, or a map
from the languages of `locale.available` to texts.
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
