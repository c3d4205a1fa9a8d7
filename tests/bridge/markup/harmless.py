"""What is left of a text that acts or loads, as a parser finds it and not as it is spelt."""

import re
from collections.abc import Collection
from html import unescape
from html.parser import HTMLParser

from bridge.markup.htmlscan import TAGS

LEADS = re.compile(r"(?:https?|mailto|tel):.*", re.DOTALL | re.IGNORECASE)
LOADS_NOTHING = re.compile(r"remote:https?://.*|/media/[0-9a-f]+|data:image/(png|gif|jpeg|webp);.*")
LOADS_ON_DEMAND = re.compile(r"https://.*|data:image/(png|gif|jpeg|webp);.*", re.IGNORECASE)
RUNS = re.compile(r"url|expression|import|position|binding|behavior|\\")
# What acts, loads or asks for something whatever the program holds of it.
ACTING = frozenset({
    "audio", "base", "body", "button", "details", "dialog", "embed", "form", "frameset", "iframe",
    "image", "input", "keygen", "link", "marquee", "math", "meta", "mglyph", "mtext", "noscript",
    "object", "script", "select", "style", "svg", "template", "textarea", "title", "video", "xmp",
})  # fmt: skip
OF_A_MAIL = frozenset({
    "align", "alt", "bgcolor", "border", "cellpadding", "cellspacing", "color", "colspan", "dir",
    "face", "height", "href", "rel", "rowspan", "size", "src", "start", "style", "target", "title",
    "valign", "width",
})  # fmt: skip
# All that a text of ours may have (core.telegram.org/bots/api#html-style); a mail has a frame too.
OF_TELEGRAM = frozenset({"b", "i", "s", "code", "pre", "blockquote", "a"})
OF_OUR_MAIL = OF_TELEGRAM | {"html", "head", "meta", "body", "div", "br"}

# docs.slack.dev/messaging/formatting-message-text: all that `<` may begin for us.
_LINK = re.compile(r"<((?:https?|mailto|tel):[^<>|\s]*)(?:\|([^<>|]*))?>", re.IGNORECASE)


class Reader(HTMLParser):
    """Collects the words of a page, and whatever in it is not allowed."""

    def __init__(
        self,
        tags: Collection[str] = TAGS - ACTING,
        attributes: Collection[str] = OF_A_MAIL,
        loads: re.Pattern[str] = LOADS_NOTHING,
    ) -> None:
        """Allow these elements, attributes and addresses of pictures."""
        super().__init__()
        self.bad: list[str] = []
        self.words = ""
        self._tags, self._attributes, self._loads = tags, attributes, loads

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at an element and at its attributes."""
        if tag not in self._tags:
            self.bad.append(tag)
        for name, value in attrs:
            if name not in self._attributes or not self._is_harmless(name, value or ""):
                self.bad.append(f"{name}={value}")

    def handle_data(self, data: str) -> None:
        """Collect the words."""
        self.words += data

    def handle_comment(self, data: str) -> None:
        """Allow no comment."""
        self.bad.append(data)

    def handle_pi(self, data: str) -> None:
        """Allow no instruction."""
        self.bad.append(data)

    def _is_harmless(self, name: str, value: str) -> bool:
        if name == "src":
            return self._loads.fullmatch(value) is not None
        if name == "href":
            return LEADS.fullmatch(value) is not None
        return name != "style" or RUNS.search(value) is None


def read(html: str, reader: Reader) -> Reader:
    """Return the reader when it has read all of it."""
    reader.feed(html)
    reader.close()
    return reader


def in_telegram(html: str) -> Reader:
    """Return what Telegram would make of a text of ours."""
    return read(html, Reader(OF_TELEGRAM, {"href"}))


def in_slack(mrkdwn: str) -> tuple[list[str], str]:
    """Return what Slack would act on that is no link, and the words that it would show."""
    rest = _LINK.sub(lambda link: link[2] or link[1], mrkdwn)
    # At the beginning of a line it is a quote of ours.
    unquoted = re.sub(r"^(?:> ?)+", "", rest, flags=re.MULTILINE)
    return re.findall(r"[<>].*", unquoted), unescape(rest)
