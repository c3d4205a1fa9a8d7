"""A file for a spreadsheet says what stands in it and does nothing."""

import csv
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_console.spreadsheet import harmless, lines


@pytest.mark.parametrize(
    "cell",
    [
        "=1+1",
        "+380",
        "-5",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "  =HYPERLINK(1)",
        "＝1",
        "%0A",
        "|calc",
        "\x00=1",
        "\u200b=1",
        "\ufeff+1",
    ],
)
def test_what_begins_like_a_formula_is_text(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "Олена", "a=b", "№ 5", 5, -5, 1.5, None])
def test_everything_else_is_as_it_is(cell: str | float | None) -> None:
    assert harmless(cell) == cell


_HIDDEN = st.text(st.characters(categories=["Cc", "Cf", "Zs", "Zl", "Zp"]), max_size=4)


@given(_HIDDEN, st.sampled_from("=+-@\t\r\n＝＋－＠|%"), st.text(max_size=9))
def test_no_cell_of_a_table_begins_like_a_formula_whatever_hides_before_it(
    hidden: str, sign: str, rest: str
) -> None:
    text = "".join(lines(("a",), [[hidden + sign + rest]])).removeprefix("\ufeff")
    _, (cell,) = csv.reader(StringIO(text, newline=""))

    assert cell == f"'{hidden}{sign}{rest}" or not cell.strip().startswith(tuple("=+-@＝＋－＠|%"))


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
