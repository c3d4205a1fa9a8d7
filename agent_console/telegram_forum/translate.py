"""What Telegram tells of staff groups, and of the bot's private chats, into what is meant. Pure.

Only what is said in a topic is said in a conversation: a reply in General carries the number
of a thread that is none (tdlib/telegram-bot-api, issues 356 and 447).
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

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
    Unsaid,
)
from agent_console.telegram_forum.asides import (
    Aside,
    Command,
    Filled,
    Pressed,
    ServiceLine,
    Stranger,
    Stray,
)
from agent_console.telegram_forum.calling import mentions, nothing_but_names
from bridge.botapi.content import SERVICE, content_of
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

QUESTION = "❓"
"""Begins what a form asks, and nothing else that the bot says."""
SIGNS: Mapping[str, Sign] = {"👀": "eyes"}
_COMMAND = re.compile(r"/([A-Za-z_]{1,32})(?:@(\w+))?(?:\s+(.*))?", re.DOTALL)
# What the bot itself sets off, and nobody needs to read.
_NOTICES = frozenset(
    {"forum_topic_closed", "forum_topic_reopened", "forum_topic_edited", "pinned_message"}
)


@dataclass(frozen=True, slots=True)
class Ear:
    """What translating needs to know: who we are, our groups, and who is called what there."""

    bot_id: int
    username: str
    groups: frozenset[int]
    people: Mapping[str, str]
    """Accounts by user name, in small letters."""


@dataclass(slots=True)
class Told:
    """What came of some updates: what is stored, what is done at once, and what is broken."""

    events: list[Heard] = field(default_factory=list)
    asides: list[Aside] = field(default_factory=list)
    broken: list[tuple[object, str]] = field(default_factory=list)
    people: dict[str, str] = field(default_factory=dict)

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
            raw = mapping(update, "update")
            told.meant(translate(raw, ear))
            told.people |= _names(raw)
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


def _names(update: Raw) -> dict[str, str]:
    """Return who wrote or pressed, by user name, so that they can be called by it."""
    for kind in ("message", "callback_query"):
        account = update.get(kind, {}).get("from")
        if isinstance(account, Mapping) and isinstance(account.get("username"), str):
            return {account["username"].lower(): str(account.get("id"))}
    return {}


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
    by = _author(message)
    if by.is_program or message.get("is_automatic_forward"):
        return None
    return _asked(message, ear, by) or _said(message, ear, by)


def _in_private(message: Raw, ear: Ear) -> Heard | Aside | None:
    by = _author(message)
    if by.is_program or SERVICE.intersection(message):
        return None
    asked = _asked(message, ear, by)
    if asked is not None:
        return asked
    words = maybe(message, "text")
    return Command(**_where(message), by=by, verb="find" if words else "help", value=words)


def _asked(message: Raw, ear: Ear, by: Person) -> Aside | Heard | None:
    """Return what is no word to a customer: an answer to a form's question, or a command."""
    answered = message.get("reply_to_message")
    if isinstance(answered, Mapping) and _is_question(answered, ear):
        number = str(integer(answered, "message_id"))
        words = content_of(message)
        return Filled(**_where(message), by=by, question=number, value=words.text if words else "")
    found = _COMMAND.fullmatch(maybe(message, "text").strip())
    if found is None:
        return None
    if found[2] and found[2].lower() != ear.username.lower():
        # A command that is for another bot is for no customer either.
        return Command(**_where(message), by=by, verb="", value="")
    verb, value = found[1].lower(), (found[3] or "").strip()
    if verb in ("del", "delete") and not value:
        return _taken_back(message, by)
    return Command(**_where(message), by=by, verb=verb, value=value)


def _is_question(answered: Raw, ear: Ear) -> bool:
    author = answered.get("from")
    ours = isinstance(author, Mapping) and author.get("id") == ear.bot_id
    return ours and maybe(answered, "text").startswith(QUESTION)


def _taken_back(message: Raw, by: Person) -> Unsaid | Command:
    where, answered = _where(message), _answered(message)
    if answered is None or not where["thread"]:
        return Command(**where, by=by, verb="del", value="")
    return Unsaid(
        key=_key("m", message),
        place=where["place"],
        thread=where["thread"],
        by=by,
        at=_at(message),
        external_id=answered,
    )


