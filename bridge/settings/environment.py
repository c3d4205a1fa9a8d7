"""The environment as the configuration sees it: with `.env`, and with overrides in it.

`DESKBRIDGE_SERVER__LISTEN=:80` sets `server.listen`, over what the file says, and
`DESKBRIDGE_SERVER__LISTEN_FILE=/path` sets it to what that file holds. Only names with a
double underscore are overrides, so `DESKBRIDGE_PUBLIC_URL` is free for `${…}`.
"""

import errno
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path as FilePath

from bridge.settings.finding import Finding
from bridge.settings.interpolate import Miss, MissError, Outside
from bridge.settings.reading import read_at_most
from bridge.settings.secret import Resolved
from bridge.settings.source import MAX_BYTES, Mark, Path, Place, Value

PREFIX = "DESKBRIDGE_"
_LINE = re.compile(r"(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*)")
_QUOTED = re.compile(r"'([^']*)'|\"((?:[^\"\\]|\\.)*)\"")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}


@dataclass(slots=True)
class Environment:
    """Names to values, and what was wrong with the `.env` file."""

    values: dict[str, str]
    findings: list[Finding] = field(default_factory=list)


def read_environment(path: FilePath, environ: Mapping[str, str]) -> Environment:
    """Join the `.env` file at `path`, if there is one, with the environment, which wins."""
    try:
        text = _text_of(path)
    except FileNotFoundError:
        return Environment(dict(environ))
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        finding = Finding("env_file", (), f"cannot read .env: {why}", source=str(path))
        return Environment(dict(environ), [finding])
    found = _read_lines(text, str(path))
    found.values.update(environ)
    return found


def _text_of(path: FilePath) -> str:
    content = read_at_most(path, MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise OSError(errno.EFBIG, "it is larger than 2 MB")
    return content.decode("utf-8-sig")


def _read_lines(text: str, source: str) -> Environment:
    found = Environment({})
    for number, raw in enumerate(text.splitlines(), start=1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        parts = _LINE.fullmatch(line)
        value = _unquote(parts[2]) if parts else None
        if parts is None or value is None:
            message = "this line is not NAME=value"
            mark = Mark(number, 1)
            found.findings.append(Finding("env_file", (), message, mark=mark, source=source))
        else:
            found.values[parts[1]] = value
    return found


def _unquote(text: str) -> str | None:
    if text[:1] in ("'", '"'):
        parts = re.match(rf"(?:{_QUOTED.pattern})\s*(?:#.*)?$", text)
        if parts is None:
            return None
        if parts[1] is not None:
            return parts[1]
        return re.sub(r"\\(.)", lambda found: _ESCAPES.get(found[1], found[1]), parts[2])
    return re.split(r"\s+#", text, maxsplit=1)[0].rstrip()


def apply_overrides(
    data: dict[str, Value], places: dict[Path, Place], outside: Outside
) -> list[Finding]:
    """Put every override of the environment into `data`, and its name into `places`."""
    findings: list[Finding] = []
    for name in sorted(outside.environ):
        rest = name.removeprefix(PREFIX)
        if name == rest or "__" not in rest:
            continue
        target = name.removesuffix("_FILE")
        path = tuple(target.removeprefix(PREFIX).lower().split("__"))
        try:
            _put(data, path, _value(name, target, outside))
            places[path] = Place(variable=name)
        except MissError as error:
            miss = error.miss
            findings.append(Finding(miss.code, path, miss.message, source=name))
    return findings


def _value(name: str, target: str, outside: Outside) -> Value:
    if name != target and target in outside.environ:
        message = f"{target} and {name} are both set"
        raise MissError(Miss("override_conflict", message, name))
    text = outside.variable(name, name) or ""
    return Resolved(text if name == target else outside.file(text, name), reference=True)


def _put(data: dict[str, Value], path: tuple[str, ...], value: Value) -> None:
    here = data
    for key in path[:-1]:
        inner = here.get(key)
        if not isinstance(inner, dict):
            inner = {}
            here[key] = inner
        here = inner
    here[path[-1]] = value
