"""Tables as files to take away."""

from collections.abc import AsyncIterator, Iterable, Sequence

from litestar.response import Stream

from agent_console.spreadsheet import MEDIA_TYPE, Cell, lines


def csv_file(name: str, head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Stream:
    """Return a table as a file of this name, sent as it is written."""

    # Not a plain iterator: that would be read in a thread, a piece at a time.
    async def sent() -> AsyncIterator[str]:
        for piece in lines(head, rows):
            yield piece

    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return Stream(sent(), media_type=MEDIA_TYPE, headers=headers)
