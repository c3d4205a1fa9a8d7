"""Cutting a text that is too long."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from bridge.channel import TextUnit
from bridge.markup import Dialect, parse, render
from bridge.split.cuts import best_cut, gap
from bridge.split.leaves import Frame, Leaf, cut, grown, laid_out
from bridge.split.measure import length, longest_start


def plain_parts(text: str, most: int, unit: TextUnit) -> Iterator[str]:
    """Yield the parts of a plain text, without the space where it is cut."""
    while text:
        end = best_cut(text, longest_start(text, most, unit) or 1)
        if part := text[:end].rstrip():
            yield part
        text = text[end:]
        text = text[gap(text) :]


def formatted_parts(text: str, most: int, unit: TextUnit) -> Iterator[str]:
    """Yield the parts of a text in our markup, each a text in our markup."""
    leaves = laid_out(parse(text, "markdown"))
    begun: set[Frame] = set()
    while leaves:
        left, part = _longest_part(leaves, begun, most, unit)
        if part.strip():
            yield part
        begun.update(frame for leaf in left for frame in leaf.frames if frame.kind == "item")
        leaves = cut(leaves, _size(left))[1]
        leaves = cut(leaves, gap(_flat(leaves, most)))[1]


def _longest_part(
    leaves: list[Leaf], begun: set[Frame], most: int, unit: TextUnit
) -> tuple[list[Leaf], str]:
    """Return the pieces that make the next part, and their text: marks count too."""
    flat = _flat(leaves, most)
    room = longest_start(flat, most, unit)
    while room > 0:
        left = cut(leaves, best_cut(flat, room))[0]
        part = render(grown(_trimmed(left), begun), Dialect.MARKDOWN)
        over = length(part, unit) - most
        if over <= 0:
            return left, part
        room = min(room, _size(left)) - max(1, over // 2)
    # The marks alone are too long, as a link may be: the words go without them.
    if any(leaf.frames for leaf in leaves):
        return _longest_part([replace(leaf, frames=()) for leaf in leaves], begun, most, unit)
    left = cut(leaves, 1)[0]
    return left, _flat(left, 1)


def _trimmed(leaves: list[Leaf]) -> list[Leaf]:
    flat = "".join(leaf.text for leaf in leaves)
    return cut(leaves, len(flat.rstrip()))[0]


def _flat(leaves: Sequence[Leaf], most: int) -> str:
    """Return enough of the bare text to find a cut in."""
    pieces: list[str] = []
    size = 0
    for leaf in leaves:
        pieces.append(leaf.text)
        size += len(leaf.text)
        # A little more than a part: what follows a cut decides whether it is a good one.
        if size > most + 128:
            break
    return "".join(pieces)


def _size(leaves: Sequence[Leaf]) -> int:
    return sum(len(leaf.text) for leaf in leaves)
