"""What is said back of an event: see `bridge.channel.Answer`."""

from bridge.channel import Answer, InboundMessage, MessageView
from bridge.markup import to_rich
from bridge.models import Message
from bridge.store.conversations import CONVERSATION_BY_ID
from bridge.store.transactions import Tx
from routing.policy import LONGEST_TEXT

STORED = Answer(outcome="stored")
IGNORED = Answer(outcome="ignored")
PURGED = Answer(outcome="duplicate", reason="purged")
BLOCKED = Answer(outcome="refused", reason="blocked")


def stored(message: Message) -> Answer:
    """Say that the event changed this message."""
    return Answer(outcome="stored", conversation_id=message.conversation_id, message_id=message.id)


def duplicate(message: Message) -> Answer:
    """Say that the message was there already."""
    return Answer(
        outcome="duplicate", conversation_id=message.conversation_id, message_id=message.id
    )


def come_again(tx: Tx, message: Message | None) -> Answer:
    """Say that a message was there already, and whether it was deleted for good meanwhile.

    `None` is one that is not the asker's.
    """
    if message is None:
        return Answer(outcome="duplicate")
    conversation = tx.the(CONVERSATION_BY_ID, id=message.conversation_id)
    return PURGED if conversation.state == "purged" else duplicate(message)


def fault_in(event: InboundMessage) -> Answer | None:
    """Return why a message would not be taken, whoever wrote it. Pure."""
    if not event.text.strip() and not event.media:
        return Answer(outcome="refused", reason="empty")
    if len(event.text) > LONGEST_TEXT:
        return Answer(outcome="refused", reason="too_long")
    return None


def view_of(tx: Tx, event: InboundMessage, message_id: int) -> MessageView | None:
    """Return a stored message as its customer sees it, unless files or a quote belong to it."""
    if event.media or event.reply_to is not None or event.continues:
        return None
    return MessageView(
        id=message_id,
        thread=event.thread,
        author="visitor",
        author_name=None,
        external_id=event.external_id,
        text=event.text,
        rich=to_rich(event.text, event.format),
        attachments=(),
        reply_to=None,
        at=tx.now,
    )
