"""Queries about deliveries, receipts and timers."""

from sqlalchemy import and_, delete, exists, func, literal_column, or_, select, update

from bridge.models import (
    CONVERSATION,
    DELIVERY,
    IDENTITY,
    MESSAGE,
    RECEIPT,
    TIMER,
    Delivery,
    Timer,
)
from bridge.models.base import columns
from bridge.store.spoken import upsert
from bridge.store.statement import Statement, among, insertion, nothing, param, value

_p = param
_d = DELIVERY.c
_ALL = columns(DELIVERY, Delivery)
_other = DELIVERY.alias("other")
_WAITING = ("queued", "sending")

ADD_DELIVERY = insertion(
    DELIVERY,
    [
        "message_id",
        "conversation_id",
        "place",
        "part",
        "action",
        "revision",
        "state",
        "body",
        "due_at",
        "created_at",
        "changed_at",
        "expires_at",
    ],
)
LAST_DELIVERY = Statement(value, select(func.coalesce(func.max(_d.id), 0)))
DELIVERY_BY_ID = Statement(Delivery, select(*_ALL).where(_d.id == _p("id")))
DELIVERIES_OF = Statement(
    Delivery, select(*_ALL).where(_d.message_id == _p("message_id")).order_by(_d.part, _d.id)
)
# The head of each lane that is due: nothing of the same conversation and place may be on
# the wire, nothing older may still wait. A part that its own message holds back, since an
# earlier one has failed or is uncertain, blocks nobody else (DESIGN.md, Lanes).
_MAY_GO = (_d.state == "queued", _d.held_at.is_(None), _d.place == _p("place"))
DUE_HEADS = Statement(
    Delivery,
    select(*_ALL)
    .where(
        *_MAY_GO,
        _d.due_at <= _p("now"),
        ~exists().where(
            _other.c.conversation_id == _d.conversation_id,
            _other.c.place == _d.place,
            _other.c.state.in_(_WAITING),
            _other.c.id != _d.id,
            or_(
                _other.c.state == "sending",
                and_(
                    _other.c.id < _d.id,
                    or_(_other.c.message_id == _d.message_id, _other.c.held_at.is_(None)),
                ),
            ),
        ),
    )
    .order_by(_d.due_at, _d.id)
    .limit(_p("limit")),
)
NEXT_DUE = Statement(value, select(func.min(_d.due_at)).where(*_MAY_GO, _d.due_at > _p("now")))
# Each as long after now as it was, where it was written by the clock from before.
FOLLOW_CLOCK = Statement(
    nothing,
    update(DELIVERY)
    .where(_d.state.in_(_WAITING), among(_d.place, "inboxes"), _d.changed_at <= _p("before"))
    .values(due_at=_d.due_at + _p("by"), expires_at=_d.expires_at + _p("by")),
)
# Claimed with the expected state, so that two workers cannot both win.
CLAIM = Statement(
    nothing,
    update(DELIVERY)
    .where(_d.id == _p("of"), _d.state == "queued")
    .values(
        state="sending", attempts=_d.attempts + 1, changed_at=_p("at"), begun_at=_p("begun_at")
    ),
)
BEGIN = Statement(
    nothing,
    update(DELIVERY).where(_d.id == _p("of"), _d.state == "sending").values(begun_at=_p("at")),
)
SET_STATE = Statement(
    nothing,
    update(DELIVERY)
    .where(_d.id == _p("of"), _d.state == _p("expected"))
    .values(state=_p("state"), reason=_p("reason"), detail=_p("detail"), changed_at=_p("at")),
)
SET_SENT = Statement(
    nothing,
    update(DELIVERY)
    .where(_d.id == _p("of"), _d.state == "sending")
    .values(
        state=_p("state"),
        external_ids=_p("external_ids"),
        reason=None,
        detail=None,
        trace=None,
        changed_at=_p("at"),
    ),
)
PUT_TRACE = Statement(nothing, update(DELIVERY).where(_d.id == _p("of")).values(trace=_p("trace")))
RESCHEDULE = Statement(
    nothing,
    update(DELIVERY)
    .where(_d.id == _p("of"), _d.state == "sending")
    .values(
        state="queued",
        due_at=_p("due_at"),
        reason=_p("reason"),
        detail=_p("detail"),
        changed_at=_p("at"),
        unsure_at=func.coalesce(_d.unsure_at, _p("unsure_at")),
    ),
)
# What waits behind a part that is tried again later is not looked at before then: a network
# that is out of reach must not make every look at the outbox as long as the outbox.
PUT_OFF_LANE = Statement(
    nothing,
    update(DELIVERY)
    .where(
        _d.conversation_id == _p("conversation_id"),
        _d.place == _p("of_place"),
        _d.state.in_(_WAITING),
        _d.state == "queued",
        _d.attempts == 0,
        _d.id > _p("behind"),
        _d.due_at < _p("due_at"),
    )
    .values(due_at=_p("due_at")),
)
# And at once when that part is settled otherwise.
CALL_UP_LANE = Statement(
    nothing,
    update(DELIVERY)
    .where(
        _d.conversation_id == _p("conversation_id"),
        _d.place == _p("of_place"),
        _d.state.in_(_WAITING),
        _d.state == "queued",
        _d.attempts == 0,
        _d.due_at > _p("at"),
    )
    .values(due_at=_p("at")),
)
# By hand or by `uncertain: resend`: from an end back to the start of the lane.
QUEUE_AGAIN = Statement(
    nothing,
    update(DELIVERY)
    .where(_d.id == _p("of"), _d.state.in_(("failed", "uncertain")))
    .values(
        state="queued",
        due_at=_p("at"),
        expires_at=_p("expires_at"),
        attempts=0,
        reason=None,
        detail=None,
        changed_at=_p("at"),
        doubled_at=_p("doubled_at"),
        put_away_at=None,
    ),
)
HOLD_LATER_PARTS = Statement(
    nothing,
    update(DELIVERY)
    .where(
        _d.message_id == _p("message_id"),
        _d.place == _p("of_place"),
        _d.part > _p("after_part"),
        _d.action == _p("of_action"),
        _d.revision == _p("of_revision"),
        _d.state == "queued",
    )
    .values(held_at=_p("at")),
)
# A part that has not been tried, of a message that is not to go out any more; what gathers
# several messages is written anew without it.
CALL_OFF = Statement(
    nothing,
    update(DELIVERY)
    .where(_d.message_id == _p("message_id"), _d.state == "queued", _d.action != "continue")
    .values(state="failed", reason="deleted", detail=None, changed_at=_p("at")),
)
# Free go those before which nothing has failed or is uncertain any more.
FREE_LATER_PARTS = Statement(
    nothing,
    update(DELIVERY)
    .where(
        _d.message_id == _p("message_id"),
        _d.place == _p("of_place"),
        _d.state == "queued",
        _d.held_at.is_not(None),
        ~exists().where(
            _other.c.message_id == _d.message_id,
            _other.c.place == _d.place,
            _other.c.action == _d.action,
            _other.c.revision == _d.revision,
            _other.c.part < _d.part,
            _other.c.state.in_(("failed", "uncertain")),
        ),
    )
    .values(held_at=None),
)
# The first condition says nothing more, but lets the index of lanes serve.
LEFT_SENDING = Statement(
    Delivery,
    select(*_ALL).where(_d.state.in_(_WAITING), _d.state == "sending", _d.place == _p("place")),
)
SET_EXTERNAL_IDS = Statement(
    nothing, update(DELIVERY).where(_d.id == _p("of")).values(external_ids=_p("external_ids"))
)
# Networks report the arrival of messages, never that of changes to them.
UNCONFIRMED_FOR = Statement(
    Delivery,
    select(*_ALL)
    .where(
        _d.place == _p("inbox_id"),
        _d.state == "sent",
        _d.action == "send",
        _d.changed_at <= _p("until"),
        _d.conversation_id.in_(
            select(CONVERSATION.c.id).where(CONVERSATION.c.identity_id == _p("identity_id"))
        ),
    )
    .order_by(_d.id),
)
UNCONFIRMED_CUSTOMERS = Statement(
    value,
    select(IDENTITY.c.external_id)
    .distinct()
    .join(CONVERSATION, CONVERSATION.c.identity_id == IDENTITY.c.id)
    .join(
        DELIVERY,
        and_(_d.conversation_id == CONVERSATION.c.id, _d.place == _p("inbox_id")),
    )
    .where(_d.state == "sent", _d.action == "send"),
)
UP_TO_MESSAGE = Statement(
    Delivery,
    select(*_ALL)
    .where(
        _d.conversation_id == _p("conversation_id"),
        _d.place == _p("place"),
        _d.message_id <= _p("message_id"),
        _d.action == "send",
        _d.state != "read",
        _d.state.in_(("sent", "delivered", "failed", "uncertain")),
        _d.external_ids != "[]",
    )
    .order_by(_d.id),
)
# What was sent to somebody, or may have been, under an id that the network never told.
OF_UNKNOWN_IDS = Statement(
    Delivery,
    select(*_ALL)
    .join(MESSAGE, MESSAGE.c.id == _d.message_id)
    .where(
        MESSAGE.c.conversation_id.in_(
            select(CONVERSATION.c.id).where(CONVERSATION.c.identity_id == _p("identity_id"))
        ),
        MESSAGE.c.created_at >= _p("since"),
        _d.place == _p("inbox_id"),
        _d.action == "send",
        or_(
            _d.state == "uncertain",
            and_(_d.state == "sending", _d.begun_at.is_not(None)),
            _d.doubled_at.is_not(None),
            _d.unsure_at.is_not(None),
            and_(_d.state.in_(("sent", "delivered", "read")), _d.external_ids == "[]"),
        ),
    )
    .limit(2),
)

