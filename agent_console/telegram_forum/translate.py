"""Updates of a staff group as what staff did there. Pure.

core.telegram.org/bots/api#message: of a message in a topic `is_topic_message` is set; what is
answered in General carries a thread that is no topic.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from agent_console.surface import (
    Heard,
    Person,
    PlaceChanged,
    Said,
    SaidAnew,
    Sign,
    Signed,
    StaffFile,
    ThreadMoved,
)
from bridge.botapi.content import content_of
from bridge.botapi.raw import Raw, integer, items, maybe, part
from bridge.botapi.said import name_of

_SIGNS: Mapping[str, Sign] = {"👀": "eyes"}
_GONE = frozenset({"left", "kicked"})


def person(message: Raw) -> Person:
    """Return who wrote; an anonymous administrator writes in the group's name."""
    hidden = "sender_chat" in message
    account = part(message, "sender_chat" if hidden else "from")
    return _person(account, hidden=hidden)


def _person(account: Raw, *, hidden: bool = False) -> Person:
    return Person(
        id=str(integer(account, "id")),
        name=name_of(account),
        username=maybe(account, "username"),
        language=maybe(account, "language_code") or None,
        is_program=account.get("is_bot") is True and not hidden,
        is_hidden=hidden,
    )


def user(account: Raw) -> Person:
    """Return whoever pressed something."""
    return _person(account)


def topic_of(message: Raw) -> str:
    """Return the topic a message is in, empty for General."""
    inside = message.get("is_topic_message") is True
    return str(integer(message, "message_thread_id")) if inside else ""


def heard(update: Raw) -> list[Heard]:
    """Return what an update tells; raises `UntranslatableError`."""
    for kind, read in _KINDS.items():
        if kind in update:
            return read(part(update, kind), f"{kind}:{integer(update, 'update_id')}")
    return []


def _common(message: Raw, key: str) -> dict[str, Any]:
    chat = integer(part(message, "chat"), "id")
    return {
        "key": key,
        "place": str(chat),
        "thread": topic_of(message),
        "by": person(message),
        "at": integer(message, "date") * 1000,
    }


def _message(message: Raw, key: str) -> list[Heard]:
    if "migrate_to_chat_id" in message:
        new = str(integer(message, "migrate_to_chat_id"))
        return [PlaceChanged(**_common(message, key), to="moved", new_place=new)]
    if "forum_topic_closed" in message:
        return [ThreadMoved(**_common(message, key), to="closed")]
    if "forum_topic_reopened" in message:
        return [ThreadMoved(**_common(message, key), to="open")]
    # The same message may come under another update's number after a week of silence.
    found = _said(message, f"message:{part(message, 'chat')['id']}/{message.get('message_id')}")
    return [] if found is None else [found]


def _said(message: Raw, key: str) -> Said | None:
    content = content_of(message)
    if content is None:
        return None
    called = mentions(message)
    return Said(
        **_common(message, key),
        external_id=str(integer(message, "message_id")),
        text=content.text,
        format=content.format,
        files=[
            StaffFile(ref=one.ref, kind=one.kind, name=one.name, size=one.size)
            for one in content.media
        ],
        reply_to=_answered(message),
        album=maybe(message, "media_group_id") or None,
        mentions=called,
        only_mentions=bool(called) and not _words_beside(message),
    )


def _answered(message: Raw) -> str | None:
    """Return what is answered; in a topic everything answers its first message, if nothing else."""
    if "reply_to_message" not in message:
        return None
    answered = part(message, "reply_to_message")
    if "forum_topic_created" in answered:
        return None
    return str(integer(answered, "message_id"))


def _edited(message: Raw, key: str) -> list[Heard]:
    content = content_of(message)
    if content is None:
        return []
    return [
        SaidAnew(
            **_common(message, key),
            external_id=str(integer(message, "message_id")),
            text=content.text,
            format=content.format,
        )
    ]


def mentions(message: Raw) -> list[str]:
    """Return whom a message calls: names and accounts, not the addresses of pages."""
    called = []
    for one in _entities(message):
        if one.get("type") == "text_mention":
            called.append(str(integer(part(one, "user"), "id")))
        elif one.get("type") == "mention":
            called.append(_cut(message, one))
    return called


def _entities(message: Raw) -> Sequence[Raw]:
    return items(message, "entities" if "text" in message else "caption_entities")


def _cut(message: Raw, entity: Raw) -> str:
    units = (maybe(message, "text") or maybe(message, "caption")).encode("utf-16-le")
    start = 2 * integer(entity, "offset")
    return units[start : start + 2 * integer(entity, "length")].decode("utf-16-le", "replace")


def _words_beside(message: Raw) -> str:
    words = maybe(message, "text") or maybe(message, "caption")
    for one in _entities(message):
        if one.get("type") in ("mention", "text_mention"):
            words = words.replace(_cut(message, one), "")
    return words.strip()


def _reacted(told: Raw, key: str) -> list[Heard]:
    if "user" not in told:
        return []
    common: dict[str, Any] = {
        "place": str(integer(part(told, "chat"), "id")),
        # Telegram does not say in which topic: the surface finds out by the message.
        "thread": "",
        "by": _person(part(told, "user")),
        "at": integer(told, "date") * 1000,
        "external_id": str(integer(told, "message_id")),
    }
    old, new = _emoji(told, "old_reaction"), _emoji(told, "new_reaction")
    found: list[Heard] = []
    for emoji, sign in _SIGNS.items():
        if (emoji in new) != (emoji in old):
            gone = emoji not in new
            found.append(Signed(**common, key=f"{key}:{sign}", sign=sign, gone=gone))
    return found


def _emoji(told: Raw, name: str) -> set[str]:
    return {maybe(one, "emoji") for one in items(told, name) if one.get("type") == "emoji"}


def _membership(told: Raw, key: str) -> list[Heard]:
    status = maybe(part(told, "new_chat_member"), "status")
    common: dict[str, Any] = {
        "key": key,
        "place": str(integer(part(told, "chat"), "id")),
        "thread": "",
        "by": _person(part(told, "from")),
        "at": integer(told, "date") * 1000,
    }
    if status in _GONE:
        why = "The bot was removed from the group."
        return [PlaceChanged(**common, to="lost", why=why)]
    return [PlaceChanged(**common, to="found")]


_KINDS: Mapping[str, Callable[[Raw, str], list[Heard]]] = {
    "message": _message,
    "edited_message": _edited,
    "message_reaction": _reacted,
    "my_chat_member": _membership,
}
# `message_reaction` comes only to an administrator that has asked for it.
KINDS = (*_KINDS, "callback_query")
