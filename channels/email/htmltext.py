"""The words of an HTML mail as plain text: paragraphs, lists, quotes and links. Pure."""

import re
from collections.abc import Iterable

from bridge.markup.htmlscan import Token, tokens

_BLOCKS = frozenset({
    "address", "blockquote", "caption", "center", "dd", "div", "dl", "dt", "h1", "h2", "h3",
    "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "table", "tbody", "tfoot", "thead", "tr",
    "ul",
})  # fmt: skip
_APART = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "pre", "table"})
_SPACE = re.compile(r"[ \t\r\n\f]+")
_MOST_QUOTES = 10


def to_text(html: str) -> str:
    """Return what a person reads. Never raises."""
    writer = _Writer()
    writer.write(tokens(html))
    return writer.text()


class _Writer:
    """Collects lines; what is quoted begins with `>`, as in mails of plain text."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._line: list[str] = []
        self._quotes = 0
        self._verbatim = 0
        self._links: list[tuple[str, int]] = []

    def write(self, stream: Iterable[Token]) -> None:
        for token in stream:
            if token.kind == "text":
                self._words(token.text)
            elif token.kind == "open":
                self._begin(token)
            else:
                self._end(token.name)

    def text(self) -> str:
        self._break()
        text = "\n".join(self._lines).replace("\xa0", " ")
        return re.sub(r"\n{3,}", "\n\n", text).strip("\n")

    # --- elements ---

    def _begin(self, token: Token) -> None:
        name = token.name
        if name == "br":
            self._break(always=True)
        elif name in _BLOCKS:
            self._break(apart=name in _APART)
        if name == "blockquote":
            self._quotes += 1
        elif name == "pre":
            self._verbatim += 1
        elif name == "li":
            self._line.append("- ")
        elif name in ("td", "th") and self._has_words():
            self._line.append("  ")
        elif name == "a":
            self._links.append((token.attributes.get("href", ""), len(self._line)))
        elif name == "img" and token.attributes.get("alt", "").strip():
            self._line.append(f"[{_SPACE.sub(' ', token.attributes['alt'].strip())[:100]}]")

    def _end(self, name: str) -> None:
        if name in _BLOCKS:
            self._break(apart=name in _APART)
        if name == "blockquote":
            self._quotes -= 1
        elif name == "pre":
            self._verbatim -= 1
        elif name == "a" and self._links:
            self._address(*self._links.pop())

    def _address(self, href: str, begun: int) -> None:
        """Write where a link leads, unless its words say so."""
        words = "".join(self._line[begun:]).strip()
        bare = href.removeprefix("mailto:").removesuffix("/")
        if href.startswith(("http://", "https://", "mailto:")) and bare not in words:
            shown = bare.partition("://")[2]
            if not words or shown != words.removesuffix("/"):
                self._line.append(f" ({href[:500]})" if words else href[:500])

    # --- words ---

    def _words(self, text: str) -> None:
        if self._verbatim:
            first, *others = text.replace("\r\n", "\n").split("\n")
            self._line.append(first)
            for line in others:
                self._break(always=True)
                self._line.append(line)
            return
        text = _SPACE.sub(" ", text)
        if not self._has_words() or self._line[-1].endswith((" ", "\n")):
            text = text.removeprefix(" ")
        if text:
            self._line.append(text)

    def _has_words(self) -> bool:
        return bool(self._line)

    def _break(self, *, always: bool = False, apart: bool = False) -> None:
        line = "".join(self._line)
        line = line if self._verbatim else line.rstrip(" ")
        mark = "> " * min(self._quotes, _MOST_QUOTES)
        if line or always:
            self._lines.append((mark + line).rstrip(" ") if not line else mark + line)
        self._line = []
        if apart and self._lines and self._lines[-1].strip("> "):
            self._lines.append(mark.rstrip(" "))
