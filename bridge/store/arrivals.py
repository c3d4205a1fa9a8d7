"""Where a message goes that comes in: asked once for each, or for many at once, in one query."""

from typing import Any, NamedTuple

import msgspec
from sqlalchemy import (
    JSON,
    BigInteger,
    ColumnElement,
    Select,
    Table,
    Text,
    cast,
    column,
    exists,
    func,
    literal_column,
    select,
    true,
)

from bridge.models import (
    CONTACT,
    CONVERSATION,
    EVENT,
    IDENTITY,
    MESSAGE,
    PARKED,
    Conversation,
    Identity,
)
from bridge.models.base import columns
from bridge.store.statement import Statement, param

_IDENTITY = columns(IDENTITY, Identity)
_CONVERSATION = columns(CONVERSATION, Conversation)
_TOLD = CONTACT.c.name.label("contact_name"), CONTACT.c.language.label("contact_language")
_WHOLE_IDENTITY = len(_IDENTITY)


class UnderWay(NamedTuple):
    """An open conversation, whose it is, and whether anything waits for the message that comes.

    Of the contact there is what networks tell with every message.
    """

    identity: Identity
    conversation: Conversation
    contact_name: str | None
    contact_language: str | None
    is_awaited: bool


def _under_way(*row: Any) -> UnderWay:
    identity = Identity(*row[:_WHOLE_IDENTITY])
    *conversation, name, language, awaited = row[_WHOLE_IDENTITY:]
    return UnderWay(identity, Conversation(*conversation), name, language, bool(awaited))


def _open(
    *more: ColumnElement[Any],
    inbox_id: ColumnElement[str],
    external_id: ColumnElement[str],
    thread: ColumnElement[str],
    message: ColumnElement[str],
) -> Select[Any]:
    awaited = exists().where(PARKED.c.inbox_id == inbox_id, PARKED.c.awaits == message)
    return (
        select(*more, *_IDENTITY, *_CONVERSATION, *_TOLD, awaited.label("awaited"))
        .join_from(IDENTITY, CONVERSATION, CONVERSATION.c.identity_id == IDENTITY.c.id)
        .join(CONTACT, CONTACT.c.id == IDENTITY.c.contact_id)
        .where(
            IDENTITY.c.inbox_id == inbox_id,
            IDENTITY.c.external_id == external_id,
            CONVERSATION.c.thread == thread,
            CONVERSATION.c.state == "open",
        )
    )


class Question(msgspec.Struct, frozen=True, gc=False):
    """What `UNDER_WAY` is asked for one message: its fields are the statement's parameters."""

    inbox_id: str
    external_id: str
    thread: str
    message: str

    @property
    def is_plain(self) -> bool:
        """Say whether it can be asked with others: a NUL, say, fits into no JSON of a server's."""
        return all(map(str.isprintable, msgspec.structs.astuple(self)))


UNDER_WAY = Statement(
    _under_way, _open(**{name: param(name) for name in Question.__struct_fields__})
)


class Answered(NamedTuple):
    """What was found, the place of its question, and two ids for the message if it is new."""

    place: int
    is_there: bool
    message_id: int
    event_id: int
    found: UnderWay


def _answered(place: int, is_there: bool, message_id: int, event_id: int, *row: Any) -> Answered:  # noqa: FBT001
    return Answered(place, is_there, message_id, event_id, _under_way(*row))


def _of_many() -> Select[Any]:
    """Return `UNDER_WAY` for many at once: `asked` is a JSON array of them, with their places.

    Each is looked up by itself (an OFFSET keeps the planner from joining them in another way):
    whatever it thinks of the tables, it goes by their keys.
    """
    names = Question.__struct_fields__
    given: dict[str, ColumnElement[str]] = {name: literal_column(f"asked.{name}") for name in names}
    asked = (
        func.json_to_recordset(cast(param("asked"), JSON))
        .table_valued(column("place", BigInteger), *(column(name, Text) for name in names))
        .render_derived(name="asked", with_types=True)
    )
    same = exists().where(
        MESSAGE.c.inbox_id == given["inbox_id"], MESSAGE.c.external_id == given["message"]
    )
    own = same.label("is_there"), _next(MESSAGE), _next(EVENT)
    found = _open(*own, **given).offset(0).lateral("found")
    return select(asked.c.place, *found.c).join_from(asked, found, true())


def _next(table: Table) -> ColumnElement[int]:
    # As PostgreSQL calls what it makes for an id. To ask it for the name takes longer than the id.
    return func.nextval(literal_column(f"'{table.name}_id_seq'")).label(f"{table.name}_id")


UNDER_WAY_OF_MANY = Statement(_answered, _of_many())
