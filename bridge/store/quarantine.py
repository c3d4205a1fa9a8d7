"""What was set aside: kept once however often it comes, within limits, until somebody looks."""

import hashlib
import logging
from typing import Literal, NamedTuple

from sqlalchemy import delete, func, or_, select, update

from bridge.models import POISON, QUARANTINE
from bridge.store import erasing, log
from bridge.store.spoken import upsert
from bridge.store.statement import Statement, nothing, param, value
from bridge.store.transactions import Tx

_log = logging.getLogger(__name__)

Form = Literal["update", "event", "heard", "words"]
"""As its network told it; an event of ours, as JSON; what staff did, as JSON; or what nothing
can be made of any more."""

# Of one thing, in bytes: more than any webhook may bring. Of a mail the beginning is kept, and
# the mail itself lies in its mailbox.
LARGEST = 1024 * 1024
# Of one inbox or surface: the oldest give way.
MOST, MOST_BYTES = 1000, 64 * 1024 * 1024
KEPT = 30 * 24 * 3_600_000
"""So long (ms) after it came last it is forgotten."""
_LONGEST_WHY = 200

_p = param
_q = QUARANTINE.c


class Set(NamedTuple):
    """One thing that was set aside; `size` is that of the whole, `kept` of what is here."""

    id: int
    inbox_id: str
    form: Form
    size: int
    kept: int
    why: str
    at: int
    last_at: int
    times: int
    tried_at: int | None
    tries: int


_ROW = select(*(_q[name] for name in Set._fields))
_ADD = Statement(
    nothing,
    (adding := upsert(QUARANTINE))
    .values(
        {one: _p(one) for one in ("inbox_id", "digest", "form", "raw", "size", "kept", "why", "at")}
        | {"last_at": _p("at")}
    )
    .on_conflict_do_update(
        index_elements=["inbox_id", "digest"],
        set_={
            "why": adding.excluded.why,
            "last_at": adding.excluded.last_at,
            "times": _q.times + 1,
        },
    ),
)
ONE = Statement(Set, _ROW.where(_q.id == _p("id")))
RAW: Statement[bytes] = Statement(value, select(_q.raw).where(_q.id == _p("id")))
FOUND = Statement(
    Set,
    _ROW.where(
        or_(_p("inbox").is_(None), _q.inbox_id == _p("inbox")),
        _q.last_at >= _p("since"),
        _q.last_at < _p("until"),
    )
    .order_by(_q.last_at.desc(), _q.id.desc())
    .limit(_p("limit")),
)
TRIED = Statement(
    nothing,
    update(QUARANTINE).where(_q.id == _p("of")).values(tried_at=_p("at"), tries=_q.tries + 1),
)
STILL = Statement(nothing, update(QUARANTINE).where(_q.id == _p("of")).values(why=_p("to")))
DROP = Statement(nothing, delete(QUARANTINE).where(_q.id == _p("of")))
FORGET = Statement(nothing, delete(QUARANTINE).where(_q.last_at < _p("before")))
_one = QUARANTINE.alias("one")
_TOO_MANY = (
    select(
        _one.c.id,
        func.row_number().over(order_by=_one.c.id.desc()).label("number"),
        func.sum(_one.c.kept).over(order_by=_one.c.id.desc()).label("bytes"),
    )
    .where(_one.c.inbox_id == _p("inbox"))
    .subquery()
)
_GIVE_WAY = Statement(
    nothing,
    delete(QUARANTINE).where(
        _q.id.in_(
            select(_TOO_MANY.c.id).where(
                or_(_TOO_MANY.c.number > _p("most"), _TOO_MANY.c.bytes > _p("most_bytes"))
            )
        )
    ),
)

_t = POISON.c
POISON_TRIES = Statement(
    lambda digest, tries: (str(digest), int(tries)), select(_t.digest, _t.tries)
)
POISONED = Statement(
    nothing,
    upsert(POISON)
    .values(digest=_p("digest"), tries=1, at=_p("at"))
    .on_conflict_do_update(index_elements=["digest"], set_={"tries": _t.tries + 1, "at": _p("at")}),
)
NO_POISON = Statement(nothing, delete(POISON).where(_t.digest == _p("digest")))
FORGET_POISON = Statement(nothing, delete(POISON).where(_t.at < _p("before")))


def digest_of(inbox_id: str, raw: bytes) -> str:
    """Return what one thing of one inbox is known by. Pure."""
    return hashlib.sha256(b"\0".join([inbox_id.encode(), raw])).hexdigest()


def put(tx: Tx, inbox_id: str, raw: bytes, why: str, form: Form = "update") -> None:
    """Keep it aside, or count that it came again; `why` names no secret and no word of it.

    What went with a person who was erased is not kept again.
    """
    digest, part = digest_of(inbox_id, raw), raw[:LARGEST]
    if erasing.was_erased(tx, inbox_id, digest):
        _log.info("something of %s that was erased has come again, and is not kept", inbox_id)
        return
    tx.run(
        _ADD,
        inbox_id=inbox_id,
        digest=digest,
        form=form,
        raw=part,
        size=len(raw),
        kept=len(part),
        why=why[:_LONGEST_WHY],
        at=tx.now,
    )
    gone = tx.run(_GIVE_WAY, inbox=inbox_id, most=MOST, most_bytes=MOST_BYTES)
    if gone:
        _log.error("%d of what was set aside of %s gave way to what came later", gone, inbox_id)
    log.append(tx, "quarantine.added")


def forget(tx: Tx) -> int:
    """Forget what nobody has looked for in time; return how many."""
    tx.run(FORGET_POISON, before=tx.now - KEPT)
    return tx.run(FORGET, before=tx.now - KEPT)
