"""Queries about what messages have become since they were shown in a thread.

A thread may be long, and is looked at whenever something is said in it. So these begin with the
few messages that were changed, and with the last ones of our side, by the indexes of those.
"""

from sqlalchemy import literal_column, or_, select, union_all

from bridge.models import MESSAGE, SURFACE_POST, SurfacePost
from bridge.store.statement import Statement, param
from bridge.store.surfaces import ABOUT, POSTS

_p = param
_s = SURFACE_POST.c
_m = MESSAGE.c

_changed, _stale = SURFACE_POST.alias("changed").c, SURFACE_POST.alias("stale").c
_MAY_HAVE_CHANGED = union_all(
    select(_changed.id).where(
        _changed.thread_id == _p("thread_id"),
        _changed.message_id.in_(
            select(_m.id).where(
                _m.conversation_id == _p("conversation_id"), _m.revision > literal_column("1")
            )
        ),
    ),
    select(_stale.id).where(
        _stale.thread_id == _p("thread_id"), _stale.revision == literal_column("0")
    ),
)
# What a message has become since it was shown.
CHANGED_POSTS = Statement(
    SurfacePost,
    POSTS.join(MESSAGE, _m.id == _s.message_id)
    .where(
        _s.id.in_(_MAY_HAVE_CHANGED),
        or_(_s.state == "shown", _s.state == "heard"),
        or_(_m.revision > _s.revision, _m.deleted_at.is_not(None)),
        _s.part < ABOUT,
    )
    .order_by(_s.id)
    .limit(_p("limit")),
)
# What agents wrote in the thread itself, and may have changed or taken back there.
WRITTEN_IN = Statement(
    SurfacePost,
    POSTS.join(MESSAGE, _m.id == _s.message_id)
    .where(
        _s.thread_id == _p("thread_id"),
        _s.state == "heard",
        _m.deleted_at.is_(None),
        _m.created_at > _p("since"),
    )
    .order_by(_s.id.desc())
    .limit(_p("limit")),
)
# What agents said, of which a mark tells what became of it; the newest first.
_ours = (
    select(_m.id)
    .where(
        _m.conversation_id == _p("conversation_id"),
        or_(_m.kind == literal_column("'outgoing'"), _m.kind == literal_column("'note'")),
        _m.deleted_at.is_(None),
    )
    .order_by(_m.id.desc())
    .limit(_p("limit"))
)
MARKED_POSTS = Statement(
    SurfacePost,
    POSTS.where(
        _s.thread_id == _p("thread_id"),
        _s.message_id.in_(_ours),
        or_(_s.state == "shown", _s.state == "heard"),
    )
    .order_by(_s.id.desc())
    .limit(_p("limit")),
)
