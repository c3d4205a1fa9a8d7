"""Addresses: which are harmless, and where they stand in a text that nobody marked up."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

# Longer addresses stay text: nothing of ours makes them, and some patterns of the link
# finder take the square of a word's length.
LONGEST = 2048
# What is looked through, and found, in one text: both bound the work on a hostile body.
MOST_LOOKED_AT = 16_384
MOST_FOUND = 300

# What an address may be written without.
SCHEMES = ("", "https://", "mailto:", "tel:")
_SAFE = re.compile(
    r"(?:https?://[^/?#]|mailto:[^?]|tel:[+\d(])[^\s\x00-\x20\x7f<>\"`\\]*", re.IGNORECASE
)
# The ends that people write without "http://". Country ends that are words or file types
# ("it", "so", "py", "md") would make links of missing spaces and of file names.
_KNOWN_ENDS = frozenset(
    re.split(
        " ",
        "com net org info biz edu gov shop store online site app dev tv eu ua ru by kz uk de fr "
        "es pt pl cz sk ro bg lv lt ee fi se nl ch ge az xyz club top pro travel "
        "рф укр бел рус онлайн сайт",
    )
)


# What may follow the label of a link; parentheses stand in pairs, as in Wikipedia's.
DESTINATION = re.compile(
    rf"\(([^\s()<>]{{1,{LONGEST}}}(?:\([^\s()<>]{{0,200}}\)[^\s()<>]{{0,200}}){{0,8}})\)"
)


class Link(NamedTuple):
    """An address in a text: `text[start:end]` leads to `href`."""

    start: int
    end: int
    href: str


@cache
def _finder() -> Any:
    # At first use: it takes a fifth of a second, and the program has to start.
    from linkify_it import LinkifyIt  # type: ignore[import-untyped]  # noqa: PLC0415
    from linkify_it.tlds import TLDS  # type: ignore[import-untyped]  # noqa: PLC0415

    finder = LinkifyIt()
    finder.tlds(sorted(_KNOWN_ENDS.union(TLDS)))
    finder.add("ftp:", None)
    finder.add("//", None)
    return finder


_WORD = re.compile(r"\S+")
_DOT = re.compile(r"\.[^\W\d_]").search


def possible(text: str) -> bool:
    """Say, fast, whether there may be an address in the text."""
    return "@" in text or "://" in text or _DOT(text) is not None or "mailto:" in text


def safe(address: str) -> str | None:
    """Return the address, encoded, if it is http, https, mailto or tel; else `None`."""
    if len(address) > LONGEST or not _SAFE.match(address):
        return None
    from markdown_it.common.normalize_url import normalizeLink  # noqa: PLC0415  # As _finder.

    scheme, _, rest = normalizeLink(address).partition(":")
    href = f"{scheme.lower()}:{rest}"
    return href if _SAFE.fullmatch(href) else None


def find(text: str) -> Iterator[Link]:
    """Yield the addresses in a text, in order."""
    looked_at = found = 0
    for word in _WORD.finditer(text):
        if not possible(word[0]):
            continue
        looked_at += len(word[0])
        if looked_at > MOST_LOOKED_AT or found >= MOST_FOUND:
            return
        if len(word[0]) > LONGEST:
            continue
        for link in _in_word(word[0], word.start()):
            found += 1
            yield link


def _in_word(word: str, offset: int) -> Iterator[Link]:
    for match in _finder().match(word) or ():
        href = safe(match.url) if match.schema else _without_scheme(match.raw)
        if href is not None:
            yield Link(offset + match.index, offset + match.last_index, href)


def _without_scheme(address: str) -> str | None:
    """Return where a bare name leads: to the scheme that browsers try first."""
    host = re.split("[/?#:]", address, maxsplit=1)[0].lower()
    known = host.startswith("www.") or host.rpartition(".")[2] in _KNOWN_ENDS
    return safe(f"https://{address}") if known else None
