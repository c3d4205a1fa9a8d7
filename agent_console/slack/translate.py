"""Slack's events as what staff did: docs.slack.dev/reference/events.

What was said is known by its channel and its time, which Slack gives to one message alone, so
that it is one thing whether it came as an event, came again, or was found by looking back.
"""

import mimetypes
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from typing import Any, NamedTuple

from agent_console.slack.account import Account
from agent_console.slack.people import People
from agent_console.slack.said import asked_of, mentioned, words_of
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
from bridge.channel import MediaKind

SAID = frozenset({None, "file_share", "thread_broadcast", "me_message"})
"""The subtypes of what people write; everything else is Slack's own."""
REACTIONS: Mapping[str, Sign] = {
    "eyes": "eyes",
    "white_check_mark": "done",
    "heavy_check_mark": "done",
}
GONE = "tombstone"
"""The subtype of what is left of a thread's first message that was deleted."""
LOST = {
    "channel_archive": "the channel was archived",
    "channel_deleted": "the channel was deleted",
    "channel_left": "the app was removed from the channel",
    "group_archive": "the channel was archived",
    "group_deleted": "the channel was deleted",
    "group_left": "the app was removed from the channel",
}
FOUND = frozenset({"channel_unarchive", "group_unarchive"})
_KINDS: Mapping[str, MediaKind] = {"image": "image", "video": "video", "audio": "audio"}
InThread = Callable[[str, str], Awaitable[bool]]


class Hearing(NamedTuple):
    """What translating needs to know."""

    account: Account
    places: Collection[str]
    people: People
    is_ours: InThread
    """Says whether a place's thread shows a conversation."""
    is_taken_away: InThread
    """Says whether we have just deleted its card ourselves."""


async def heard(event: Mapping[str, Any], ear: Hearing) -> Sequence[Heard]:
    """Return what an event means to us, nothing for most.

    Raises what a payload of no known shape raises.
    """
    kind = event["type"]
    if kind == "message":
        return await _message(event, ear)
    if kind in ("reaction_added", "reaction_removed"):
        return await _reaction(event, ear)
    found = _place(event, ear.account)
    return [] if found is None or found.place not in ear.places else [found]


# --- what was said ---


async def _message(event: Mapping[str, Any], ear: Hearing) -> Sequence[Heard]:
    place, subtype = event["channel"], event.get("subtype")
    if subtype == "message_changed":
        return await _changed(event, ear)
    if subtype == "message_deleted":
        return await _deleted(event, ear)
    if subtype not in SAID or not await _counts(place, event, ear):
        return []
    return [await said(place, event, ear)]


async def said(place: str, message: Mapping[str, Any], ear: Hearing) -> Said:
    """Return what somebody wrote in a thread of ours."""
    names = await ear.people.names(mentioned(message))
    words = words_of(message, names)
    ts = message["ts"]
    return Said(
        key=f"{place}:{ts}",
        place=place,
        thread=message["thread_ts"],
        by=await ear.people.person(message["user"]),
        at=ms(ts),
        external_id=ts,
        text=words.text,
        format=words.format,
        files=[_file(one) for one in message.get("files") or () if _is_there(one)],
        mentions=words.mentions,
        only_mentions=words.only_mentions,
        asked=asked_of(message, ear.account.user, names),
    )


async def _counts(place: str, message: Mapping[str, Any], ear: Hearing) -> bool:
    """Say whether a person wrote it into a thread of ours."""
    thread = message.get("thread_ts")
    if not is_persons(message, ear.account) or thread in (None, message["ts"]):
        return False
    parent = message.get("parent_user_id")
    if parent and place in ear.places:
        return bool(parent == ear.account.user)
    # A channel that has another id since the YAML was written is known by its threads.
    return await ear.is_ours(place, str(thread))


def is_persons(message: Mapping[str, Any], account: Account) -> bool:
    """Say whether a person wrote a message, rather than any program."""
    user = message.get("user")
    return bool(user) and not message.get("bot_id") and user != account.user


async def _changed(event: Mapping[str, Any], ear: Hearing) -> Sequence[Heard]:
    place, now, before = event["channel"], event["message"], event.get("previous_message") or {}
    if now.get("subtype") == GONE:
        return await _card_gone(event, now["ts"], ear)
    edited = now.get("edited")
    # A preview that unfolds is a change too, and so are a thread's first replies.
    if not edited or edited == before.get("edited") or not await _counts(place, now, ear):
        return []
    return [await said_anew(place, now, ear)]


async def said_anew(place: str, message: Mapping[str, Any], ear: Hearing) -> SaidAnew:
    """Return what somebody made of a message of theirs, which says when it was edited."""
    words = words_of(message, await ear.people.names(mentioned(message)))
    edited = message["edited"]
    return SaidAnew(
        key=f"{place}:{message['ts']}:{edited['ts']}",
        place=place,
        thread=message["thread_ts"],
        by=await ear.people.person(edited.get("user") or message["user"]),
        at=ms(edited["ts"]),
        external_id=message["ts"],
        text=words.text,
        format=words.format,
        mentions=words.mentions,
        only_mentions=words.only_mentions,
    )


