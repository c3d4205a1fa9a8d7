"""The query about what threads are owed: each of the ways to owe them something, at once."""

from typing import NamedTuple

from sqlalchemy import exists, literal_column, or_, select

from bridge.models import DELIVERY, MESSAGE, SURFACE_HINT, SURFACE_POST, SURFACE_THREAD
from bridge.store.messages import NOT_HELD
from bridge.store.statement import Statement, param

_t = SURFACE_THREAD.c
_m = MESSAGE.c
_s = SURFACE_POST.c
_d = DELIVERY.c
_h = SURFACE_HINT.c


class Owing(NamedTuple):
    """Of a thread, what it may be owed. What is false is certainly nothing.

    `changed`, `trouble` and `ours` need a closer look.
    """

    thread_id: int
    said: bool
    """Messages after the last that was queued."""
    posts: bool
    """Posts that are queued, or on their way."""
    changed: bool
    """Messages that were ever changed, or posts to be made anew."""
    hints: bool
    """Words for one person, or for all."""
    trouble: bool
    """A mail to the customer that went wrong."""
    ours: bool
    """Words of our side, whose posts are marked with what became of them."""


def _owing(thread_id: int, *ways: int) -> Owing:
    return Owing(thread_id, *map(bool, ways))


_of_it = _m.conversation_id == _t.conversation_id
_its_posts = _s.thread_id == _t.id
OWING = Statement(
    _owing,
    select(
        _t.id,
        exists().where(_of_it, _m.id > _t.message_id, NOT_HELD),
        exists().where(_its_posts, or_(_s.state == "queued", _s.state == "posting")),
        or_(
            exists().where(_of_it, _m.revision > literal_column("1")),
            exists().where(_its_posts, _s.revision == literal_column("0")),
        ),
        exists().where(_h.thread_id == _t.id, _h.told_at.is_(None)),
        exists().where(
            _d.conversation_id == _t.conversation_id,
            _d.action == "continue",
            or_(_d.state == "failed", _d.state == "uncertain"),
        ),
        exists().where(
            _of_it,
            or_(_m.kind == literal_column("'outgoing'"), _m.kind == literal_column("'note'")),
            _m.deleted_at.is_(None),
        ),
    ).where(_t.surface_id == param("surface_id"), _t.conversation_id == param("conversation_id")),
)
