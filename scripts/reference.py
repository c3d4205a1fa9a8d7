"""Writes docs/reference/config.md from config/schema.json: `python -m scripts.reference`."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bridge.settings.keys import Key, Keys, Schema, choices
from bridge.settings.wording import example, takes, yaml

ROOT = Path(__file__).parent.parent
SCHEMA = ROOT / "config" / "schema.json"
PAGE = ROOT / "docs" / "reference" / "config.md"

HEAD = """\
# Every key of the YAML

<!-- Written by `make schema` from the types that read the file. -->

`deskbridge check` tells every mistake with its line and column, `deskbridge config show`
what a file comes to, with secrets hidden, and `deskbridge explain key channels.shop.token`
what stands here of one key. With the line
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


def page(schema: Schema) -> str:
    """Return the page for this schema."""
    keys = Keys(schema)
    parts = [HEAD]
    for section in keys.sections():
        parts.append(f"## {section.path}\n\n{_facts(section)}")
        parts += [f"### `{key.path}`\n\n{_facts(key)}" for key in keys.under(section)]
    return "\n".join(parts)


def _facts(key: Key) -> str:
    facts = []
    if key.required:
        facts.append("**Required.**")
    if values := choices(key.schema):
        facts.append(_choice(takes(key.schema), values))
    if (default := key.schema.get("default")) not in (None, {}, [], ""):
        facts.append(f"Default: `{yaml(default)}`.")
    if examples := key.schema.get("examples"):
        facts += [f"Example: `{example(key.path, examples[0])}`"]
    return str(key.schema["description"]) + "\n\n" + " ".join(facts) + ("\n" if facts else "")


def _choice(words: str, values: Sequence[Any]) -> str:
    """Return what may be chosen from, or the words for it where that is not all that may stand."""
    written = [yaml(value) for value in values]
    if words.removeprefix("one of ") == ", ".join(written):
        return "One of " + ", ".join(f"`{one}`" for one in written) + "."
    return f"{words[0].upper()}{words[1:]}."


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(json.loads(SCHEMA.read_text(encoding="utf-8"))), encoding="utf-8")


if __name__ == "__main__":
    main()
