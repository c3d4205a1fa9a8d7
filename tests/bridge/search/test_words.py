"""The words of a text: the same ones however it is read, once each, as letters are known."""

import sys
import unicodedata

import pytest

from bridge.search import words
from bridge.search.words import MOST_INDEXED, USUAL, lexemes, words_of


def test_what_is_read_at_once_is_read_as_letter_by_letter() -> None:
    usual = [chr(code) for code in range(sys.maxunicode + 1) if USUAL.fullmatch(chr(code))]
    assert len(usual) > 2000
    read = {char: char in words._split(char) for char in usual}
    known = {char: unicodedata.ucd_3_2_0.category(char)[0] in "LN" for char in usual}
    assert read == known


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Замовлення №5, замовлення!", "5 замовлення"),
        ("ёлка/елка_Ёлка", "елка"),
        ("Zürich café їжак й", "cafe zurich й їжак"),
        ("👍🏽 так️ — «ні»", "ні так"),
        ("文字 ᾧ ⓿ x", "x ᾧ 文字"),
        ("", ""),
    ],
)
def test_a_text_is_indexed_by_its_words_once_each(text: str, said: str) -> None:
    assert lexemes(text) == said


def test_a_letter_of_a_later_unicode_parts_words_in_either_way_of_reading() -> None:
    # U+052A is a letter since Unicode 7, and was nothing to 3.2.
    assert words_of("аԪб") == ["а", "б"]
    assert words_of("плюс аԪб") == ["плюс", "а", "б"]


def test_of_a_text_with_more_words_than_fit_as_many_are_indexed_as_fit() -> None:
    text = " ".join(f"слово{number}" for number in range(100_000))
    kept = lexemes(text).split()
    assert 0 < sum(len(word.encode()) + 8 for word in kept) <= MOST_INDEXED
    assert kept == sorted(set(text.split()))[: len(kept)]
