"""Telegram's updates into what the core knows. Pure.

Private chats only: a bot in a group hears what was not said to it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bridge.botapi.content import content_of
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
from bridge.channel import (
    Album,
    ButtonPressed,
    ContactReachable,
    ContactUnreachable,
    InboundEvent,
    InboundMessage,
    MessageEdited,
    ReactionChanged,
    Sender,
    Visit,
)

# Kinds of updates that are known and say nothing about a customer's private chat.
PASSED_OVER = frozenset({
    "business_connection", "business_message", "channel_post", "chat_boost",
    "chat_join_request", "chat_member", "chosen_inline_result", "deleted_business_messages",
    "edited_business_message", "edited_channel_post", "guest_message", "inline_query",
    "managed_bot", "message_reaction_count", "poll", "poll_answer", "pre_checkout_query",
    "purchased_paid_media", "removed_chat_boost", "shipping_query",
    "stopped_message_generation", "subscription",
})  # fmt: skip
CALLBACK = "callback/"
"""Begins the external ids of presses, which can be mistaken for no message's."""


@dataclass(slots=True)
class Translated:
    """What came of some updates: events, and what could not be translated, each with why."""

    events: list[InboundEvent] = field(default_factory=list)
    broken: list[tuple[object, str]] = field(default_factory=list)


def translate_all(updates: Sequence[object], now: int) -> Translated:
    """Translate updates that came together. One that is broken takes nothing with it."""
    done = Translated()
    for update in updates:
        try:
            done.events += translate(mapping(update, "update"), now)
        except Exception as error:  # noqa: BLE001  # Whatever a stranger's JSON sets off, its neighbours go on.
            why = str(error) if isinstance(error, UntranslatableError) else type(error).__name__
            done.broken.append((update, why))
    return done


def translate(update: Raw, now: int) -> list[InboundEvent]:
    """Translate one update; `now` (ms) is for what has no time of its own.

    Raises `UntranslatableError`, and for what nobody has thought of anything else.
    """
    for kind, translated in KINDS.items():
        if kind in update:
            body = part(update, kind)
            return translated(body, now) if _is_private(body) else []
    if PASSED_OVER.intersection(update):
        return []
    raise UntranslatableError("an update of a kind that is not known")


def external_id(chat_id: int, message_id: int) -> str:
    """Return the name of a message in the inbox: Telegram counts messages in each chat."""
    return f"{chat_id}/{message_id}"


def _is_private(body: Raw) -> bool:
    # The chat of a press is that of the message with the button.
    holder = body if "chat" in body else body.get("message")
    if holder is None:
        return True
    return text(part(mapping(holder, "message"), "chat"), "type") == "private"


def _message(message: Raw, _now: int) -> list[InboundEvent]:
    content = content_of(message)
    if content is None:
        return []
    words, visit = _started(content.text)
    return [
        InboundMessage(
            sender=_sender(message),
            external_id=_id(message),
            sent_at=integer(message, "date") * 1000,
            text=words,
            format=content.format,
            media=content.media,
            album=_album(message),
            reply_to=_answered(message),
            visit=visit,
        )
    ]


def _started(words: str) -> tuple[str, Visit | None]:
    """Take the payload of a link off `/start`: it is a token, and nothing anybody said.

    core.telegram.org/bots/features#deep-linking
    """
    command, _, payload = words.partition(" ")
    if command != "/start" or not payload.strip():
        return words, None
    return command, Visit(source=payload.strip())


def _edited(message: Raw, _now: int) -> list[InboundEvent]:
    content = content_of(message)
    if content is None:
        return []
    return [
        MessageEdited(
            sender=_sender(message),
            external_id=_id(message),
            edited_at=integer(message, "edit_date") * 1000,
            text=content.text,
            format=content.format,
            media=content.media,
        )
    ]


def _pressed(query: Raw, now: int) -> list[InboundEvent]:
    if query.get("data") is None:
        return []
    data = text(query, "data")
    return [
        ButtonPressed(
            sender=_account(part(query, "from")),
            external_id=CALLBACK + text(query, "id"),
            button=_words_of(query, data) or data,
            at=now,
            id=data,
        )
    ]


def _words_of(query: Raw, data: str) -> str:
    """Return what the button says; the message may be too old for Telegram to show it."""
    message = query.get("message")
    markup = message.get("reply_markup") if isinstance(message, Mapping) else None
    if not isinstance(markup, Mapping):
        return ""
    buttons = (one for row in markup.get("inline_keyboard") or [] for one in row)
    return next((maybe(one, "text") for one in buttons if one.get("callback_data") == data), "")


def _reacted(change: Raw, _now: int) -> list[InboundEvent]:
    if "user" not in change:
        return []
    chat = integer(part(change, "chat"), "id")
    return [
        ReactionChanged(
            sender=_account(part(change, "user")),
            external_id=external_id(chat, integer(change, "message_id")),
            reactions=[_reaction(one) for one in items(change, "new_reaction")],
            at=integer(change, "date") * 1000,
        )
    ]


def _reaction(one: Raw) -> str:
    """Return the emoji; of one that a customer bought there is only a number."""
    return maybe(one, "emoji") or ("⭐" if one.get("type") == "paid" else "❔")


def _membership(change: Raw, _now: int) -> list[InboundEvent]:
    """Take notice that the bot was blocked, or let in again."""
    sender, at = _account(part(change, "from")), integer(change, "date") * 1000
    match text(part(change, "new_chat_member"), "status"):
        case "kicked":
            return [ContactUnreachable(sender=sender, at=at, reason="blocked")]
        case "member":
            return [ContactReachable(sender=sender, at=at)]
        case _:
            return []


# --- who and which ---


def _sender(message: Raw) -> Sender:
    """Return the customer; their own card proves their number."""
    sender = _account(part(message, "from"))
    card = message.get("contact")
    if isinstance(card, Mapping) and str(card.get("user_id")) == sender.external_id:
        return replace(sender, phone=maybe(card, "phone_number") or None)
    return sender


def _account(account: Raw) -> Sender:
    username = maybe(account, "username")
    return Sender(
        external_id=str(integer(account, "id")),
        name=name_of(account) or None,
        username=username or None,
        profile_url=f"https://t.me/{username}" if username else None,
        language=maybe(account, "language_code") or None,
    )


def _id(message: Raw) -> str:
    return external_id(integer(part(message, "chat"), "id"), integer(message, "message_id"))


def _album(message: Raw) -> Album | None:
    """Return what the items of an album have in common; each is a message of its own here."""
    group = maybe(message, "media_group_id")
    if not group:
        return None
    return Album(f"{integer(part(message, 'chat'), 'id')}/{group}", integer(message, "message_id"))


def _answered(message: Raw) -> str | None:
    return _id(part(message, "reply_to_message")) if "reply_to_message" in message else None


KINDS: Mapping[str, Callable[[Raw, int], list[InboundEvent]]] = {
    "message": _message,
    "edited_message": _edited,
    "callback_query": _pressed,
    "message_reaction": _reacted,
    "my_chat_member": _membership,
}
