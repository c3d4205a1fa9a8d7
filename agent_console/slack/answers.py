"""What is said to one person: an answer to what they pressed, its lists and its buttons."""

from collections.abc import Mapping, Sequence
from typing import Any

from agent_console.slack.buttons import actions
from agent_console.slack.cards import SIGNS
from agent_console.slack.text import (
    NOBODY_IS_CALLED,
    cut,
    cut_marked,
    escaped,
    link,
    marked,
    one_line,
    quoted,
    sections,
)
from agent_console.slack.words import Words
from agent_console.surface import Answer, Hint, Line

# docs.slack.dev/reference/block-kit/blocks; a post for one person has 4,000 characters.
MOST_BLOCKS, LONGEST_FOR_ONE = 50, 3900
_LONGEST_LINE, _LONGEST_NAME, _LONGEST_SAID = 600, 120, 200
_IN_ALL = 11_500


def answer(
    given: Answer, words: Words, language: str | None, conversation_id: int | None = None
) -> dict[str, Any] | None:
    """Return an answer as a message for one person, `None` where there is nothing to say.

    Its buttons are about the conversation: Slack does not say in which thread one stands.
    """
    text = f"⚠️ {given.text}" if given.refused and given.text else given.text
    blocks = sections(escaped(text)) if text else []
    room = MOST_BLOCKS - len(blocks) - 1
    blocks += lists(given.lists, words, language, room=room)
    blocks += actions(given.buttons, conversation_id)
    if not blocks:
        return None
    shown = cut_marked(escaped(text), LONGEST_FOR_ONE) or "…"
    return {"text": shown, "blocks": blocks, **NOBODY_IS_CALLED}


def hint(given: Hint) -> dict[str, Any]:
    """Return a hint as a message."""
    blocks = [*sections(escaped(given.text)), *actions(given.buttons, given.conversation_id)]
    text = cut_marked(escaped(given.text), LONGEST_FOR_ONE) or "…"
    return {"text": text, "blocks": blocks, **NOBODY_IS_CALLED}


def lists(
    found: Mapping[str, Sequence[Line]], words: Words, language: str | None, *, room: int
) -> list[dict[str, Any]]:
    """Return lists as blocks, `room` of them at most: what does not fit is counted."""
    blocks: list[dict[str, Any]] = []
    each = max(1, (room - 2 * len(found)) // max(1, len(found)))
    letters = _IN_ALL // max(1, len(found))
    for heading, lines in found.items():
        blocks.append({"type": "section", "text": marked(f"*{escaped(one_line(heading))}*")})
        shown = _that_fit([line(one) for one in lines[:each]], letters)
        blocks += [{"type": "section", "text": marked(one)} for one in shown]
        if len(lines) > len(shown):
            rest = words("rest", language).format(count=len(lines) - len(shown))
            blocks.append({"type": "context", "elements": [marked(rest)]})
    return blocks


def _that_fit(lines: Sequence[str], letters: int) -> list[str]:
    shown: list[str] = []
    for one in lines:
        letters -= len(one)
        if letters < 0:
            break
        shown.append(one)
    return shown


def line(one: Line) -> str:
    """Return a conversation in a list."""
    name = link(one.url, cut(one.title, _LONGEST_NAME))
    head = f"{SIGNS[one.look]} *{name}* · {escaped(one_line(one.state))}"
    said = escaped(cut(one_line(one.said), _LONGEST_SAID))
    return cut_marked(f"{head}\n{quoted(said)}" if said else head, _LONGEST_LINE)
