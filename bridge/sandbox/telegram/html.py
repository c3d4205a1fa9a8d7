"""HTML as the Bot API takes it, into a text and its entities.

Refuses what the server refuses, in its words (github.com/tdlib/td, MessageEntity.cpp,
`parse_html`). Offsets and lengths count in UTF-16 units, places in bytes.
"""

import html
import re
from dataclasses import dataclass, field
from typing import Any

from bridge.sandbox.telegram.errors import Refusal, bad_request

Entity = dict[str, Any]

_SIMPLE = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}
_TAGS = {*_SIMPLE, "a", "span", "tg-emoji"}
_TAG = re.compile(r"<(/?)([^\s<>/]*)((?:[^<>\"']|\"[^\"]*\"|'[^']*')*)>")
_ATTRIBUTE = re.compile(r"\s*([a-zA-Z0-9-]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+)))?\s*")
_REFERENCE = re.compile(r"&(?:#x?[0-9a-fA-F]+|lt|gt|amp|quot);")


def units(text: str) -> int:
    """Return the length of a text as Telegram counts it."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def parse_html(source: str) -> tuple[str, list[Entity]]:
    """Return the bare text and its entities; raises `Refusal` for what is malformed."""
    return trimmed(*_Parser(source).parsed())


def trimmed(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Return both without the white space at the ends, which Telegram never keeps."""
    kept = text.strip()
    lead, length = units(text[: len(text) - len(text.lstrip())]), units(kept)
    moved = []
    for one in entities:
        start = max(0, one["offset"] - lead)
        end = min(length, one["offset"] + one["length"] - lead)
        if end > start:
            moved.append({**one, "offset": start, "length": end - start})
    # Of two that cover the same, the one that was closed last stands outermost.
    moved.reverse()
    moved.sort(key=lambda one: (one["offset"], -one["length"]))
    return kept, moved


@dataclass(slots=True)
class _Open:
    tag: str
    at: int
    entity: Entity | None


@dataclass(slots=True)
class _Parser:
    source: str
    text: list[str] = field(default_factory=list)
    length: int = 0
    stack: list[_Open] = field(default_factory=list)
    entities: list[Entity] = field(default_factory=list)

    def parsed(self) -> tuple[str, list[Entity]]:
        at = 0
        while (opening := self.source.find("<", at)) >= 0:
            self._say(self.source[at:opening])
            found = _TAG.match(self.source, opening)
            if found is None:
                raise self._fault("Unclosed start tag", opening)
            self._tag(found)
            at = found.end()
        self._say(self.source[at:])
        if self.stack:
            raise _malformed(f"Can't find end tag corresponding to start tag {self.stack[-1].tag}")
        return "".join(self.text), self.entities

    def _say(self, piece: str) -> None:
        said = _REFERENCE.sub(lambda found: html.unescape(found[0]), piece)
        self.text.append(said)
        self.length += units(said)

    def _tag(self, found: re.Match[str]) -> None:
        name = found[2].lower()
        if found[1]:
            self._close(name, found.start())
        elif name not in _TAGS:
            raise self._fault(f'Unsupported start tag "{name}"', found.start())
        else:
            entity = _entity(name, _attributes(found[3]))
            self.stack.append(_Open(name, self.length, entity))

    def _close(self, name: str, place: int) -> None:
        if not self.stack:
            raise self._fault("Unexpected end tag", place)
        last = self.stack.pop()
        if name and name != last.tag:
            where = self._place(place)
            raise _malformed(
                f'Unmatched end tag at byte offset {where}, expected "</{last.tag}>", '
                f'found "</{name}>"'
            )
        if last.entity is not None and self.length > last.at:
            span = {"offset": last.at, "length": self.length - last.at}
            self.entities.append(last.entity | span)

    def _fault(self, what: str, place: int) -> Refusal:
        return _malformed(f"{what} at byte offset {self._place(place)}")

    def _place(self, place: int) -> int:
        return len(self.source[:place].encode())


def _entity(name: str, attributes: dict[str, str]) -> Entity | None:
    if name == "a":
        href = attributes.get("href", "")
        return {"type": "text_link", "url": href} if href else None
    if name == "span":
        if attributes.get("class") != "tg-spoiler":
            raise _malformed('Tag "span" must have class "tg-spoiler"')
        return {"type": "spoiler"}
    if name == "tg-emoji":
        return {"type": "custom_emoji", "custom_emoji_id": attributes.get("emoji-id", "")}
    if name == "blockquote" and "expandable" in attributes:
        return {"type": "expandable_blockquote"}
    return {"type": _SIMPLE[name]}


def _attributes(source: str) -> dict[str, str]:
    found = {}
    for one in _ATTRIBUTE.finditer(source.rstrip("/")):
        value = next((group for group in one.groups()[1:] if group is not None), "")
        found[one[1].lower()] = html.unescape(value)
    return found


def _malformed(why: str) -> Refusal:
    return bad_request(f"can't parse entities: {why}")
