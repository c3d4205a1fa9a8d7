"""What people wrote, in our markup: from Slack's rich text, or from its mrkdwn where there is none.

docs.slack.dev/reference/block-kit/blocks/rich-text-block and
docs.slack.dev/messaging/formatting-message-text#advanced.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from html import unescape
from typing import Any, NamedTuple

from bridge.channel import TextFormat
from bridge.markup import Dialect, links, render
from bridge.markup.nodes import Node, group, link, text

_TOKEN = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")
_MARKS = (("code", ""), ("bold", "b"), ("italic", "i"), ("strike", "s"))
_LISTS = {"bullet": "ul", "ordered": "ol"}
Names = Mapping[str, str]


class Words(NamedTuple):
    """A text, and who is called by name in it."""

    text: str
    format: TextFormat
    mentions: Sequence[str]
    only_mentions: bool


def words_of(message: Mapping[str, Any], names: Names) -> Words:
    """Return what a message says; `names` are people's, by their ids."""
    found = list(mentioned(message))
    rich = [one for one in message.get("blocks") or () if one.get("type") == "rich_text"]
    if rich:
        nodes = [node for one in rich for node in _blocks(one.get("elements") or (), names)]
        said = render(nodes, Dialect.MARKDOWN)
        bare = render([n for one in rich for n in _blocks(one["elements"], None)], Dialect.PLAIN)
    else:
        raw = str(message.get("text") or "")
        said = _replaced(raw, names)
        bare = _replaced(raw, None)
    only = bool(found) and not bare.strip() and not message.get("files")
    return Words(said.strip("\n"), "markdown" if rich else "plain", found, only)


def mentioned(message: Mapping[str, Any]) -> Iterator[str]:
    """Yield the ids of people and groups that are called by name, each once."""
    seen = dict.fromkeys(
        found[1][1:].split("^")[-1]
        for found in _TOKEN.finditer(str(message.get("text") or ""))
        if found[1][:1] in "@!" and not found[1].startswith("!date")
    )
    for element in _leaves(message.get("blocks") or ()):
        calls = (element.get("user_id"), element.get("usergroup_id"), element.get("range"))
        if element.get("type") in ("user", "usergroup", "broadcast"):
            seen |= dict.fromkeys(str(one) for one in calls if one)
    yield from seen


def asked_of(message: Mapping[str, Any], bot: str, names: Names) -> str:
    """Return what is asked of the bot that a message calls first; its name alone asks for help."""
    said = str(message.get("text") or "")
    begun = re.match(rf"\s*<@{re.escape(bot)}(?:\|[^<>]*)?>[\s,:]*", said)
    if begun is None or message.get("files"):
        return ""
    return _replaced(said[begun.end() :], names).strip() or "help"


def _leaves(blocks: Sequence[Any]) -> Iterator[Mapping[str, Any]]:
    for one in blocks:
        if isinstance(one, dict):
            yield one
            yield from _leaves(one.get("elements") or ())


# --- rich text ---


def _blocks(elements: Sequence[Mapping[str, Any]], names: Names | None) -> list[Node]:
    """Return rich text as nodes; without `names` people are left out."""
    nodes: list[Node] = []
    for one in elements:
        kind, inside = one.get("type"), one.get("elements") or ()
        if kind == "rich_text_list":
            items = [_inline(item.get("elements") or (), names) for item in inside]
            nodes.append({"t": _LISTS.get(str(one.get("style")), "ul"), "c": items})
        elif kind == "rich_text_preformatted":
            nodes.append({"t": "pre", "v": "".join(_bare(leaf) for leaf in inside)})
        elif kind == "rich_text_quote":
            nodes.append(group("quote", [group("p", _inline(inside, names))]))
        else:
            nodes += _paragraphs(_inline(inside, names))
    return nodes


def _paragraphs(inline: Sequence[Node]) -> list[Node]:
    """Return runs as paragraphs: two breaks part them."""
    found: list[list[Node]] = [[]]
    for node in inline:
        if node["t"] == "br" and found[-1] and found[-1][-1]["t"] == "br":
            found[-1].pop()
            found.append([])
        else:
            found[-1].append(node)
    trimmed = [_without_ends(one) for one in found]
    return [group("p", one) for one in trimmed if one]


def _without_ends(nodes: list[Node]) -> list[Node]:
    while nodes and nodes[-1]["t"] == "br":
        nodes.pop()
    while nodes and nodes[0]["t"] == "br":
        nodes.pop(0)
    return nodes


def _inline(elements: Sequence[Mapping[str, Any]], names: Names | None) -> list[Node]:
    return [node for one in elements for node in _leaf(one, names)]


def _leaf(element: Mapping[str, Any], names: Names | None) -> list[Node]:
    kind = element.get("type")
    if kind == "link":
        return _link(element)
    if kind in ("user", "usergroup", "broadcast") and names is None:
        return []
    return _styled(_bare(element, names or {}), element.get("style") or {})


def _link(element: Mapping[str, Any]) -> list[Node]:
    url = str(element.get("url") or "")
    label = str(element.get("text") or url)
    href = links.safe(url)
    return [text(label)] if href is None else [link(href, [text(label)])]


def _bare(element: Mapping[str, Any], names: Names | None = None) -> str:
    """Return an element without its marks."""
    kind = element.get("type")
    if kind == "emoji":
        return _emoji(element)
    if kind == "user":
        user = str(element.get("user_id") or "")
        return f"@{(names or {}).get(user, user)}"
    if kind == "broadcast":
        return f"@{element.get('range')}"
    if kind == "usergroup":
        return f"@{element.get('usergroup_id')}"
    if kind == "channel":
        return f"#{element.get('channel_id')}"
    return str(element.get("text") or element.get("url") or element.get("fallback") or "")


def _emoji(element: Mapping[str, Any]) -> str:
    code = str(element.get("unicode") or "")
    try:
        return "".join(chr(int(one, 16)) for one in code.split("-")) or f":{element.get('name')}:"
    except (ValueError, OverflowError):
        return f":{element.get('name')}:"


def _styled(value: str, style: Mapping[str, Any]) -> list[Node]:
    """Return a run in its marks, with a break for each line's end."""
    nodes: list[Node] = []
    for number, line in enumerate(value.split("\n")):
        if number:
            nodes.append({"t": "br"})
        if line:
            nodes.append(_marked(line, style))
    return nodes


def _marked(line: str, style: Mapping[str, Any]) -> Node:
    node: Node = {"t": "code", "v": line} if style.get("code") else text(line)
    for name, mark in _MARKS:
        if mark and style.get(name):
            node = group(mark, [node])
    return node


# --- mrkdwn ---


def _replaced(raw: str, names: Names | None) -> str:
    """Return mrkdwn with what stands in angle brackets in words; its marks stay as they are."""
    return unescape(_TOKEN.sub(lambda found: _token(found[1], found[2], names), raw))


def _token(what: str, label: str | None, names: Names | None) -> str:
    if what.startswith(("@", "!subteam", "!here", "!channel", "!everyone")):
        if names is None:
            return ""
        called = what.lstrip("@!").split("^")[-1]
        return f"@{(label or names.get(called) or called).lstrip('@')}"
    if what.startswith("#"):
        return f"#{label or what[1:]}"
    if what.startswith("!"):
        return label or ""
    address = what.removeprefix("mailto:").removeprefix("tel:")
    return address if not label or label == address else f"{label} ({address})"
