"""HTML as the Bot API takes and refuses it."""

import pytest

from bridge.sandbox.telegram.errors import Refusal
from bridge.sandbox.telegram.html import parse_html, units


def test_marks_become_entities_counted_in_utf16_units() -> None:
    text, entities = parse_html(
        "🐤 <b>жирный</b> &lt;ok&gt; <a href='https://x.co/?a=1&amp;b'>x</a>"
    )
    assert text == "🐤 жирный <ok> x"
    assert entities == [
        {"type": "bold", "offset": 3, "length": 6},
        {"type": "text_link", "url": "https://x.co/?a=1&b", "offset": 15, "length": 1},
    ]


def test_marks_may_stand_in_one_another() -> None:
    text, entities = parse_html("<blockquote><b>a<i>b</i></b></blockquote>")
    assert text == "ab"
    assert [one["type"] for one in entities] == ["blockquote", "bold", "italic"]


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("<b>a", "Can't find end tag corresponding to start tag b"),
        ("a</b>", "Unexpected end tag at byte offset 1"),
        (
            "<b>a</i>",
            'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"',
        ),
        ("<script>a</script>", 'Unsupported start tag "script" at byte offset 0'),
        ("ж < a", "Unclosed start tag at byte offset 3"),
        ("1 < 2 > 1", 'Unsupported start tag "" at byte offset 2'),
        ("<span>a</span>", 'Tag "span" must have class "tg-spoiler"'),
    ],
)
def test_what_is_malformed_is_refused_with_its_place(source: str, why: str) -> None:
    with pytest.raises(Refusal) as refused:
        parse_html(source)
    assert refused.value.description == f"Bad Request: can't parse entities: {why}"


def test_white_space_at_the_ends_is_not_kept() -> None:
    assert parse_html("\n <b> a </b> \n") == ("a", [{"type": "bold", "offset": 0, "length": 1}])


def test_a_character_beyond_the_bmp_counts_two() -> None:
    assert (units("ж"), units("🐤"), units("👩‍🚀")) == (1, 2, 5)


def test_an_empty_mark_is_no_entity() -> None:
    assert parse_html("a<b></b>") == ("a", [])
