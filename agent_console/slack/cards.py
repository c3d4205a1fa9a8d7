"""A conversation's card, as the root of its thread: docs.slack.dev/block-kit."""

from collections.abc import Mapping
from typing import Any

from agent_console.slack.buttons import actions
from agent_console.slack.text import (
    NO_PREVIEWS,
    NOBODY_IS_CALLED,
    cut,
    escaped,
    link,
    marked,
    one_line,
    quoted,
)
from agent_console.slack.words import Words
from agent_console.surface import Card, Look

SIGNS: Mapping[Look, str] = {
    "new": "🔵",
    "answer": "🟠",
    "waiting": "⚪",
    "late": "🔴",
    "closed": "✅",
    "deleted": "🗑️",
}
NETWORKS: Mapping[str, str] = {
    "telegram": "✈️",
    "vk": "🅥",
    "viber": "💜",
    "email": "✉️",
    "widget": "🌐",
}
# docs.slack.dev/reference/block-kit/blocks/section-block
MOST_FIELDS, _LONGEST_FIELD = 10, 300
# All blocks together hold 13,000 characters, and `&` is five of them.
_LONGEST_SAID, _LONGEST_NAME, _LONGEST_STATE = 1500, 120, 160


def message(card: Card, words: Words, *, collapses: bool) -> dict[str, Any]:
    """Return what the card's message is made of, without where it goes."""
    over = card.look in ("closed", "deleted")
    blocks = _small(card) if over and collapses else _large(card)
    blocks += actions(card.buttons, card.conversation_id, more=card.more, menu=words("menu"))
    said = one_line(card.said)
    text = f"{SIGNS[card.look]} {one_line(card.title)} · {one_line(card.state)}"
    text = f"{text}: {said}" if said and not over else text
    return {
        "text": escaped(cut(text, 300)),
        "blocks": blocks,
        **NOBODY_IS_CALLED,
        **NO_PREVIEWS,
    }


def _head(card: Card) -> str:
    return f"{SIGNS[card.look]} *{link(card.url, cut(card.title, _LONGEST_NAME))}*"


def _where(card: Card) -> str:
    sign = NETWORKS.get(card.network, "💬")
    return f"{sign} {escaped(cut(one_line(card.inbox), _LONGEST_NAME))}"


def _state(card: Card) -> str:
    return escaped(cut(one_line(card.state), _LONGEST_STATE))


def _small(card: Card) -> list[dict[str, Any]]:
    """Return what is left of a card when the conversation is over."""
    line = f"{_head(card)} · {_state(card)} · {_where(card)}"
    return [{"type": "context", "elements": [marked(line)]}]


def _large(card: Card) -> list[dict[str, Any]]:
    blocks: list[dict[str, Any]] = [
        {"type": "section", "text": marked(f"{_head(card)}\n{_state(card)}")},
        {"type": "context", "elements": [marked(_where(card))]},
    ]
    lines = [
        marked(f"*{escaped(one_line(label))}*\n{escaped(value)}", _LONGEST_FIELD)
        for label, value in card.lines[:MOST_FIELDS]
    ]
    if lines:
        blocks.append({"type": "section", "fields": lines})
    if card.said.strip():
        said = quoted(escaped(cut(card.said.strip(), _LONGEST_SAID)))
        blocks.append({"type": "section", "text": marked(said, 2 * _LONGEST_SAID)})
    return blocks
