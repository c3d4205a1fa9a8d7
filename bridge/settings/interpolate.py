"""`${VAR}`, `${VAR:-x}`, `${VAR:?why}`, `${file:/path}` and `$$` inside values.

It happens after parsing and in values only, so nothing a variable holds can change the
shape of the file. A `$` before anything else is itself.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path as FilePath

from bridge.settings.faults import nearest_of
from bridge.settings.reading import read_at_most
from bridge.settings.secret import Resolved
from bridge.settings.source import Path, Value

MAX_FILE = 64 * 1024
MAX_NESTED = 20
"""How deep one reference may stand in for another."""

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Miss:
    """A reference that gives nothing: `token` is its text in the file."""

    code: str
    message: str
    token: str
    help: str = ""
    nearest: str | None = None


class MissError(Exception):
    """Carries a `Miss` out of the depths of a value."""

    def __init__(self, miss: Miss) -> None:
        """Keep what to tell."""
        super().__init__(miss.message)
        self.miss = miss


@dataclass(slots=True)
class Outside:
    """What references may reach: the environment, and files beside `base`."""

    environ: Mapping[str, str]
    base: FilePath
    misses: list[tuple[Path, Miss]] = field(default_factory=list)

    def resolve(self, value: Value, path: Path = ()) -> Value:
        """Return `value` with every reference in it replaced; failures go to `misses`."""
        if isinstance(value, dict):
            return {key: self.resolve(inner, (*path, key)) for key, inner in value.items()}
        if isinstance(value, list):
            return [self.resolve(inner, (*path, i)) for i, inner in enumerate(value)]
        if not isinstance(value, str) or isinstance(value, Resolved) or "$" not in value:
            return value
        try:
            return self.text(value)
        except MissError as error:
            self.misses.append((path, error.miss))
            return Resolved("", reference=True)

    def text(self, text: str, depth: int = 0) -> str:
        """Return one text with its references replaced; raises `MissError`.

        `depth` is how many references it stands in for.
        """
        pieces = list(_pieces(text))
        if all(kind == "literal" for kind, _ in pieces):
            return "".join(piece for _, piece in pieces)
        found = [
            self._reference(piece, depth) if kind == "reference" else piece
            for kind, piece in pieces
        ]
        only = len(pieces) == 1 and ":-" not in pieces[0][1]
        return Resolved("".join(found), reference=only)

    def _reference(self, body: str, depth: int) -> str:
        token = "${" + body + "}"
        if depth > MAX_NESTED:
            raise MissError(Miss("bad_reference", "references nested too deeply", token))
        if body.startswith("file:"):
            return self.file(body.removeprefix("file:"), token)
        name = _NAME.match(body)
        rest = body[name.end() :] if name else ""
        if name is None or rest[:2] not in ("", ":-", ":?"):
            raise MissError(Miss("bad_reference", "this is no reference we know", token))
        value = self.variable(name.group(), token)
        if value or (value is not None and not rest):
            return value
        if rest.startswith(":-"):
            return self.text(rest[2:], depth + 1)
        raise MissError(self._unset(name.group(), rest, token))

    def _unset(self, name: str, rest: str, token: str) -> Miss:
        if rest:
            return Miss("required_variable", f"${{{name}}} is not set: {rest[2:]}", token)
        help = f"export {name}, put it in .env, or use ${{file:/path}}"
        near = nearest_of(name, self.environ)
        return Miss("unset_variable", f"${{{name}}} is not set", token, help, near)

    def variable(self, name: str, token: str) -> str | None:
        """Return a variable, or `None`; raises `MissError` about `token` if it is no text."""
        value = self.environ.get(name)
        if value is not None and not _is_unicode(value):
            raise MissError(Miss("unreadable_reference", "the variable is not UTF-8 text", token))
        return value

    def file(self, name: str, token: str) -> str:
        """Return what a file holds, without the line's end; raises `MissError` about `token`."""
        try:
            content = read_at_most(self.base / name, MAX_FILE + 1)
            text = content.decode()
        except (OSError, ValueError) as error:
            why = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
            raise MissError(
                Miss("unreadable_reference", f"cannot read the file: {why}", token)
            ) from None
        if len(content) > MAX_FILE:
            raise MissError(Miss("unreadable_reference", "larger than 64 kB", token))
        return text.removesuffix("\n").removesuffix("\r")


def _is_unicode(text: str) -> bool:
    """Say whether a text is one: Python keeps other bytes of the environment as surrogates."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _pieces(text: str) -> Iterator[tuple[str, str]]:
    """Yield ("literal", text) and ("reference", what stands between the braces)."""
    at = 0
    while at < len(text):
        dollar = text.find("$", at)
        if dollar < 0:
            dollar = len(text)
        if dollar > at:
            yield "literal", text[at:dollar]
        at = dollar
        if text.startswith("$$", at):
            yield "literal", "$"
            at += 2
        elif text.startswith("${", at):
            end = _closing(text, at + 2)
            yield "reference", text[at + 2 : end]
            at = end + 1
        elif at < len(text):
            yield "literal", "$"
            at += 1


def _closing(text: str, at: int) -> int:
    """Return where the brace opened just before `at` is closed, minding inner ones."""
    depth = 1
    for index in range(at, len(text)):
        if text.startswith("${", index):
            depth += 1
        elif text[index] == "}":
            depth -= 1
            if depth == 0:
                return index
    raise MissError(Miss("bad_reference", "${ is opened and never closed", text[at - 2 :]))
