"""Telegram's entities as stretches of text in one style each."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from bridge.sandbox.phones.shapes import Span, is_web, plain, with_addresses

_AS_WRITTEN = frozenset({"code", "pre"})
_WORDS = {"blockquote": "quote", "expandable_blockquote": "quote"}


def spans_of(text: str, entities: Sequence[Mapping[str, Any]]) -> list[Span]:
    """Return the text cut where a style begins or ends; offsets count in UTF-16 units."""
    if not entities:
        return plain(text)
    units = text.encode("utf-16-le", "surrogatepass")
    ends = {0, len(units) // 2}
    for one in entities:
        ends |= {one["offset"], one["offset"] + one["length"]}
    cuts = sorted(ends)
    return [
        span
        for start, end in pairwise(cuts)
        for span in _spans(
            units[2 * start : 2 * end].decode("utf-16-le", "surrogatepass"), start, entities
        )
    ]


def _spans(text: str, start: int, entities: Sequence[Mapping[str, Any]]) -> list[Span]:
    over = [one for one in entities if one["offset"] <= start < one["offset"] + one["length"]]
    marks = [_WORDS.get(one["type"], one["type"]) for one in over if one["type"] != "text_link"]
    span: Span = {"text": text, "marks": marks}
    links = [str(one["url"]) for one in over if one["type"] == "text_link"]
    web = [url for url in links if is_web(url)]
    if web:
        return [{**span, "href": web[0]}]
    return [span] if _AS_WRITTEN & set(marks) else with_addresses(span)
