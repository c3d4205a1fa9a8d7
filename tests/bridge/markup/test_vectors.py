"""Script in more than a thousand disguises: nothing of it is left but words."""

from collections.abc import Callable, Iterator
from typing import Any

import nh3
import pytest

from bridge.channel import TextFormat
from bridge.markup import Dialect, escape, parse, render, to_plain, to_rich
from bridge.markup.htmlclean import clean, shown
from bridge.markup.htmlscan import TAGS
from bridge.markup.nodes import Node
from bridge.search.snippets import snippet
from tests.bridge.markup.harmless import (
    ACTING,
    LEADS,
    LOADS_ON_DEMAND,
    Reader,
    in_slack,
    in_telegram,
    read,
)
from tests.bridge.markup.vectors import VECTORS

# Fewer than so many prove little.
LEAST = 500
# A sample is a mail by itself, and stands in others.
PLACES = ("{}", "<div><p>{}</p></div>", '<table><tr><td title="{}">{}', "<a href='{}'><b>{}")
FORMATS: tuple[TextFormat, ...] = ("plain", "markdown")
NODES = {"text", "b", "i", "s", "p", "quote", "code", "pre", "br", "a", "ul", "ol"}
# With these an address is code, which a browser's parser is to leave where it finds it.
CODE = {"javascript", "vbscript", "livescript", "blob"}

Bad = list[tuple[str, Any]]


def failed(check: Callable[[str], Any]) -> Bad:
    """Return the samples about which a check has something to say."""
    return [(one, told) for one in VECTORS if (told := check(one))]


def nothing(_public_id: str) -> None:
    """Know no picture."""


def test_there_are_five_hundred_samples_and_more_and_no_two_are_the_same() -> None:
    assert len(set(VECTORS)) == len(VECTORS) >= LEAST


@pytest.mark.parametrize("place", PLACES)
def test_a_mail_that_was_cleaned_neither_acts_nor_loads(place: str) -> None:
    def told(vector: str) -> list[str]:
        return read(clean(place.replace("{}", vector), {"x": "ab12"}), Reader()).bad

    assert failed(told) == []


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("cleaned", [True, False], ids=["cleaned", "never cleaned"])
def test_a_mail_that_is_shown_neither_acts_nor_loads(place: str, *, cleaned: bool) -> None:
    def told(vector: str) -> list[str]:
        html = place.replace("{}", vector)
        html = clean(html) if cleaned else html
        kept = shown(html, nothing, remote=False)
        asked_for = shown(html, nothing, remote=True)
        on_demand = Reader(loads=LOADS_ON_DEMAND)
        return read(kept, Reader()).bad + read(asked_for, on_demand).bad

    assert failed(told) == []


@pytest.mark.parametrize("place", PLACES)
def test_a_browser_finds_nothing_more_in_what_was_cleaned(place: str) -> None:
    """What is written as words and read as an element is how such holes come about."""

    def told(vector: str) -> list[str]:
        return _found_by_a_browser(clean(place.replace("{}", vector)))

    assert failed(told) == []


def test_a_browser_finds_what_acts_in_the_samples_as_they_come() -> None:
    assert len(failed(_found_by_a_browser)) > LEAST


def _found_by_a_browser(html: str) -> list[str]:
    """Return what acts or loads in a page as the algorithm of the browsers reads it."""
    elements = nh3.clean(
        html,
        tags={*TAGS, *ACTING},
        clean_content_tags=set(),
        generic_attribute_prefixes={""},
        url_schemes={"http", "https", "mailto", "tel", "data", "remote", *CODE},
        url_relative="pass_through",
        link_rel=None,
    )
    return read(elements, Reader()).bad


@pytest.mark.parametrize("format", FORMATS)
def test_pages_are_given_nodes_of_known_kinds_with_harmless_addresses(format: TextFormat) -> None:
    def told(vector: str) -> list[str]:
        return [*_strange(to_rich(vector, format) or [])]

    assert failed(told) == []


def _strange(nodes: list[Node]) -> Iterator[str]:
    for node in nodes:
        if node["t"] not in NODES:
            yield node["t"]
        if node["t"] == "a" and not LEADS.fullmatch(node["href"]):
            yield node["href"]
        inside = node.get("c", [])
        for one in inside if node["t"] in ("ul", "ol") else [inside]:
            yield from _strange(one)


@pytest.mark.parametrize("format", FORMATS)
def test_telegram_is_given_no_element_that_is_not_ours(format: TextFormat) -> None:
    assert failed(lambda one: in_telegram(render(parse(one, format), Dialect.HTML)).bad) == []


@pytest.mark.parametrize("format", FORMATS)
def test_slack_is_given_nothing_but_links(format: TextFormat) -> None:
    assert failed(lambda one: in_slack(render(parse(one, format), Dialect.MRKDWN))[0]) == []


def test_what_was_typed_is_what_is_shown_in_every_dialect() -> None:
    def told(vector: str) -> list[str]:
        typed = vector.replace("\r\n", "\n").replace("\r", "\n")
        nodes = parse(typed, "plain")
        seen = {
            "telegram": in_telegram(render(nodes, Dialect.HTML)).words,
            "slack": in_slack(render(nodes, Dialect.MRKDWN))[1],
            "plain": to_plain(typed, "plain"),
            "ours": to_plain(escape(typed), "markdown"),
        }
        return [name for name, words in seen.items() if words.split() != typed.split()]

    assert failed(told) == []


def test_what_a_search_shows_is_a_piece_of_what_was_typed() -> None:
    def told(vector: str) -> bool:
        line = " ".join(vector.split())
        return "".join(one.text for one in snippet(line, ["alert"])).strip("…") not in line

    assert failed(told) == []
