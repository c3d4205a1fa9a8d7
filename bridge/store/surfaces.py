"""Queries about what staff surfaces show and have heard."""

from sqlalchemy import delete, exists, func, or_, select, update

from bridge.models import (
    CONVERSATION,
    MESSAGE,
    SURFACE_ACTIVE,
    SURFACE_HINT,
    SURFACE_NAME,
    SURFACE_PLACE,
    SURFACE_POST,
    SURFACE_THREAD,
    Message,
    SurfaceHint,
    SurfacePlace,
    SurfacePost,
    SurfaceThread,
)
from bridge.models.base import columns
from bridge.store.messages import NOT_HELD
from bridge.store.spoken import upsert
from bridge.store.statement import Statement, adding, among, insertion, nothing, param, value

# The parts of lines about a message, not of it.
ABOUT = 1000
_p = param
_t = SURFACE_THREAD.c
_s = SURFACE_POST.c
_m = MESSAGE.c
_c = CONVERSATION.c

# --- threads ---

_THREADS = select(*columns(SURFACE_THREAD, SurfaceThread))
THREADS_OF = Statement(
    SurfaceThread,
    _THREADS.where(
        _t.surface_id == _p("surface_id"), _t.conversation_id == _p("conversation_id")
    ).order_by(_t.id),
)
THREAD_AT = Statement(
    SurfaceThread,
    _THREADS.where(
        _t.surface_id == _p("surface_id"), _t.place == _p("of_place"), _t.thread == _p("of_thread")
    ),
)
THREADS_IN = Statement(
    SurfaceThread,
    _THREADS.where(
        _t.surface_id == _p("surface_id"), _t.place == _p("of_place"), _t.thread.is_not(None)
    ),
)
# Some platforms say of a reaction on which message it is, and not in which thread.
THREAD_WITH = Statement(
    SurfaceThread,
    _THREADS.where(
        _t.surface_id == _p("surface_id"),
        _t.place == _p("of_place"),
        or_(
            _t.card == _p("external_id"),
            exists().where(
                SURFACE_NAME.c.thread_id == _t.id, SURFACE_NAME.c.external_id == _p("external_id")
            ),
        ),
    ),
)
THREAD_BY_ID = Statement(SurfaceThread, _THREADS.where(_t.id == _p("of")))
ADD_THREAD = insertion(
    SURFACE_THREAD, ["surface_id", "conversation_id", "place", "message_id", "created_at"]
)
BEGIN_THREAD = Statement(
    nothing,
    update(SURFACE_THREAD).where(_t.id == _p("of")).values(begun_at=_p("at"), key=_p("of_key")),
)
THREAD_MADE = Statement(
    nothing,
    update(SURFACE_THREAD)
    .where(_t.id == _p("of"))
    .values(
        thread=_p("made"),
        card=_p("made_card"),
        drawn=_p("digest"),
        begun_at=None,
        key=None,
        shut_at=None,
    ),
)
THREAD_LOST = Statement(
    nothing,
    update(SURFACE_THREAD)
    .where(_t.id == _p("of"))
    .values(
        thread=None, card=None, drawn=None, begun_at=None, shut_at=None, message_id=_p("after")
    ),
)
CARD_GONE = Statement(nothing, update(SURFACE_THREAD).where(_t.id == _p("of")).values(card=None))
MAKE_AGAIN = Statement(
    nothing, update(SURFACE_THREAD).where(_t.id == _p("of")).values(begun_at=None, key=None)
)
ADVANCE = Statement(
    nothing, update(SURFACE_THREAD).where(_t.id == _p("of")).values(message_id=_p("to"))
)
DRAWN = Statement(
    nothing, update(SURFACE_THREAD).where(_t.id == _p("of")).values(drawn=_p("digest"))
)
SHUT = Statement(nothing, update(SURFACE_THREAD).where(_t.id == _p("of")).values(shut_at=_p("at")))
MOVE_PLACE = Statement(
    nothing,
    update(SURFACE_THREAD)
    .where(_t.surface_id == _p("of"), _t.place == _p("old"))
    .values(place=_p("new")),
)
DROP_THREAD = Statement(nothing, delete(SURFACE_THREAD).where(_t.id == _p("of")))
# Open now, or shut not long ago.
STANDING_AT = Statement(
    SurfaceThread,
    _THREADS.where(
        _t.surface_id == _p("surface_id"),
        _t.place == _p("of_place"),
        _t.thread.is_not(None),
        or_(_t.shut_at.is_(None), _t.shut_at > _p("since")),
    ).order_by(_t.id),
)
OPEN_AT = Statement(
    value,
    select(func.count()).where(
        _t.surface_id == _p("surface_id"), _t.place == _p("of_place"), _t.shut_at.is_(None)
    ),
)
# What may be owed something after a start: whoever waits, threads that are not shut, what was
# purged, and what has no thread although something happened in it since the surface is shown.
_WITH_CONVERSATION = SURFACE_THREAD.outerjoin(CONVERSATION, CONVERSATION.c.id == _t.conversation_id)
_HERE = exists().where(_t.surface_id == _p("surface_id"), _t.conversation_id == _c.id)
_PURGED = or_(CONVERSATION.c.id.is_(None), CONVERSATION.c.state == "purged")
UNFINISHED = Statement(
    value,
    select(CONVERSATION.c.id)
    .where(CONVERSATION.c.waiting_since.is_not(None))
    .union(
        select(_t.conversation_id)
        .select_from(_WITH_CONVERSATION)
        .where(_t.surface_id == _p("surface_id"), or_(_t.shut_at.is_(None), _PURGED)),
        select(_c.id).where(_c.state == "open", _c.last_at >= _p("since"), ~_HERE),
    ),
)
# Of a surface that the YAML has no more nothing can be taken away; but nothing is kept either.
LEFT_BEHIND = Statement(
    value,
    select(_t.id)
    .select_from(_WITH_CONVERSATION)
    .where(_PURGED, ~among(_t.surface_id, "configured")),
)
SHOWN_AT = Statement(
    value,
    select(_t.conversation_id).where(_t.surface_id == _p("surface_id"), _t.place == _p("of_place")),
)

