"""Text as every database and every reader can take it. Pure.

Half of a surrogate pair is no character and cannot be written as UTF-8, and PostgreSQL
keeps no NUL. In what people write and are called, each becomes U+FFFD, which says that
something was there; in an id it is refused, since two ids must not become one.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from typing import Any, cast
from unicodedata import category

import msgspec

from bridge.channel import InboundEvent

_NUL = "\x00"
# What breaks a line or commands a terminal, and what turns the direction of all that follows.
_HIDES = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]+")
_UNSEEN = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})
# Names of the fields by which a network or we find a thing again.
_IDS = frozenset({"external_id", "thread", "recipient", "absorbs", "external_ids"})


def text(raw: str) -> str:
    """Return the text with whatever is no character replaced by U+FFFD."""
    if _NUL in raw:
        raw = raw.replace(_NUL, "\ufffd")
    try:
        raw.encode()
    except UnicodeEncodeError:
        # Two halves that a careless decoder left apart become the character they are.
        return raw.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return raw


def one_line(raw: str) -> str:
    """Return what somebody is called, or a fact, on one line and without what only hides.

    A line of its own would pass for one of ours wherever names stand among facts, and a mark
    of direction would turn round what follows. Where nothing is to be seen, it is empty.
    """
    shown = " ".join(_HIDES.sub(" ", raw).split())
    return "" if all(category(one) in _UNSEEN for one in shown) else shown


def event(raw: InboundEvent) -> InboundEvent | None:
    """Return the event with clean texts, or `None` if one of its ids is malformed."""
    if _is_clean(raw):
        return raw
    return cast("InboundEvent", _clean(raw)) if _ids_are_good(raw) else None


def _is_clean(raw: InboundEvent) -> bool:
    """Say quickly whether there is certainly nothing to do, as there almost never is."""
    try:
        return b"\\u0000" not in msgspec.json.encode(raw)
    except (UnicodeEncodeError, TypeError):
        return False


def _ids_are_good(value: Any) -> bool:
    for one in fields(value):
        held = getattr(value, one.name)
        if is_dataclass(held) and not _ids_are_good(held):
            return False
        if one.name in _IDS and not all(map(_is_good, _strings(held))):
            return False
    return True


def _strings(held: Any) -> Sequence[str]:
    if held is None:
        return ()
    return (held,) if isinstance(held, str) else held


def _is_good(one: str) -> bool:
    return text(one) == one


def _clean(value: Any) -> Any:
    """Return `value` with every text in it clean; the very same object if all are."""
    if isinstance(value, str):
        return text(value)
    if isinstance(value, Mapping):
        return {text(name): _clean(held) for name, held in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(one) for one in value]
    if is_dataclass(value) and not isinstance(value, type):
        held = {one.name: getattr(value, one.name) for one in fields(value)}
        changed = {n: new for n, old in held.items() if (new := _clean(old)) is not old}
        return replace(value, **changed) if changed else value
    return value
