"""Nodes as text for a network: bare, in our own markup, as HTML or as Slack's mrkdwn."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from html import escape as escape_html
from urllib.parse import quote

from bridge.markup import links
from bridge.markup.nodes import BLOCKS, Node, text_of

_Layout = Callable[[str], str]


class Dialect(StrEnum):
    """How a network wants its formatting.

    `HTML` is the small set that Telegram knows (core.telegram.org/bots/api#html-style);
    `MRKDWN` is Slack's (docs.slack.dev/messaging/formatting-message-text).
    """

    PLAIN = "plain"
    MARKDOWN = "markdown"
    HTML = "html"
    MRKDWN = "mrkdwn"


@dataclass(frozen=True, kw_only=True, slots=True)
class Style:
    """How one dialect writes each kind of node; `link` takes the address and the label."""

    text: Callable[[str], str]
    marks: Mapping[str, tuple[str, str]]
    code: Callable[[str], str]
    pre: Callable[[str], str]
    quote: Callable[[str], str]
    link: Callable[[str, str], str]
    bare: Callable[[str], str]
    bullet: str
    # These lose their meaning next to a space or across lines, and must hug the words.
    hugging: bool = False
    by_line: bool = False
    line_start: Callable[[str], str] = str


def written(nodes: Sequence[Node], style: Style) -> str:
    """Return the nodes in a dialect. Paragraphs stand a blank line apart."""
    parts: list[tuple[str, str]] = []
    run: list[Node] = []

    def end_run() -> None:
        if run:
            parts.append(("p", _paragraph(run, style)))
            run.clear()

    for node in nodes:
        if node["t"] in BLOCKS:
            end_run()
            parts.append((node["t"], _block(node, style)))
        else:
            run.append(node)
    end_run()
    pieces: list[str] = []
    before = ""
    for kind, piece in parts:
        if before:
            # Two of one kind would otherwise flow into one.
            pieces.append("\n\n" if kind == before else "\n")
        pieces.append(piece)
        before = kind
    return "".join(pieces)


def _block(node: Node, style: Style) -> str:
    if node["t"] == "p":
        return _paragraph(node["c"], style)
    if node["t"] == "pre":
        return style.pre(node["v"])
    if node["t"] == "quote":
        return style.quote(written(node["c"], style))
    ordered = node["t"] == "ol"
    items = [
        _hung(f"{number}. " if ordered else style.bullet, written(item, style))
        for number, item in enumerate(node["c"], 1)
    ]
    return "\n".join(items)


def _hung(mark: str, body: str) -> str:
    """Put the mark before the first line, and the others under its text."""
    return mark + body.replace("\n", "\n" + " " * len(mark))


def _paragraph(nodes: Sequence[Node], style: Style) -> str:
    return "\n".join(style.line_start(line) for line in _inline(nodes, style).split("\n"))


def _inline(nodes: Sequence[Node], style: Style) -> str:
    return "".join(_span(node, style) for node in nodes)


def _span(node: Node, style: Style) -> str:
    kind = node["t"]
    if kind == "text":
        return style.text(node["v"])
    if kind == "br":
        return "\n"
    if kind == "code":
        return style.code(node["v"])
    if kind == "a":
        return _link(node, style)
    if kind in BLOCKS:
        # Nothing of ours puts a block inside a mark; a stranger's text is kept all the same.
        return style.text(text_of([node]))
    return _marked(_inline(node["c"], style), *style.marks.get(kind, ("", "")), style)


def _link(node: Node, style: Style) -> str:
    label = text_of(node["c"])
    if _is_bare(label, node["href"]):
        return style.bare(label)
    return style.link(node["href"], _inline(node["c"], style))


def _is_bare(label: str, href: str) -> bool:
    """Say whether the network, or the reader, finds the address in its label."""
    if label == href:
        return True
    may_be = links.possible(label) or href.startswith("tel:")
    return may_be and href in (links.safe(f"{scheme}{label}") for scheme in links.SCHEMES)


def _marked(inner: str, before: str, after: str, style: Style) -> str:
    if not style.hugging:
        return f"{before}{inner}{after}"
    lines = inner.split("\n") if style.by_line else [inner]
    return "\n".join(_hugged(line, before, after) for line in lines)


def _hugged(inner: str, before: str, after: str) -> str:
    words = inner.strip()
    if not words:
        return inner
    lead, _, rest = inner.partition(words)
    return f"{lead}{before}{words}{after}{rest}"


def _quoted(inner: str, mark: str = "> ") -> str:
    return "\n".join(f"{mark}{line}".rstrip(" ") for line in inner.split("\n"))


# --- bare ---


PLAIN = Style(
    text=str,
    marks={},
    code=str,
    pre=str,
    quote=_quoted,
    link=lambda href, label: f"{label} ({href})",
    bare=str,
    bullet="- ",
)


# --- our own ---

_SPECIAL = re.compile(r"[*`\[\]]|~(?=~)|(?<=~)~|:(?=//)|(?<![^\W_])_+|_+(?![^\W_])")
_BARE_ADDRESS = re.compile(r"https?://[^\s<>\[\]`*~\\]+(?<!_)", re.IGNORECASE)
_BACKSLASHES = re.compile(r"(?<!\\)(\\++)(?=[*_~`\[\]]|://)")
_START = re.compile(r"( {0,3})(\\*)(?=- |>(?: |$|>))|( {0,3}[1-9]\d{0,2})(\\*)(?=\. )")


def escape_markdown(value: str) -> str:
    """Return our markup for a text that is to be shown exactly as it is, but for line starts."""
    value = _BACKSLASHES.sub(r"\1\1", value) if "\\" in value else value
    return _SPECIAL.sub(lambda found: "".join(f"\\{mark}" for mark in found[0]), value)


def escape_line(line: str) -> str:
    """Keep a line of a paragraph from being read as a quote or an item."""
    start = _START.match(line)
    if start is None:
        return line
    before, slashes = (start[1] or start[3] or ""), (start[2] or start[4] or "")
    return f"{before}{slashes * 2}\\{line[start.end() :]}"


def _fence(value: str, shortest: int) -> str:
    runs = {len(run) for run in re.findall("`+", value)}
    return "`" * next(n for n in range(shortest, len(value) + shortest + 1) if n not in runs)


def _markdown_code(value: str) -> str:
    value = value.replace("\n", " ")
    if not value.strip(" "):
        return value
    fence = _fence(value, 1)
    if len(fence) > 2:  # Three would open a block of code.
        return escape_markdown(value)
    pad = " " if value[0] in "` " or value[-1] in "` " else ""
    return f"{fence}{pad}{value}{pad}{fence}"


def _markdown_pre(value: str) -> str:
    if not value.strip():
        return value
    fence = _fence(value, 3)
    return f"{fence}\n{value}\n{fence}"


def _markdown_link(href: str, label: str) -> str:
    if not links.DESTINATION.fullmatch(f"({href})"):
        href = href.replace("(", "%28").replace(")", "%29")
    return f"[{label}]({href})"


def _markdown_bare(label: str) -> str:
    return label if _BARE_ADDRESS.fullmatch(label) else escape_markdown(label)


MARKDOWN = Style(
    text=escape_markdown,
    marks={"b": ("**", "**"), "i": ("_", "_"), "s": ("~~", "~~")},
    code=_markdown_code,
    pre=_markdown_pre,
    quote=_quoted,
    link=_markdown_link,
    bare=_markdown_bare,
    bullet="- ",
    hugging=True,
    line_start=escape_line,
)


# --- Telegram's HTML ---


def _attribute(href: str) -> str:
    return escape_html(href, quote=True)


def _html_text(value: str) -> str:
    return escape_html(value, quote=False)


def _html_quote(inner: str) -> str:
    """Quotes cannot be nested there, so an inner one is shown by its mark."""
    if "<blockquote>" in inner:
        inner = re.sub("<blockquote>(.*?)</blockquote>", _html_inner_quote, inner, flags=re.DOTALL)
    return f"<blockquote>{inner}</blockquote>"


def _html_inner_quote(found: re.Match[str]) -> str:
    return _quoted(found[1], "&gt; ")


HTML = Style(
    text=_html_text,
    marks={"b": ("<b>", "</b>"), "i": ("<i>", "</i>"), "s": ("<s>", "</s>")},
    code=lambda value: f"<code>{_html_text(value)}</code>",
    pre=lambda value: f"<pre>{_html_text(value)}</pre>",
    quote=_html_quote,
    link=lambda href, label: f'<a href="{_attribute(href)}">{label}</a>',
    bare=_html_text,
    bullet="• ",
)


# --- Slack's mrkdwn ---


def _mrkdwn_link(href: str, label: str) -> str:
    address = _html_text(quote(href, safe=":/?#[]@!$&()*+,;=%~-._"))
    label = label.replace("\n", " ")
    return f"<{address}|{label}>"


def _mrkdwn_code(value: str) -> str:
    # There is no way to write a backtick inside code.
    return _html_text(value) if "`" in value else f"`{_html_text(value)}`"


def _mrkdwn_pre(value: str) -> str:
    return _html_text(value) if "```" in value else f"```\n{_html_text(value)}\n```"


MRKDWN = Style(
    text=_html_text,
    marks={"b": ("*", "*"), "i": ("_", "_"), "s": ("~", "~")},
    code=_mrkdwn_code,
    pre=_mrkdwn_pre,
    quote=_quoted,
    link=_mrkdwn_link,
    bare=_html_text,
    bullet="• ",
    hugging=True,
    by_line=True,
)

STYLES: Mapping[Dialect, Style] = {
    Dialect.PLAIN: PLAIN,
    Dialect.MARKDOWN: MARKDOWN,
    Dialect.HTML: HTML,
    Dialect.MRKDWN: MRKDWN,
}
