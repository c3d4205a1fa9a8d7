"""What stands in a group, whoever wrote it: it calls nobody and orders nothing."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from agent_console.surface import Answer, Field, Form, Hint, Line, Person, Post, Thread
from agent_console.telegram_forum import showing
from agent_console.telegram_forum.answers import answer_call
from agent_console.telegram_forum.calm import JOINER, calm, copied
from agent_console.telegram_forum.forms import Asking, question_call
from agent_console.telegram_forum.words import Words
from bridge.sandbox.telegram.html import parse_html
from tests.agent_console.telegram_forum.calls import calls_in
from tests.agent_console.telegram_forum.rig import a_card, a_post

WORDS = Words("en")
THREAD = Thread(place="-1", id="2", card="3")
OLGA = Person(id="5", name="Olga", language="en")
HOSTILE = (
    "@olga_k",
    "/close@desk_bot",
    "/close",
    "hello,@olga_k!",
    "(/take)",
    "**@**olga_k",
    "@**olga_k**",
    "@_olga_k_ /~~close~~",
    "**/**close",
    "\\@olga\\_k",
    "[@olga_k](https://x/)",
    "[see](https://example.com/)@olga_k",
    "https://x/@olga_k",
    "https://example.com(@olga_k",
    "https://example.com/x)@olga_k",
    "xhttps://example.com/@olga_k",
    "https://example.com:99999/@olga_k",
    "https://user@example/@olga_k",
    "> @olga_k\n> /close",
    "- @olga_k\n- /close",
    "1. @olga_k",
    "`x`@olga_k",
    "```\nx\n```\n@olga_k",
    "&@olga_k &amp;/close",
    "@@olga_k",
    "\u2060@olga_k",
    "\U00010570@olga_k",
    "²@olga_k",
    "@olga_k " * 300,
    "/close\n" * 300,
)


def _answer(said: str) -> str:
    line = Line(conversation_id=1, title=said, state=said, look="new", said=said, url="")
    call = answer_call(
        Answer(text=said, lists={said: [line]}),
        place="-1",
        thread="2",
        reply_to=None,
        conversation_id=1,
        words=WORDS,
        language="en",
    )
    return call.text


def _question(said: str) -> str:
    field = Field(id="f", label=said, kind="line", hint=said)
    form = Form(verb="note", conversation_id=1, title=said, done="ok", fields=[field])
    return str(question_call(Asking("-1", "2", OLGA, form, None), WORDS).text)


def _post(said: str, **more: Any) -> str:
    post: Post = a_post(said, **{"author": said} | more)
    return showing.post_text(post, WORDS)


PLACES: dict[str, Callable[[str], str]] = {
    "post": _post,
    "plain post": lambda said: _post(said, format="plain"),
    "edited": lambda said: _post(said, edited=True, again=True),
    "program": lambda said: _post(said, role="program"),
    "event": lambda said: _post(said, role="event"),
    "card": lambda said: showing.card_text(
        a_card(title=said, lines=[("Page", said)], said=said[:300], state=said[:200]), WORDS
    ),
    "hint": lambda said: showing.hint_call(THREAD, Hint(to="5", text=said)).text,
    "answer": _answer,
    "question": _question,
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("said", HOSTILE)
def test_what_a_customer_wrote_calls_nobody_wherever_it_is_shown(place: str, said: str) -> None:
    text, entities = parse_html(PLACES[place](said))
    assert calls_in(text, entities) == []
    assert len(text.encode("utf-16-le")) // 2 <= 4096


def test_the_words_of_colleagues_may_call_a_colleague() -> None:
    for role in ("colleague", "note"):
        text, entities = parse_html(_post("ask @olga_k", role=role))
        assert calls_in(text, entities) == ["@olga_k"], "and their names do not"


@pytest.mark.parametrize(
    "said",
    [
        "olga@example.com and/or google / ads, 24/7",
        "/etc/passwd, </b>, //, @, C:/x/y, a/b/c, 1/2 and @ home",
        "`@olga_k /close`",
        "```\n@decorator\n/close\n```",
        "https://example.com/?q=a&b=c#d",
        "почта@olga",
    ],
)
def test_what_calls_nobody_is_left_as_it_was_written(said: str) -> None:
    assert JOINER not in _post(said, author="Анна")


@pytest.mark.parametrize(
    "address",
    [
        "https://medium.example/@olga/x?a=1&b=2",
        "http://www.example.com.ua/maps/@50.45,30.52,15z",
        "youtube.com/@olga",
        "https://shop.example/#/orders",
    ],
)
def test_an_address_stays_one_that_can_be_opened_and_copied(address: str) -> None:
    text, entities = parse_html(_post(f"see {address} or (@olga_k)", author="Анна"))
    links = [one["url"] for one in entities if one["type"] == "text_link"]
    assert [link.removeprefix("https://") for link in links] == [address.removeprefix("https://")]
    assert f"see {address} or (@{JOINER}olga_k)" in text
    assert calls_in(text, entities) == []


def test_of_very_many_signs_a_likeness_stands_so_that_the_text_stays_short_enough() -> None:
    said = "@ab " * 950
    shown = calm(said)
    assert len(shown) - len(said) <= 40
    assert not re.search("@[a-z]", shown)


def test_what_is_copied_from_a_group_is_what_was_written() -> None:
    said = "ask @olga_k or /close@desk_bot"
    assert copied(calm(said)) == said
