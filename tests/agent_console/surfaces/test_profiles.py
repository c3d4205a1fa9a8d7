"""Names and other facts of accounts, from each network to where staff see them: words."""

import json
import re
from itertools import count, product
from typing import Any

from bridge.sandbox.slack.ledger import Call
from tests.agent_console.surfaces.hall import Hall
from tests.agent_console.surfaces.profiles import MARKS, NETWORKS
from tests.agent_console.surfaces.slack import SlackHall
from tests.agent_console.surfaces.telegram import TelegramHall
from tests.agent_console.telegram_forum.calls import calls_in
from tests.agent_console.test_vectors import bad_in_slack

# What a text of ours may have in a group: our marks, and the link to the console.
OURS = {"bold", "italic", "blockquote", "text_link", "code", "pre"}
# How a card's lines begin, and what a name would have pass for one.
FACTS = ("Source: ", "Language: ")
FORGED = {"*Status*", "VIP", "💬 Павел"}
EVERY = [*product(NETWORKS.values(), MARKS.values())]
UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


async def test_what_an_account_says_of_itself_is_words_wherever_staff_see_it(hall: Hall) -> None:
    sink, numbers = hall.office.sink("site"), count(7_000_001)
    told = [await sink.accept(take(mark, next(numbers))) for take, mark in EVERY]
    await hall.settled()
    for first, *_others in told:
        assert first.conversation_id is not None
        await hall.look(first.conversation_id)
        await in_the_console(hall, first.conversation_id)
    if isinstance(hall, SlackHall):
        in_slack(hall)
    if isinstance(hall, TelegramHall):
        in_a_group(hall)


async def in_the_console(hall: Hall, conversation: int) -> None:
    """Check what the pages are given: facts on one line, and addresses of pages alone."""
    olga = await hall.owner()
    shown = (await olga.ask("GET", f"/api/conversations/{conversation}", expect=200)).json()
    for fact in _facts(shown):
        assert not UNSEEN.search(fact), ascii(fact)
    for address in _addresses(shown):
        assert re.match(r"https://(t\.me|vk\.com)/|/|https?://127\.0\.0\.1", address), address


def _facts(shown: Any, name: str = "") -> list[str]:
    if isinstance(shown, dict):
        return [fact for key, held in shown.items() for fact in _facts(held, key)]
    if isinstance(shown, list):
        return [fact for one in shown for fact in _facts(one, name)]
    asked = name in ("name", "username", "language", "email", "phone")
    return [shown] if asked and isinstance(shown, str) else []


def _addresses(shown: Any, name: str = "") -> list[str]:
    if isinstance(shown, dict):
        return [one for key, held in shown.items() for one in _addresses(held, key)]
    if isinstance(shown, list):
        return [one for held in shown for one in _addresses(held, name)]
    asked = name.endswith("url") or name in ("photo", "avatar", "href")
    return [shown] if asked and isinstance(shown, str) else []


def in_slack(hall: SlackHall) -> None:
    """Check that every message was taken, calls nobody and has only links of ours."""
    calls = hall.slack.ledger.calls
    assert [one.error for one in calls if one.error] == []
    posts = [_args(one) for one in calls if one.method in ("chat.postMessage", "chat.update")]
    assert len(posts) > len(EVERY)
    for post in posts:
        assert bad_in_slack(post) == []
        icon = post.get("icon_url", "https://")
        assert icon.startswith("https://")
        assert "evil" not in icon
        for text in _labels(post.get("blocks", [])):
            assert not FORGED.intersection(text.split("\n")), text


def _args(call: Call) -> dict[str, Any]:
    args = dict(call.args)
    blocks = args.get("blocks")
    return args | {"blocks": json.loads(blocks)} if isinstance(blocks, str) else args


def _labels(part: Any) -> list[str]:
    if isinstance(part, dict):
        own = [part["text"]] if isinstance(part.get("text"), str) else []
        return own + [one for inside in part.values() for one in _labels(inside)]
    return [one for inside in part for one in _labels(inside)] if isinstance(part, list) else []


def in_a_group(hall: TelegramHall) -> None:
    """Check that every message was taken, calls nobody, and names topics on one line."""
    assert [one.description for one in hall.telegram.ledger.calls if not one.ok] == []
    own = [one for one in hall.chat.messages.values() if one["from"]["id"] == hall.bot.id]
    texts = [one for one in own if "text" in one]
    assert len(texts) > len(EVERY)
    for one in texts:
        assert calls_in(one["text"], one.get("entities", ())) == []
        assert {entity["type"] for entity in one.get("entities", ())} <= OURS
        links = [entity.get("url", "") for entity in one.get("entities", ())]
        assert not any(link.startswith("tg:") for link in links)
    names = [topic.name for topic in hall.chat.topics.values()]
    assert len(names) >= len(EVERY)
    for name in names:
        assert not UNSEEN.search(name), ascii(name)
    for text in (one["text"] for one in texts):
        assert not FORGED.intersection(text.split("\n")[1:])
    assert any(one.startswith(FACTS) for text in texts for one in text["text"].split("\n"))
