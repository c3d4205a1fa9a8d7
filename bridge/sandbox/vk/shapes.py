"""Objects as VK writes them in JSON."""

from collections.abc import Mapping
from typing import Any

from bridge.sandbox.vk.world import Message, Person

VERSION = "5.199"


def message(one: Message, group_id: int) -> dict[str, Any]:
    """Return a message: https://dev.vk.com/ru/reference/objects/message."""
    shape: dict[str, Any] = {
        "date": one.date,
        "from_id": one.from_id,
        "id": one.id,
        "version": 10000000 + one.id,
        "out": int(one.out),
        "fwd_messages": [_foreign(other) for other in one.forwarded],
        "important": False,
        "is_hidden": False,
        "attachments": [dict(attachment) for attachment in one.attachments],
        "conversation_message_id": one.cmid,
        "text": one.text,
        "peer_id": one.peer_id,
        "random_id": one.random_id,
        **_optional(one),
    }
    if one.keyboard is not None:
        shape["keyboard"] = {**one.keyboard, "author_id": -group_id}
    return shape


def _optional(one: Message) -> dict[str, Any]:
    optional = {
        "reply_message": None if one.reply is None else _foreign(one.reply),
        "payload": one.payload,
        "geo": one.geo,
        "ref": one.ref,
        "update_time": one.update_time,
        "admin_author_id": one.admin_author_id,
    }
    return {key: value for key, value in optional.items() if value is not None}


def _foreign(one: Message) -> dict[str, Any]:
    """Return a message that stands inside another one."""
    shape: dict[str, Any] = {
        "date": one.date,
        "from_id": one.from_id,
        "text": one.text,
        "attachments": [dict(attachment) for attachment in one.attachments],
        "conversation_message_id": one.cmid,
        "peer_id": one.peer_id,
        "id": one.id,
    }
    if one.forwarded:
        shape["fwd_messages"] = [_foreign(other) for other in one.forwarded]
    if one.geo is not None:
        shape["geo"] = one.geo
    return shape


def user(person: Person, fields: set[str]) -> dict[str, Any]:
    """Return a person: https://dev.vk.com/ru/reference/objects/user."""
    if person.deleted:
        return {
            "id": person.id,
            "first_name": "DELETED",
            "last_name": "",
            "deactivated": "deleted",
        }
    shape: dict[str, Any] = {
        "id": person.id,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "can_access_closed": True,
        "is_closed": False,
    }
    optional = {
        "screen_name": person.screen_name or f"id{person.id}",
        "photo_200": person.photo_200,
    }
    return shape | {key: value for key, value in optional.items() if key in fields and value}


def client_info(person: Person) -> dict[str, Any]:
    """Return what the person's application can show."""
    return {
        "button_actions": ["text", "vkpay", "open_app", "location", "open_link", "callback"],
        "keyboard": True,
        "inline_keyboard": True,
        "carousel": True,
        "lang_id": person.lang_id,
    }


def photo(owner_id: int, photo_id: int, url: str, access_key: str) -> dict[str, Any]:
    """Return a photo in several sizes, in no particular order."""
    sizes = (("s", 75, 56), ("w", 2560, 1920), ("m", 130, 97), ("x", 604, 453))
    return {
        "album_id": -64,
        "date": 1_793_448_000,
        "id": photo_id,
        "owner_id": owner_id,
        "access_key": access_key,
        "sizes": [
            {"type": kind, "width": width, "height": height, "url": f"{url}?size={kind}"}
            for kind, width, height in sizes
        ],
        "text": "",
    }


def document(file: Mapping[str, Any], url: str, access_key: str) -> dict[str, Any]:
    """Return a document; `file` has its `owner_id`, `id`, `title` and `size`."""
    return {
        **file,
        "ext": str(file["title"]).rpartition(".")[2],
        "date": 1_793_448_000,
        "type": 8,
        "url": url,
        "access_key": access_key,
    }


def voice(owner_id: int, voice_id: int, url: str, access_key: str) -> dict[str, Any]:
    """Return a voice message."""
    return {
        "id": voice_id,
        "owner_id": owner_id,
        "duration": 4,
        "waveform": [0, 3, 7, 3, 0],
        "link_ogg": url,
        "link_mp3": url.removesuffix(".ogg") + ".mp3",
        "access_key": access_key,
    }
