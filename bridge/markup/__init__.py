"""Our small Markdown, into nodes for the pages and into each network's own dialect.

Bold, italic, struck out, code, quotes, lists and links; nothing else is formatting, and
nothing is ever dropped: what is not understood stays as it was typed. A plain text has
only its addresses made links.
"""

import re
from collections.abc import Sequence

from bridge.channel import TextFormat
from bridge.markup import links
from bridge.markup.dialects import STYLES, Dialect, escape_line, escape_markdown, written
from bridge.markup.nodes import Node, flat, text_of
from bridge.markup.plain import plain

__all__ = ["Dialect", "Node", "escape", "parse", "render", "text_of", "to_plain", "to_rich"]

# Longer texts are shown without formatting: no person wrote them here, and the parser's
# time grows with them.
LONGEST_FORMATTED = 32_768

_LINE = re.compile(r"^ {0,3}(?:[->]|\d{1,3}\.) ?", re.MULTILINE).search
_MAY_START = frozenset(" ->0123456789")


def to_rich(text: str, format: TextFormat) -> list[Node] | None:
    """Return the text as nodes, or `None` where there is nothing to format.

    `None` means: show the text as it is, with its line breaks.
    """
    if not _may_need_nodes(text, format):
        return None
    nodes = parse(text, format)
    if flat(nodes) and text_of(nodes).split() == text.split():
        return None
    return nodes


def to_plain(text: str, format: TextFormat, *, one_line: bool = False) -> str:
    """Return the text without its marks, for previews, search and plain networks.

    Lists keep bullets and numbers, links their address; on one line, spaces are single.
    """
    if format == "markdown" and _may_need_nodes(text, format):
        text = render(parse(text, format), Dialect.PLAIN)
    return " ".join(text.split()) if one_line else text


def parse(text: str, format: TextFormat) -> list[Node]:
    """Return any text as nodes, even if they are but text and line breaks."""
    text = text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
    if format == "plain" or len(text) > LONGEST_FORMATTED or _is_a_bare_line(text):
        return plain(text)
    # At first use: most texts are plain, and the program has to start.
    from bridge.markup.blocks import blocks  # noqa: PLC0415

    return blocks(text.split("\n"))


def render(nodes: Sequence[Node], dialect: Dialect) -> str:
    """Return the nodes as a network's text.

    In `MARKDOWN`, marks that would not be read back (bold inside a word that ends in
    punctuation, say) are left out rather than shown.
    """
    text = written(nodes, STYLES[dialect])
    if dialect is Dialect.MARKDOWN and not _reads_as(text, nodes):
        return escape(written(nodes, STYLES[Dialect.PLAIN]))
    return text


def escape(text: str) -> str:
    """Return our markup for a text that is to be shown as it is."""
    return "\n".join(escape_line(line) for line in escape_markdown(text).split("\n"))


def _reads_as(text: str, nodes: Sequence[Node]) -> bool:
    bare = STYLES[Dialect.PLAIN]
    return written(parse(text, "markdown"), bare).split() == written(nodes, bare).split()


def _is_a_bare_line(text: str) -> bool:
    """Say whether a text is one line in which there is nothing to parse, as most are."""
    return "\n" not in text and not text.isspace() and not _may_need_nodes(text, "markdown")


def _may_need_nodes(text: str, format: TextFormat) -> bool:
    """Say, in a microsecond for a short line, whether parsing could find anything."""
    if links.possible(text):
        return True
    if format == "plain":
        return False
    # Six looks for a character take half the time of one look for six.
    if "*" in text or "_" in text or "`" in text or "[" in text or "~" in text or "\\" in text:
        return True
    return ("\n" in text or text[:1] in _MAY_START) and _LINE(text) is not None
