r"""What stands inside a paragraph: marks, code and links, by markdown-it with most of it off.

Three of its rules are ours. A backslash counts only before a character that would mark
something, so `\\server\share` stays as typed. One asterisk inside a word marks nothing, so
10*20*30 keeps its asterisks. And a link has no title, so no text hides in one.
"""

import re
from collections.abc import Sequence
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Delimiter
from markdown_it.token import Token

from bridge.markup import links
from bridge.markup.nodes import Node, group, link, text
from bridge.markup.plain import lines, plain

# Marks in marks: deeper ones stay as typed.
DEEPEST = 8
# Brackets that may turn out to be no link: each is looked at to the end of the text.
MOST_BRACKETS = 200

_ESCAPABLE = re.compile(r"[*_~`\[\]]|:(?=//)")
_REST_OF_ADDRESS = re.compile(rf"://[^\s<>\[\]`*~\\]{{1,{links.LONGEST}}}")
_SCHEME = re.compile(r"(?:^|[^a-z0-9.+-])https?$", re.IGNORECASE)
_KINDS = {"strong": "b", "em": "i", "s": "s", "link": "a"}


def inline(source: str) -> list[Node]:
    """Return the nodes of one paragraph's source."""
    tokens: list[Token] = []
    markdown = _markdown()
    markdown.inline.parse(source, markdown, {"brackets": MOST_BRACKETS}, tokens)
    return _Builder().build(tokens)


class _Builder:
    """Makes a tree of the flat tokens; what goes too deep becomes text again."""

    def __init__(self) -> None:
        self._open: list[tuple[Node | None, list[Node]]] = [(None, [])]
        self._pending: list[str] = []
        self._links = 0

    def build(self, tokens: Sequence[Token]) -> list[Node]:
        for token in tokens:
            if token.type == "code_inline":
                self._add({"t": "code", "v": token.content})
            elif token.nesting > 0:
                self._enter(token)
            elif token.nesting < 0:
                self._leave(token)
            else:
                self._pending.append(token.content)
        self._flush()
        return self._open[0][1]

    def _flush(self) -> None:
        """Turn the text seen so far into nodes; no link stands in a link."""
        source = "".join(self._pending)
        self._pending.clear()
        if source:
            self._open[-1][1].extend(lines(source) if self._links else plain(source))

    def _add(self, node: Node) -> None:
        self._flush()
        self._open[-1][1].append(node)

    def _enter(self, token: Token) -> None:
        kind = _KINDS[token.type.removesuffix("_open")]
        if len(self._open) > DEEPEST and kind != "a":
            self._pending.append(token.markup)
            self._open.append((None, self._open[-1][1]))
            return
        self._flush()
        children: list[Node] = []
        href = str(token.attrs.get("href", ""))
        self._open.append(
            (link(href, children) if kind == "a" else group(kind, children), children)
        )
        self._links += kind == "a"

    def _leave(self, token: Token) -> None:
        node = self._open[-1][0]
        if node is None:
            self._pending.append(token.markup)
            self._open.pop()
            return
        self._flush()
        self._open.pop()
        if node["t"] == "a":
            self._links -= 1
            # A link without a word to press shows its address.
            node["c"] = node["c"] or [text(node["href"])]
        self._open[-1][1].append(node)


@cache
def _markdown() -> MarkdownIt:
    markdown = MarkdownIt("zero", {"maxNesting": 100})
    markdown.enable(["backticks", "strikethrough", "emphasis"])
    rules = markdown.inline.ruler
    rules.at("emphasis", _emphasis)
    rules.before("backticks", "own_escape", _escape)
    rules.after("emphasis", "own_link", _link)
    rules.after("text", "own_address", _address)
    # Otherwise the first text does it, and a thread that comes in between finds no rules.
    for one in (rules, markdown.inline.ruler2):
        one.getRules("")
    return markdown


def _escape(state: StateInline, silent: bool) -> bool:  # noqa: FBT001  # markdown-it's own shape.
    """Halve the backslashes before a character that would mark something; keep all others."""
    if state.src[state.pos] != "\\":
        return False
    end = state.pos
    while end < state.posMax and state.src[end] == "\\":
        end += 1
    count = end - state.pos
    shown = "\\" * count
    if end < state.posMax and _ESCAPABLE.match(state.src, end):
        shown = "\\" * (count // 2)
        if count % 2:
            shown += state.src[end]
            end += 1
    if not silent:
        state.append_pending(shown)
    state.pos = end
    return True


def _emphasis(state: StateInline, silent: bool) -> bool:  # noqa: FBT001  # As above.
    marker = state.src[state.pos]
    if silent or marker not in "*_":
        return False
    scanned = state.scanDelims(state.pos, marker == "*")
    if scanned.length == 1:
        scanned = state.scanDelims(state.pos, False)  # noqa: FBT003  # As above.
    for _ in range(scanned.length):
        state.push("text", "", 0).content = marker
        state.delimiters.append(
            Delimiter(
                marker=ord(marker),
                length=scanned.length,
                token=len(state.tokens) - 1,
                end=-1,
                open=scanned.can_open,
                close=scanned.can_close,
            )
        )
    state.pos += scanned.length
    return True


def _link(state: StateInline, silent: bool) -> bool:  # noqa: FBT001  # As above.
    """`[label](address)`, with a harmless address; anything else stays text."""
    if state.src[state.pos] != "[" or state.linkLevel or state.env["brackets"] <= 0:
        return False
    start, most = state.pos + 1, state.posMax
    end = state.md.helpers.parseLinkLabel(state, state.pos, True)  # noqa: FBT003  # As above.
    destination = links.DESTINATION.match(state.src, end + 1, most) if end >= 0 else None
    href = links.safe(destination[1]) if destination else None
    if destination is None or href is None:
        state.env["brackets"] -= 1
        return False
    if not silent:
        state.pos, state.posMax = start, end
        state.push("link_open", "a", 1).attrs = {"href": href}
        state.linkLevel += 1
        state.md.inline.tokenize(state)
        state.linkLevel -= 1
        state.push("link_close", "a", -1)
    state.pos, state.posMax = destination.end(), most
    return True


def _address(state: StateInline, silent: bool) -> bool:  # noqa: FBT001  # As above.
    """Keep marks out of an address: `_` and the like belong to it."""
    pos = state.pos
    if not state.src.startswith("://", pos) or not _SCHEME.search(state.src[max(0, pos - 6) : pos]):
        return False
    rest = _REST_OF_ADDRESS.match(state.src, pos, state.posMax)
    if rest is None:
        return False
    kept = rest[0].rstrip("_")
    if not silent:
        state.append_pending(kept)
    state.pos += len(kept)
    return True
