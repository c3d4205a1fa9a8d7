"""Queries about the one-time tokens that links into other inboxes carry."""

from sqlalchemy import delete, select, update

from bridge.models import INBOX, START_TOKEN
from bridge.store.statement import Statement, adding, nothing, param, value

_p = param
_t = START_TOKEN.c

ADD_TOKEN = Statement(
    nothing, adding(START_TOKEN, "token_hash", "conversation_id", "inbox_id", "expires_at")
)
# Claimed with the expected state: of two who use a token at once, one is taken for its owner.
CLAIM_TOKEN = Statement(
    nothing,
    update(START_TOKEN)
    .where(
        _t.token_hash == _p("of"),
        _t.inbox_id == _p("inbox_id"),
        _t.used_at.is_(None),
        _t.expires_at > _p("at"),
    )
    .values(used_at=_p("at")),
)
CONVERSATION_OF_TOKEN = Statement(
    value, select(_t.conversation_id).where(_t.token_hash == _p("of"))
)
SET_USER = Statement(
    nothing,
    update(START_TOKEN).where(_t.token_hash == _p("of")).values(identity_id=_p("identity_id")),
)
# The conversations that an account is to go on with, the oldest start first.
PENDING = Statement(
    value,
    select(_t.conversation_id)
    .where(_t.identity_id == _p("identity_id"), _t.continued_at.is_(None))
    .order_by(_t.used_at),
)
SET_CONTINUED = Statement(
    nothing,
    update(START_TOKEN)
    .where(_t.identity_id == _p("of"), _t.continued_at.is_(None))
    .values(continued_at=_p("at")),
)
FORGET_TOKENS = Statement(nothing, delete(START_TOKEN).where(_t.expires_at <= _p("before")))

INBOX_NAME = Statement(value, select(INBOX.c.name).where(INBOX.c.id == _p("id")))
