import html
import re
from typing import get_args
from urllib.parse import unquote

from hypothesis import given
from hypothesis import strategies as st

from bridge.channel import TextFormat
from bridge.markup import Dialect, Node, escape, parse, render, to_plain
from bridge.markup.dialects import STYLES, written
from tests.bridge.markup.rich import PIECES, letters

SOURCE = """**Ціни** & <b>:
- [прайс](https://x.co/?a=1&b=2)
- _яблука_ і ~~груші~~ `x < 1`
> цитата
> друга
```
a && b
```
кінець https://x.co/a_b"""


def as_dialect(source: str, dialect: Dialect) -> str:
    return render(parse(source, "markdown"), dialect)


def test_bare_text_keeps_bullets_quotes_and_addresses() -> None:
    assert as_dialect(SOURCE, Dialect.PLAIN) == (
        "Ціни & <b>:\n- прайс (https://x.co/?a=1&b=2)\n- яблука і груші x < 1\n"
        "> цитата\n> друга\na && b\nкінець https://x.co/a_b"
    )


def test_html_has_only_what_telegram_knows() -> None:
    assert as_dialect(SOURCE, Dialect.HTML) == (
        "<b>Ціни</b> &amp; &lt;b&gt;:\n"
        '• <a href="https://x.co/?a=1&amp;b=2">прайс</a>\n'
        "• <i>яблука</i> і <s>груші</s> <code>x &lt; 1</code>\n"
        "<blockquote>цитата\nдруга</blockquote>\n"
        "<pre>a &amp;&amp; b</pre>\nкінець https://x.co/a_b"
    )


def test_mrkdwn_is_slacks() -> None:
    assert as_dialect(SOURCE, Dialect.MRKDWN) == (
        "*Ціни* &amp; &lt;b&gt;:\n• <https://x.co/?a=1&amp;b=2|прайс>\n"
        "• _яблука_ і ~груші~ `x &lt; 1`\n> цитата\n> друга\n"
        "```\na &amp;&amp; b\n```\nкінець https://x.co/a_b"
    )


def test_our_own_dialect_reads_back_as_the_same() -> None:
    nodes = parse(SOURCE, "markdown")
    assert parse(render(nodes, Dialect.MARKDOWN), "markdown") == nodes


def test_nobody_is_called_to_a_slack_channel_by_a_customer() -> None:
    shown = render(parse("<!channel> <@U1> http://x.co", "plain"), Dialect.MRKDWN)
    assert "<" not in shown
    assert shown.startswith("&lt;!channel&gt; &lt;@U1&gt;")


def test_a_quote_in_a_quote_is_shown_by_its_sign_in_html() -> None:
    shown = as_dialect("> a\n> > b", Dialect.HTML)
    assert shown == "<blockquote>a\n&gt; b</blockquote>"


def test_slacks_marks_stand_on_each_line_and_next_to_words() -> None:
    assert as_dialect("**a\nb **c", Dialect.MRKDWN) == "**a\nb **c"
    nodes: list[Node] = [
        {"t": "b", "c": [{"t": "text", "v": "a "}, {"t": "br"}, {"t": "text", "v": "b"}]}
    ]
    assert render(nodes, Dialect.MRKDWN) == "*a* \n*b*"


def test_what_our_dialect_cannot_say_goes_without_its_mark() -> None:
    nodes: list[Node] = [{"t": "b", "c": [{"t": "text", "v": '"a"'}]}, {"t": "text", "v": "b"}]
    assert render(nodes, Dialect.MARKDOWN) == '"a"b'


def test_to_plain_makes_one_line_of_many() -> None:
    assert to_plain("**a**\n\n- b\n  c", "markdown", one_line=True) == "a - b c"
    assert to_plain("**a**\n b", "plain", one_line=True) == "**a** b"
    assert to_plain("**a**\n\n b", "plain") == "**a**\n\n b"


def test_to_plain_leaves_plain_text_alone() -> None:
    for kind in get_args(TextFormat):
        assert to_plain("Добрый день 👋🏽.\n\nДа", kind) == "Добрый день 👋🏽.\n\nДа"


@given(PIECES)
def test_no_letter_is_ever_lost_in_any_dialect(source: str) -> None:
    source = source.replace("javascript", "js")
    wanted = letters(source)
    assert letters(unquote(as_dialect(source, Dialect.PLAIN))) == wanted
    nodes = parse(source, "plain")
    assert letters(render(nodes, Dialect.PLAIN)) == wanted
    assert letters(html.unescape(re.sub("<[^>]*>", "", render(nodes, Dialect.HTML)))) == wanted


@given(PIECES)
def test_html_is_well_formed(source: str) -> None:
    shown = as_dialect(source, Dialect.HTML)
    stack: list[str] = []
    for close, name, attributes in re.findall(r"<(/?)(\w+)([^<>]*)>", shown):
        assert name in ("b", "i", "s", "code", "pre", "blockquote", "a")
        assert re.fullmatch(r'( href="[^"<>]*")?', attributes)
        if close:
            assert stack.pop() == name
        else:
            assert name != "blockquote" or "blockquote" not in stack
            stack.append(name)
    assert stack == []
    assert re.sub(r"</?\w+[^<>]*>", "", shown).count("<") == 0


@given(PIECES)
def test_our_dialect_read_back_says_the_same(source: str) -> None:
    nodes = parse(source, "markdown")
    again = parse(render(nodes, Dialect.MARKDOWN), "markdown")
    bare = STYLES[Dialect.PLAIN]
    assert written(again, bare).split() == written(nodes, bare).split()


@given(PIECES | st.text(max_size=40))
def test_escaped_text_reads_back_as_it_was(source: str) -> None:
    source = source.replace("\r", "")
    shown = render(parse(escape(source), "markdown"), Dialect.PLAIN)
    assert shown.split() == source.split()


@given(PIECES)
def test_bare_text_is_never_longer_than_our_markup(source: str) -> None:
    ours = as_dialect(source, Dialect.MARKDOWN)
    assert len(as_dialect(ours, Dialect.PLAIN)) <= len(ours)
