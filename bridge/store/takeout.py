"""Queries that collect all there is of a person."""

from typing import NamedTuple

from sqlalchemy import select

from bridge.models import (
    AGENT,
    ATTACHMENT,
    BLOCK,
    CONTACT_NOTE,
    CONTACT_TAG,
    CONVERSATION,
    DELIVERY,
    INBOX,
    MESSAGE,
    NOTICE,
    RATING,
    REVISION,
    TAG,
    TICKET,
    VISIT,
    Attachment,
    Block,
    ContactNote,
    Conversation,
    Delivery,
    Message,
    Notice,
    Rating,
    Tag,
    Ticket,
    VisitRow,
)
from bridge.models.base import columns
from bridge.store.statement import Statement, among


class Earlier(NamedTuple):
    """What a message said before it was edited."""

    message_id: int
    text: str
    at: int


def _called(id: str, name: str) -> tuple[str, str]:
    return id, name


# Of several people or conversations, `ids`, a JSON array.
NOTES = Statement(
    ContactNote,
    select(*columns(CONTACT_NOTE, ContactNote))
    .where(among(CONTACT_NOTE.c.contact_id))
    .order_by(CONTACT_NOTE.c.id),
)
TAGS = Statement(
    Tag,
    select(*columns(TAG, Tag))
    .distinct()
    .join(CONTACT_TAG, CONTACT_TAG.c.tag_id == TAG.c.id)
    .where(among(CONTACT_TAG.c.contact_id))
    .order_by(TAG.c.id),
)
BLOCKS = Statement(
    Block,
    select(*columns(BLOCK, Block)).where(among(BLOCK.c.contact_id)).order_by(BLOCK.c.id),
)
VISITS = Statement(VisitRow, select(*columns(VISIT, VisitRow)).where(among(VISIT.c.identity_id)))
PICTURES = Statement(
    Attachment,
    select(*columns(ATTACHMENT, Attachment))
    .where(among(ATTACHMENT.c.identity_id))
    .order_by(ATTACHMENT.c.id),
)
CONVERSATIONS = Statement(
    Conversation,
    select(*columns(CONVERSATION, Conversation))
    .where(among(CONVERSATION.c.id))
    .order_by(CONVERSATION.c.id),
)
RATINGS = Statement(
    Rating,
    select(*columns(RATING, Rating)).where(among(RATING.c.conversation_id)).order_by(RATING.c.id),
)
NOTICES = Statement(Notice, select(*columns(NOTICE, Notice)).where(among(NOTICE.c.conversation_id)))
TICKETS = Statement(
    Ticket,
    select(*columns(TICKET, Ticket)).where(among(TICKET.c.conversation_id)).order_by(TICKET.c.id),
)
MESSAGES = Statement(
    Message,
    select(*columns(MESSAGE, Message))
    .where(among(MESSAGE.c.conversation_id))
    .order_by(MESSAGE.c.id),
)
REVISIONS = Statement(
    Earlier,
    select(REVISION.c.message_id, REVISION.c.text, REVISION.c.at)
    .join(MESSAGE, MESSAGE.c.id == REVISION.c.message_id)
    .where(among(MESSAGE.c.conversation_id))
    .order_by(REVISION.c.message_id, REVISION.c.revision),
)
FILES = Statement(
    Attachment,
    select(*columns(ATTACHMENT, Attachment))
    .join(MESSAGE, MESSAGE.c.id == ATTACHMENT.c.message_id)
    .where(among(MESSAGE.c.conversation_id))
    .order_by(ATTACHMENT.c.position, ATTACHMENT.c.id),
)
DELIVERIES = Statement(
    Delivery,
    select(*columns(DELIVERY, Delivery))
    .where(among(DELIVERY.c.conversation_id))
    .order_by(DELIVERY.c.id),
)
# An id of the configuration, and what it is called.
AGENTS = Statement(_called, select(AGENT.c.id, AGENT.c.name))
INBOXES = Statement(_called, select(INBOX.c.id, INBOX.c.name))
KINDS = Statement(_called, select(INBOX.c.id, INBOX.c.kind))
