"""Reading what Telegram sends, field by field, without believing that it is there.

aiogram's models are not used on the way in: what they do not know yet they refuse, and a
message with one new field would be lost to people who could have read the rest of it.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

Raw = Mapping[str, Any]


class UntranslatableError(ValueError):
    """An update that is not as it should be; the message names the field, never its value."""


def integer(raw: Raw, name: str) -> int:
    """Return a whole number; raises `UntranslatableError`."""
    value = raw.get(name)
    if isinstance(value, bool) or not isinstance(value, int):
        raise UntranslatableError(f"{name} is no number")
    return value


def text(raw: Raw, name: str) -> str:
    """Return a text that must be there; raises `UntranslatableError`."""
    value = raw.get(name)
    if not isinstance(value, str):
        raise UntranslatableError(f"{name} is no text")
    return value


def maybe(raw: Raw, name: str) -> str:
    """Return a text, or an empty one where there is none; raises `UntranslatableError`."""
    return text(raw, name) if raw.get(name) is not None else ""


def part(raw: Raw, name: str) -> Raw:
    """Return an object; raises `UntranslatableError`."""
    return mapping(raw.get(name), name)


def mapping(value: object, name: str) -> Raw:
    """Return `value` as the object it must be; raises `UntranslatableError`."""
    if not isinstance(value, Mapping):
        raise UntranslatableError(f"{name} is no object")
    return value


def items(raw: Raw, name: str) -> Sequence[Raw]:
    """Return a list of objects, empty where there is none; raises `UntranslatableError`."""
    value = raw.get(name) or []
    if not isinstance(value, list):
        raise UntranslatableError(f"{name} is no list")
    return [mapping(one, name) for one in value]


def from_raw(raw: bytes) -> object:
    """Return what JSON says; raises `ValueError`, and `RecursionError` where it is too deep."""
    try:
        return msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError):
        # Half a surrogate pair is no JSON to it, and no reason to lose the rest of a message.
        return json.loads(raw)


def as_raw(update: object) -> bytes:
    """Return an update as JSON, for what is kept aside."""
    try:
        return msgspec.json.encode(update)
    except UnicodeEncodeError:
        return json.dumps(update, ensure_ascii=False).encode(errors="backslashreplace")
