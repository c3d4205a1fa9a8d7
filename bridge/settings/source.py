"""The YAML text as plain values, with the place of every key and value.

YAML 1.2 rules: only `true` and `false` are booleans, `off` and `09:00` and `2027-01-01`
are text. Keys are always text. A null stays null; what it means is for the models to say.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

Path = tuple[str | int, ...]
Value = str | int | float | bool | None | list["Value"] | dict[str, "Value"]

MAX_BYTES = 2 * 1024 * 1024
MAX_DEPTH = 40
MAX_VALUES = 50_000
"""Aliases can make a small file unfold without end; no honest one comes near this."""

_BREAK = re.compile("\r\n|[\r\n]")
_NULL = re.compile(r"~|null|Null|NULL|")
_TRUE = re.compile(r"true|True|TRUE")
_FALSE = re.compile(r"false|False|FALSE")
_INT = re.compile(r"[-+]?[0-9]{1,30}")
_HEX = re.compile(r"0(?:x[0-9a-fA-F]{1,30}|o[0-7]{1,30})")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]{1,40}|[0-9]{1,40}(?:\.[0-9]{0,40})?)(?:[eE][-+]?[0-9]{1,3})?")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_STANDARD = "tag:yaml.org,2002:"
_KNOWN_TAGS = {"str", "int", "float", "bool", "null", "timestamp", "merge", "value", "map", "seq"}


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of one line: `line` and `column` count from 1, `width` in characters."""

    line: int
    column: int
    width: int = 1


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value stands. `variable` names the environment variable that gave it instead."""

    key: Mark | None = None
    value: Mark | None = None
    variable: str | None = None


@dataclass(frozen=True, slots=True)
class Scalar:
    """One scalar of the text: offsets in characters, and what it is the key or value of.

    Aliases make one text the value of several paths.
    """

    start: int
    end: int
    is_key: bool
    paths: list[Path]


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something wrong with the text itself, found while reading it."""

    code: str
    message: str
    mark: Mark
    path: Path = ()


@dataclass(slots=True)
class Document:
    """What the text says: `data`, and where each part of it stands.

    `lines` are broken where YAML breaks them; `starts` are their offsets. `scalars` has,
    for each line (counted from 1), those that touch it.
    """

    text: str
    lines: list[str] = field(init=False)
    starts: list[int] = field(init=False)
    data: Value = None
    places: dict[Path, Place] = field(default_factory=dict)
    scalars: dict[int, list[Scalar]] = field(default_factory=dict)
    flaws: list[Flaw] = field(default_factory=list)
    parsed: bool = False

    def __post_init__(self) -> None:
        """Break the text into lines once."""
        self.lines = _BREAK.split(self.text)
        self.starts = [0, *(found.end() for found in _BREAK.finditer(self.text))]

    def mark(self, start: int, end: int | None = None) -> Mark:
        """Return the place of a stretch of the text; of one character if it leaves its line."""
        line = self.line_of(start)
        stops = start + 1 if end is None or self.line_of(end) != line else end
        return Mark(line, start - self.starts[line - 1] + 1, max(1, stops - start))

    def line_of(self, offset: int) -> int:
        """Return the number of the line an offset is in, counted from 1 as editors do."""
        return bisect_right(self.starts, offset)


class UnreadableError(Exception):
    """The text is no YAML at all; what is wrong is in the document's flaws."""


def parse(text: str) -> Document:
    """Read a YAML text; syntax errors, double keys and strange tags become flaws.

    `Document.parsed` is false when a syntax error left no data to look at.
    """
    document = Document(text)
    try:
        root = _compose(text)
        if root is not None:
            document.data = _Walk(document).value(root, (), None)
        document.parsed = True
    except UnreadableError:
        document.data = None
    except ReaderError as error:
        document.flaws.append(_bad_character(document, error))
    except MarkedYAMLError as error:
        document.flaws.append(_syntax(document, error))
    except (YAMLError, RecursionError, ValueError, OverflowError):
        document.flaws.append(Flaw("yaml_syntax", "this is no YAML", Mark(1, 1)))
    return document


def _compose(text: str) -> Node | None:
    yaml = YAML(typ="safe", pure=True)
    yaml.version = "1.2"
    yaml.max_depth = MAX_DEPTH
    yaml.composer.warn_double_anchors = False
    node: Node | None = yaml.compose(text)
    return node


def _bad_character(document: Document, error: ReaderError) -> Flaw:
    message = "a character that YAML does not allow"
    return Flaw("yaml_syntax", message, document.mark(error.position))


_SYNTAX = {
    "found character '\\t'": "a tab where YAML wants spaces",
    "could not find expected ':'": "a key without its colon",
    "mapping values are not allowed": (
        "a colon that may not stand here: indent the line rightly, or quote the text"
    ),
    "sequence entries are not allowed": "a list may not begin on this line",
    "found unexpected end of stream": "a quote is opened here and never closed",
    "<stream end>": "the file ends before this is closed",
    "expected <block end>, but found '<scalar>'": "text after the end of a value: quote all of it",
    "<document start>": "this does not continue what stands above: check the indentation",
    "expected <block end>": "the indentation does not fit what stands above",
    "expected ',' or '}'": "a { is opened and not closed, or a comma is missing",
    "expected ',' or ']'": "a [ is opened and not closed, or a comma is missing",
    "expected the node content": "a value may not begin with this: quote it",
    "that cannot start any token": "a value may not begin with this character: quote it",
    "found undefined alias": "an alias (*name) without its anchor (&name)",
    "another document": "a second document: the configuration is one document",
    "maximum depth": "nested too deeply",
    "found unknown escape character": "an unknown escape in a double-quoted text",
    "found undefined tag handle": "a tag (!…) means nothing here",
    "expected alphabetic or numeric": "a lone & or * may not begin a value: quote it",
    "expected a comment or a line break": "this may not follow a | or >",
    "expected chomping or indentation": "this may not follow a | or >",
}
_OPENED_EARLIER = ("end of stream", "<stream end>", "could not find expected ':'")
"""What the parser notices too late: the place to mend is where the thing began."""


