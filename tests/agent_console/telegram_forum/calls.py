"""Whom a text in a group calls, and what it orders: what Telegram finds there by itself."""

import re
from collections.abc import Sequence
from typing import Any

# Telegram knows fewer letters than Python: only these stand before an at sign for sure.
_BEFORE = "(?<![0-9A-Za-z_\u0400-\u0481])"
_CALLS = re.compile(
    rf"{_BEFORE}@[0-9A-Za-z_]{{2,32}}(?!\w)"
    rf"|(?<![/<>]){_BEFORE}/[0-9A-Za-z_]{{1,64}}(?:@\w+)?(?![\w/<>])"
)
# What Telegram keeps of a text that it would not open: no link at all.
_OPENED = re.compile(
    r"tg://user\?id=\d+|https?://[\w-]+(\.[\w-]+)*\.[a-z]{2,}(/.*)?", re.IGNORECASE
)


def calls_in(text: str, entities: Sequence[Any]) -> list[str]:
    """Return the calls and commands in a text; what reaches into code or a link is none."""
    taken = {at for one in entities if _takes(one) for at in _units(one)}
    return [found[0] for found in _CALLS.finditer(text) if not taken.intersection(_at(text, found))]


def _at(text: str, found: re.Match[str]) -> range:
    start = len(text[: found.start()].encode("utf-16-le")) // 2
    return range(start, start + len(found[0]))


def _units(entity: Any) -> range:
    return range(entity["offset"], entity["offset"] + entity["length"])


def _takes(entity: Any) -> bool:
    if entity["type"] == "text_link":
        return _OPENED.fullmatch(entity["url"]) is not None
    return entity["type"] in ("code", "pre")
