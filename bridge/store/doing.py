"""Queries about statuses, and about how often automations have run."""

from sqlalchemy import select, update

from bridge.models import (
    AUTOMATION_RUN,
    CONVERSATION,
    STATUS,
    AutomationRun,
    Conversation,
    Status,
)
from bridge.models.base import columns
from bridge.store.spoken import upsert
from bridge.store.statement import Statement, nothing, param

_p = param
_s = STATUS.c
_r = AUTOMATION_RUN.c
_c = CONVERSATION.c

# --- statuses -----------------------------------------------------------------------------

STATUSES = Statement(Status, select(*columns(STATUS, Status)).order_by(_s.place, _s.id))
PUT_STATUS = Statement(
    nothing,
    (status := upsert(STATUS))
    .values(
        id=_p("id"),
        kind=_p("kind"),
        label=_p("label"),
        color=_p("color"),
        place=_p("place"),
        retired_at=None,
    )
    .on_conflict_do_update(
        index_elements=["id"],
        set_={
            "kind": status.excluded.kind,
            "label": status.excluded.label,
            "color": status.excluded.color,
            "place": status.excluded.place,
            "retired_at": None,
        },
    ),
)
RETIRE_STATUS = Statement(
    nothing,
    update(STATUS).where(_s.id == _p("of"), _s.retired_at.is_(None)).values(retired_at=_p("at")),
)
SET_STATUS = Statement(
    nothing,
    update(CONVERSATION).where(_c.id == _p("of")).values(status_id=_p("status")),
)
PAUSED = Statement(
    Conversation,
    select(*columns(CONVERSATION, Conversation)).where(
        _c.paused_at.is_not(None), _c.state == "open"
    ),
)
# Time stands still from here on; and then what ran is moved by as long as it stood.
PAUSE = Statement(
    nothing,
    update(CONVERSATION)
    .where(_c.id == _p("of"), _c.paused_at.is_(None))
    .values(paused_at=_p("at")),
)
GO_ON = Statement(
    nothing,
    update(CONVERSATION)
    .where(_c.id == _p("of"))
    .values(paused_at=None, waiting_since=_p("waiting_since"), active_at=_p("active_at")),
)

# --- automations --------------------------------------------------------------------------

RUNS_OF = Statement(
    AutomationRun,
    select(*columns(AUTOMATION_RUN, AutomationRun)).where(
        _r.conversation_id == _p("conversation_id")
    ),
)
PUT_RUN = Statement(
    nothing,
    (run := upsert(AUTOMATION_RUN))
    .values(
        conversation_id=_p("conversation_id"),
        automation_id=_p("automation_id"),
        since=_p("since"),
        runs=_p("runs"),
        rested_at=_p("rested_at"),
        ran_for=_p("ran_for"),
    )
    .on_conflict_do_update(
        index_elements=["conversation_id", "automation_id"],
        set_={
            "since": run.excluded.since,
            "runs": run.excluded.runs,
            "rested_at": run.excluded.rested_at,
            "ran_for": run.excluded.ran_for,
        },
    ),
)
# What ran for a wait has run for it also when the clock is set: to be run before the waits move.
MOVE_RUNS = Statement(
    nothing,
    update(AUTOMATION_RUN)
    .where(
        _r.ran_for
        == select(_c.waiting_since)
        .where(_c.id == _r.conversation_id)
        .correlate(AUTOMATION_RUN)
        .scalar_subquery()
    )
    .values(ran_for=_r.ran_for + _p("by")),
)
