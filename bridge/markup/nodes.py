"""What a formatted text is made of: the `Rich` nodes of the wire, as plain dictionaries."""

from collections.abc import Iterator, Sequence
from typing import Any

Node = dict[str, Any]
"""`{"t": "text"|"code"|"pre", "v"}`, `{"t": "b"|"i"|"s"|"quote"|"p", "c": [Node]}`,
`{"t": "br"}`, `{"t": "a", "href", "c": [Node]}` or `{"t": "ul"|"ol", "c": [[Node]]}`."""

BLOCKS = frozenset(("p", "quote", "pre", "ul", "ol"))
LISTS = frozenset(("ul", "ol"))


def text(value: str) -> Node:
    """Return a run of unformatted text."""
    return {"t": "text", "v": value}


def group(kind: str, children: list[Node]) -> Node:
    """Return a mark, a paragraph or a quote around its children."""
    return {"t": kind, "c": children}


def link(href: str, children: list[Node]) -> Node:
    """Return a link; `href` has been found harmless (`links.safe`)."""
    return {"t": "a", "href": href, "c": children}


def children(node: Node) -> Iterator[Sequence[Node]]:
    """Yield the lists of nodes directly inside a node: one each item of a list."""
    if node["t"] in LISTS:
        yield from node["c"]
    elif "c" in node:
        yield node["c"]


def text_of(nodes: Sequence[Node]) -> str:
    """Return the bare text, a line break for each `br` and between blocks.

    Has nothing that the nodes do not have themselves: no bullets, no addresses.
    """
    pieces: list[str] = []
    for node in nodes:
        if node["t"] in BLOCKS and pieces:
            pieces.append("\n")
        if node["t"] == "br":
            pieces.append("\n")
        pieces.append(node.get("v", ""))
        pieces.append("\n".join(text_of(inner) for inner in children(node)))
        if node["t"] in BLOCKS:
            pieces.append("\n")
    return "".join(pieces).removesuffix("\n")


def flat(nodes: Sequence[Node]) -> bool:
    """Say whether there is nothing in the nodes but text and line breaks."""
    return all(
        node["t"] in ("text", "br") or (node["t"] == "p" and flat(node["c"])) for node in nodes
    )
