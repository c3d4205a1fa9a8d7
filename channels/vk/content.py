"""What stands in a VK message, as text and files. Pure.

Nothing is dropped: what can be downloaded becomes a file, all else a line that says what it
was and where it is. Signs instead of words, since agents read different languages.
Objects: https://dev.vk.com/ru/reference/objects/attachments-message.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bridge.channel import InboundMedia, MediaKind

Thing = Mapping[str, Any]

SITE = "https://vk.com"
# The core refuses texts over 100,000 characters; a pile of forwarded ones is cut before.
LONGEST_TEXT = 90_000
# Forwarded messages may hold forwarded ones, and so on.
_DEEPEST = 10


@dataclass(slots=True)
class Content:
    """The lines and files of a message, in their order."""

    lines: list[str] = field(default_factory=list)
    media: list[InboundMedia] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Return the lines as one text."""
        text = "\n".join(self.lines)
        return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…"


def content_of(message: Thing, depth: int = 0) -> Content:
    """Return what a message says; raises `KeyError`, `TypeError`, `ValueError`."""
    content = Content()
    if text := message.get("text") or "":
        content.lines.append(text_of(text))
    for attachment in message.get("attachments") or ():
        _add(content, attachment)
    if geo := message.get("geo"):
        content.lines.append(_place(geo))
    for forwarded in message.get("fwd_messages") or ():
        _forward(content, forwarded, depth)
    return content


def _add(content: Content, attachment: Thing) -> None:
    kind = attachment["type"]
    thing = attachment.get(kind) or {}
    found = _KINDS[kind](thing) if kind in _KINDS else _other(kind, thing)
    if isinstance(found, InboundMedia):
        content.media.append(found)
    else:
        content.lines.append(found)


def _forward(content: Content, forwarded: Thing, depth: int) -> None:
    """Add a forwarded message as a quote under its author's address."""
    content.lines.append(f"↪ {page(forwarded['from_id'])}")
    if depth >= _DEEPEST:
        content.lines.append("> …")
        return
    inner = content_of(forwarded, depth + 1)
    content.lines += [f"> {line}".rstrip() for line in inner.text.split("\n") if inner.lines]
    content.media += inner.media


def page(owner_id: int) -> str:
    """Return the address of a person or a community."""
    return f"{SITE}/id{owner_id}" if owner_id > 0 else f"{SITE}/club{-owner_id}"


# --- files ---


def _photo(thing: Thing) -> InboundMedia:
    """Return the largest size there is."""
    sizes = [*thing.get("sizes", ()), *([thing["orig_photo"]] if "orig_photo" in thing else [])]
    largest = max(sizes, key=lambda size: size.get("width", 0) * size.get("height", 0))
    return _file("image", largest["url"], f"photo{_owned(thing)}", "image/jpeg", ending="jpg")


def _document(thing: Thing) -> InboundMedia:
    title, ending = text_of(thing["title"]), thing.get("ext") or ""
    if ending and not title.lower().endswith(f".{ending.lower()}"):
        title = f"{title}.{ending}"
    kind, key = "application/octet-stream", f"doc{_owned(thing)}"
    return _file("file", thing["url"], key, kind, name=title, size=thing.get("size"))


def _voice(thing: Thing) -> InboundMedia:
    return _file("voice", thing["link_ogg"], f"voice{_owned(thing)}", "audio/ogg", ending="ogg")


def _sticker(thing: Thing) -> InboundMedia:
    images = thing.get("images") or thing["images_with_background"]
    largest = max(images, key=lambda image: image["width"])
    key = f"sticker{thing['sticker_id']}"
    return _file("sticker", largest["url"], key, "image/png", ending="png")


def _graffiti(thing: Thing) -> InboundMedia:
    return _file("image", thing["url"], f"graffiti{_owned(thing)}", "image/png", ending="png")


