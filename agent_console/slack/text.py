"""Texts for Slack: our markup as mrkdwn, in which nobody's words can call anybody.

Slack reads `<!channel>` and `<@U…>` in a text as a call, and so `&`, `<` and `>` of whatever
people wrote are always escaped (docs.slack.dev/messaging/formatting-message-text); names are
never looked up in what is sent (`parse`, `link_names`).
"""

import re
from collections.abc import Iterator
from html import escape as escape_html
from typing import Any

from bridge.channel import TextFormat
from bridge.markup import Dialect, parse, render

LONGEST_SECTION = 3000
# A label of a button, an option or an input; a title or a button of a window.
LONGEST_LABEL = 75
LONGEST_TITLE = 24
# An update with a longer text is refused; such a text goes in sections.
LONGEST_TEXT = 3900
# In all blocks together: github.com/slackapi/bolt-js/issues/2509.
LONGEST_IN_ALL = 12_800
NOBODY_IS_CALLED = {"parse": "none", "link_names": False}
NO_PREVIEWS = {"unfurl_links": False, "unfurl_media": False}
_BREAKS = ("\n\n", "\n", " ")
_ENTITY = re.compile(r"&[a-z]*$|<[^<>]*$")


def mrkdwn(text: str, format: TextFormat = "markdown") -> str:
    """Return a text of ours as Slack writes it."""
    return render(parse(text, format), Dialect.MRKDWN)


def escaped(text: str) -> str:
    """Return a plain text so that it is shown as it is."""
    return escape_html(text, quote=False)


def link(url: str, label: str) -> str:
    """Return a link; the address is ours."""
    return f"<{url}|{escaped(one_line(label))}>" if url else escaped(one_line(label))


def quoted(text: str) -> str:
    """Return lines as a quote; they are escaped already."""
    return "\n".join(f"> {line}" for line in text.split("\n"))


def one_line(text: str) -> str:
    """Return the words with single spaces; a pipe would end a link's label."""
    return " ".join(text.replace("|", "¦").split())


def cut(text: str, most: int) -> str:
    """Return a plain text that has `most` characters at most."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def cut_marked(text: str, most: int) -> str:
    """Return an escaped text cut so that no entity and no link is left open."""
    if len(text) <= most:
        return text
    return _ENTITY.sub("", text[: most - 1]).rstrip() + "…"


def plain(text: str, most: int = LONGEST_LABEL) -> dict[str, Any]:
    """Return a text object in which nothing is formatting."""
    return {"type": "plain_text", "text": cut(one_line(text), most) or "…", "emoji": False}


def marked(text: str, most: int = LONGEST_SECTION) -> dict[str, Any]:
    """Return a text object of mrkdwn."""
    return {"type": "mrkdwn", "text": cut_marked(text, most) or "…", "verbatim": True}


def sections(text: str) -> list[dict[str, Any]]:
    """Return a text as sections, of all that Slack shows in one message."""
    pieces = list(_pieces(cut_marked(text, LONGEST_IN_ALL)))
    return [{"type": "section", "text": marked(one), "expand": True} for one in pieces]


def _pieces(text: str) -> Iterator[str]:
    while len(text) > LONGEST_SECTION:
        end = _end(text)
        yield text[:end]
        text = text[end:].lstrip("\n")
    yield text


def _end(text: str) -> int:
    """Return where to cut: after a paragraph, a line or a word, and in no entity or link."""
    for mark in _BREAKS:
        found = text.rfind(mark, LONGEST_SECTION // 2, LONGEST_SECTION)
        if found > 0 and not _ENTITY.search(text[:found]):
            return found + len(mark)
    return len(_ENTITY.sub("", text[:LONGEST_SECTION])) or LONGEST_SECTION
