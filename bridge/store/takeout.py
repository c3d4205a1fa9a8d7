"""Queries that collect all there is of a person."""

from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Column, Table, select

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
from bridge.models.base import Row, columns
from bridge.store.statement import Statement, among

R = TypeVar("R", bound=Row)


class Earlier(NamedTuple):
    """What a message said before it was edited."""

    message_id: int
    text: str
    at: int


def _of(table: Table, row: type[R], column: Column[Any]) -> Statement[R]:
    """Return the query for the rows that belong to several, in their order."""
    return Statement(row, select(*columns(table, row)).where(among(column)).order_by(table.c.id))


def _called(id: str, name: str) -> tuple[str, str]:
    return id, name


# Of several people or conversations, `ids`, a JSON array.
NOTES = _of(CONTACT_NOTE, ContactNote, CONTACT_NOTE.c.contact_id)
TAGS = Statement(
    Tag,
    select(*columns(TAG, Tag))
    .distinct()
    .join(CONTACT_TAG, CONTACT_TAG.c.tag_id == TAG.c.id)
    .where(among(CONTACT_TAG.c.contact_id))
    .order_by(TAG.c.id),
)
BLOCKS = _of(BLOCK, Block, BLOCK.c.contact_id)
VISITS = Statement(VisitRow, select(*columns(VISIT, VisitRow)).where(among(VISIT.c.identity_id)))
PICTURES = _of(ATTACHMENT, Attachment, ATTACHMENT.c.identity_id)
CONVERSATIONS = _of(CONVERSATION, Conversation, CONVERSATION.c.id)
RATINGS = _of(RATING, Rating, RATING.c.conversation_id)
NOTICES = Statement(Notice, select(*columns(NOTICE, Notice)).where(among(NOTICE.c.conversation_id)))
TICKETS = _of(TICKET, Ticket, TICKET.c.conversation_id)
MESSAGES = _of(MESSAGE, Message, MESSAGE.c.conversation_id)
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
DELIVERIES = _of(DELIVERY, Delivery, DELIVERY.c.conversation_id)
# An id of the configuration, and what it is called.
AGENTS = Statement(_called, select(AGENT.c.id, AGENT.c.name))
INBOXES = Statement(_called, select(INBOX.c.id, INBOX.c.name))
KINDS = Statement(_called, select(INBOX.c.id, INBOX.c.kind))
