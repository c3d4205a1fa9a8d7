"""When customers' waits stand still, for consoles that count them by the second."""

from agent_console.cards import shapes as w
from agent_console.web.console import Console

# How much of the hours a console knows, in ms: it asks again before they are over.
_HOURS_BACK = 31 * 86_400_000
_HOURS_AHEAD = 8 * 86_400_000


class WaitHours(w.Shape, frozen=True, kw_only=True, gc=False):
    """Outside of which hours a customer's wait stands still (`pause_outside_hours`).

    `spans` are from when until when each hours of the YAML are open, of all that is so between
    `since` and `until`, in ms; `teams` and `inboxes` name theirs, a team's before an inbox's.
    """

    since: int
    until: int
    spans: dict[str, list[tuple[int, int]]]
    teams: dict[str, str]
    inboxes: dict[str, str]


def wait_hours(console: Console) -> WaitHours | None:
    """Return what a console is told of them; `None` where a wait always runs."""
    if "max_wait" not in console.desk.policy.paused_outside:
        return None
    teams, now = console.desk.teams, console.clock.now()
    since, until = now - _HOURS_BACK, now + _HOURS_AHEAD
    by_team = {key: one.hours for key, one in teams.crews.items() if one.hours}
    by_inbox = {key: one.hours for key, one in teams.inboxes.items() if one.hours}
    return WaitHours(
        since=since,
        until=until,
        spans={
            one: teams.hours[one].merged(since, until)
            for one in sorted({*by_team.values(), *by_inbox.values()})
        },
        teams=by_team,
        inboxes=by_inbox,
    )