# --- posts ---

POSTS = select(*columns(SURFACE_POST, SurfacePost))
MESSAGES_AFTER = Statement(
    Message,
    select(*columns(MESSAGE, Message))
    .where(_m.conversation_id == _p("conversation_id"), _m.id > _p("after"), NOT_HELD)
    .order_by(_m.id)
    .limit(_p("limit")),
)
LAST_MESSAGES = Statement(
    value,
    select(_m.id)
    .where(_m.conversation_id == _p("conversation_id"), _m.kind != "activity", NOT_HELD)
    .order_by(_m.id.desc())
    .limit(_p("limit")),
)
ADD_POST = insertion(
    SURFACE_POST,
    ["thread_id", "message_id", "part", "key", "state", "body", "revision", "external_ids"],
)
# Of which messages after one there are posts already.
POSTED_AFTER = Statement(
    value,
    select(_s.message_id).where(_s.thread_id == _p("thread_id"), _s.message_id > _p("after")),
)
POSTS_OF_MESSAGE = Statement(
    SurfacePost,
    POSTS.where(_s.thread_id == _p("thread_id"), _s.message_id == _p("message_id")).order_by(
        _s.part
    ),
)
POSTS_AS = Statement(
    SurfacePost,
    POSTS.where(_s.thread_id == _p("thread_id"), _s.key == _p("of_key")).order_by(_s.id),
)
OWED_POSTS = Statement(
    SurfacePost,
    POSTS.where(_s.thread_id == _p("thread_id"), or_(_s.state == "queued", _s.state == "posting"))
    .order_by(_s.id)
    .limit(_p("limit")),
)
# Of what is owed, the first message past all that was shown; a message shown anew is none.
_shown = SURFACE_POST.alias("shown")
_LAST_SHOWN = (
    select(func.coalesce(func.max(_shown.c.message_id), 0))
    .where(_shown.c.thread_id == _p("thread_id"), _shown.c.state == "shown", _shown.c.part < ABOUT)
    .scalar_subquery()
)
FIRST_UNSHOWN = Statement(
    value,
    select(func.min(_s.message_id)).where(
        _s.thread_id == _p("thread_id"),
        or_(_s.state == "queued", _s.state == "posting"),
        _s.part < ABOUT,
        _s.message_id > _LAST_SHOWN,
    ),
)
ALL_POSTS = Statement(
    SurfacePost, POSTS.where(_s.thread_id == _p("thread_id")).order_by(_s.id).limit(_p("limit"))
)
BEGIN_POST = Statement(
    nothing,
    update(SURFACE_POST)
    .where(_s.id == _p("of"))
    .values(
        state="posting",
        key=_p("of_key"),
        begun_at=_p("at"),
        again_at=_p("again"),
        tries=_s.tries + 1,
    ),
)
REQUEUE = Statement(
    nothing,
    update(SURFACE_POST)
    .where(_s.thread_id == _p("thread_id"), _s.key == _p("of_key"), _s.state == "posting")
    .values(state="queued", begun_at=None),
)
# By its id, and only while it is of that call: a plan that was made for a young table might read
# the whole thread.
POSTED = Statement(
    nothing,
    update(SURFACE_POST)
    .where(_s.id == _p("of"), _s.key == _p("of_key"))
    .values(state="shown", external_ids=_p("ids"), begun_at=None),
)
_WHY = {one: _p(one) for one in ("reason", "detail", "trace")}
POST_FAILED = Statement(
    nothing,
    update(SURFACE_POST)
    .where(_s.thread_id == _p("thread_id"), _s.key == _p("of_key"))
    .values(state="failed", begun_at=None, failed_at=_p("at"), **_WHY),
)
REBODY = Statement(
    nothing,
    update(SURFACE_POST)
    .where(_s.id == _p("of"))
    .values(body=_p("to_body"), revision=_p("to_revision"), tries=0),
)
REVISED = Statement(
    nothing, update(SURFACE_POST).where(_s.id == _p("of")).values(revision=_p("to_revision"))
)
DROP_POSTS = Statement(nothing, delete(SURFACE_POST).where(_s.thread_id == _p("thread_id")))
MARKED = Statement(nothing, update(SURFACE_POST).where(_s.id == _p("of")).values(mark=_p("to")))
DROP_POST = Statement(nothing, delete(SURFACE_POST).where(_s.id == _p("of")))
DROP_NAMES = Statement(
    nothing, delete(SURFACE_NAME).where(SURFACE_NAME.c.thread_id == _p("thread_id"))
)
PUT_NAME = Statement(
    nothing,
    (name := upsert(SURFACE_NAME))
    .values(thread_id=_p("thread_id"), external_id=_p("external_id"), message_id=_p("message_id"))
    .on_conflict_do_update(
        index_elements=["thread_id", "external_id"],
        set_={"message_id": name.excluded.message_id},
    ),
)
NAMED = Statement(
    value,
    select(SURFACE_NAME.c.message_id).where(
        SURFACE_NAME.c.thread_id == _p("thread_id"),
        SURFACE_NAME.c.external_id == _p("external_id"),
    ),
)
NAME_OF = Statement(
    value,
    select(SURFACE_NAME.c.external_id)
    .where(
        SURFACE_NAME.c.thread_id == _p("thread_id"), SURFACE_NAME.c.message_id == _p("message_id")
    )
    .order_by(SURFACE_NAME.c.external_id)
    .limit(1),
)