ADD_RECEIPT = Statement(
    nothing,
    upsert(RECEIPT)
    .values(inbox_id=_p("inbox_id"), external_id=_p("external_id"), delivery_id=_p("delivery_id"))
    .on_conflict_do_nothing(),
)
DELIVERIES_BY_RECEIPT = Statement(
    Delivery,
    select(*_ALL)
    .join(RECEIPT, RECEIPT.c.delivery_id == _d.id)
    .where(RECEIPT.c.inbox_id == _p("inbox_id"), RECEIPT.c.external_id == _p("external_id"))
    .order_by(_d.id),
)
# The plus keeps SQLite from reading every receipt of the inbox.
RECEIPTS_OF_MESSAGE = Statement(
    value,
    select(RECEIPT.c.external_id)
    .join(DELIVERY, _d.id == RECEIPT.c.delivery_id)
    .where(
        _d.message_id == _p("message_id"), literal_column("+receipts.inbox_id") == _p("inbox_id")
    )
    .order_by(_d.part, RECEIPT.c.external_id),
)

_t = TIMER.c
SET_TIMER = Statement(
    nothing,
    upsert(TIMER)
    .values(subject=_p("subject"), kind=_p("kind"), due_at=_p("due_at"))
    .on_conflict_do_update(
        index_elements=["subject", "kind"],
        set_={"due_at": _p("due_at"), "generation": _t.generation + 1},
    ),
)
CLEAR_TIMER = Statement(
    nothing, delete(TIMER).where(_t.subject == _p("subject"), _t.kind == _p("kind"))
)
# What the customer's silence brings (`routing/policy.py`).
CLEAR_SILENCE = Statement(
    nothing,
    delete(TIMER).where(
        _t.subject == _p("subject"),
        or_(_t.kind == "close_inactive", _t.kind == "close_warning"),
    ),
)
POSTPONE_TIMER = Statement(
    nothing,
    update(TIMER)
    .where(_t.subject == _p("subject"), _t.kind == _p("of_kind"), _t.due_at < _p("earliest"))
    .values(due_at=_p("earliest"), generation=_t.generation + 1),
)
DUE_TIMERS = Statement(
    Timer,
    select(*columns(TIMER, Timer)).where(_t.due_at <= _p("now")).order_by(_t.due_at).limit(100),
)
# What runs by the wall clock, as a day that a person has named, stays where it is.
MOVE_TIMERS = Statement(
    nothing,
    update(TIMER)
    .where(_t.kind.not_in(("block_ends", "snooze")))
    .values(due_at=_t.due_at + _p("by")),
)
NEXT_TIMER = Statement(value, select(func.min(_t.due_at)))
# Gives 1 only to the one who picks it up unchanged. The time is asked for too: one that
# was cleared and set anew has begun to count its generations again.
SPEND_TIMER = Statement(
    nothing,
    delete(TIMER).where(
        _t.subject == _p("subject"),
        _t.kind == _p("kind"),
        _t.generation == _p("generation"),
        _t.due_at == _p("due_at"),
    ),
)
