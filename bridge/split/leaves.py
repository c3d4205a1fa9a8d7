"""A formatted text laid out in one line of pieces, each knowing the marks it stands in.

Laid out so, a text is cut as easily as a string, and both halves grow their marks again.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from bridge.markup import Node
from bridge.markup.nodes import BLOCKS, LISTS


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One mark, block or item around a piece; told apart from its like by identity."""

    kind: str
    href: str = ""
    number: int = 0


@dataclass(frozen=True, slots=True)
class Leaf:
    """A run of text and what it stands in, from the outside in. A gap is no text."""

    text: str
    frames: tuple[Frame, ...] = ()
    gap: bool = False


def laid_out(nodes: Sequence[Node]) -> list[Leaf]:
    """Return the pieces of a text in order, with gaps where lines end between blocks."""
    leaves: list[Leaf] = []
    for leaf in _laid_out(nodes, ()):
        if not (leaf.gap and (not leaves or leaves[-1].gap)):
            leaves.append(leaf)
    while leaves and leaves[-1].gap:
        leaves.pop()
    return leaves


def _laid_out(nodes: Sequence[Node], frames: tuple[Frame, ...]) -> Iterator[Leaf]:
    for node in nodes:
        kind = node["t"]
        block = kind in BLOCKS
        if block:
            yield Leaf("\n\n" if kind == "p" else "\n", frames, gap=True)
        inside = (*frames, Frame(kind, node.get("href", "")))
        if kind == "text":
            yield Leaf(node["v"], frames)
        elif kind == "br":
            yield Leaf("\n", frames)
        elif kind in LISTS:
            yield from _items(node, inside)
        elif "v" in node:
            yield Leaf(node["v"], inside)
        else:
            yield from _laid_out(node["c"], inside)
        if block:
            yield Leaf("\n\n" if kind == "p" else "\n", frames, gap=True)


def _items(node: Node, frames: tuple[Frame, ...]) -> Iterator[Leaf]:
    for number, item in enumerate(node["c"], 1):
        inside = (*frames, Frame("item", number=number if node["t"] == "ol" else 0))
        yield Leaf("\n", frames, gap=True)
        yield from _laid_out(item, inside)


def cut(leaves: Sequence[Leaf], at: int) -> tuple[list[Leaf], list[Leaf]]:
    """Return the pieces before and after so many code points."""
    left: list[Leaf] = []
    for number, leaf in enumerate(leaves):
        if at < len(leaf.text):
            right = [replace(leaf, text=leaf.text[at:]), *leaves[number + 1 :]]
            if at:
                left.append(replace(leaf, text=leaf.text[:at]))
            return left, right
        left.append(leaf)
        at -= len(leaf.text)
    return left, []


def grown(leaves: Sequence[Leaf], begun: set[Frame]) -> list[Node]:
    """Return the nodes of some pieces; items in `begun` go on without their bullet."""
    nodes: list[Node] = []
    for frame, group in groupby(leaves, lambda leaf: leaf.frames[0] if leaf.frames else None):
        inside = list(group)
        if frame is None:
            for leaf in inside:
                nodes += _text(leaf)
            continue
        stripped = [replace(leaf, frames=leaf.frames[1:]) for leaf in inside]
        nodes += _framed(frame, stripped, begun)
    return nodes


def _text(leaf: Leaf) -> list[Node]:
    if leaf.gap:
        return []
    nodes: list[Node] = []
    for number, line in enumerate(leaf.text.split("\n")):
        if number:
            nodes.append({"t": "br"})
        if line:
            nodes.append({"t": "text", "v": line})
    return nodes


def _framed(frame: Frame, leaves: list[Leaf], begun: set[Frame]) -> list[Node]:
    if frame.kind in ("code", "pre"):
        return [{"t": frame.kind, "v": "".join(leaf.text for leaf in leaves)}]
    if frame.kind in LISTS:
        return _list(frame, leaves, begun)
    children = grown(leaves, begun)
    if frame.kind == "a":
        return [{"t": "a", "href": frame.href, "c": children}]
    return [{"t": frame.kind, "c": children}]


def _list(frame: Frame, leaves: list[Leaf], begun: set[Frame]) -> list[Node]:
    """Return a list, but for what can be none: the rest of an item, or of a numbered list."""
    nodes: list[Node] = []
    items: list[list[Node]] = []
    for item, group in groupby(leaves, lambda leaf: leaf.frames[0] if leaf.frames else None):
        if item is None:
            continue
        children = grown([replace(leaf, frames=leaf.frames[1:]) for leaf in group], begun)
        if item in begun:
            nodes += _paragraph(children)
        elif item.number not in (0, len(items) + 1):
            nodes += _paragraph([{"t": "text", "v": f"{item.number}. "}, *children])
        else:
            items.append(children)
    return [*nodes, {"t": frame.kind, "c": items}] if items else nodes


def _paragraph(children: list[Node]) -> list[Node]:
    if any(child["t"] in BLOCKS for child in children):
        return children
    return [{"t": "p", "c": children}]
