"""The lines of a text: paragraphs, quotes, lists and code blocks.

Chat, not documents: a quote or a list ends where its lines end, so an answer typed under
a quoted line is no part of the quote; headings, rules and tables are plain text; a
numbered list counts 1, 2, 3 or stays as typed. No line is ever dropped.
"""

import re
from typing import NamedTuple

from bridge.markup.inline import inline
from bridge.markup.nodes import Node, group

# Quotes and lists in one another: deeper ones stay as typed.
DEEPEST = 4

_FENCE = re.compile(r" {0,3}(`{3,})(?!`)")
_QUOTE = re.compile(r" {0,3}>(?: |$|(?=>))")
_ITEM = re.compile(r"( {0,3}(?:(?P<bullet>[-*])|(?P<number>[1-9]\d{0,2})\.) +)(?=\S)")
# A backslash keeps a line from being a quote or an item; two stand for one.
_ESCAPED = re.compile(r"( {0,3})(\\+)(?=- |>(?: |$|>))|( {0,3}[1-9]\d{0,2})(\\+)(?=\. )")
# A word after the opening fence that names a language is no part of the code.
_LANGUAGES = frozenset(
    [
        "bash",
        "c",
        "console",
        "cpp",
        "cs",
        "css",
        "csv",
        "diff",
        "go",
        "html",
        "http",
        "ini",
        "java",
        "javascript",
        "js",
        "json",
        "kotlin",
        "lua",
        "markdown",
        "md",
        "php",
        "python",
        "py",
        "ruby",
        "rust",
        "sh",
        "shell",
        "sql",
        "swift",
        "text",
        "toml",
        "ts",
        "tsx",
        "txt",
        "typescript",
        "xml",
        "yaml",
        "yml",
    ]
)


class _Block(NamedTuple):
    node: Node
    end: int


def blocks(lines: list[str], depth: int = 0) -> list[Node]:
    """Return the nodes of some lines; a single paragraph comes without its `p`."""
    found: list[Node] = []
    paragraph: list[str] = []

    def end_paragraph() -> None:
        if paragraph:
            source = "\n".join(_unescaped(line) for line in paragraph)
            found.append(group("p", inline(source)))
            paragraph.clear()

    at = 0
    while at < len(lines):
        if not lines[at].strip():
            end_paragraph()
            at += 1
        elif block := _code(lines, at) or _quote(lines, at, depth) or _list(lines, at, depth):
            end_paragraph()
            found.append(block.node)
            at = block.end
        else:
            paragraph.append(lines[at])
            at += 1
    end_paragraph()
    return _unwrapped(found)


def _unwrapped(found: list[Node]) -> list[Node]:
    """Take the `p` off a first paragraph that has no other beside it."""
    if found and [node["t"] for node in found].count("p") == 1 and found[0]["t"] == "p":
        return [*found[0]["c"], *found[1:]]
    return found


def _unescaped(line: str) -> str:
    escaped = _ESCAPED.match(line) if "\\" in line else None
    if escaped is None:
        return line
    before, slashes = (escaped[1] or escaped[3] or ""), (escaped[2] or escaped[4])
    return before + "\\" * (len(slashes) // 2) + line[escaped.end() :]


def _code(lines: list[str], at: int) -> _Block | None:
    """Read from a fence to the next one of its length, which must end its line."""
    fence = _FENCE.match(lines[at])
    if fence is None:
        return None
    closing = re.compile(rf"(?<!`){fence[1]}(?!`)")
    code, end = [lines[at][fence.end() :]], at
    while (close := closing.search(code[-1])) is None:
        end += 1
        if end == len(lines):
            return None
        code.append(lines[end])
    after, code[-1] = code[-1][close.end() :], code[-1][: close.start()]
    if after.strip() or not any(line.strip() for line in code):
        return None
    return _Block({"t": "pre", "v": _body(code)}, end + 1)


def _body(code: list[str]) -> str:
    """Leave out the two lines that hold only the fences, and the name of the language."""
    if len(code) > 1 and (not code[0].strip() or code[0].strip().lower() in _LANGUAGES):
        code = code[1:]
    if len(code) > 1 and not code[-1].strip():
        code = code[:-1]
    return "\n".join(code)


def _quote(lines: list[str], at: int, depth: int) -> _Block | None:
    mark = _QUOTE.match(lines[at])
    if mark is None or depth >= DEEPEST or not lines[at][mark.end() :].strip():
        return None
    inside: list[str] = []
    while at < len(lines) and (mark := _QUOTE.match(lines[at])):
        inside.append(lines[at][mark.end() :])
        at += 1
    return _Block(group("quote", blocks(inside, depth + 1)), at)


def _list(lines: list[str], at: int, depth: int) -> _Block | None:
    first = _item(lines, at)
    if first is None or depth >= DEEPEST or first["number"] not in (None, "1"):
        return None
    indent = _indent(lines[at]) + 2
    items: list[list[Node]] = []
    while (mark := _item(lines, at)) and mark["number"] == _next_number(first, items):
        inside = [lines[at][mark.end() :]]
        at += 1
        while (to := _continued(lines, at, indent)) > at:
            inside += [_dedented(line, mark.end()) for line in lines[at:to]]
            at = to
        items.append(blocks(inside, depth + 1))
        # One blank line may stand between two items.
        if at + 1 < len(lines) and not lines[at].strip():
            after = _item(lines, at + 1)
            at += after is not None and after["number"] == _next_number(first, items)
    return _Block({"t": "ol" if first["number"] else "ul", "c": items}, at)


def _item(lines: list[str], at: int) -> re.Match[str] | None:
    return _ITEM.match(lines[at]) if at < len(lines) else None


def _next_number(first: re.Match[str], items: list[list[Node]]) -> str | None:
    return str(len(items) + 1) if first["number"] else None


def _continued(lines: list[str], at: int, indent: int) -> int:
    """Return the end of what belongs to the item above: an indented line, or a gap and one."""
    for to in (at, at + 1):
        if to < len(lines) and lines[to].strip():
            return to + 1 if _indent(lines[to]) >= indent else at
    return at


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _dedented(line: str, width: int) -> str:
    return line[min(_indent(line), width) :]
