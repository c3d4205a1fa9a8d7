"""VK's events as the core knows them. Pure.

The same events come by the Callback API and by Long Poll:
https://dev.vk.com/ru/api/community-events/json-schema.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bridge.channel import (
    ButtonPressed,
    ContactReachable,
    ContactTyping,
    ContactUnreachable,
    DeliveryReport,
    InboundEvent,
    InboundMessage,
    MessageEdited,
    ReactionChanged,
    Sender,
    Visit,
)
from channels.vk.content import Thing, content_of, page, text_of

# From here on a peer is a chat of several people.
FIRST_CHAT = 2_000_000_000
# https://dev.vk.com/ru/api/api-requests, the parameter `lang`.
_LANGUAGES = {0: "ru", 1: "uk", 2: "be", 3: "en", 4: "es", 5: "fi", 6: "de", 7: "it"}
# VK tells a reaction by its number and shows a picture; these are the pictures.
_REACTIONS = dict(enumerate("❤🔥😂👍💩❓😭😡👎👌😃🤔🙏😘😍🎉", start=1))


class UntranslatableError(Exception):
    """An event that says nothing we understand. The message holds nothing of its content."""


def translated(update: Any, now: int) -> Sequence[InboundEvent]:
    """Return what an update means, which may be nothing; `now` is in ms.

    Raises `UntranslatableError`. What is not about messages means nothing to us.
    """
    kind = update.get("type") if isinstance(update, Mapping) else None
    if not isinstance(kind, str):
        raise UntranslatableError("an update without a type")
    if not kind.startswith("message_"):
        return ()
    if kind not in _KINDS:
        raise UntranslatableError("an update of a type that is not known")
    try:
        return _KINDS[kind](update["object"], now)
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        failure = UntranslatableError(f"{kind}: {type(error).__name__}")
    raise failure


def external_id(peer_id: int, cmid: int) -> str:
    """Return the id of a message: unique in the community, the same in every event."""
    return f"{peer_id}/{cmid}"


def sender_of(user_id: int, language: str | None = None) -> Sender:
    """Return a person as far as every event tells."""
    return Sender(external_id=str(user_id), profile_url=page(user_id), language=language)


# --- messages ---


def _new(thing: Thing, _now: int) -> Sequence[InboundEvent]:
    # Before version 5.103 of the API, which a community may still have set, it stands bare.
    message = thing.get("message", thing)
    if not _from_a_person(message):
        return ()
    lang_id = (thing.get("client_info") or {}).get("lang_id")
    language = _LANGUAGES.get(lang_id) if isinstance(lang_id, int) else None
    sender = sender_of(message["from_id"], language)
    pressed = _button(message.get("payload"))
    if pressed is not None:
        return (_pressed(message, sender, pressed),)
    content = content_of(message)
    said = InboundMessage(
        sender=sender,
        external_id=_id_of(message),
        sent_at=_ms(message["date"]),
        # One whose time has run out comes without what it held.
        text=content.text if content.lines or content.media else "❔",
        media=content.media,
        reply_to=_quoted(message),
        visit=_came_from(message),
    )
    return (said,)


def _came_from(message: Thing) -> Visit | None:
    """Return what the link `vk.me/…?ref=…` carried that led to this message, if one did."""
    ref = message.get("ref")
    return Visit(source=ref) if isinstance(ref, str) and ref else None


def _pressed(message: Thing, sender: Sender, button: str) -> ButtonPressed:
    """Return a press of a button of text, which VK tells as a message that says its words."""
    return ButtonPressed(
        sender=sender,
        external_id=_id_of(message),
        button=message["text"],
        at=_ms(message["date"]),
        id=button,
    )


def _edited(thing: Thing, _now: int) -> Sequence[InboundEvent]:
    if not _from_a_person(thing):
        return ()
    content = content_of(thing)
    changed = MessageEdited(
        sender=sender_of(thing["from_id"]),
        external_id=_id_of(thing),
        edited_at=_ms(thing.get("update_time") or thing["date"]),
        text=content.text,
        media=content.media,
    )
    return (changed,)


def _reply(thing: Thing, now: int) -> Sequence[InboundEvent]:
    """Take a message of ours that stands in the dialog as proof that it arrived.

    One that a person wrote in VK's own pages is none of ours.
    """
    ours = thing.get("random_id") and not thing.get("admin_author_id")
    if not ours or not _is_person(thing["peer_id"]):
        return ()
    return (_report(thing["peer_id"], _id_of(thing), "delivered", now),)


def _read(thing: Thing, now: int) -> Sequence[InboundEvent]:
    """Take "read up to" as a report on that message; the core counts those before it."""
    peer, cmid = thing["peer_id"], _whole(thing["conversation_message_id"])
    if not _is_person(peer) or thing.get("from_id", peer) != peer:
        return ()
    return (_report(peer, external_id(peer, cmid), "read", now),)


def _report(peer: int, message: str, state: Any, now: int) -> DeliveryReport:
    return DeliveryReport(recipient=str(peer), external_ids=(message,), state=state, at=now)


# --- people ---


def _typing(thing: Thing, _now: int) -> Sequence[InboundEvent]:
    typing = thing["state"] == "typing" and _is_person(thing["from_id"])
    return (ContactTyping(sender=sender_of(thing["from_id"])),) if typing else ()


def _allowed(thing: Thing, now: int) -> Sequence[InboundEvent]:
    return (ContactReachable(sender=sender_of(_whole(thing["user_id"])), at=now),)


def _denied(thing: Thing, now: int) -> Sequence[InboundEvent]:
    sender = sender_of(_whole(thing["user_id"]))
    return (ContactUnreachable(sender=sender, at=now, reason="blocked"),)


def _reacted(thing: Thing, now: int) -> Sequence[InboundEvent]:
    peer, number = thing["peer_id"], thing.get("reaction_id")
    if not _is_person(peer):
        return ()
    changed = ReactionChanged(
        sender=sender_of(_whole(thing["reacted_id"])),
        external_id=external_id(peer, _whole(thing["cmid"])),
        reactions=[_REACTIONS.get(number, f"#{number}")] if number else [],
        at=now,
    )
    return (changed,)


def _callback_button(thing: Thing, now: int) -> Sequence[InboundEvent]:
    """Take a press of a callback button, of ours or of another program's.

    What another's says stands in its message alone (`presses.py`); here it has what it carries.
    """
    peer, payload = _whole(thing["peer_id"]), thing.get("payload")
    if not _is_person(peer):
        return ()
    carried = _carried(payload)
    button, words = our_button(payload) or (carried, f"🔘 {carried}".rstrip())
    pressed = ButtonPressed(
        sender=sender_of(_whole(thing["user_id"])),
        external_id=f"{peer}/press-{text_of(thing['event_id'])}",
        button=words,
        at=now,
        id=button,
    )
    return (pressed,)


def our_button(payload: object) -> tuple[str, str] | None:
    """Return the id and the words of the button of ours that carries this, if it is one."""
    match payload:
        case {"button": str(button), "label": str(words)}:
            return button, words
    return None


def _carried(payload: object) -> str:
    """Return what a button carries as a text: at most 255 characters, VK takes no more."""
    if not payload:
        return ""
    return payload if isinstance(payload, str) else json.dumps(payload, ensure_ascii=False)


_KINDS: Mapping[str, Callable[[Any, int], Sequence[InboundEvent]]] = {
    "message_new": _new,
    "message_edit": _edited,
    "message_reply": _reply,
    "message_read": _read,
    "message_typing_state": _typing,
    "message_allow": _allowed,
    "message_deny": _denied,
    "message_reaction_event": _reacted,
    "message_event": _callback_button,
}


# --- reading ---


def _from_a_person(message: Thing) -> bool:
    """Say whether a person wrote it in a private dialog, not a chat, a community or VK."""
    peer = _whole(message["peer_id"])
    return _is_person(peer) and message["from_id"] == peer and "action" not in message


def _is_person(peer: object) -> bool:
    return 0 < _whole(peer) < FIRST_CHAT


def _id_of(message: Thing) -> str:
    return external_id(_whole(message["peer_id"]), _whole(message["conversation_message_id"]))


def _quoted(message: Thing) -> str | None:
    quoted = message.get("reply_message") or {}
    cmid = quoted.get("conversation_message_id")
    return external_id(message["peer_id"], _whole(cmid)) if cmid else None


def _button(payload: Any) -> str | None:
    """Return the id of our button that a message was sent with, if it was."""
    if not isinstance(payload, str):
        return None
    try:
        found = json.loads(payload)
    except ValueError:
        return None
    ours = our_button(found)
    return ours[0] if ours else None


def _ms(seconds: object) -> int:
    return _whole(seconds) * 1000


def _whole(raw: object) -> int:
    if isinstance(raw, bool) or not isinstance(raw, int):
        raise TypeError("a number is wanted")
    return raw
