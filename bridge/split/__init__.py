"""A message into the parts a network takes: texts short enough, files where they go.

Nothing is lost: the parts say together what the message says, but for the space where it
was cut. A mark that is cut is closed, and opened again in the next part.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bridge.channel import Capabilities, TextFormat, TextUnit
from bridge.markup import Dialect, parse, render
from bridge.models import Attachment
from bridge.split.leaves import Frame, Leaf, cut, grown, laid_out
from bridge.split.measure import best_cut, gap, length, longest_start

__all__ = ["PlannedPart", "length", "plan_parts", "split"]

# Networks that have albums take ten files in one.
LARGEST_ALBUM = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedPart:
    """What goes out as one network message."""

    text: str = ""
    media: Sequence[Attachment] = ()


def plan_parts(
    text: str, media: Sequence[Attachment], capabilities: Capabilities
) -> list[PlannedPart]:
    """Return the parts of a message in our markup, text first, files in their order.

    A text that fits beside the first files goes with them as their caption.
    """
    albums = list(_batched(media, LARGEST_ALBUM if capabilities.albums else 1))
    if albums and _is_caption(text, capabilities):
        first = PlannedPart(text=text if text.strip() else "", media=albums[0])
        return [first, *(PlannedPart(media=album) for album in albums[1:])]
    texts = split(text, "markdown", capabilities)
    return [
        *(PlannedPart(text=part) for part in texts),
        *(PlannedPart(media=album) for album in albums),
    ]


def split(text: str, format: TextFormat, capabilities: Capabilities) -> list[str]:
    """Return the text in parts of at most `capabilities.max_text`, all in `format`.

    One that fits is left untouched; one of nothing but space is no part at all.
    """
    if not text.strip():
        return []
    most, unit = capabilities.max_text, capabilities.text_unit
    if most is None or length(text, unit) <= most:
        return [text]
    if format == "plain":
        return list(_plain_parts(text, most, unit))
    return list(_formatted_parts(laid_out(parse(text, "markdown")), most, unit))


def _is_caption(text: str, capabilities: Capabilities) -> bool:
    """Say whether the whole text may stand beside a file; a caption is never cut."""
    longest = [n for n in (capabilities.max_caption, capabilities.max_text) if n is not None]
    return not text.strip() or not longest or length(text, capabilities.text_unit) <= min(longest)


def _plain_parts(text: str, most: int, unit: TextUnit) -> Iterator[str]:
    while text:
        end = best_cut(text, longest_start(text, most, unit) or 1)
        if part := text[:end].rstrip():
            yield part
        text = text[end:]
        text = text[gap(text) :]


def _formatted_parts(leaves: list[Leaf], most: int, unit: TextUnit) -> Iterator[str]:
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


def _batched(media: Sequence[Attachment], size: int) -> Iterator[Sequence[Attachment]]:
    for start in range(0, len(media), size):
        yield media[start : start + size]
