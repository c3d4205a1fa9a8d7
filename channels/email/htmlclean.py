"""HTML of strangers made harmless, for a sandboxed frame. The work is nh3's.

What is left loads nothing by itself: a picture from elsewhere has the address
`remote:https://...`, which no browser fetches, until somebody asks for it; one that came
with the mail has the address of its file here.
"""

import re
from collections.abc import Callable, Mapping
from urllib.parse import unquote

import nh3

from channels.email.htmlscan import TAGS, tokens, written

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

REMOTE = "remote:"


def clean(html: str, pictures: Mapping[str, str] | None = None) -> str:
    """Return the mail's HTML without anything that acts or loads.

    `pictures` gives the public id of the file that a `cid:` address names.
    """
    cleaner = nh3.Cleaner(
        tags=set(TAGS),
        attributes=_ATTRIBUTES,
        attribute_filter=_filter(pictures or {}),
        filter_style_properties=_STYLES,
        url_schemes={"http", "https", "mailto", "tel", "cid", "data"},
        # The filter denies them, and makes addresses of our own.
        url_relative="pass_through",
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}},
    )
    return cleaner.clean(written(tokens(html)))


def _filter(pictures: Mapping[str, str]) -> Callable[[str, str, str], str | None]:
    def of_attribute(_tag: str, name: str, value: str) -> str | None:
        if name == "src":
            return _source(value.strip(), pictures)
        if name == "href":
            return value if _LEADS.match(value.strip()) else None
        if name == "style":
            return None if _LOADS.search(value) else value
        return value

    return of_attribute


def _source(address: str, pictures: Mapping[str, str]) -> str | None:
    scheme = address.partition(":")[0].lower()
    if scheme == "cid":
        found = pictures.get(unquote(address[4:]))
        return f"/media/{found}" if found else None
    if scheme in ("http", "https"):
        return REMOTE + address
    return address if _DRAWN.fullmatch(address) else None
