"""What stands out in a conversation at a glance, and the same in words. Pure."""

from collections.abc import Mapping
from datetime import tzinfo

from msgspec import UNSET

from agent_console.cards import shapes as w
from agent_console.surface import Look
from agent_console.verbs.words import Words
from routing.policy import Policy, waited


def look_of(row: w.Conversation, waits: int | None, max_wait: int | None) -> Look:
    """Return what stands out; for how long the customer `waits`, and `max_wait`, are in ms."""
    if row.state != "open":
        return row.state
    if row.snoozed_until is not UNSET:
        return "waiting"
    if waits is not None and row.paused_at is UNSET:
        if max_wait is not None and waits > max_wait:
            return "late"
        return "new" if row.assignee is None else "answer"
    return "new" if row.assignee is None else "waiting"


def wait_of(row: w.Conversation, policy: Policy, now: int) -> int | None:
    """Return for how long the customer waits, in ms, as the YAML counts it; `None`: they do not."""
    if row.waiting_since is None:
        return None
    team = row.team if isinstance(row.team, str) else None
    return waited(row.waiting_since, now, policy.hours_for("max_wait", team, row.inbox))


def state_of(
    row: w.Conversation,
    names: Mapping[str, str],
    words: Words,
    waits: int | None,
    zone: tzinfo,
    *,
    steady: bool = False,
) -> str:
    """Return the look in words, with whoever has it; `waits` is as for `look_of`.

    `steady`: so that the text stays the same for minutes, for what is shown for long.
    """
    if isinstance(row.snoozed_until, int) and row.state == "open":
        time = words.moment(row.snoozed_until, zone)
        state = words("state.snoozed", who=_who(row, names, words), time=time)
    else:
        state = _state(row, names, words, waits, steady=steady)
    return words("state.blocked", state=state) if row.blocked else state


def _state(
    row: w.Conversation, names: Mapping[str, str], words: Words, waits: int | None, *, steady: bool
) -> str:
    if row.state == "deleted":
        return words("state.deleted")
    if row.state == "closed":
        by = row.closed_by if isinstance(row.closed_by, str) else ""
        return words("state.closedBy", name=names[by]) if by in names else words("state.closed")
    who = _who(row, names, words)
    if row.paused_at is not UNSET:
        return words("state.paused", who=who)
    if waits is None:
        return words("state.answered", who=who)
    if waits < 60_000:
        return words("state.due", who=who)
    span = words.steady_span(waits) if steady else words.span(waits)
    return words("state.whose", who=who, span=span)


def _who(row: w.Conversation, names: Mapping[str, str], words: Words) -> str:
    return words("folder.new") if row.assignee is None else names.get(row.assignee, row.assignee)
