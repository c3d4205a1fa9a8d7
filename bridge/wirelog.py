"""What was asked of a platform and what it answered, for whoever looks for why it did not go.

It is gathered while one part is sent, and written down only when that did not go well: the
last attempt's, without secrets and without words. What is kept of a text is how long it was.
"""

import contextlib
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

# Of one attempt; and of one trace as it is kept, in characters.
MOST_CALLS = 12
LONGEST = 4000
_DEEPEST, _WIDEST, _LONGEST_LIST, _LONGEST_SENTENCE = 6, 40, 8, 200
# What these hold is a word of the protocol's and nobody's own, where it looks like one.
_PROTOCOL = frozenset(
    {
        "action", "chat_type", "code", "error", "error_code", "event", "format", "kind",
        "media_type", "method", "mime_type", "object_type", "parse_mode", "reason", "state",
        "status", "subtype", "type", "v",
    }
)  # fmt: skip
_SECRET = re.compile(
    r"token|secret|password|passwd|authoriz|api_?key|signature|cookie|session", re.IGNORECASE
)
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_./:-]{0,39}")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,39}")
# Quoted words, addresses, and whatever is long enough to open something or to be somebody's.
_HIDDEN = re.compile(
    r"\"[^\"]*\"|'[^']*'|`[^`]*`|«[^»]*»|“[^”]*”"
    r"|[a-z][a-z0-9+.-]*://\S+|<[^>\s]*>|\S+@\S+|\+?\d[\d ()-]{6,}\d|[A-Za-z0-9_:+/=-]{25,}",
    re.IGNORECASE,
)

_Asked = Callable[[], Any]


@dataclass(slots=True)
class Trace:
    """The calls of one attempt, in their order. Nothing is worked out before it is written."""

    calls: list[tuple[str, _Asked]] = field(default_factory=list)
    answers: dict[int, tuple[str, str]] = field(default_factory=dict)

    def written(self, error: str) -> str:
        """Return it as JSON: each call, what it held, what came back, and what was made of it."""
        calls = [
            {"asked": name, "with": _given(asked)}
            | ({"answered": said[0], "said": said[1]} if (said := self.answers.get(n)) else {})
            for n, (name, asked) in enumerate(self.calls)
        ]
        text = _json({"calls": calls, "error": error})
        return text if len(text) <= LONGEST else _json({"calls": _shorter(calls), "error": error})


_now: ContextVar[Trace | None] = ContextVar("wirelog", default=None)


@contextlib.contextmanager
def recording() -> Iterator[Trace]:
    """Gather what is asked and answered inside, and in tasks that begin there."""
    trace = Trace()
    before = _now.set(trace)
    try:
        yield trace
    finally:
        _now.reset(before)


def asked(name: str, given: _Asked) -> Callable[[str | int, str], None]:
    """Note a call; return what notes its answer: a status or a code, and a sentence.

    `given` makes what it holds, and is called only if somebody is to read it.
    """
    trace = _now.get()
    if trace is None or len(trace.calls) >= MOST_CALLS:
        return _unheard
    number = len(trace.calls)
    trace.calls.append((name, given))

    def answered(status: str | int, said: str = "") -> None:
        trace.answers[number] = (str(status)[:40], sentence(said))

    return answered


def _unheard(_status: str | int, _said: str = "") -> None:
    """Nobody gathers."""


def sentence(said: str) -> str:
    """Return a platform's sentence without what it quotes, addresses, numbers and secrets. Pure."""
    return _HIDDEN.sub("…", said[: 4 * _LONGEST_SENTENCE])[:_LONGEST_SENTENCE]


def outline(raw: bytes) -> Any:
    """Return what a payload looks like: of JSON its shape, of all else its size. Pure."""
    try:
        return redacted(json.loads(raw))
    except (ValueError, RecursionError):
        return f"‹{len(raw)} bytes›"


def redacted(  # noqa: PLR0911  # One for each sort of value.
    value: Any, name: str = "", *, depth: int = 0
) -> Any:
    """Return a value with its shape, numbers and the protocol's own words alone. Pure."""
    if _SECRET.search(name):
        return "‹secret›"
    match value:
        case None | bool() | int() | float():
            return value
        case str():
            return value if name in _PROTOCOL and _WORD.fullmatch(value) else f"‹{len(value)}›"
        case bytes():
            return f"‹{len(value)} bytes›"
        case Mapping() | list() | tuple() if depth >= _DEEPEST:
            return "…"
        case Mapping():
            return _mapping(value, depth)
        case list() | tuple():
            return _list(value, name, depth)
    return f"‹{type(value).__name__}›"


def _list(value: Sequence[Any], name: str, depth: int) -> list[Any]:
    found = [redacted(one, name, depth=depth + 1) for one in value[:_LONGEST_LIST]]
    return [*found, "…"] if len(value) > _LONGEST_LIST else found


def _mapping(value: Mapping[Any, Any], depth: int) -> dict[str, Any]:
    found = {}
    for key, one in list(value.items())[:_WIDEST]:
        name = str(key)
        shown = name if _NAME.fullmatch(name) else f"‹{len(name)}›"
        found[shown] = redacted(one, name, depth=depth + 1)
    return found


def _given(make: _Asked) -> Any:
    try:
        return redacted(make())
    except Exception as error:  # noqa: BLE001  # What cannot be shown must not undo what was recorded.
        return f"‹{type(error).__name__}›"


def _shorter(calls: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Leave out what the calls held."""
    return [{**one, "with": "…"} for one in calls]


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
