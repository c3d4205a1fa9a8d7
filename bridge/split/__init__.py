"""A message into the parts a network takes: texts short enough, files where they go.

Nothing is lost: the parts say together what the message says, but for the space where it
was cut. A mark that is cut is closed, and opened again in the next part.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bridge.channel import Capabilities, TextFormat, TextUnit
from bridge.models import Attachment
from bridge.split.measure import length, longest_start

__all__ = ["PlannedPart", "length", "plan_parts", "shortened", "split"]

# Networks that have albums take ten files in one.
LARGEST_ALBUM = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedPart:
    """What goes out as one network message."""

    text: str = ""
    media: Sequence[Attachment] = ()
    buttons: Sequence[tuple[str, str]] = ()
    """The id and the words of each."""


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
    # At first use: few texts are too long, and the program has to start.
    from bridge.split.parts import formatted_parts, plain_parts  # noqa: PLC0415

    parts = plain_parts if format == "plain" else formatted_parts
    return list(parts(text, most, unit))


def shortened(text: str, most: int, unit: TextUnit) -> str:
    """Return a plain text of at most `most` units, with an ellipsis where it was cut."""
    if length(text, unit) <= most:
        return text
    # At first use, as above.
    from bridge.split.cuts import best_cut  # noqa: PLC0415

    room = longest_start(text, most - length("…", unit), unit)
    return text[: best_cut(text, room)].rstrip() + "…" if room > 0 else ""


def _is_caption(text: str, capabilities: Capabilities) -> bool:
    """Say whether the whole text may stand beside a file; a caption is never cut."""
    longest = [n for n in (capabilities.max_caption, capabilities.max_text) if n is not None]
    return not text.strip() or not longest or length(text, capabilities.text_unit) <= min(longest)


def _batched(media: Sequence[Attachment], size: int) -> Iterator[Sequence[Attachment]]:
    for start in range(0, len(media), size):
        yield media[start : start + size]