# --- hints ---

ADD_HINT = Statement(nothing, adding(SURFACE_HINT, "thread_id", "account", "about", "body", "once"))
HINTED = Statement(
    value,
    select(func.count()).where(
        SURFACE_HINT.c.thread_id == _p("thread_id"),
        SURFACE_HINT.c.account == _p("account"),
        SURFACE_HINT.c.once == _p("once"),
    ),
)
OWED_HINT = Statement(
    SurfaceHint,
    select(*columns(SURFACE_HINT, SurfaceHint))
    .where(SURFACE_HINT.c.thread_id == _p("thread_id"), SURFACE_HINT.c.told_at.is_(None))
    .order_by(SURFACE_HINT.c.id)
    .limit(1),
)
# What they are about is gone with its thread; another may be called the same.
ANSWER_NOTHING = Statement(
    nothing,
    update(SURFACE_HINT)
    .where(SURFACE_HINT.c.thread_id == _p("thread_id"), SURFACE_HINT.c.told_at.is_(None))
    .values(about=None),
)
TOLD = Statement(
    nothing,
    update(SURFACE_HINT).where(SURFACE_HINT.c.id == _p("of")).values(told_at=_p("at")),
)

# --- who is there ---

# Of what was said by then, the last that is to be seen in a thread.
SEEN_UP_TO = Statement(
    value,
    select(func.max(_s.message_id))
    .select_from(SURFACE_POST.join(MESSAGE, _m.id == _s.message_id))
    .where(
        _s.thread_id == _p("thread_id"),
        or_(_s.state == "shown", _s.state == "heard"),
        _s.part < ABOUT,
        _m.created_at <= _p("at"),
    ),
)
PUT_ACTIVE = Statement(
    nothing,
    (active := upsert(SURFACE_ACTIVE))
    .values(surface_id=_p("surface_id"), agent_id=_p("agent_id"), active_at=_p("at"))
    .on_conflict_do_update(
        index_elements=["surface_id", "agent_id"],
        set_={"active_at": active.excluded.active_at},
        where=SURFACE_ACTIVE.c.active_at < active.excluded.active_at - _p("coarse"),
    ),
)

# --- places ---

PLACES = Statement(
    SurfacePlace,
    select(*columns(SURFACE_PLACE, SurfacePlace)).where(
        SURFACE_PLACE.c.surface_id == _p("surface_id")
    ),
)
PUT_PLACE = Statement(
    nothing,
    (place := upsert(SURFACE_PLACE))
    .values(
        surface_id=_p("surface_id"),
        place=_p("place"),
        lost_at=_p("lost_at"),
        why=_p("why"),
        moved_to=_p("moved_to"),
    )
    .on_conflict_do_update(
        index_elements=["surface_id", "place"],
        set_={
            "lost_at": place.excluded.lost_at,
            "why": place.excluded.why,
            "moved_to": place.excluded.moved_to,
        },
    ),
)
