"""What agents are shown of many conversations or messages at once.

N of them are described in a fixed number of queries, whatever N is: each takes its ids as
one JSON array, `:ids`.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import and_, exists, func, literal, select, update

from bridge.channel import MediaKind, TextFormat
from bridge.models import (
    ATTACHMENT,
    CONTACT,
    CONVERSATION,
    DELIVERY,
    DRAFT,
    IDENTITY,
    INBOX,
    MESSAGE,
    PARTICIPANT,
    READ_MARK,
    TIMER,
    VISIT,
    Attachment,
    Conversation,
    Delivery,
    DeliveryAction,
    DeliveryState,
    Draft,
    Identity,
    Message,
    MessageKind,
    ReadMark,
    VisitRow,
)
from bridge.models.base import Row, columns
from bridge.store.messages import STILL_THERE
from bridge.store.sight import Kind, seen
from bridge.store.statement import Statement, among, nothing, param, value

_p = param
_c = CONVERSATION.c
_m = MESSAGE.c


def ids(numbers: Iterable[int]) -> str:
    """Return numbers as the `:ids` of a statement: the same ones as the same text."""
    return msgspec.json.encode(sorted(numbers)).decode()


# More of a message than its text shows is kept as a file, and is none to anybody who looks.
_IS_FILE = and_(STILL_THERE, ATTACHMENT.c.role.in_(["attachment", "link"]))


# --- conversations, in bulk ---------------------------------------------------------------


class Person(Row, frozen=True, gc=False):
    """Of a contact, what a row shows."""

    id: int
    name: str | None
    email: str | None
    photo_id: str | None


class Preview(Row, frozen=True, gc=False):
    """The last message of a conversation, as far as a row shows it."""

    id: int
    kind: MessageKind
    agent_id: str | None
    text: str
    format: TextFormat
    created_at: int
    deleted_at: int | None
    attachment_count: int


class Pair(NamedTuple):
    """A conversation and an agent who has to do with it."""

    conversation_id: int
    agent_id: str


class FirstKind(NamedTuple):
    """A message and what its first attachment is."""

    message_id: int
    kind: MediaKind


class Shown(NamedTuple):
    """A conversation, and until when its customer is blocked, if they ever were."""

    conversation: Conversation
    blocked_until: int | None


def _shown(*row: Any) -> Shown:
    return Shown(Conversation(*row[:-1]), row[-1])


CONVERSATIONS = Statement(
    _shown,
    select(*columns(CONVERSATION, Conversation), IDENTITY.c.blocked_until)
    .join(IDENTITY, IDENTITY.c.id == _c.identity_id)
    # Of a purged one some rows may still be there, for nobody to see.
    .where(among(_c.id), _c.state != "purged"),
)
# Of several accounts' pictures, the one of the account that came last.
PHOTO_OF_CONTACT = (
    select(IDENTITY.c.photo_id)
    .where(IDENTITY.c.contact_id == CONTACT.c.id, IDENTITY.c.photo_id.is_not(None))
    .order_by(IDENTITY.c.id.desc())
    .limit(1)
    .scalar_subquery()
)
PERSONS = Statement(
    Person,
    select(CONTACT.c.id, CONTACT.c.name, CONTACT.c.email, PHOTO_OF_CONTACT).where(
        among(CONTACT.c.id)
    ),
)
PARTICIPANTS = Statement(
    Pair,
    select(PARTICIPANT.c.conversation_id, PARTICIPANT.c.agent_id)
    .where(among(PARTICIPANT.c.conversation_id))
    .order_by(PARTICIPANT.c.added_at, PARTICIPANT.c.agent_id),
)
PREVIEWS = Statement(Preview, select(*columns(MESSAGE, Preview)).where(among(_m.id)))
FIRST_KINDS = Statement(
    FirstKind,
    select(ATTACHMENT.c.message_id, ATTACHMENT.c.kind).where(
        ATTACHMENT.c.id.in_(
            select(func.min(ATTACHMENT.c.id))
            .where(among(ATTACHMENT.c.message_id), _IS_FILE)
            .group_by(ATTACHMENT.c.message_id)
        )
    ),
)
_mark = select(*columns(READ_MARK, ReadMark)).where(among(READ_MARK.c.conversation_id))
MARKS_OF = Statement(ReadMark, _mark.where(READ_MARK.c.agent_id == _p("me")))
MARKS_OF_ALL = Statement(ReadMark, _mark)
_draft = (
    select(*columns(DRAFT, Draft))
    .where(among(DRAFT.c.conversation_id), DRAFT.c.text != "")
    .order_by(DRAFT.c.updated_at)
)
DRAFTS_OF = Statement(Draft, _draft.where(DRAFT.c.agent_id == _p("me")))
# Who has read all that the customer wrote.
READ_BY = Statement(
    Pair,
    select(READ_MARK.c.conversation_id, READ_MARK.c.agent_id)
    .join(CONVERSATION, _c.id == READ_MARK.c.conversation_id)
    .where(among(READ_MARK.c.conversation_id), READ_MARK.c.seen >= _c.incoming_count),
)
DRAFTS_OF_ALL = Statement(Draft, _draft)

# Where a visitor's stay is shown: every conversation of theirs.
VISITED = Statement(value, select(_c.id).where(among(_c.identity_id)).order_by(_c.id.desc()))
VISIT_IN = Statement(
    VisitRow,
    select(*columns(VISIT, VisitRow))
    .join(CONVERSATION, _c.identity_id == VISIT.c.identity_id)
    .where(_c.id == _p("conversation_id")),
)


# --- messages, in bulk ----------------------------------------------------------------------


class PartState(Row, frozen=True, gc=False):
    """Of a delivery, what a mark is made of."""

    message_id: int
    part: int
    action: DeliveryAction
    revision: int
    state: DeliveryState
    reason: str | None
    detail: str | None
    changed_at: int
    doubled_at: int | None


class Quoted(Row, frozen=True, gc=False):
    """Of a quoted message, what is shown above its answer."""

    id: int
    kind: MessageKind
    agent_id: str | None
    text: str
    format: TextFormat
    deleted_at: int | None


class PlannedMail(NamedTuple):
    """A timer of a mail, and the address of its conversation's customer, since when."""

    conversation_id: int
    due_at: int
    email: str
    since: int


