"""Text that is not formatted: its addresses are links and its line ends breaks."""

from bridge.markup import links
from bridge.markup.nodes import Node, link, text


def plain(source: str) -> list[Node]:
    """Return text with its addresses made links and its line ends made breaks."""
    nodes: list[Node] = []
    end = 0
    for found in links.find(source) if links.possible(source) else ():
        nodes += lines(source[end : found.start])
        nodes.append(link(found.href, [text(source[found.start : found.end])]))
        end = found.end
    return nodes + lines(source[end:])


def lines(source: str) -> list[Node]:
    """Return text with a break for each line end."""
    nodes: list[Node] = []
    for number, line in enumerate(source.split("\n")):
        if number:
            nodes.append({"t": "br"})
        if line:
            nodes.append(text(line))
    return nodes
