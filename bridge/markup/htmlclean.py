"""HTML of strangers made harmless, for a sandboxed frame. The work is nh3's.

What is left loads nothing by itself: a picture from elsewhere has the address
`remote:https://...`, which no browser fetches, until somebody asks for it; one that came
with the mail has the address of its file here.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from urllib.parse import unquote

import nh3

from bridge.markup.htmlscan import LONGEST, TAGS, Token, tokens, written

_ATTRIBUTES = {
    "*": {"align", "dir", "style", "title", "valign", "bgcolor", "color", "width", "height"},
    "a": {"href"},
    "img": {"src", "alt"},
    "font": {"face", "size"},
    "ol": {"start"},
    "table": {"border", "cellpadding", "cellspacing"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
}
_STYLES = {
    "background-color", "border", "border-bottom", "border-collapse", "border-left", "border-right",
    "border-top", "color", "direction", "font-family", "font-size", "font-style", "font-weight",
    "height", "line-height", "margin", "max-width", "padding", "text-align", "text-decoration",
    "vertical-align", "white-space", "width",
}  # fmt: skip
_LOADS = re.compile(r"url|image|expression|import|\\|/\*", re.IGNORECASE)
_LEADS = re.compile(r"(?:https?|mailto|tel):", re.IGNORECASE)
_DRAWN = re.compile(r"data:image/(?:png|gif|jpeg|webp);base64,[A-Za-z0-9+/=]*")
# Links that were made harmless are longer than they came.
_LONGEST_KEPT = 4 * LONGEST

REMOTE = "remote:"
_KEPT = "/media/"

Find = Callable[[str], str | None]
"""Gives the address under which a picture may be shown, by what the HTML calls it."""


def clean(html: str, pictures: Mapping[str, str] | None = None) -> str:
    """Return the mail's HTML without anything that acts or loads.

    `pictures` gives the public id of the file that a `cid:` address names.
    """
    known = pictures or {}

    def source(address: str) -> str | None:
        return _to_keep(address, known)

    return _cleaned(tokens(html), source)


def shown(html: str, picture: Find, *, remote: bool) -> str:
    """Return what `clean` has kept, cleaned again, with the pictures that are to be shown.

    `picture` gives the address of a file of ours by its public id. From elsewhere only what
    is asked for by `remote` is loaded, and only encrypted. Since the words of a link may say
    anything, its title says where it leads.
    """

    def source(address: str) -> str | None:
        return _to_show(address, picture, remote=remote)

    stream = tokens(html, longest=_LONGEST_KEPT)
    return _cleaned(map(_telling, stream), source)


def count_remote(html: str) -> int:
    """Return how many pictures of what `clean` has kept `shown` would load from elsewhere."""
    stream = tokens(html, longest=_LONGEST_KEPT)
    return sum(
        one.name == "img" and _https(one.attributes.get("src", "")) is not None for one in stream
    )


def _cleaned(stream: Iterable[Token], source: Find) -> str:
    cleaner = nh3.Cleaner(
        tags=set(TAGS),
        attributes=_ATTRIBUTES,
        attribute_filter=_filter(source),
        filter_style_properties=_STYLES,
        url_schemes={"http", "https", "mailto", "tel", "cid", "data", "remote"},
        # The filter denies them, and makes addresses of our own.
        url_relative="pass_through",
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}},
    )
    return cleaner.clean(written(stream))


def _filter(source: Find) -> Callable[[str, str, str], str | None]:
    def of_attribute(_tag: str, name: str, value: str) -> str | None:
        if name == "src":
            return source(value.strip())
        if name == "href":
            return value if _LEADS.match(value.strip()) else None
        if name == "style":
            return None if _LOADS.search(value) else value
        return value

    return of_attribute


def _to_keep(address: str, pictures: Mapping[str, str]) -> str | None:
    scheme = address.partition(":")[0].lower()
    if scheme == "cid":
        found = pictures.get(unquote(address[4:]))
        return f"{_KEPT}{found}" if found else None
    if scheme in ("http", "https"):
        return REMOTE + address
    return address if _DRAWN.fullmatch(address) else None


def _to_show(address: str, picture: Find, *, remote: bool) -> str | None:
    if address.startswith(_KEPT):
        return picture(address.removeprefix(_KEPT))
    if _DRAWN.fullmatch(address):
        return address
    return _https(address) if remote else None


def _https(address: str) -> str | None:
    """Return the address elsewhere that a picture has, if it is one to be loaded at all."""
    bare = address.strip().removeprefix(REMOTE)
    return bare if bare.lower().startswith("https://") else None


def _telling(token: Token) -> Token:
    leads = token.attributes.get("href", "").strip() if token.name == "a" else ""
    if not _LEADS.match(leads):
        return token
    return replace(token, attributes={**token.attributes, "title": leads})
