"""Texts of a group in which nobody is called and nothing is ordered, whoever wrote them. Pure.

Wherever they stand, Telegram makes a call of `@name`, which rings that person's phone, and a
command of `/word`, which one touch sends. Between the sign and its word goes a joiner: nobody
sees it, and it stands in no code and in no address that Telegram is sure to know as one.
"""

import re
from collections.abc import Iterator, Sequence
from html import escape, unescape

JOINER = "\u2060"
# A text has room left for so many; of more signs, a likeness stands instead.
_MOST_JOINERS = 40
_LIKENESS = {"@": "＠", "/": "／"}
# As github.com/tdlib/td finds them (MessageEntity.cpp); of letters only those count that it is
# sure to know as such.
_SIGN = re.compile(
    r"(?<![0-9A-Za-z_\u0400-\u0481])@(?=[0-9A-Za-z_])"
    r"|(?<![0-9A-Za-z_\u0400-\u0481/<>])/(?=[0-9A-Za-z_]++(?![\w/<>]))"
)
_ADDRESS = re.compile(
    r"(?<![^\s(])(https?://)?(?:[a-z0-9](?:[a-z0-9-]{0,40}[a-z0-9])?\.){1,8}[a-z]{2,20}"
    r"/[0-9a-z_.~%+=&?#/@!:,;-]*",
    re.IGNORECASE,
)
_PIECE = re.compile(r"<[^<>]*>|&[#\w]+;|[^<&]")
_TAG = re.compile(r"<(/?)(code|pre|a)\b")
_COPIED = re.compile(f"([@/]){JOINER}")


def calm(html: str) -> str:
    """Return a text of ours in Telegram's HTML so that it calls nobody and orders nothing."""
    pieces = _PIECE.findall(html)
    places = [number for number, one in enumerate(pieces) if not one.startswith("<")]
    shown = "".join(unescape(pieces[number]) for number in places)
    signs = [found.start() for found in _SIGN.finditer(shown)]
    if not signs:
        return html
    inside = _inside(pieces)
    kept = set(_linked(pieces, places, shown, signs, inside))
    spoken = [at for at in signs if at not in kept and not _is_code(at, places, inside)]
    for count, at in enumerate(spoken):
        sign = f"{shown[at]}{JOINER}" if count < _MOST_JOINERS else _LIKENESS[shown[at]]
        pieces[places[at]] = pieces[places[at]].replace(shown[at], sign)
    return "".join(pieces)


def copied(text: str) -> str:
    """Return what somebody in a group wrote, as it was before it was shown and copied there."""
    return _COPIED.sub(r"\1", text)


def _inside(pieces: Sequence[str]) -> list[str]:
    """Return for each piece the elements around it, of code and of links."""
    around: list[str] = []
    found: list[str] = []
    for number, one in enumerate(pieces):
        tag = _TAG.match(one)
        if tag is not None and tag[1]:
            around.pop()
        elif tag is not None:
            around.append(f"{tag[2]}{number}")
        found.append(" ".join(around))
    return found


def _is_code(at: int, places: Sequence[int], inside: Sequence[str]) -> bool:
    """Say whether a sign stands in code together with its word: there Telegram looks for none."""
    sign, word = (inside[places[one]] for one in (at, at + 1))
    return sign == word and sign.startswith(("code", "pre"))


def _linked(
    pieces: list[str],
    places: Sequence[int],
    shown: str,
    signs: Sequence[int],
    inside: Sequence[str],
) -> Iterator[int]:
    """Make links of the addresses that hold signs; yield those signs.

    In a link that we have made nothing else is found, whatever Telegram takes for an address.
    """
    for found in _ADDRESS.finditer(shown):
        held = [at for at in signs if found.start() <= at < found.end()]
        first, last = places[found.start()], places[found.end() - 1]
        if held and not inside[first] and last - first == found.end() - found.start() - 1:
            address = found[0] if found[1] else f"https://{found[0]}"
            pieces[first] = f'<a href="{escape(address)}">{pieces[first]}'
            pieces[last] = f"{pieces[last]}</a>"
            yield from held
