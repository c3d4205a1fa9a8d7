"""What has no words of its own, in words: a place on a map, a contact, a poll.

Signs rather than words begin them, since nobody knows the reader's language.
"""

from collections.abc import Callable, Mapping
from urllib.parse import quote

from bridge.botapi.raw import Raw, UntranslatableError, integer, items, maybe, part, text


def name_of(account: Raw) -> str:
    """Return the name of a person or a chat."""
    title = maybe(account, "title")
    return title or f"{maybe(account, 'first_name')} {maybe(account, 'last_name')}".strip()


def _moving_sticker(sticker: Raw) -> str:
    moves = sticker.get("is_animated") or sticker.get("is_video")
    return maybe(sticker, "emoji") if moves else ""


def _location(place: Raw) -> str:
    where = [_degrees(place, name) for name in ("latitude", "longitude")]
    return f"📍 {', '.join(where)}\nhttps://maps.google.com/?q={','.join(where)}"


def _degrees(place: Raw, name: str) -> str:
    value = place.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise UntranslatableError(f"{name} is no number")
    return f"{value:.6f}".rstrip("0").rstrip(".")


def _venue(venue: Raw) -> str:
    named = [maybe(venue, "title"), maybe(venue, "address")]
    what = ", ".join(one for one in named if one)
    return f"📍 {what}\n{_location(part(venue, 'location')).partition(chr(10))[2]}"


def _contact(card: Raw) -> str:
    return " ".join(filter(None, ["👤", name_of(card), maybe(card, "phone_number")]))


def _poll(poll: Raw) -> str:
    options = [f"- {text(one, 'text')}" for one in items(poll, "options")]
    question = [f"📊 {text(poll, 'question')}", maybe(poll, "description")]
    return "\n".join([*filter(None, question), *options])


def _dice(dice: Raw) -> str:
    return f"{maybe(dice, 'emoji')} {integer(dice, 'value')}".strip()


def _game(game: Raw) -> str:
    return f"🎮 {maybe(game, 'title')}"


def story(told: Raw) -> str:
    """Return where a story is, or whose, if its owner has no public name."""
    chat = part(told, "chat")
    name, number = maybe(chat, "username"), told.get("id")
    where = f" https://t.me/{quote(name)}/s/{number}" if name else f" {name_of(chat)}"
    return f"📖{where}".rstrip()


def _paid(info: Raw) -> str:
    return f"⭐ {integer(info, 'star_count')}"


def _gift(info: Raw) -> str:
    emoji = maybe(part(part(info, "gift"), "sticker"), "emoji")
    return " ".join(filter(None, ["🎁", emoji, maybe(info, "text")]))


def _unique_gift(info: Raw) -> str:
    gift = part(info, "gift")
    said = [f"🎁 {maybe(gift, 'base_name')} #{integer(gift, 'number')}", maybe(info, "text")]
    address = f"https://t.me/nft/{quote(text(gift, 'name'))}"
    return "\n".join([*filter(None, said), address])


def _giveaway(giveaway: Raw) -> str:
    chats = ", ".join(name_of(one) for one in items(giveaway, "chats"))
    return "\n".join(filter(None, [f"🎁 {chats}", maybe(giveaway, "prize_description")]))


def _invoice(invoice: Raw) -> str:
    return f"🧾 {maybe(invoice, 'title')}\n{maybe(invoice, 'description')}".strip()


def _pressed_in_app(told: Raw) -> str:
    """Return what a page inside Telegram has sent, under the words of the button to it."""
    return f"🌐 {maybe(told, 'button_text')}\n{maybe(told, 'data')}".strip()


def _checklist(checklist: Raw) -> str:
    tasks = [f"- {text(one, 'text')}" for one in items(checklist, "tasks")]
    return "\n".join([f"☑ {maybe(checklist, 'title')}", *tasks])


def _rich(message: Raw) -> str:
    """Return the words of a message made of blocks, without their form."""
    return "\n".join(filter(None, (_words_in(block) for block in items(message, "blocks"))))


def _words_in(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return "".join(_words_in(one) for one in value)
    if not isinstance(value, Mapping):
        return ""
    inside = [_words_in(one) for name in ("blocks", "items") for one in value.get(name) or []]
    return "\n".join(filter(None, [_words_in(value.get("text")), *inside]))


# A venue has its location beside it, so it comes first.
SAID: Mapping[str, Callable[[Raw], str]] = {
    "venue": _venue,
    "location": _location,
    "contact": _contact,
    "poll": _poll,
    "dice": _dice,
    "game": _game,
    "story": story,
    "checklist": _checklist,
    "sticker": _moving_sticker,
    "rich_message": _rich,
    "paid_media": _paid,
    "gift": _gift,
    "gift_upgrade_sent": _gift,
    "unique_gift": _unique_gift,
    "giveaway": _giveaway,
    "invoice": _invoice,
    "web_app_data": _pressed_in_app,
}
