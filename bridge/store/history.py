"""What has happened with a person, over all their conversations."""

from functools import lru_cache

from sqlalchemy import literal, or_, select

from bridge.models import CONVERSATION, MESSAGE, Message
from bridge.models.base import columns
from bridge.store.sight import Kind, seen
from bridge.store.spoken import given, member
from bridge.store.statement import Statement, param

_p = param
_c = CONVERSATION.c
_m = MESSAGE.c
_given = given(_p("verbs"))


@lru_cache
def history(kind: Kind | None) -> Statement[Message]:
    """Return the query of what has happened in conversations in sight, the latest first.

    `verbs` is a JSON array of what to look for, or null for everything.
    """
    return Statement(
        Message,
        select(*columns(MESSAGE, Message))
        .join(CONVERSATION, _c.id == _m.conversation_id)
        .where(
            _c.contact_id == _p("contact_id"),
            or_(_p("identity_id").is_(None), _c.identity_id == _p("identity_id")),
            _c.state.in_(("open", "closed")),
            _m.kind == "activity",
            _m.id < _p("before"),
            _m.created_at >= _p("since"),
            _m.created_at < _p("until"),
            or_(
                _p("verbs").is_(None),
                member(_m.activity, literal("verb")).in_(select(_given.c.value)),
            ),
            *([] if kind is None else [seen(kind)]),
        )
        .order_by(_m.id.desc())
        .limit(_p("limit")),
    )
