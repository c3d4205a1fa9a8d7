"""Automations that can never run, as what they wait for contradicts itself. Pure.

What is found is certain; what words and patterns may have in common is not looked into.
"""

from collections.abc import Iterator, Mapping

from bridge.settings import Automation, Doer, Happening, Status, Trigger
from routing.rules import is_impossible

# Whose doing an event can be; of the others it can be anybody's.
_BY: Mapping[Happening, frozenset[Doer]] = {
    "opened": frozenset({"customer"}),
    "message_received": frozenset({"customer"}),
    "message_sent": frozenset({"agent"}),
    "waiting": frozenset({"program"}),
    "idle": frozenset({"program"}),
    "released": frozenset({"agent", "program"}),
    "assigned": frozenset({"agent", "program"}),
    "topic_added": frozenset({"agent", "program"}),
    "tag_added": frozenset({"agent", "program"}),
    "status_changed": frozenset({"agent", "program"}),
}
# Whether somebody has the conversation then.
_TAKEN: Mapping[Happening, bool] = {"assigned": True, "message_sent": True, "released": False}
# Of which kind its status is then.
_KIND: Mapping[Happening, str] = {
    "opened": "open",
    "waiting": "open",
    "idle": "open",
    "reopened": "open",
    "closed": "closed",
}


def contradictions(
    automations: Mapping[str, Automation], statuses: Mapping[str, Status]
) -> Iterator[tuple[str, str]]:
    """Yield the id of each automation that can never run, and why."""
    for key, one in automations.items():
        why = _contradiction(one.when, statuses)
        if why is not None:
            yield key, why


def _contradiction(when: Trigger, statuses: Mapping[str, Status]) -> str | None:
    event = when.event
    if is_impossible(when):
        return "nothing is inside and outside of the same hours"
    if when.by is not None and event in _BY and _BY[event].isdisjoint(when.by):
        return f"{event} is never the doing of {' or '.join(when.by)}"
    if when.taken is not None and _TAKEN.get(event, when.taken) != when.taken:
        return f"on {event} {'somebody' if _TAKEN[event] else 'nobody'} has it"
    if when.status is not None and not _can_have(when.status, event, statuses):
        return f"on {event} a conversation has none of these statuses"
    return None


def _can_have(wanted: tuple[str, ...], event: Happening, statuses: Mapping[str, Status]) -> bool:
    kind = _KIND.get(event)
    return kind is None or any(statuses[one].kind == kind for one in wanted if one in statuses)