def _syntax(document: Document, error: MarkedYAMLError) -> Flaw:
    """Say it in our words: the parser's own may quote the file, and so a secret."""
    said = str(error.problem or error.context or "")
    words = (ours for theirs, ours in _SYNTAX.items() if theirs in said)
    earlier = any(words in said for words in _OPENED_EARLIER)
    marks = (error.context_mark, error.problem_mark)
    mark = (marks[0] or marks[1]) if earlier else (marks[1] or marks[0])
    where = document.mark(mark.index if mark else 0)
    return Flaw("yaml_syntax", next(words, "this is no YAML"), where)


class _Walk:
    """Turns nodes into values, noting places and flaws on the way."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.count = 0
        self.open: set[int] = set()
        self.noted: dict[int, Scalar] = {}

    def value(self, node: Node, path: Path, key: Mark | None) -> Value:
        self._count(node, path)
        self.document.places[path] = Place(key, self._mark(node))
        self._check_tag(node, path)
        if isinstance(node, ScalarNode):
            self._note(node, path, is_key=False)
            return _scalar(node, self._text(node, path))
        if not isinstance(node, (SequenceNode, MappingNode)) or id(node) in self.open:
            raise self._stop("yaml_too_large", "an alias that contains itself", node, path)
        self.open.add(id(node))
        try:
            if isinstance(node, SequenceNode):
                return [self.value(item, (*path, i), None) for i, item in enumerate(node.value)]
            return dict(self._pairs(node, path))
        finally:
            self.open.discard(id(node))

    def _pairs(self, node: MappingNode, path: Path) -> Iterator[tuple[str, Value]]:
        seen: dict[str, int] = {}
        for key_node, value_node in node.value:
            mark = self._mark(key_node)
            if not isinstance(key_node, ScalarNode):
                self._flaw("wrong_type", "a key must be text", mark, path)
                continue
            name = self._text(key_node, path)
            inner = (*path, name)
            self._note(key_node, inner, is_key=True)
            if name in seen:
                message = f"this key stands on line {seen[name]} already"
                self._flaw("duplicate_key", message, mark, inner)
                continue
            seen[name] = mark.line
            yield name, self.value(value_node, inner, mark)

    def _count(self, node: Node, path: Path) -> None:
        self.count += 1
        if self.count > MAX_VALUES:
            raise self._stop("yaml_too_large", f"more than {MAX_VALUES} values", node, path)

    def _check_tag(self, node: Node, path: Path) -> None:
        tag = str(node.tag)
        if not (tag.startswith(_STANDARD) and tag[len(_STANDARD) :] in _KNOWN_TAGS):
            self._flaw("custom_tag", "a tag (!…) means nothing here", self._mark(node), path)

    def _note(self, node: ScalarNode, path: Path, *, is_key: bool) -> None:
        known = self.noted.get(id(node))
        if known is not None:
            known.paths.append(path)
            return
        start, end = node.start_mark.index, node.end_mark.index
        scalar = Scalar(start, end, is_key, [path])
        self.noted[id(node)] = scalar
        for line in range(self.document.line_of(start), self.document.line_of(end) + 1):
            self.document.scalars.setdefault(line, []).append(scalar)

    def _text(self, node: ScalarNode, path: Path) -> str:
        """Return the text of a scalar, with the pairs of escapes that JSON writes joined."""
        text = str(node.value)
        if not _SURROGATE.search(text):
            return text
        pairs = text.encode("utf-16-le", "surrogatepass")
        joined = pairs.decode("utf-16-le", "replace")
        if "\N{REPLACEMENT CHARACTER}" in joined:
            self._flaw("yaml_syntax", "an escape of half a character", self._mark(node), path)
        return joined

    def _mark(self, node: Node) -> Mark:
        return self.document.mark(node.start_mark.index, node.end_mark.index)

    def _flaw(self, code: str, message: str, mark: Mark, path: Path) -> None:
        self.document.flaws.append(Flaw(code, message, mark, path))

    def _stop(self, code: str, message: str, node: Node, path: Path) -> UnreadableError:
        self._flaw(code, message, self._mark(node), path)
        return UnreadableError(message)


def _scalar(node: ScalarNode, text: str) -> Value:
    if str(node.tag) == f"{_STANDARD}str" or node.style:
        return text
    return _plain(text)


def _plain(text: str) -> Value:
    if _NULL.fullmatch(text):
        return None
    if _TRUE.fullmatch(text) or _FALSE.fullmatch(text):
        return text[0] in "tT"
    if _INT.fullmatch(text):
        return int(text)
    if _HEX.fullmatch(text):
        return int(text, 0)
    return float(text) if _FLOAT.fullmatch(text) else text
