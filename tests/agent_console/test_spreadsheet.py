"""A file for a spreadsheet says what stands in it and does nothing."""

import csv
from io import StringIO

import pytest

from agent_console.spreadsheet import harmless, lines


@pytest.mark.parametrize(
    "cell",
    ["=1+1", "+380", "-5", "@SUM(A1)", "\t=1", "\r=1", "  =HYPERLINK(1)", "＝1", "%0A", "|calc"],
)
def test_what_begins_like_a_formula_is_text(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "Олена", "a=b", "№ 5", 5, -5, 1.5, None])
def test_everything_else_is_as_it_is(cell: str | float | None) -> None:
    assert harmless(cell) == cell


def test_quotes_commas_and_line_ends_come_back_as_they_were() -> None:
    rows: list[list[str | float | None]] = [['Ольга, "Лис"\nі ко', 1, None], ["=x", 2.5, "🦊"]]
    text = "".join(lines(("a", "b", "c"), rows))

    assert text.startswith("\ufeff")
    assert list(csv.reader(StringIO(text.removeprefix("\ufeff")))) == [
        ["a", "b", "c"],
        ['Ольга, "Лис"\nі ко', "1", ""],
        ["'=x", "2.5", "🦊"],
    ]


def test_a_long_table_is_sent_in_pieces_and_a_continuation_has_no_head() -> None:
    pieces = list(lines(None, ([number] for number in range(1000))))

    assert len(pieces) > 3
    assert "".join(pieces).split() == [str(number) for number in range(1000)]
