"""Queries behind the agents' lists: pages, rows in bulk, counters.

A list of N conversations or messages is described in a fixed number of queries, whatever
N is: each takes its ids as one JSON array, `:ids`.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Literal, NamedTuple

import msgspec
from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    exists,
    func,
    literal_column,
    select,
    tuple_,
    union,
    update,
)

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
    VISIT,
    Attachment,
    Conversation,
    Draft,
    Identity,
    Message,
    ReadMark,
    VisitRow,
)
from bridge.models.base import Row, columns
from bridge.store.statement import Statement, nothing, param, value

_p = param
_c = CONVERSATION.c
_m = MESSAGE.c


def ids(numbers: Iterable[int]) -> str:
    """Return numbers as the `:ids` of a statement."""
    return msgspec.json.encode(list(numbers)).decode()


def _among(column: ColumnElement[Any], name: str = "ids") -> ColumnElement[bool]:
    given = func.json_each(_p(name)).table_valued("value")
    return column.in_(select(given.c.value))


# --- pages of a folder ----------------------------------------------------------------

Group = Literal["untaken", "taken", "open", "closed", "mine"]
Order = Literal["activity", "oldest", "newest", "waiting", "answered"]


class Place(NamedTuple):
    """Where a conversation stands in a list: its id, and the key it is sorted by."""

    id: int
    key: int


class Filters(NamedTuple):
    """Which filters a page has; their values are parameters of the same names."""

    inbox_id: bool = False
    assignee_id: bool = False
    language: bool = False


# A plus keeps SQLite from taking the index of the column, where that of the order is the
# one that ends after a page.
_IS_OPEN = literal_column("+conversations.state") == "open"
_IS_CLOSED = literal_column("+conversations.state") == "closed"
_IS_UNTAKEN = literal_column("+conversations.assignee_id").is_(None)


def _mine() -> ColumnElement[bool]:
    """Return the condition of what the agent `:me` answers: as assignee or participant (R07)."""
    assigned = select(_c.id).where(_c.assignee_id == _p("me"), _c.state == "open")
    joined = select(PARTICIPANT.c.conversation_id).where(PARTICIPANT.c.agent_id == _p("me"))
    return and_(_IS_OPEN, _c.id.in_(union(assigned, joined)))


# Where the order has an index of its own, and where the group's is used.
_BY_ORDER: dict[Group, list[ColumnElement[bool]]] = {
    "untaken": [_IS_OPEN, _IS_UNTAKEN],
    "taken": [_IS_OPEN, _c.assignee_id.is_not(None)],
    "open": [_IS_OPEN],
    "closed": [_IS_CLOSED],
    "mine": [_mine()],
}
_BY_GROUP: dict[Group, list[ColumnElement[bool]]] = {
    "untaken": [_c.state == "open", _c.assignee_id.is_(None)],
    "taken": [_c.state == "open", _c.assignee_id.is_not(None)],
    "open": [_c.state == "open"],
    "closed": [_c.state == "closed"],
    "mine": [_mine()],
}
_KEYS: dict[Order, tuple[ColumnElement[int], bool]] = {
    # The column, and whether the largest comes first.
    "activity": (_c.last_at, True),
    "oldest": (_c.last_at, False),
    "newest": (_c.id, True),
    "waiting": (_c.waiting_since, False),
    "answered": (_c.last_at, True),
}


def _conditions(group: Group, order: Order, filters: Filters) -> list[ColumnElement[bool]]:
    # Of the open ones the newest may be few, and far behind many closed ones.
    ends_soon = order == "waiting" or (order == "newest" and group == "closed")
    by_order = ends_soon and not filters.assignee_id
    found = [*(_BY_ORDER if by_order else _BY_GROUP)[group]]
    if order in ("waiting", "answered"):
        waits = _c.waiting_since.is_not(None)
        found.append(waits if order == "waiting" else ~waits)
    for name, wanted in zip(("inbox_id", "assignee_id", "language"), filters, strict=True):
        if wanted:
            found.append(_c[name] == _p(name))
    return found


@lru_cache(maxsize=512)
def page(group: Group, order: Order, filters: Filters, *, onward: bool) -> Statement[Place]:
    """Return the query of one page, `:limit` long.

    `onward` starts after the place (`:after_key`, `:after_id`). A "mine" page takes `:me`.
    """
    column, descending = _KEYS[order]
    query: Select[Any] = select(_c.id, column).where(*_conditions(group, order, filters))
    if onward:
        here, there = tuple_(column, _c.id), tuple_(_p("after_key"), _p("after_id"))
        query = query.where(here < there if descending else here > there)
    by = (column.desc(), _c.id.desc()) if descending else (column, _c.id)
    return Statement(Place, query.order_by(*by).limit(_p("limit")))


# --- counters ---------------------------------------------------------------------------

# Beyond this a counter only says "1000+".
MOST_COUNTED = 1001
# Unread ones are looked for among this many of the latest of a folder: a counter must not
# cost more the longer the house exists.
MOST_LOOKED_AT = 2000


class Counts(Row, frozen=True, gc=False):
    """How many conversations of a group an agent has not read, and how many there are."""

    unread: int
    total: int


@lru_cache(maxsize=8)
def count(group: Group) -> Statement[Counts]:
    """Return the counters of a group for the agent `:me`, each capped at `MOST_COUNTED`."""
    latest = (
        select(_c.id, _c.incoming_count)
        .where(*_BY_GROUP[group])
        .order_by(_c.last_at.desc())
        .limit(MOST_LOOKED_AT if group != "closed" else MOST_COUNTED)
        .cte("latest")
    )
    unread = (
        select(literal_column("1"))
        .select_from(
            latest.outerjoin(
                READ_MARK,
                (READ_MARK.c.agent_id == _p("me")) & (READ_MARK.c.conversation_id == latest.c.id),
            )
        )
        .where(latest.c.incoming_count > func.coalesce(READ_MARK.c.seen, 0))
        .limit(MOST_COUNTED)
        .subquery("unread")
    )
    total = select(latest.c.id).limit(MOST_COUNTED).subquery("total")
    return Statement(
        Counts,
        select(
            select(func.count()).select_from(unread).scalar_subquery(),
            select(func.count()).select_from(total).scalar_subquery(),
        ),
    )


@lru_cache(maxsize=1)
def count_for_me() -> Statement[int]:
    """Return the count of unread open conversations that are untaken or the agent `:me`'s."""
    untaken = (
        select(_c.id)
        .where(*_BY_GROUP["untaken"])
        .order_by(_c.last_at.desc())
        .limit(MOST_LOOKED_AT)
        .cte("untaken")
    )
    mine = select(_c.id).where(_mine())
    mine_or_untaken = union(select(untaken.c.id), mine)
    unread = (
        select(literal_column("1"))
        .select_from(
            CONVERSATION.outerjoin(
                READ_MARK,
                (READ_MARK.c.agent_id == _p("me")) & (READ_MARK.c.conversation_id == _c.id),
            )
        )
        .where(_c.id.in_(mine_or_untaken), _c.incoming_count > func.coalesce(READ_MARK.c.seen, 0))
        .limit(MOST_COUNTED)
        .subquery("unread")
    )
    return Statement(value, select(func.count()).select_from(unread))


