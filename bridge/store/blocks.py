"""Queries about blocks, and about what they keep from going out."""

from typing import Any, NamedTuple

from sqlalchemy import and_, exists, func, or_, select, update

from bridge.models import BLOCK, CONVERSATION, DELIVERY, FOREVER, IDENTITY, Block, Delivery
from bridge.models.base import columns
from bridge.store.statement import Statement, among, insertion, nothing, param, value

_p = param
_b = BLOCK.c
_ALL = columns(BLOCK, Block)
# Ended by hand or by the timer; what is over but not ended yet blocks nobody either.
_STANDS = (_b.ended_at.is_(None), or_(_b.until.is_(None), _b.until > _p("now")))
# Of an account: its own, and that of the whole person behind it.
_MEETS = or_(
    _b.identity_id == _p("identity_id"),
    and_(_b.identity_id.is_(None), _b.contact_id == _p("contact_id")),
)

ADD_BLOCK = insertion(
    BLOCK,
    [
        "contact_id",
        "identity_id",
        "conversation_id",
        "agent_id",
        "reason",
        "until",
        "created_at",
        "notice_id",
    ],
)
BLOCK_BY_ID = Statement(Block, select(*_ALL).where(_b.id == _p("id")))
BLOCKS_OF = Statement(
    Block,
    select(*_ALL).where(_b.contact_id == _p("contact_id")).order_by(_b.id.desc()).limit(50),
)
# What keeps an account away now; the one that lasts longest comes first.
STANDING = Statement(
    Block,
    select(*_ALL)
    .where(_MEETS, *_STANDS)
    .order_by(func.coalesce(_b.until, FOREVER).desc(), _b.id.desc()),
)


class BlockIn(NamedTuple):
    """A block, and a conversation whose customer it keeps away."""

    conversation_id: int
    block: Block


def _block_in(*row: Any) -> BlockIn:
    return BlockIn(row[0], Block(*row[1:]))


STANDING_IN = Statement(
    _block_in,
    select(CONVERSATION.c.id, *_ALL)
    .join(
        BLOCK,
        or_(
            _b.identity_id == CONVERSATION.c.identity_id,
            and_(_b.identity_id.is_(None), _b.contact_id == CONVERSATION.c.contact_id),
        ),
    )
    .where(among(CONVERSATION.c.id), *_STANDS)
    .order_by(func.coalesce(_b.until, FOREVER), _b.id),
)
# Those whose time is over and that nobody has ended.
OVER = Statement(
    Block,
    select(*_ALL).where(
        _b.contact_id == _p("contact_id"), _b.ended_at.is_(None), _b.until <= _p("now")
    ),
)
END_BLOCK = Statement(
    nothing,
    update(BLOCK)
    .where(_b.id == _p("of"), _b.ended_at.is_(None))
    .values(ended_at=_p("at"), lifted_by=_p("by")),
)
COUNT_REFUSED = Statement(
    nothing,
    update(BLOCK).where(_b.id == _p("of")).values(refused=_b.refused + 1, refused_at=_p("at")),
)
MOVE_BLOCKS_OF_IDENTITY = Statement(
    nothing,
    update(BLOCK).where(_b.identity_id == _p("of")).values(contact_id=_p("contact_id")),
)
MOVE_BLOCKS_OF_CONTACT = Statement(
    nothing,
    update(BLOCK).where(_b.contact_id == _p("of")).values(contact_id=_p("contact_id")),
)
# What everybody reads who wants to know whether an account is blocked.
SET_BLOCKED_UNTIL = Statement(
    nothing,
    update(IDENTITY).where(IDENTITY.c.id == _p("of")).values(blocked_until=_p("until")),
)

_MINE = DELIVERY.c.conversation_id.in_(
    select(CONVERSATION.c.id).where(CONVERSATION.c.identity_id == _p("identity_id"))
)
# Taking back what they have is no message to anybody.
_GOES_TO_THEM = DELIVERY.c.action != "delete"
QUEUED_FOR = Statement(
    Delivery,
    select(*columns(DELIVERY, Delivery)).where(
        _MINE,
        DELIVERY.c.state.in_(("queued", "sending")),
        DELIVERY.c.state == "queued",
        _GOES_TO_THEM,
    ),
)
WITHHOLD = Statement(
    nothing,
    update(DELIVERY)
    .where(DELIVERY.c.id == _p("of"), DELIVERY.c.state == "queued")
    .values(state="failed", reason="withheld", detail=None, changed_at=_p("at")),
)
NOBODY_WAITS = Statement(
    nothing,
    update(CONVERSATION)
    .where(CONVERSATION.c.identity_id == _p("of"), CONVERSATION.c.state == "open")
    .values(waiting_since=None),
)
# Whether a message is our word to somebody that they are blocked.
IS_NOTICE = Statement(
    value,
    select(exists().where(_b.notice_id == _p("message_id"), _b.ended_at.is_(None), _MEETS)),
)
