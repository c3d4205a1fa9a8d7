"""Entities into our markup, whatever their places."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.botapi.marked import marked
from bridge.markup import to_plain
from bridge.sandbox.telegram import entity


def test_two_marks_that_overlap_are_cut_where_they_cross() -> None:
    text = "раз два три"
    crossing = [entity(text, "раз два", "bold"), entity(text, "два три", "italic")]
    assert marked(text, crossing) == ("**раз _два_** _три_", "markdown")


def test_places_count_in_utf16_units() -> None:
    text = "🐤🇺🇦 b 𝔘"
    assert marked(text, [entity(text, "b", "bold")]) == ("🐤🇺🇦 **b** 𝔘", "markdown")


def test_what_looks_like_our_marks_is_shown_as_it_is() -> None:
    text = "**не жирно** жирно"
    shown, format_ = marked(text, [{"type": "bold", "offset": 13, "length": 5}])
    assert format_ == "markdown"
    assert to_plain(shown, format_) == text
    assert marked("**ні** _ні_", []) == ("**ні** _ні_", "plain")


def test_a_link_that_is_not_harmless_is_only_its_words() -> None:
    text = "натисни сюди"
    evil = [entity(text, "сюди", "text_link", url="javascript:alert(1)")]
    assert marked(text, evil) == (text, "markdown")


@pytest.mark.parametrize(
    ("text", "part", "type", "shown"),
    [
        ("пиши на a@b.co **", "a@b.co", "email", "пиши на a@b.co \\*\\*"),
        ("є example.com/a_b", "example.com/a_b", "url", "є example.com/a_b"),
        ("дзвони +380501234567", "+380501234567", "phone_number", "дзвони +380501234567"),
    ],
)
def test_an_address_telegram_has_found_stays_as_it_stands(
    text: str, part: str, type: str, shown: str
) -> None:
    marks = [entity(text, part, type), {"type": "bold", "offset": 0, "length": 1}]
    assert to_plain(marked(text, marks)[0], "markdown") == to_plain(shown, "markdown")


def test_a_mark_that_reaches_out_of_the_text_ends_with_it() -> None:
    outside = [
        {"type": "bold", "offset": 2, "length": 9},
        {"type": "italic", "offset": -1, "length": 2},
        {"type": "code", "offset": 1, "length": 0},
    ]
    assert marked("a c", outside) == ("_a_ **c**", "markdown")


def test_a_character_is_never_cut_in_two() -> None:
    assert marked("🐤 b", [{"type": "bold", "offset": 1, "length": 3}]) == ("**🐤 b**", "markdown")


MARKS = st.fixed_dictionaries(
    {
        "offset": st.integers(-2, 30),
        "length": st.integers(-2, 30),
        "type": st.sampled_from(["bold", "italic", "code", "pre", "blockquote", "strikethrough"]),
    }
)


@given(st.text("ab 🐤*_`\n>-", max_size=25), st.lists(MARKS, max_size=6))
def test_no_letter_is_lost_whatever_is_marked(text: str, marks: list[dict[str, object]]) -> None:
    shown, format_ = marked(text, marks)
    plain = to_plain(shown, format_)
    assert [c for c in plain if c in "ab🐤"] == [c for c in text if c in "ab🐤"]