# --- conversations, in bulk ---------------------------------------------------------------


class Person(Row, frozen=True, gc=False):
    """Of a contact, what a row shows."""

    id: int
    name: str | None
    email: str | None


class Preview(Row, frozen=True, gc=False):
    """The last message of a conversation, as far as a row shows it."""

    id: int
    kind: Literal["incoming", "outgoing", "note", "activity"]
    agent_id: str | None
    text: str
    format: Literal["plain", "markdown"]
    created_at: int
    deleted_at: int | None
    attachment_count: int


class Pair(NamedTuple):
    """A conversation and an agent who takes part in it."""

    conversation_id: int
    agent_id: str


class FirstKind(NamedTuple):
    """A message and what its first attachment is."""

    message_id: int
    kind: Literal["image", "file", "voice", "video", "audio", "sticker"]


CONVERSATIONS = Statement(
    Conversation, select(*columns(CONVERSATION, Conversation)).where(_among(_c.id))
)
PERSONS = Statement(
    Person, select(CONTACT.c.id, CONTACT.c.name, CONTACT.c.email).where(_among(CONTACT.c.id))
)
PARTICIPANTS = Statement(
    Pair,
    select(PARTICIPANT.c.conversation_id, PARTICIPANT.c.agent_id)
    .where(_among(PARTICIPANT.c.conversation_id))
    .order_by(PARTICIPANT.c.added_at, PARTICIPANT.c.agent_id),
)
PREVIEWS = Statement(Preview, select(*columns(MESSAGE, Preview)).where(_among(_m.id)))
FIRST_KINDS = Statement(
    FirstKind,
    select(ATTACHMENT.c.message_id, ATTACHMENT.c.kind)
    .where(_among(ATTACHMENT.c.message_id))
    .group_by(ATTACHMENT.c.message_id)
    .having(ATTACHMENT.c.id == func.min(ATTACHMENT.c.id)),
)
_mark = select(*columns(READ_MARK, ReadMark)).where(_among(READ_MARK.c.conversation_id))
MARKS_OF = Statement(ReadMark, _mark.where(READ_MARK.c.agent_id == _p("me")))
MARKS_OF_ALL = Statement(ReadMark, _mark)
_draft = (
    select(*columns(DRAFT, Draft))
    .where(_among(DRAFT.c.conversation_id), DRAFT.c.text != "")
    .order_by(DRAFT.c.updated_at)
)
DRAFTS_OF = Statement(Draft, _draft.where(DRAFT.c.agent_id == _p("me")))
DRAFTS_OF_ALL = Statement(Draft, _draft)

