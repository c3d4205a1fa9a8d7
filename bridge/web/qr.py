"""QR codes as drawings of one colour, which a page with a strict policy can show."""

from itertools import groupby

import msgspec
import segno


class Qr(msgspec.Struct, frozen=True):
    """A QR code: `path` draws its dark squares in a field of `size` by `size` units.

    The field has no margin; whoever shows it leaves four units of white around it.
    """

    size: int
    path: str


def qr(text: str) -> Qr:
    """Draw the text; a seventh of the squares may be hidden and it still can be read."""
    matrix = segno.make(text, error="m", micro=False).matrix
    return Qr(len(matrix), "".join(_row(y, row) for y, row in enumerate(matrix)))


def _row(y: int, row: bytearray) -> str:
    """Draw a row, each run of dark squares as one rectangle."""
    drawn, x = "", 0
    for dark, run in groupby(row):
        width = len(list(run))
        drawn += f"M{x} {y}h{width}v1h-{width}z" if dark else ""
        x += width
    return drawn