async def _deleted(event: Mapping[str, Any], ear: Hearing) -> Sequence[Heard]:
    place, ts, gone = event["channel"], event["deleted_ts"], event.get("previous_message") or {}
    if gone.get("thread_ts") in (None, ts):
        return await _card_gone(event, ts, ear)
    if not await _counts(place, {**gone, "ts": ts}, ear):
        return []
    by = await ear.people.person(gone["user"])
    return [unsaid(place, gone["thread_ts"], ts, by, ms(event["ts"]))]


def unsaid(place: str, thread: str, ts: str, by: Person, at: int) -> Unsaid:
    """Return that a message was taken back; it is one thing, told or found."""
    key = f"{place}:{ts}:deleted"
    return Unsaid(key=key, place=place, thread=thread, by=by, at=at, external_id=ts)


async def _card_gone(event: Mapping[str, Any], ts: str, ear: Hearing) -> Sequence[Heard]:
    """A thread whose first message was deleted is no thread any more; nobody says who did it."""
    place = event["channel"]
    if not await ear.is_ours(place, ts) or await ear.is_taken_away(place, ts):
        return []
    return [thread_gone(place, ts, ms(event["ts"]))]


def thread_gone(place: str, ts: str, at: int) -> ThreadMoved:
    """Return that a thread is no more; it is one thing, told or found."""
    nobody = Person(id="", is_program=True)
    key = f"{place}:{ts}:deleted"
    return ThreadMoved(key=key, place=place, thread=ts, by=nobody, at=at, to="deleted")


# --- reactions ---


async def _reaction(event: Mapping[str, Any], ear: Hearing) -> Sequence[Heard]:
    """A reaction means something on a card alone: below it, ticks are our own marks.

    Any other, on a post of ours, says that somebody has seen it.
    """
    item, user = event["item"], event["user"]
    if item.get("type") != "message" or user == ear.account.user:
        return []
    place, ts = item["channel"], item["ts"]
    is_card = await ear.is_ours(place, ts)
    if not is_card and place not in ear.places:
        return []
    sign = REACTIONS.get(event["reaction"].partition("::")[0]) if is_card else None
    # Of a post under a name of its own (a customer's) Slack names no author.
    ours = is_card or event.get("item_user") in (None, ear.account.user)
    if sign is None and (event["type"] == "reaction_removed" or not ours):
        return []
    when, gone = event["event_ts"], event["type"] == "reaction_removed"
    return [
        Signed(
            key=f"{place}:{ts}:{event['reaction']}:{user}:{when}:{'-' if gone else '+'}",
            place=place,
            thread=ts if is_card else "",
            by=await ear.people.person(user),
            at=ms(when),
            external_id=ts,
            sign=sign or "seen",
            gone=gone,
            name=event["reaction"].partition("::")[0],
        )
    ]


# --- places ---


def _place(event: Mapping[str, Any], account: Account) -> PlaceChanged | None:
    kind = event["type"]
    place = event.get("channel") or event.get("old_channel_id")
    if not isinstance(place, str):
        return None
    ours = event.get("user") == account.user
    if kind == "channel_id_changed":
        return _changed_place(event, place, "moved", new_place=event["new_channel_id"])
    if kind in LOST:
        return _changed_place(event, place, "lost", why=LOST[kind])
    if kind == "member_left_channel" and ours:
        return _changed_place(event, place, "lost", why=LOST["channel_left"])
    if kind in FOUND or (kind == "member_joined_channel" and ours):
        return _changed_place(event, place, "found")
    return None


def _changed_place(event: Mapping[str, Any], place: str, to: Any, **more: str) -> PlaceChanged:
    user, when = str(event.get("user") or ""), str(event["event_ts"])
    return PlaceChanged(
        key=f"{place}:{event['type']}:{when}",
        place=place,
        thread="",
        by=Person(id=user, is_program=not user),
        at=ms(when),
        to=to,
        **more,
    )


# --- files and time ---


def _is_there(file: Mapping[str, Any]) -> bool:
    return file.get("mode") not in ("tombstone", "hidden_by_limit")


def _file(file: Mapping[str, Any]) -> StaffFile:
    name = str(file.get("name") or file.get("title") or "")
    mime = str(file.get("mimetype") or mimetypes.guess_type(name)[0] or "")
    kind = "voice" if file.get("subtype") == "slack_audio" else _KINDS.get(mime.partition("/")[0])
    size = file.get("size")
    return StaffFile(
        ref=str(file["id"]),
        kind=kind or "file",
        name=name,
        size=size if isinstance(size, int) else None,
    )


def ms(ts: str) -> int:
    """Return Slack's time in ms."""
    seconds, _, rest = str(ts).partition(".")
    return int(seconds) * 1000 + int((rest + "000")[:3])
