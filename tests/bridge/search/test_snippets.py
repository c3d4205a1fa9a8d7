import time
import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bridge.search import Piece
from bridge.search.snippets import snippet
from bridge.search.words import words_of
from tests.bridge.search.conftest import Shelf


def shown(text: str, query: str) -> str:
    """Return the snippet with its hits in brackets."""
    pieces = snippet(text, words_of(query))
    return "".join(f"[{piece.text}]" if piece.hit else piece.text for piece in pieces)


@pytest.mark.parametrize(
    ("text", "query", "expected"),
    [
        ("Где мой заказ?", "заказ", "Где мой [заказ]?"),
        ("Заказы, заказ", "зак", "[Заказы], [заказ]"),
        ("Ёлка и ёж", "елк еж", "[Ёлка] и [ёж]"),
        ("Café, CAFÉ", "cafe", "[Café], [CAFÉ]"),
        ("İstanbul да", "istanbul да", "[İstanbul] [да]"),
        ("cafe\u0301 e", "café", "[café] e"),
        ("snake_case", "case", "snake_[case]"),
        ("в воде", "в", "[в] воде"),
        ("перезаказ заказ", "заказ", "перезаказ [заказ]"),
        ("слово", "другое", "слово"),
    ],
)
def test_hits_are_marked_to_the_end_of_their_word(text: str, query: str, expected: str) -> None:
    assert shown(text, query) == expected


def test_a_long_text_is_shown_around_its_first_hit() -> None:
    text = "раз " * 100 + "заказ " + "два " * 100
    stretch = shown(text, "заказ")
    assert stretch.startswith("…")
    assert "[заказ]" in stretch
    assert stretch.endswith("…")
    assert len(stretch) < 200


async def test_formatting_is_left_out_of_a_snippet(shelf: Shelf) -> None:
    await shelf.say(await shelf.conversation(), "**Заказ** готов\n> [тут](http://x.co)")
    (hit,) = await shelf.hits("готов")
    assert hit.snippet == (
        Piece("Заказ ", hit=False),
        Piece("готов", hit=True),
        Piece(" > тут (http://x.co)", hit=False),
    )


@given(st.text(max_size=300), st.text(min_size=1, max_size=20))
def test_a_snippet_is_a_stretch_of_the_text(text: str, query: str) -> None:
    assume(words_of(query))
    line = " ".join(f"{text} {query}".split())
    stretch = "".join(piece.text for piece in snippet(line, words_of(query)))
    assert stretch.removeprefix("…").removesuffix("…") in unicodedata.normalize("NFC", line)


def test_a_huge_text_is_marked_in_bounded_time() -> None:
    start = time.thread_time()
    shown("İ" + "заказ é " * 50_000, "заказ")
    assert time.thread_time() - start < 3
