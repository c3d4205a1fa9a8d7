"""Where a message goes that comes in: asked once for each, so it is one query."""

from typing import Any, NamedTuple

from sqlalchemy import exists, select

from bridge.models import CONVERSATION, IDENTITY, PARKED, Conversation, Identity
from bridge.models.base import columns
from bridge.store.statement import Statement, param

_IDENTITY = columns(IDENTITY, Identity)
_CONVERSATION = columns(CONVERSATION, Conversation)
_WHOLE_IDENTITY = len(_IDENTITY)


class UnderWay(NamedTuple):
    """An open conversation, whose it is, and whether anything waits for the message that comes."""

    identity: Identity
    conversation: Conversation
    is_awaited: bool


def _under_way(*row: Any) -> UnderWay:
    identity, conversation = row[:_WHOLE_IDENTITY], row[_WHOLE_IDENTITY:-1]
    return UnderWay(Identity(*identity), Conversation(*conversation), bool(row[-1]))


UNDER_WAY = Statement(
    _under_way,
    select(
        *_IDENTITY,
        *_CONVERSATION,
        exists().where(PARKED.c.inbox_id == param("inbox_id"), PARKED.c.awaits == param("message")),
    )
    .join_from(IDENTITY, CONVERSATION, CONVERSATION.c.identity_id == IDENTITY.c.id)
    .where(
        IDENTITY.c.inbox_id == param("inbox_id"),
        IDENTITY.c.external_id == param("external_id"),
        CONVERSATION.c.thread == param("thread"),
        CONVERSATION.c.state == "open",
    ),
)
