"""Tables as CSV that a spreadsheet opens and never runs (RFC 4180).

A cell that begins like a formula gets an apostrophe in front, as
https://owasp.org/www-community/attacks/CSV_Injection advises: whoever writes to the company
chooses their own name. The text begins with a byte order mark, without which Excel takes it
for another alphabet.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO
from unicodedata import category

Cell = str | int | float | None

MEDIA_TYPE = "text/csv"
_MARK = "\ufeff"
# Also as Chinese and Japanese keyboards write them.
_FORMULA = frozenset("=+-@|%\t\r\n＝＋－＠")
_AT_ONCE = 200


def lines(head: Sequence[str] | None, rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    """Yield the text of a table, some rows at a time; without a `head`, of its continuation."""
    out = StringIO()
    written = csv.writer(out)
    if head is not None:
        out.write(_MARK)
        written.writerow(head)
    for number, row in enumerate(rows, 1):
        written.writerow([harmless(cell) for cell in row])
        if number % _AT_ONCE == 0:
            yield out.getvalue()
            out.seek(0)
            out.truncate()
    yield out.getvalue()


def harmless(cell: Cell) -> Cell:
    """Return a cell that is shown as it stands; numbers are numbers."""
    if isinstance(cell, str) and not _FORMULA.isdisjoint((cell[:1], _begins_with(cell))):
        return f"'{cell}"
    return cell


def _begins_with(cell: str) -> str:
    """Return the first sign that shows: what does not, a program may leave out."""
    return next((one for one in cell if category(one)[0] not in "CZ"), "")
