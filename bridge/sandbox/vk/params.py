"""Reading a call's parameters as VK does: everything comes as text."""

import json
from collections.abc import Mapping
from typing import Any

from bridge.sandbox.vk.errors import VkError

INT32 = 2**31


def whole(given: Mapping[str, str], name: str, default: int | None = None) -> int:
    """Return a number; raises `VkError` (100) where it is none, or missing without default."""
    raw = given.get(name, "")
    if not raw and default is not None:
        return default
    if not raw:
        raise VkError(100, f"{name} is a required parameter")
    try:
        return int(raw)
    except ValueError:
        raise VkError(100, f"{name} not integer") from None


def numbers(given: Mapping[str, str], name: str, most: int) -> list[int]:
    """Return a list of numbers, as `1,2,3`; raises `VkError` (100)."""
    raw = [one for one in given.get(name, "").split(",") if one]
    if len(raw) > most:
        raise VkError(100, f"{name} has too many items")
    return [whole({name: one}, name) for one in raw]


def flag(given: Mapping[str, str], name: str) -> bool:
    """Return a switch."""
    return given.get(name, "") in ("1", "true", "True")


def text(given: Mapping[str, str], name: str) -> str:
    """Return a text that must be there; raises `VkError` (100)."""
    if not given.get(name):
        raise VkError(100, f"{name} is undefined")
    return given[name]


def parsed(raw: str, code: int, what: str) -> Any:
    """Return JSON that stands in a parameter; raises `VkError` (`code`)."""
    try:
        return json.loads(raw)
    except ValueError:
        raise VkError(code, f"{what} is not valid JSON") from None
