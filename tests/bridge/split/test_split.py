import time
from typing import Any

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from bridge.channel import Capabilities, TextUnit
from bridge.markup import Dialect, parse, render
from bridge.split import length, split
from tests.bridge.markup.rich import PIECES, letters

ALL_UNITS = st.sampled_from(list(TextUnit))
WORDS = st.text(st.sampled_from("яab .,!?\n\t-—👍🏽é\u0301🇺🇦\u200d👩\u00a0"), max_size=300)


def limit(most: int | None, unit: TextUnit = TextUnit.CODE_POINTS) -> Capabilities:
    return Capabilities(max_text=most, text_unit=unit)


def plain(text: str, most: int, unit: TextUnit = TextUnit.CODE_POINTS) -> list[str]:
    return split(text, "plain", limit(most, unit))


def marked(text: str, most: int) -> list[str]:
    return split(text, "markdown", limit(most))


def bare(text: str) -> str:
    return render(parse(text, "markdown"), Dialect.PLAIN)


def test_a_text_that_fits_is_one_part_and_untouched() -> None:
    assert plain("  как есть \n", 12) == ["  как есть \n"]
    assert split("x" * 10_000, "plain", limit(None)) == ["x" * 10_000]


def test_a_text_of_nothing_but_space_is_no_part() -> None:
    assert plain(" \n ", 2) == []


def test_the_cut_is_between_paragraphs_if_one_ends_late_enough() -> None:
    assert plain("один два\nтри.\n\nчетыре пять шесть", 20) == [
        "один два\nтри.",
        "четыре пять шесть",
    ]


def test_or_between_lines() -> None:
    assert plain("один два\n  три четыре пять", 14) == ["один два", "  три четыре", "пять"]


def test_or_between_sentences() -> None:
    assert plain("Один два. Три четыре", 16) == ["Один два.", "Три четыре"]


def test_or_between_words() -> None:
    assert plain("один два три четыре", 10) == ["один два", "три четыре"]


def test_a_no_break_space_is_kept_with_its_words() -> None:
    assert plain("цена 10\u00a0000 грн", 9) == ["цена", "10\u00a0000", "грн"]


@pytest.mark.parametrize("letter", ["👩‍👩‍👧", "e\u0301", "🇺🇦", "👍🏽", "क्ष"])
def test_or_between_letters_as_a_reader_sees_them(letter: str) -> None:
    for most in range(len(letter), 4 * len(letter)):
        parts = plain(letter * 40, most)
        assert "".join(parts) == letter * 40
        assert all(len(part) % len(letter) == 0 for part in parts)


def test_a_letter_longer_than_the_limit_is_cut_all_the_same() -> None:
    assert plain("e" + "\u0301" * 50, 20) == ["e" + "\u0301" * 19, "\u0301" * 20, "\u0301" * 11]


def test_lengths_count_in_the_networks_unit() -> None:
    assert plain("😀😀😀", 2, TextUnit.CODE_POINTS) == ["😀😀", "😀"]
    assert plain("😀😀😀", 4, TextUnit.UTF16) == ["😀😀", "😀"]
    assert plain("ййй", 4, TextUnit.BYTES) == ["йй", "й"]


def test_a_mark_that_is_cut_is_closed_and_opened_again() -> None:
    assert marked("**один два _три четыре_** пять", 17) == [
        "**один два**",
        "**_три четыре_**",
        "пять",
    ]


def test_a_block_of_code_that_is_cut_is_two_blocks() -> None:
    assert marked("```\nline = 1\nmore = 2\n```", 20) == [
        "```\nline = 1\n```",
        "```\nmore = 2\n```",
    ]


def test_a_numbered_list_that_is_cut_goes_on_counting() -> None:
    parts = marked("1. первое дело\n2. второе дело\n3. третье дело", 32)
    assert [bare(part) for part in parts] == ["1. первое дело\n2. второе дело", "3. третье дело"]


def test_an_item_that_is_cut_goes_on_without_a_bullet() -> None:
    parts = marked("- первое длинное дело\n- второе", 22)
    assert [bare(part) for part in parts] == ["- первое длинное дело", "- второе"]
    parts = marked("- первое очень длинное дело\n- второе", 20)
    assert [bare(part) for part in parts] == ["- первое очень", "длинное дело", "- второе"]


def test_a_quote_that_is_cut_is_two_quotes() -> None:
    assert marked("> раз два три\n> четыре пять", 16) == ["> раз два три", "> четыре пять"]


def test_a_link_that_is_cut_leads_there_from_both_parts() -> None:
    assert marked("[длинный прайс](http://x.co) да", 22) == [
        "[длинный](http://x.co)",
        "[прайс](http://x.co)",
        "да",
    ]


def test_a_link_longer_than_a_part_goes_without_its_mark() -> None:
    parts = marked(f"слово [прайс](http://x.co/{'a' * 50}) слово", 30)
    assert [part.split() for part in parts] == [["слово", "прайс", "слово"]]


@given(WORDS, st.integers(4, 60), ALL_UNITS)
def test_plain_parts_fit_and_lose_nothing_but_space(text: str, most: int, unit: TextUnit) -> None:
    parts = plain(text, most, unit)
    assert all(length(part, unit) <= most for part in parts)
    assert all(part.strip() for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


@given(WORDS, st.integers(25, 60))
def test_no_letter_is_cut_in_two(text: str, most: int) -> None:
    whole = regex.findall(r"\X", text)
    if max(map(len, whole), default=0) > most:
        return
    ends = {0}
    at = 0
    for letter in whole:
        at += len(letter)
        ends.add(at)
    at = 0
    for part in plain(text, most):
        at = text.index(part, at)
        assert at in ends
        at += len(part)
        assert at in ends or text[at].isspace()


@given(PIECES.map(lambda text: text * 3), st.integers(40, 120), ALL_UNITS)
def test_formatted_parts_fit_and_lose_no_letter(text: str, most: int, unit: TextUnit) -> None:
    text = text.replace("javascript", "js")
    parts = split(text, "markdown", limit(most, unit))
    assert all(length(part, unit) <= most for part in parts)
    left = iter(words(parts))
    assert all(letter in left for letter in words([text])), "a letter is lost, or out of order"
    # An address may be said twice: where a part cannot mark it, it stands beside its label.
    assert "http" in text or "example" in text or not list(left)


def words(texts: list[str]) -> list[str]:
    """Return what is read, numbers too, but an address in its label only."""
    return [char for text in texts for char in letters(shown(parse(text, "markdown")))]


def shown(nodes: list[dict[str, Any]]) -> str:
    pieces = []
    for node in nodes:
        if node["t"] == "ol":
            pieces += [f"{number}. {shown(item)}" for number, item in enumerate(node["c"], 1)]
        elif node["t"] == "ul":
            pieces += [shown(item) for item in node["c"]]
        else:
            pieces.append(node.get("v") or shown(node.get("c", [])))
    return "".join(pieces)


@pytest.mark.parametrize(
    "unit", ["**слово _раз_** ", "- a\n", "🇺🇦", "e\u0301", "x", "[a](http://x.co) "]
)
def test_a_hostile_text_is_split_in_bounded_time(unit: str) -> None:
    text = (unit * 32_000)[:32_000]
    start = time.thread_time()
    assert all(len(part) <= 1000 for part in marked(text, 1000))
    assert time.thread_time() - start < 10
