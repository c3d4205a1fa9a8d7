"""Script in every disguise, wherever staff read it: cards, posts, answers, tables, mails."""

import csv
import io
from typing import Any

from agent_console.email import letters
from agent_console.slack import answers as slack_answers
from agent_console.slack import cards as slack_cards
from agent_console.slack import posts as slack_posts
from agent_console.slack.words import Words as SlackWords
from agent_console.spreadsheet import lines
from agent_console.surface import Answer, Card, Hint, Line, Post, Press, Thread
from agent_console.telegram_forum import answers as forum_answers
from agent_console.telegram_forum import showing
from agent_console.telegram_forum.words import Words as ForumWords
from channels.email.outgoing import page
from tests.agent_console.slack.workspace import a_card
from tests.bridge.markup.harmless import OF_OUR_MAIL, Reader, in_slack, in_telegram, read
from tests.bridge.markup.test_vectors import failed

THREAD = Thread(place="-1", id="2", card="3")
URL = "https://desk.example/console/all/1"
SLACK, FORUM = SlackWords("en"), ForumWords("en")


def card(vector: str, **more: Any) -> Card:
    """Return a card on which everything that a customer can have a say in is hostile."""
    return a_card(title=vector, lines=[(vector, vector)], said=vector, state=vector, **more)


def post(vector: str, **more: Any) -> Post:
    """Return what a customer of a hostile name says."""
    given: dict[str, Any] = {"role": "customer", "format": "plain"}
    return Post(key="k", author=vector, text=vector, **given | more)


def answer(vector: str) -> Answer:
    """Return what a command is answered, with lists of conversations."""
    line = Line(conversation_id=1, title=vector, state=vector, look="new", said=vector, url=URL)
    button = Press(verb="take", label=vector)
    return Answer(text=vector, lists={vector: [line]}, buttons=[button])


# --- Slack ---


def bad_in_slack(message: Any) -> list[str]:
    """Return what Slack would act on in a message, wherever it reads marks."""
    assert message["parse"] == "none"
    assert message["link_names"] is False
    texts = [message["text"], *_marked(message.get("blocks", []))]
    return [one for text in texts for one in in_slack(text)[0]]


def _marked(part: Any) -> list[str]:
    if isinstance(part, dict):
        own = [part["text"]] if part.get("type") == "mrkdwn" else []
        return [*own, *(one for inside in part.values() for one in _marked(inside))]
    if isinstance(part, list):
        return [one for inside in part for one in _marked(inside)]
    return []


def test_a_card_in_slack_is_words_and_our_own_link() -> None:
    def told(vector: str) -> list[str]:
        shown = (card(vector), card(vector, look="closed"))
        made = [slack_cards.message(one, SLACK, collapses=True) for one in shown]
        return [bad for one in made for bad in bad_in_slack(one)]

    assert failed(told) == []


def test_a_post_in_slack_calls_nobody_and_runs_nothing() -> None:
    def told(vector: str) -> list[str]:
        kinds: list[Post] = [
            post(vector),
            post(vector, format="markdown", again=True, edited=True),
            post(vector, role="event"),
            post(vector, role="note", buttons=[Press(verb="retry", label=vector)]),
        ]
        made = [slack_posts.message(one, SLACK, None) for one in kinds]
        with_files = slack_posts.file_blocks(post(vector), SLACK, None)
        in_blocks = [one for text in _marked(with_files) for one in in_slack(text)[0]]
        return [bad for one in made for bad in bad_in_slack(one)] + in_blocks

    assert failed(told) == []


def test_an_answer_and_a_hint_in_slack_are_words() -> None:
    def told(vector: str) -> list[str]:
        given = slack_answers.answer(answer(vector), SLACK, "en", 1)
        hint = slack_answers.hint(Hint(to="U1", text=vector))
        return bad_in_slack(given) + bad_in_slack(hint)

    assert failed(told) == []


# --- a Telegram staff group ---


def test_a_card_in_a_group_is_words_and_our_own_link() -> None:
    def told(vector: str) -> list[str]:
        return in_telegram(showing.card_text(card(vector), FORUM)).bad

    assert failed(told) == []


def test_a_post_a_hint_and_an_answer_in_a_group_are_words() -> None:
    def told(vector: str) -> list[str]:
        kinds = [
            post(vector),
            post(vector, format="markdown", again=True),
            post(vector, role="event"),
            post(vector, role="note", format="markdown"),
        ]
        hint = showing.hint_call(THREAD, Hint(to=vector, text=vector))
        asked = forum_answers.answer_call(
            answer(vector),
            place="-1",
            thread="2",
            reply_to=None,
            conversation_id=1,
            words=FORUM,
            language="en",
        )
        texts = [*(showing.post_text(one, FORUM) for one in kinds), hint.text, asked.text]
        return [bad for text in texts for bad in in_telegram(text).bad]

    assert failed(told) == []


# --- tables and mails ---


def test_a_table_holds_what_was_typed_in_the_cell_where_it_was_typed() -> None:
    def told(vector: str) -> bool:
        (text,) = lines(["name"], [[vector, "beside"]])
        _head, row = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
        return row not in ([vector, "beside"], [f"'{vector}", "beside"])

    assert failed(told) == []


def test_a_mail_to_an_agent_quotes_their_words_as_words() -> None:
    def told(vector: str) -> list[str]:
        refused = letters.refused(vector, said=vector, url=URL, language="en")
        return read(page(refused.text), Reader(OF_OUR_MAIL, {"href", "dir", "charset"})).bad

    assert failed(told) == []
