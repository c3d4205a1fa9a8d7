"""HTML of strangers read as text, in time."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.email.htmltext import to_text
from tests.bridge.markup.strangers import BOMBS, XSS


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>one</p><p>two</p>", "one\n\ntwo"),
        ("one<br>two<br/><br />three", "one\ntwo\n\nthree"),
        ("<div>one</div><div>two</div>", "one\ntwo"),
        ("  a\n  b\t c ", "a b c"),
        ("<b>a</b> <i>b</i>c", "a bc"),
        ("<ul><li>a</li><li>b</li></ul>", "- a\n- b"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a  b\nc"),
        ("a<blockquote>b<br>c</blockquote>d", "a\n> b\n> c\nd"),
        ("<blockquote><blockquote>a</blockquote>b</blockquote>", "> > a\n> b"),
        ("<pre>a\n  b</pre>", "a\n  b"),
        ("<a href='https://a.example/x'>here</a>", "here (https://a.example/x)"),
        ("<a href='https://a.example/'>https://a.example</a>", "https://a.example"),
        ("<a href='https://a.example/'>a.example</a>", "a.example"),
        ("<a href='mailto:a@b.cd'>a@b.cd</a>", "a@b.cd"),
        ("<a href='javascript:x'>here</a>", "here"),
        ("<a href='https://a.example/x'><img src=x></a>", "https://a.example/x"),
        ("<img alt='A cat' src=x>", "[A cat]"),
        ("&lt;b&gt; &amp; &nbsp;&#1055;&#x1F424;", "<b> &  П🐤"),
        ("<style>p{}</style><title>t</title><script>s</script>x", "x"),
        ("a <!-- b --> c", "a c"),
        ("1 < 2 > 0 & 3", "1 < 2 > 0 & 3"),
        ("<h1>T</h1>x", "T\n\nx"),
        ("", ""),
    ],
)
def test_html_is_read_as_people_read_it(html: str, text: str) -> None:
    assert to_text(html) == text


@given(st.lists(st.sampled_from([*XSS, "<", ">", '"', "/", " ", "<p>", "<b", "-->"]), max_size=8))
def test_any_mixture_is_read_without_a_crash(pieces: list[str]) -> None:
    to_text("".join(pieces))


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_is_read_in_time(bomb: str) -> None:
    begun = time.perf_counter()
    to_text(BOMBS[bomb])
    # Two cores, shared: alone it is below one second.
    assert time.perf_counter() - begun < 12
