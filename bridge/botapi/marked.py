"""Telegram's entities into our small Markdown.

Offsets and lengths count in UTF-16 units (core.telegram.org/bots/api#messageentity).
Underlining, spoilers and mentions have no mark of ours and become plain text.
"""

from collections.abc import Sequence
from typing import NamedTuple

from bridge.botapi.raw import Raw, integer, text
from bridge.channel import TextFormat
from bridge.markup import Dialect, Node, links, render
from bridge.markup.plain import lines

# More than anybody marks; a text has at most a hundred from Telegram itself.
MOST_ENTITIES = 300
_MARKS = {"bold": "b", "italic": "i", "strikethrough": "s"}
_QUOTES = frozenset(("blockquote", "expandable_blockquote"))
_BLOCKS = _QUOTES | {"pre"}
_FORMATTING = {*_MARKS, *_BLOCKS, "code", "text_link"}
# An address that Telegram has found itself is written as it stands.
_ADDRESSES = {"url": ("", "https://"), "email": ("mailto:",), "phone_number": ("tel:",)}

# The high byte of the second half of a surrogate pair.
_SECOND_HALVES = range(0xDC, 0xE0)


class _Span(NamedTuple):
    start: int
    end: int
    kind: str
    url: str = ""


def marked(source: str, entities: Sequence[Raw]) -> tuple[str, TextFormat]:
    """Return a text in our markup, or as it is where nothing in it is formatted."""
    spans = [_span(one) for one in entities[:MOST_ENTITIES]]
    if not any(span.kind in _FORMATTING for span in spans):
        return source, "plain"
    units = source.encode("utf-16-le", "surrogatepass")
    spans = [span for span in (_within(units, one) for one in spans) if span.start < span.end]
    nodes = _nodes(units, 0, len(units) // 2, sorted(spans, key=_outermost_first))
    return render(nodes, Dialect.MARKDOWN), "markdown"


def _span(entity: Raw) -> _Span:
    start = integer(entity, "offset")
    return _Span(
        start,
        start + integer(entity, "length"),
        text(entity, "type"),
        str(entity.get("url", "")),
    )


def _within(units: bytes, span: _Span) -> _Span:
    """Return a span whose ends are in the text, and cut no character beyond the BMP in two."""
    return span._replace(start=_end(units, span.start), end=_end(units, span.end))


def _end(units: bytes, at: int) -> int:
    at = max(0, min(at, len(units) // 2))
    is_second_half = 2 * at < len(units) and units[2 * at + 1] in _SECOND_HALVES
    return at - 1 if is_second_half and at else at


def _outermost_first(span: _Span) -> tuple[int, int, bool]:
    return span.start, -span.end, span.kind not in _BLOCKS


def _nodes(units: bytes, start: int, end: int, spans: Sequence[_Span]) -> list[Node]:
    """Return the nodes of a stretch; of two that overlap, the second is cut in two."""
    nodes: list[Node] = []
    at = start
    while spans:
        first, *others = spans
        nodes += _plain(units, at, first.start, after=nodes, before=first.kind)
        inside = [
            one._replace(end=min(one.end, first.end)) for one in others if one.start < first.end
        ]
        nodes += _node(units, first, inside)
        at = first.end
        rest = [one._replace(start=max(one.start, at)) for one in others if one.end > at]
        spans = sorted(rest, key=_outermost_first)
    return nodes + _plain(units, at, end, after=nodes)


def _plain(
    units: bytes, start: int, end: int, *, after: Sequence[Node], before: str = ""
) -> list[Node]:
    """Return text without the line ends next to a block, which stands on lines of its own."""
    source = _cut(units, start, end)
    if after and after[-1]["t"] in ("quote", "pre"):
        source = source.removeprefix("\n")
    if before in _BLOCKS:
        source = source.removesuffix("\n")
    return lines(source)


def _node(units: bytes, span: _Span, inside: Sequence[_Span]) -> list[Node]:
    source = _cut(units, span.start, span.end)
    if span.kind in ("code", "pre"):
        return [{"t": span.kind, "v": source}]
    children = _nodes(units, span.start, span.end, inside)
    if span.kind in _QUOTES:
        return [{"t": "quote", "c": children}]
    if span.kind in _MARKS:
        return [{"t": _MARKS[span.kind], "c": children}]
    href = _href(span, source)
    return [{"t": "a", "href": href, "c": children}] if href else children


def _href(span: _Span, source: str) -> str | None:
    if span.kind == "text_link":
        return links.safe(span.url)
    tried = (links.safe(f"{scheme}{source}") for scheme in _ADDRESSES.get(span.kind, ()))
    return next((href for href in tried if href), None)


def _cut(units: bytes, start: int, end: int) -> str:
    return units[2 * start : 2 * end].decode("utf-16-le", "surrogatepass")
