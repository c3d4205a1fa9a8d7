"""However a body is made, formatting it takes bounded time."""

import time

import pytest

from bridge.markup import LONGEST_FORMATTED, Dialect, parse, render, to_plain, to_rich

UNITS = [
    "[", "![", "[]", "[[]", "](", "[a](", "[a](http://x.co)", "[*a](http://x.co/",
    "*", "*a ", "**a ", "_a_ ", "*_", "*a**b", "~~", "~~a ", "`", "``a", "`a``b```c", "```\n",
    "```a\n", "\\", "\\*", ">", "> ", "> \n", "> a\n", "> - > - a\n", "- ", "- a\n", "1. a\n",
    "  - a\n    - b\n", ":", "://", "http://", "http://a.b/(", "a@", "x.co ", "x.co/((", "\n",
    "\n \n",
]  # fmt: skip

# Of this thread's own work, so that others on the machine do not count; the slowest text
# takes a fifth of it.
SECONDS = 3.0


@pytest.mark.parametrize("unit", UNITS)
def test_the_longest_formatted_text_is_read_and_written_in_bounded_time(unit: str) -> None:
    source = (unit * LONGEST_FORMATTED)[:LONGEST_FORMATTED]
    start = time.thread_time()
    nodes = parse(source, "markdown")
    for dialect in Dialect:
        render(nodes, dialect)
    assert time.thread_time() - start < SECONDS


@pytest.mark.parametrize(
    "unit", ["x.co ", "a@b.co ", "http://x.co/( ", "a.b" * 600 + " ", "**a** "]
)
def test_a_body_of_400_kilobytes_is_read_in_bounded_time(unit: str) -> None:
    source = (unit * 400_000)[:400_000]
    start = time.thread_time()
    to_rich(source, "markdown")
    to_plain(source, "markdown", one_line=True)
    assert time.thread_time() - start < SECONDS


def test_brackets_without_end_and_then_a_link_are_read_in_bounded_time() -> None:
    start = time.thread_time()
    parse("[" * 20_000 + "](" * 6_000, "markdown")
    parse("[" * 30_000 + "a](http://x.co)", "markdown")
    assert time.thread_time() - start < SECONDS


def test_a_short_plain_line_is_not_parsed_at_all() -> None:
    line = "Добрый день! Когда приедет заказ номер 1234? Спасибо."
    best = min(_timed(line) for _ in range(7))
    assert best < 20e-6, "a look takes two microseconds, parsing takes a hundred"


def _timed(line: str) -> float:
    start = time.thread_time()
    for _ in range(200):
        to_rich(line, "markdown")
    return (time.thread_time() - start) / 200
