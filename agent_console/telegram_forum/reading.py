"""What every message of a group has: where it stands, when, whose it is, what it answers. Pure."""

from agent_console.surface import Person
from bridge.botapi.raw import Raw, integer, maybe, part
from bridge.botapi.said import name_of


def answered_of(message: Raw) -> str | None:
    """Return what is answered; in a topic every message answers the one that opened it."""
    if "reply_to_message" not in message:
        return None
    answered = part(message, "reply_to_message")
    number = integer(answered, "message_id")
    if "forum_topic_created" in answered or number == message.get("message_thread_id"):
        return None
    return str(number)


def where_of(message: Raw) -> dict[str, str]:
    in_topic = message.get("is_topic_message") is True and "message_thread_id" in message
    return {
        "place": str(integer(part(message, "chat"), "id")),
        "thread": str(integer(message, "message_thread_id")) if in_topic else "",
        "message": str(integer(message, "message_id")),
    }


def key_of(kind: str, message: Raw) -> str:
    where = where_of(message)
    return f"{kind}/{where['place']}/{where['message']}"


def at_of(message: Raw) -> int:
    return integer(message, "date") * 1000


def author_of(message: Raw) -> Person:
    """Return who wrote; in the name of a group or a channel nobody knows who it is."""
    if "sender_chat" in message:
        chat = part(message, "sender_chat")
        return Person(id=str(integer(chat, "id")), name=name_of(chat), is_hidden=True)
    return person_of(part(message, "from"))


def person_of(account: Raw) -> Person:
    return Person(
        id=str(integer(account, "id")),
        name=name_of(account),
        username=maybe(account, "username"),
        language=maybe(account, "language_code") or None,
        is_program=account.get("is_bot") is True,
    )