MESSAGES = Statement(
    Message, select(*columns(MESSAGE, Message)).where(among(_m.id)).order_by(_m.id)
)
# Whose card says something of these: an answer shows the start of what it answers.
ANSWERS_TO = Statement(value, select(_m.id).where(among(_m.reply_to_id)))
PART_STATES = Statement(
    PartState,
    select(*columns(DELIVERY, PartState))
    .where(among(DELIVERY.c.message_id))
    .order_by(DELIVERY.c.id),
)
CONTINUED_IN = Statement(
    Delivery,
    select(*columns(DELIVERY, Delivery))
    .where(among(DELIVERY.c.conversation_id), DELIVERY.c.action == "continue")
    .order_by(DELIVERY.c.id),
)
# A mail that waits for its time, and to whom it would go.
PLANNED_MAILS = Statement(
    PlannedMail,
    select(_c.id, TIMER.c.due_at, IDENTITY.c.email, IDENTITY.c.email_at)
    .select_from(CONVERSATION)
    .join(TIMER, TIMER.c.subject == literal("conversation:").concat(_c.id))
    .join(IDENTITY, IDENTITY.c.id == _c.identity_id)
    .where(among(_c.id), TIMER.c.kind == _p("kind"), IDENTITY.c.email.is_not(None)),
)
QUOTED = Statement(Quoted, select(*columns(MESSAGE, Quoted)).where(among(_m.id)))
ATTACHMENTS = Statement(
    Attachment,
    select(*columns(ATTACHMENT, Attachment))
    .where(among(ATTACHMENT.c.message_id), STILL_THERE)
    .order_by(ATTACHMENT.c.position, ATTACHMENT.c.id),
)
_files = (
    select(*columns(ATTACHMENT, Attachment))
    .join(MESSAGE, _m.id == ATTACHMENT.c.message_id)
    .where(_m.conversation_id == _p("conversation_id"), _m.deleted_at.is_(None), _IS_FILE)
    .order_by(ATTACHMENT.c.id.desc())
    .limit(500)
)
IMAGES_IN = Statement(Attachment, _files.where(ATTACHMENT.c.kind == "image"))
FILES_IN = Statement(Attachment, _files.where(ATTACHMENT.c.kind != "image"))

# Only a page that has no more on a side asks whether that side is empty.
IS_BEFORE = Statement(
    value,
    select(
        exists().where(
            _m.conversation_id == _p("conversation_id"),
            _m.id < _p("bound"),
            _m.flood_id.is_(None),
        )
    ),
)
IS_AFTER = Statement(
    value,
    select(
        exists().where(
            _m.conversation_id == _p("conversation_id"),
            _m.id > _p("bound"),
            _m.flood_id.is_(None),
        )
    ),
)

# --- contacts ---------------------------------------------------------------------------------


class Account(Row, frozen=True, gc=False):
    """An identity with the kind of its inbox."""

    identity: Identity
    kind: str


def _account(*row: Any) -> Account:
    return Account(Identity(*row[:-1]), row[-1])


ACCOUNTS = Statement(
    _account,
    select(*columns(IDENTITY, Identity), INBOX.c.kind)
    .join(INBOX, INBOX.c.id == IDENTITY.c.inbox_id)
    .where(IDENTITY.c.contact_id == _p("contact_id"))
    .order_by(IDENTITY.c.id),
)


@lru_cache
def conversations_with(kind: Kind | None) -> Statement[int]:
    """Return the query of a contact's conversations in sight, the latest first."""
    return Statement(
        value,
        select(_c.id)
        .where(
            _c.contact_id == _p("contact_id"),
            _c.state.in_(("open", "closed")),
            *([] if kind is None else [seen(kind)]),
        )
        .order_by(_c.last_at.desc(), _c.id.desc())
        .limit(200),
    )


CONVERSATIONS_WITH = conversations_with(None)
# A language set by hand holds for every conversation with the person (J16).
SPEAK_WITH = Statement(
    nothing,
    update(CONVERSATION).where(_c.contact_id == _p("contact_id")).values(language=_p("language")),
)
