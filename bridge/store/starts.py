"""Queries about the one-time tokens that links into other inboxes, or back into one, carry."""

from typing import NamedTuple

from sqlalchemy import delete, or_, select, update

from bridge.models import CONVERSATION, IDENTITY, INBOX, START_TOKEN
from bridge.store.statement import Statement, adding, nothing, param, value

_p = param
_t = START_TOKEN.c


class Stay(NamedTuple):
    """A conversation that somebody has come back to by a link, who is not its `owner`.

    They see what was said from `seen_from` (ms) on.
    """

    conversation_id: int
    thread: str
    owner_id: int
    owner: str
    seen_from: int


ADD_TOKEN = Statement(
    nothing,
    adding(START_TOKEN, "token_hash", "conversation_id", "inbox_id", "expires_at", "seen_from"),
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
    .where(_t.identity_id == _p("identity_id"), _t.continued_at.is_(None), _t.seen_from.is_(None))
    .order_by(_t.used_at),
)
SET_CONTINUED = Statement(
    nothing,
    update(START_TOKEN)
    .where(_t.identity_id == _p("of"), _t.continued_at.is_(None))
    .values(continued_at=_p("at")),
)
# The conversations that an account may see beside its own. What went to an address that was
# corrected since, or that another account has taken over, opens nothing any more.
_STAYS = (
    select(
        CONVERSATION.c.id,
        CONVERSATION.c.thread,
        IDENTITY.c.id,
        IDENTITY.c.external_id,
        _t.seen_from,
    )
    .join(CONVERSATION, CONVERSATION.c.id == _t.conversation_id)
    .join(IDENTITY, IDENTITY.c.id == CONVERSATION.c.identity_id)
    .where(or_(_t.seen_from == 0, _t.seen_from == IDENTITY.c.email_at))
)
STAYS_OF = Statement(
    Stay,
    _STAYS.where(
        _t.identity_id == _p("identity_id"),
        _t.continued_at.is_(None),
        CONVERSATION.c.identity_id != _p("identity_id"),
    ).order_by(_t.seen_from, _t.token_hash),
)
# What a way back leads to while it is good: not used yet, or by this very account.
WAY_BACK = Statement(
    Stay,
    _STAYS.where(
        _t.token_hash == _p("of"),
        _t.inbox_id == _p("inbox_id"),
        _t.expires_at > _p("at"),
        or_(_t.used_at.is_(None), _t.identity_id == _p("identity_id")),
    ),
)
MOVE_STAYS = Statement(
    nothing,
    update(START_TOKEN)
    .where(_t.identity_id == _p("of"), _t.continued_at.is_(None), _t.seen_from.is_not(None))
    .values(identity_id=_p("to")),
)
FORGET_TOKENS = Statement(nothing, delete(START_TOKEN).where(_t.expires_at <= _p("before")))

INBOX_NAME = Statement(value, select(INBOX.c.name).where(INBOX.c.id == _p("id")))
