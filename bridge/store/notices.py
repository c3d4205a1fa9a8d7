"""Queries about what the program has said and asked, and about customers' ratings."""

from sqlalchemy import func, or_, select, update

from bridge.models import CONVERSATION, MESSAGE, NOTICE, RATING, Notice, Rating
from bridge.models.base import columns
from bridge.store.spoken import upsert
from bridge.store.statement import Statement, adding, nothing, param, value

_p = param
_n = NOTICE.c
_r = RATING.c
_ALL = columns(NOTICE, Notice)
_RATING = columns(RATING, Rating)

ADD_NOTICE = Statement(
    nothing,
    adding(
        NOTICE,
        "message_id",
        "occasion",
        "conversation_id",
        "at",
        "agent_id",
        "ended_at",
        "buttons",
    ),
)
QUESTION_IN = Statement(
    Notice, select(*_ALL).where(_n.message_id == _p("message_id"), _n.buttons.is_not(None))
)
# What words may answer, the latest first.
OPEN_QUESTIONS = Statement(
    Notice,
    select(*_ALL)
    .where(
        _n.conversation_id == _p("conversation_id"),
        _n.at >= _p("since"),
        _n.answer.is_(None),
        or_(_n.occasion == "still_questions", _n.occasion == "rating", _n.occasion == "comment"),
    )
    .order_by(_n.message_id.desc()),
)
# Gives 1 to the first answer only.
ANSWER_FIRST = Statement(
    nothing,
    update(NOTICE)
    .where(_n.message_id == _p("of"), _n.occasion == _p("asked"), _n.answer.is_(None))
    .values(answer=_p("answer"), answered_at=_p("at")),
)
ANSWER_ANEW = Statement(
    nothing,
    update(NOTICE)
    .where(_n.message_id == _p("of"), _n.occasion == _p("asked"))
    .values(answer=_p("answer"), answered_at=_p("at")),
)
LAST_NAMED = Statement(
    value,
    select(_n.agent_id)
    .where(
        _n.conversation_id == _p("conversation_id"),
        or_(_n.occasion == "agent_joined", _n.occasion == "agent_changed"),
    )
    .order_by(_n.message_id.desc())
    .limit(1),
)
LAST_WRITER = Statement(
    value,
    select(MESSAGE.c.agent_id)
    .where(
        MESSAGE.c.conversation_id == _p("conversation_id"),
        MESSAGE.c.kind == "outgoing",
        MESSAGE.c.agent_id.is_not(None),
    )
    .order_by(MESSAGE.c.id.desc())
    .limit(1),
)
# How often something was said since the customer's last word.
TIMES_SAID = Statement(
    value,
    select(func.count()).where(
        _n.conversation_id == _p("conversation_id"),
        _n.occasion == _p("occasion"),
        _n.message_id
        > func.coalesce(
            select(func.max(MESSAGE.c.id))
            .where(
                MESSAGE.c.conversation_id == _p("conversation_id"),
                MESSAGE.c.kind == "incoming",
            )
            .scalar_subquery(),
            0,
        ),
    ),
)
ASKED = Statement(
    nothing,
    update(CONVERSATION)
    .where(CONVERSATION.c.id == _p("of"))
    .values(asked_at=func.coalesce(CONVERSATION.c.asked_at, _p("at"))),
)
ASK_NO_MORE = Statement(
    nothing, update(CONVERSATION).where(CONVERSATION.c.id == _p("of")).values(asked_at=None)
)

RATING_OF = Statement(
    Rating,
    select(*_RATING).where(
        _r.conversation_id == _p("conversation_id"), _r.ended_at == _p("ended_at")
    ),
)
PUT_RATING = Statement(
    nothing,
    (new := upsert(RATING))
    .values(
        conversation_id=_p("conversation_id"),
        ended_at=_p("ended_at"),
        agent_id=_p("agent_id"),
        score=_p("score"),
        scale=_p("scale"),
        created_at=_p("at"),
        changed_at=_p("at"),
    )
    .on_conflict_do_update(
        index_elements=["conversation_id", "ended_at"],
        set_={"score": new.excluded.score, "changed_at": new.excluded.changed_at},
    ),
)
SET_COMMENT = Statement(
    nothing,
    update(RATING)
    .where(_r.conversation_id == _p("in_conversation"), _r.ended_at == _p("of"))
    .values(comment=_p("comment"), changed_at=_p("at")),
)
SET_RATED = Statement(
    nothing,
    update(CONVERSATION).where(CONVERSATION.c.id == _p("of")).values(rated=_p("score")),
)