# Where a visitor's stay is shown: every conversation of theirs.
VISITED = Statement(value, select(_c.id).where(_among(_c.identity_id)).order_by(_c.id.desc()))
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
    state: Literal["queued", "sending", "sent", "delivered", "read", "failed", "uncertain"]
    reason: str | None
    detail: str | None
    changed_at: int
    doubled_at: int | None


class Quoted(Row, frozen=True, gc=False):
    """Of a quoted message, what is shown above its answer."""

    id: int
    kind: Literal["incoming", "outgoing", "note", "activity"]
    agent_id: str | None
    text: str
    format: Literal["plain", "markdown"]
    deleted_at: int | None


MESSAGES = Statement(
    Message, select(*columns(MESSAGE, Message)).where(_among(_m.id)).order_by(_m.id)
)
# Whose card says something of these: an answer shows the start of what it answers.
ANSWERS_TO = Statement(value, select(_m.id).where(_among(_m.reply_to_id)))
PART_STATES = Statement(
    PartState,
    select(*columns(DELIVERY, PartState))
    .where(_among(DELIVERY.c.message_id))
    .order_by(DELIVERY.c.id),
)
QUOTED = Statement(Quoted, select(*columns(MESSAGE, Quoted)).where(_among(_m.id)))
ATTACHMENTS = Statement(
    Attachment,
    select(*columns(ATTACHMENT, Attachment))
    .where(_among(ATTACHMENT.c.message_id))
    .order_by(ATTACHMENT.c.id),
)
_files = (
    select(*columns(ATTACHMENT, Attachment))
    .join(MESSAGE, _m.id == ATTACHMENT.c.message_id)
    .where(_m.conversation_id == _p("conversation_id"), _m.deleted_at.is_(None))
    .order_by(ATTACHMENT.c.id.desc())
    .limit(500)
)
IMAGES_IN = Statement(Attachment, _files.where(ATTACHMENT.c.kind == "image"))
FILES_IN = Statement(Attachment, _files.where(ATTACHMENT.c.kind != "image"))

# Only a page that has no more on a side asks whether that side is empty.
IS_BEFORE = Statement(
    value,
    select(exists().where(_m.conversation_id == _p("conversation_id"), _m.id < _p("bound"))),
)
IS_AFTER = Statement(
    value,
    select(exists().where(_m.conversation_id == _p("conversation_id"), _m.id > _p("bound"))),
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
CONVERSATIONS_WITH = Statement(
    value,
    select(_c.id)
    .where(_c.contact_id == _p("contact_id"))
    .order_by(_c.last_at.desc(), _c.id.desc())
    .limit(200),
)
# A language set by hand holds for every conversation with the person (J16).
SPEAK_WITH = Statement(
    nothing,
    update(CONVERSATION).where(_c.contact_id == _p("contact_id")).values(language=_p("language")),
)
