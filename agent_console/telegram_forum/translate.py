"""What Telegram tells of staff groups, and of the bot's private chats, into what is meant. Pure.

Only what is said in a topic is said in a conversation: a reply in General carries the number
of a thread that is none (tdlib/telegram-bot-api, issues 356 and 447).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

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
from agent_console.telegram_forum.asides import (
    Aside,
    Command,
    Pressed,
    ServiceLine,
    Stranger,
    Stray,
)
from agent_console.telegram_forum.asked import Ear, asked
from agent_console.telegram_forum.calling import mentions, nothing_but_names
from agent_console.telegram_forum.calm import copied
from agent_console.telegram_forum.reading import (
    answered_of,
    at_of,
    author_of,
    key_of,
    person_of,
    where_of,
)
from bridge.botapi.content import SERVICE, Content, content_of
from bridge.botapi.raw import (
    Raw,
    UntranslatableError,
    integer,
    items,
    mapping,
    maybe,
    part,
    text,
)
from bridge.botapi.said import name_of

SIGNS: Mapping[str, Sign] = {"👀": "eyes"}
# What the bot itself sets off, and nobody needs to read.
_NOTICES = frozenset(
    {"forum_topic_closed", "forum_topic_reopened", "forum_topic_edited", "pinned_message"}
)


@dataclass(slots=True)
class Told:
    """What came of some updates: what is stored, what is done at once, and what is broken."""

    events: list[Heard] = field(default_factory=list)
    asides: list[Aside] = field(default_factory=list)
    broken: list[tuple[object, str]] = field(default_factory=list)

    def meant(self, one: Heard | Aside | None) -> None:
        """Take what an update means."""
        if isinstance(one, Heard):
            self.events.append(one)
        elif one is not None:
            self.asides.append(one)


def translate_all(updates: Sequence[object], ear: Ear) -> Told:
    """Translate updates that came together. One that is broken takes nothing with it."""
    told = Told()
    for update in updates:
        try:
            told.meant(translate(mapping(update, "update"), ear))
        except Exception as error:  # noqa: BLE001  # Whatever a stranger's JSON sets off, its neighbours go on.
            why = str(error) if isinstance(error, UntranslatableError) else type(error).__name__
            told.broken.append((update, why))
    return told


def translate(update: Raw, ear: Ear) -> Heard | Aside | None:
    """Translate one update; raises `UntranslatableError`, and for the unthought-of anything."""
    number = integer(update, "update_id")
    for kind, translated in _KINDS.items():
        if kind in update:
            return translated(part(update, kind), ear, number)
    raise UntranslatableError("an update of a kind that is not known")


# --- messages ---


def _message(message: Raw, ear: Ear, _number: int) -> Heard | Aside | None:
    chat = part(message, "chat")
    place = integer(chat, "id")
    if text(chat, "type") == "private":
        return _in_private(message, ear)
    if place not in ear.groups:
        return Stranger(place=place, title=name_of(chat))
    if "migrate_to_chat_id" in message:
        return _migrated(message, place)
    if SERVICE.intersection(message):
        return _service(message, ear)
    by = author_of(message)
    if by.is_program or message.get("is_automatic_forward"):
        return None
    return asked(message, ear, by) or _said(message, ear, by)


def _in_private(message: Raw, ear: Ear) -> Heard | Aside | None:
    by = author_of(message)
    if by.is_program or SERVICE.intersection(message):
        return None
    meant = asked(message, ear, by)
    if meant is not None:
        return meant
    words = maybe(message, "text")
    verb = "find" if words else "help"
    return Command(**where_of(message), by=by, verb=verb, value=words, at=at_of(message))


def _said(message: Raw, ear: Ear, by: Person) -> Said | Stray | None:
    where = where_of(message)
    if not where["thread"]:
        return Stray(**where, by=by)
    content = _content(message)
    if content is None:
        return None
    called = mentions(message, ear.people)
    return Said(
        key=key_of("m", message),
        place=where["place"],
        thread=where["thread"],
        by=by,
        at=at_of(message),
        external_id=where["message"],
        text=content.text,
        format=content.format,
        files=[
            StaffFile(ref=one.ref, kind=one.kind, name=one.name, size=one.size)
            for one in content.media
        ],
        reply_to=answered_of(message),
        album=maybe(message, "media_group_id") or None,
        mentions=called,
        only_mentions=bool(called) and nothing_but_names(message),
    )


def _edited(message: Raw, ear: Ear, number: int) -> SaidAnew | None:
    chat = part(message, "chat")
    if integer(chat, "id") not in ear.groups:
        return None
    by, where = author_of(message), where_of(message)
    content = _content(message)
    if by.is_program or not where["thread"] or content is None:
        return None
    if asked(message, ear, by) is not None:
        return None
    return SaidAnew(
        key=f"{key_of('e', message)}/{number}",
        place=where["place"],
        thread=where["thread"],
        by=by,
        at=integer(message, "edit_date") * 1000,
        external_id=where["message"],
        text=content.text,
        format=content.format,
        mentions=(called := mentions(message, ear.people)),
        only_mentions=bool(called) and nothing_but_names(message),
    )


# What stands before an agent's words when they forward, or answer in another topic: other
# people's names and words, which are for no customer, and would hide a note's prefix.
_OTHERS = frozenset({"external_reply", "quote", "reply_to_story", "forward_origin"})


def _content(message: Raw) -> Content | None:
    kept = {name: value for name, value in message.items() if name not in _OTHERS}
    # A note's prefix stands in what they wrote, not behind what a card says of itself.
    found = content_of(kept, words_first=True)
    return found and replace(found, text=copied(found.text))


# --- what happens to topics and groups ---


def _service(message: Raw, ear: Ear) -> ThreadMoved | ServiceLine | None:
    where, by = where_of(message), author_of(message)
    notice = next(iter(_NOTICES.intersection(message)), None)
    if notice is None or not where["thread"]:
        return None
    if by.id == str(ear.bot_id):
        return ServiceLine(place=where["place"], message=where["message"])
    if notice not in ("forum_topic_closed", "forum_topic_reopened") or by.is_program:
        return None
    return ThreadMoved(
        key=key_of("m", message),
        place=where["place"],
        thread=where["thread"],
        by=by,
        at=at_of(message),
        to="closed" if notice == "forum_topic_closed" else "open",
    )


def _migrated(message: Raw, place: int) -> PlaceChanged:
    return PlaceChanged(
        key=key_of("m", message),
        place=str(place),
        thread="",
        by=author_of(message),
        at=at_of(message),
        to="moved",
        new_place=str(integer(message, "migrate_to_chat_id")),
    )


def _membership(change: Raw, ear: Ear, number: int) -> PlaceChanged | Stranger | None:
    chat = part(change, "chat")
    place = integer(chat, "id")
    if text(chat, "type") == "private":
        return None
    if place not in ear.groups:
        return Stranger(place=place, title=name_of(chat))
    why = why_lost(part(change, "new_chat_member"))
    return PlaceChanged(
        key=f"c/{place}/{number}",
        place=str(place),
        thread="",
        by=person_of(part(change, "from")),
        at=integer(change, "date") * 1000,
        to="lost" if why else "found",
        why=why,
    )


def why_lost(member: Raw) -> str:
    """Return why a bot with this membership can show nothing in a group; empty if it can."""
    match text(member, "status"):
        case "left" | "kicked":
            return "The bot was removed from the group."
        case "administrator":
            if member.get("can_manage_topics") is True:
                return ""
            return "The bot may not manage topics in the group."
        case _:
            return "The bot is no administrator of the group."


def _reacted(change: Raw, ear: Ear, number: int) -> Signed | None:
    """Telegram says on which message, and not in which topic."""
    place = integer(part(change, "chat"), "id")
    if place not in ear.groups or "user" not in change:
        return None
    old, new = (_signs(change, name) for name in ("old_reaction", "new_reaction"))
    sign: Sign = next(iter(old ^ new), "seen")
    by = person_of(part(change, "user"))
    if by.is_program or (sign == "seen" and not items(change, "new_reaction")):
        return None
    return Signed(
        key=f"r/{place}/{number}",
        place=str(place),
        thread="",
        by=by,
        at=integer(change, "date") * 1000,
        external_id=str(integer(change, "message_id")),
        sign=sign,
        gone=sign in old,
    )


def _signs(change: Raw, name: str) -> set[Sign]:
    given = (maybe(one, "emoji") for one in items(change, name))
    return {SIGNS[one] for one in given if one in SIGNS}


def _pressed(query: Raw, _ear: Ear, _number: int) -> Pressed | None:
    message = query.get("message")
    if not isinstance(message, Mapping) or query.get("data") is None:
        return None
    return Pressed(
        **where_of(message),
        by=person_of(part(query, "from")),
        query=text(query, "id"),
        data=text(query, "data"),
    )


# --- who and where ---


_KINDS: Mapping[str, Callable[[Raw, Ear, int], Heard | Aside | None]] = {
    "message": _message,
    "edited_message": _edited,
    "callback_query": _pressed,
    "message_reaction": _reacted,
    "my_chat_member": _membership,
}
KINDS: Sequence[str] = tuple(_KINDS)
"""What Telegram is asked for; reactions come only to an administrator."""
