"""HTML of strangers as a bounded stream of tags and texts. Pure, and linear in its length.

A real HTML parser takes quadratic time over deep nesting: 200,000 nested elements cost nh3
seven minutes. So what comes out of here is never deeper than `DEEPEST`, always balanced,
and names only what a mail may have. It is no sanitiser; `htmlclean` is.
"""

import re
from collections.abc import Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from html import escape, unescape
from typing import Literal

LONGEST = 1_000_000
DEEPEST = 80
MOST_TAGS = 10_000
# Known or not, open or closed: behind so many, nothing is looked at any more.
MOST_SCANNED = 60_000

VOID = frozenset({"br", "hr", "img", "wbr", "col"})
TAGS = VOID | {
    "a", "abbr", "b", "big", "blockquote", "caption", "center", "cite", "code", "colgroup",
    "dd", "del", "div", "dl", "dt", "em", "font", "h1", "h2", "h3", "h4", "h5", "h6", "i",
    "ins", "kbd", "li", "ol", "p", "pre", "q", "s", "samp", "small", "span", "strike", "strong",
    "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "tt", "u", "ul",
}  # fmt: skip
ATTRIBUTES = frozenset({
    "align", "alt", "bgcolor", "border", "cellpadding", "cellspacing", "color", "colspan",
    "dir", "face", "height", "href", "rowspan", "size", "src", "start", "style", "title",
    "valign", "width",
})  # fmt: skip
# What stands in these is no text of the mail.
_HIDDEN = frozenset({
    "script", "style", "title", "textarea", "xmp", "iframe", "noembed", "noframes", "noscript",
    "plaintext", "svg", "math", "template", "object", "applet", "select",
})  # fmt: skip
# A second one ends the first, as people leave these open.
_ENDED_BY_ITSELF = frozenset({"p", "li", "td", "th", "tr", "dt", "dd"})

# Any other "<" is one that somebody typed.
_MARKUP = re.compile(r"<(?=[A-Za-z/!?])")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9:-]{0,40}")
_ATTRIBUTE = re.compile(
    r"[\s/]*([^\s/>=][^\s/>=]*)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]*)))?"
)
_TAG_END = re.compile(r"[\s/]*>?")


@dataclass(frozen=True, slots=True)
class Token:
    """A text, or the beginning or end of an element. `text` has its entities read."""

    kind: Literal["text", "open", "close"]
    text: str = ""
    name: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)


def tokens(html: str, *, longest: int = LONGEST) -> Iterator[Token]:
    """Yield the bounded stream: balanced, of known elements, no deeper than `DEEPEST`."""
    open_now: list[str] = []
    tags = 0
    for token in _scan(html[:longest]):
        if token.kind == "text":
            yield token
        elif token.kind == "close":
            yield from _closing(token, open_now)
        elif tags < MOST_TAGS and token.name in TAGS:
            tags += 1
            yield from _opened(token, open_now)
    for name in reversed(open_now):
        yield Token("close", name=name)


def _opened(token: Token, open_now: list[str]) -> Iterator[Token]:
    if open_now and open_now[-1] == token.name and token.name in _ENDED_BY_ITSELF:
        yield Token("close", name=open_now.pop())
    if token.name in VOID:
        yield token
    elif len(open_now) < DEEPEST:
        open_now.append(token.name)
        yield token


def _closing(token: Token, open_now: list[str]) -> Iterator[Token]:
    """Close the element, and what was left open inside of it; nothing that is not open."""
    if token.name not in open_now:
        return
    while (name := open_now.pop()) != token.name:
        yield Token("close", name=name)
    yield token


def written(stream: Iterable[Token]) -> str:
    """Return the stream as HTML in which every `<` that opens a tag is one of the stream's."""
    return "".join(map(_written, stream))


def _written(token: Token) -> str:
    if token.kind == "text":
        return escape(token.text, quote=False)
    if token.kind == "close":
        return f"</{token.name}>"
    attributes = "".join(f' {name}="{escape(value)}"' for name, value in token.attributes.items())
    return f"<{token.name}{attributes}>"


def _scan(html: str) -> Iterator[Token]:
    at = scanned = 0
    while at < len(html) and scanned < MOST_SCANNED:
        scanned += 1
        match = _MARKUP.search(html, at)
        start = match.start() if match else len(html)
        if start > at:
            yield Token("text", text=unescape(html[at:start]))
        at = yield from _markup(html, start)


def _markup(html: str, start: int) -> Generator[Token, None, int]:
    """Yield what begins with the `<` at `start`; return where to go on."""
    if html.startswith("<!--", start):
        return _past(html, "-->", start + 4)
    if html.startswith("</", start):
        if match := _NAME.match(html, start + 2):
            yield Token("close", name=match[0].lower())
        return _past(html, ">", start + 2)
    if html.startswith(("<!", "<?"), start):
        return _past(html, ">", start + 2)
    return (yield from _opening(html, start + 1))


def _past(html: str, what: str, at: int) -> int:
    """Return the place behind the next `what`; without one, the rest is lost to it."""
    found = html.find(what, at)
    return len(html) if found < 0 else found + len(what)


def _opening(html: str, at: int) -> Generator[Token, None, int]:
    match = _NAME.match(html, at)
    name = match[0].lower() if match else ""
    attributes, at = _attributes(html, match.end() if match else at + 1)
    if name in _HIDDEN:
        closing = re.compile(rf"</{name}\b[^>]*>?", re.IGNORECASE).search(html, at)
        return closing.end() if closing else len(html)
    yield Token("open", name=name, attributes=attributes)
    return at


def _attributes(html: str, at: int) -> tuple[dict[str, str], int]:
    found: dict[str, str] = {}
    while True:
        match = _ATTRIBUTE.match(html, at)
        if match is None:
            end = _TAG_END.match(html, at)
            return found, end.end() if end else at
        name = match[1].lower()
        if name in ATTRIBUTES and name not in found:
            value = next((one for one in match.groups()[1:] if one is not None), "")
            found[name] = unescape(value[:4000])
        at = match.end()