def _said(message: Raw, ear: Ear, by: Person) -> Said | Stray | None:
    where = _where(message)
    if not where["thread"]:
        return Stray(**where, by=by)
    content = content_of(message)
    if content is None:
        return None
    called = mentions(message, ear.people)
    return Said(
        key=_key("m", message),
        place=where["place"],
        thread=where["thread"],
        by=by,
        at=_at(message),
        external_id=where["message"],
        text=content.text,
        format=content.format,
        files=[
            StaffFile(ref=one.ref, kind=one.kind, name=one.name, size=one.size)
            for one in content.media
        ],
        reply_to=_answered(message),
        album=maybe(message, "media_group_id") or None,
        mentions=called,
        only_mentions=bool(called) and nothing_but_names(message),
    )


def _edited(message: Raw, ear: Ear, number: int) -> SaidAnew | None:
    chat = part(message, "chat")
    if integer(chat, "id") not in ear.groups:
        return None
    by, where = _author(message), _where(message)
    content = content_of(message)
    if by.is_program or not where["thread"] or content is None:
        return None
    if _asked(message, ear, by) is not None:
        return None
    return SaidAnew(
        key=f"{_key('e', message)}/{number}",
        place=where["place"],
        thread=where["thread"],
        by=by,
        at=integer(message, "edit_date") * 1000,
        external_id=where["message"],
        text=content.text,
        format=content.format,
    )


def _answered(message: Raw) -> str | None:
    """Return what is answered; in a topic every message answers the one that opened it."""
    if "reply_to_message" not in message:
        return None
    answered = part(message, "reply_to_message")
    number = integer(answered, "message_id")
    if "forum_topic_created" in answered or number == message.get("message_thread_id"):
        return None
    return str(number)


# --- what happens to topics and groups ---


def _service(message: Raw, ear: Ear) -> ThreadMoved | ServiceLine | None:
    where, by = _where(message), _author(message)
    notice = next(iter(_NOTICES.intersection(message)), None)
    if notice is None or not where["thread"]:
        return None
    if by.id == str(ear.bot_id):
        return ServiceLine(place=where["place"], message=where["message"])
    if notice not in ("forum_topic_closed", "forum_topic_reopened") or by.is_program:
        return None
    return ThreadMoved(
        key=_key("m", message),
        place=where["place"],
        thread=where["thread"],
        by=by,
        at=_at(message),
        to="closed" if notice == "forum_topic_closed" else "open",
    )


def _migrated(message: Raw, place: int) -> PlaceChanged:
    return PlaceChanged(
        key=_key("m", message),
        place=str(place),
        thread="",
        by=_author(message),
        at=_at(message),
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
        by=_person(part(change, "from")),
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
    sign = next(iter(old ^ new), None)
    by = _person(part(change, "user"))
    if sign is None or by.is_program:
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
        **_where(message),
        by=_person(part(query, "from")),
        query=text(query, "id"),
        data=text(query, "data"),
    )


# --- who and where ---


def _where(message: Raw) -> dict[str, str]:
    in_topic = message.get("is_topic_message") is True and "message_thread_id" in message
    return {
        "place": str(integer(part(message, "chat"), "id")),
        "thread": str(integer(message, "message_thread_id")) if in_topic else "",
        "message": str(integer(message, "message_id")),
    }


def _key(kind: str, message: Raw) -> str:
    where = _where(message)
    return f"{kind}/{where['place']}/{where['message']}"


def _at(message: Raw) -> int:
    return integer(message, "date") * 1000


def _author(message: Raw) -> Person:
    """Return who wrote; in the name of a group or a channel nobody knows who it is."""
    if "sender_chat" in message:
        chat = part(message, "sender_chat")
        return Person(id=str(integer(chat, "id")), name=name_of(chat), is_hidden=True)
    return _person(part(message, "from"))


def _person(account: Raw) -> Person:
    return Person(
        id=str(integer(account, "id")),
        name=name_of(account),
        username=maybe(account, "username"),
        language=maybe(account, "language_code") or None,
        is_program=account.get("is_bot") is True,
    )


_KINDS: Mapping[str, Callable[[Raw, Ear, int], Heard | Aside | None]] = {
    "message": _message,
    "edited_message": _edited,
    "callback_query": _pressed,
    "message_reaction": _reacted,
    "my_chat_member": _membership,
}
KINDS: Sequence[str] = tuple(_KINDS)
"""What Telegram is asked for; reactions come only to an administrator."""
