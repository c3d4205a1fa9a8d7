"""Queries behind who is given a conversation: agents who might, and the queues of the teams."""

from typing import NamedTuple

from sqlalchemy import func, select, update

from bridge.models import AGENT, CONVERSATION, TURN, Conversation
from bridge.models.base import columns
from bridge.store.spoken import given, upsert
from bridge.store.statement import Statement, nothing, param, value

_p = param
_a = AGENT.c
_c = CONVERSATION.c

# As the index of the queues has it.
_QUEUED = (_c.queued_at.is_not(None), _c.assignee_id.is_(None), _c.state == "open")
_AT_HAND = _c.snoozed_until.is_(None)


class Hand(NamedTuple):
    """An agent who is online: how many conversations they have, and when they were given one."""

    id: str
    load: int
    given_at: int | None


_LOAD = (
    select(func.count())
    .where(_c.assignee_id == _a.id, _c.state == "open", _AT_HAND)
    .correlate(AGENT)
    .scalar_subquery()
)
_GIVEN = given(_p("ids"))

# Of the agents in `:ids` (JSON), those to whom anything may be given.
HANDS = Statement(
    Hand,
    select(_a.id, _LOAD, TURN.c.given_at)
    .select_from(_GIVEN)
    .join(AGENT, _a.id == _GIVEN.c.value)
    .join(TURN, TURN.c.agent_id == _a.id, isouter=True)
    .where(_a.presence == "online", _a.retired_at.is_(None)),
)
PUT_TURN = Statement(
    nothing,
    (turn := upsert(TURN))
    .values(agent_id=_p("agent"), given_at=_p("at"))
    .on_conflict_do_update(index_elements=["agent_id"], set_={"given_at": turn.excluded.given_at}),
)
# The agent whom a customer last had, of all their conversations but this one.
LAST_AGENT = Statement(
    value,
    select(_c.assignee_id)
    .where(_c.contact_id == _p("contact_id"), _c.assignee_id.is_not(None), _c.id != _p("besides"))
    .order_by(_c.last_at.desc())
    .limit(1),
)
# Claimed with the expected state, as everywhere: of two at once exactly one wins.
PLACE = Statement(
    nothing,
    update(CONVERSATION)
    .where(
        _c.id == _p("of"),
        _c.state == "open",
        _c.assignee_id.is_not_distinct_from(_p("expected")),
    )
    .values(
        assignee_id=_p("agent"),
        team_id=_p("team"),
        queued_at=_p("queued_at"),
        active_at=_p("at"),
    ),
)
PASS_ON_FROM = Statement(
    nothing,
    update(CONVERSATION).where(_c.id == _p("of")).values(passed_on_from=_p("at")),
)
ABSENCE_TOLD = Statement(
    nothing,
    update(CONVERSATION)
    .where(_c.id == _p("of"), _c.absence_told_at.is_(None))
    .values(absence_told_at=_p("at")),
)

_IN_QUEUE = (
    *_QUEUED,
    _AT_HAND,
    _c.team_id.is_not_distinct_from(_p("team")),
    _c.waiting_since.is_not(None),
)
# The longest wait in a team's queue; nobody's team is null.
LONGEST_WAIT = Statement(
    value, select(_c.waiting_since).where(*_IN_QUEUE).order_by(_c.waiting_since).limit(1)
)
# The longest waiting of a team's queue, of the inboxes in `:inboxes` (JSON).
_OPEN_INBOXES = given(_p("inboxes"))
QUEUE = Statement(
    Conversation,
    select(*columns(CONVERSATION, Conversation))
    .where(
        *_IN_QUEUE,
        _c.inbox_id.in_(select(_OPEN_INBOXES.c.value)),
    )
    .order_by(_c.waiting_since)
    .limit(_p("limit")),
)
# Of a team that is gone, what is open waits for everybody.
LEAVE_TEAMS = Statement(
    nothing,
    update(CONVERSATION)
    .where(
        _c.state == "open",
        _c.team_id.is_not(None),
        _c.team_id.not_in(select(_GIVEN.c.value)),
    )
    .values(team_id=None),
)
