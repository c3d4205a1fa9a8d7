import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.markup import links
from tests.bridge.markup.rich import SAFE


def found(text: str) -> list[tuple[str, str]]:
    return [(text[link.start : link.end], link.href) for link in links.find(text)]


@pytest.mark.parametrize(
    ("text", "shown", "href"),
    [
        ("см. http://x.co/a_b?x=1&y=2.", "http://x.co/a_b?x=1&y=2", "http://x.co/a_b?x=1&y=2"),
        ("(www.foo.org/x)", "www.foo.org/x", "https://www.foo.org/x"),
        ("на example.com, да", "example.com", "https://example.com"),
        ("магазин.укр", "магазин.укр", "https://xn--80aairftm.xn--j1amh"),
        ("пишите a@b.co!", "a@b.co", "mailto:a@b.co"),
        ("MAILTO:a@b.co", "MAILTO:a@b.co", "mailto:a@b.co"),
        ("HTTPS://X.co/Ä", "HTTPS://X.co/Ä", "https://X.co/%C3%84"),
    ],
)
def test_an_address_in_a_text_is_found(text: str, shown: str, href: str) -> None:
    assert found(text) == [(shown, href)]


@pytest.mark.parametrize(
    "text",
    [
        "ok.It is fine",
        "main.py readme.md setup.sh",
        "5.5 кг, 12.30",
        "user@host",
        "javascript://x.co/%0aalert(1)",
        "ftp://x.co",
        "//x.co",
        "тест.Как",
    ],
)
def test_what_only_looks_like_an_address_is_text(text: str) -> None:
    assert found(text) == []


@given(st.text(st.sampled_from("htps:/.@-_?#&=%\\\"'<>[]() \t\nxcomяé😀"), max_size=60))
def test_whatever_is_found_is_safe_and_stands_where_it_says(text: str) -> None:
    end = 0
    for link in links.find(text):
        assert SAFE.match(link.href)
        assert end <= link.start < link.end <= len(text)
        end = link.end


@given(st.text(max_size=60))
def test_whatever_passes_as_safe_is_http_mail_or_phone(text: str) -> None:
    for address in (text, f"https://{text}", f"mailto:{text}", f"javascript:{text}"):
        href = links.safe(address)
        assert href is None or SAFE.match(href)


def test_no_address_is_too_much_for_us_to_look_at() -> None:
    assert len(found("x.com " * 10_000)) == links.MOST_FOUND
    assert found("http://x.co/" + "a" * 10_000) == []
