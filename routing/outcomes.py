"""What is said back of an event: see `bridge.channel.Answer`."""

from bridge.channel import Answer
from bridge.models import Message

STORED = Answer(outcome="stored")
IGNORED = Answer(outcome="ignored")


def stored(message: Message) -> Answer:
    """Say that the event changed this message."""
    return Answer(outcome="stored", conversation_id=message.conversation_id, message_id=message.id)


def duplicate(message: Message | None) -> Answer:
    """Say that the message was there already; `None` for one that is not the asker's."""
    if message is None:
        return Answer(outcome="duplicate")
    return Answer(
        outcome="duplicate", conversation_id=message.conversation_id, message_id=message.id
    )