def _file(
    kind: MediaKind,
    url: object,
    key: str,
    mime: str,
    *,
    name: str = "",
    ending: str = "",
    size: int | None = None,
) -> InboundMedia:
    """Return a file; the addresses of one differ each time VK tells of it, its `key` stays."""
    named = name or f"{key}.{ending}"
    return InboundMedia(kind=kind, ref=text_of(url), key=key, name=named, mime=mime, size=size)


# --- lines ---


def _video(thing: Thing) -> str:
    key = f"?list={thing['access_key']}" if thing.get("access_key") else ""
    return _line("🎬", thing.get("title"), f"{SITE}/video{_owned(thing)}{key}")


def _audio(thing: Thing) -> str:
    named = " — ".join(filter(None, (thing.get("artist"), thing.get("title"))))
    return _line("🎵", named, thing.get("url"))


def _wall(thing: Thing) -> str:
    owner = thing.get("owner_id") or thing.get("to_id") or thing["from_id"]
    # What somebody has shared without a word of their own has the words of the first author.
    said = [one.get("text") for one in (thing, *thing.get("copy_history", ()))]
    return _line("📰", next(filter(None, said), None), f"{SITE}/wall{owner}_{thing['id']}")


def _wall_reply(thing: Thing) -> str:
    address = f"{SITE}/wall{thing['owner_id']}_{thing['post_id']}?reply={thing['id']}"
    return _line("📰", thing.get("text"), address)


def _market(thing: Thing) -> str:
    named = " · ".join(filter(None, (thing.get("title"), (thing.get("price") or {}).get("text"))))
    return _line("🛍", named, f"{SITE}/market{thing['owner_id']}?w=product{_owned(thing)}")


def _link(thing: Thing) -> str:
    return _line("🔗", thing.get("title"), thing["url"])


def _poll(thing: Thing) -> str:
    answers = [f"- {answer['text']}" for answer in thing.get("answers", ())]
    return _line("📊", thing.get("question"), *answers)


def _story(thing: Thing) -> str:
    return _line("📖", None, f"{SITE}/story{_owned(thing)}")


def _gift(_thing: Thing) -> str:
    return "🎁"


def _call(_thing: Thing) -> str:
    return "📞"


def _money(thing: Thing) -> str:
    return _line("💸", (thing.get("amount") or {}).get("text"), thing.get("comment"))


def _other(kind: str, thing: object) -> str:
    """Return what a thing that we do not know calls itself, and its address if it has one."""
    fields = thing.items() if isinstance(thing, Mapping) else ()
    said = {name: value for name, value in fields if isinstance(value, str)}
    named = next((said[name] for name in ("title", "name", "text") if said.get(name)), None)
    return _line("📎", " · ".join(filter(None, (kind, named))), said.get("url"))


def _place(geo: Thing) -> str:
    point, place = geo["coordinates"], geo.get("place") or {}
    where = f"{float(point['latitude'])}/{float(point['longitude'])}"
    latitude, _, longitude = where.partition("/")
    address = f"https://www.openstreetmap.org/?mlat={latitude}&mlon={longitude}#map=16/{where}"
    return _line("📍", place.get("title") or f"{latitude}, {longitude}", address)


_KINDS: Mapping[str, Callable[[Thing], InboundMedia | str]] = {
    "photo": _photo,
    "doc": _document,
    "audio_message": _voice,
    "sticker": _sticker,
    "graffiti": _graffiti,
    "video": _video,
    "audio": _audio,
    "wall": _wall,
    "wall_reply": _wall_reply,
    "market": _market,
    "link": _link,
    "poll": _poll,
    "story": _story,
    "gift": _gift,
    "call": _call,
    "money_transfer": _money,
    "money_request": _money,
}


def _line(sign: str, *said: str | None) -> str:
    shown: Sequence[str] = [one.strip() for one in said if one and one.strip()]
    return "\n".join([" ".join([sign, *shown[:1]]), *shown[1:]])


def _owned(thing: Thing) -> str:
    return f"{int(thing['owner_id'])}_{int(thing['id'])}"


def text_of(raw: object) -> str:
    """Return a text; raises `TypeError` for anything else."""
    if not isinstance(raw, str):
        raise TypeError("a text is wanted")
    return raw
