"""What the configuration says about conversations, and which timers a state needs. Pure."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from bridge.models import See
from routing.flood import FloodLimits
from routing.hours import Hours

CLOSE_INACTIVE = "close_inactive"
CLOSE_WARNING = "close_warning"
ASK_RATING = "ask_rating"
MAIL_UNSEEN = "mail_unseen"
OVERFLOW = "overflow"
MAIL_AGENT = "mail_agent"
BLOCK_ENDS = "block_ends"
RELEASE_IDLE = "release_idle"
SNOOZE = "snooze"
FLOOD_ENDS = "flood_ends"
# Those of an agent.
AUTO_OFFLINE = "auto_offline"
AWAY = "away"
RELEASE_OFFLINE = "release_offline"
# Every limit of a network or of ours is lower; this one keeps a hostile sender from
# filling the disk. In code points.
LONGEST_TEXT = 100_000
# A message that has been on its way for longer says when it was written, in ms.
LATE = 60_000
# A timer that is due as it closes fires by so much later, in ms.
_LATELY = 60_000


class BotPolicy(NamedTuple):
    """Of a bot: how long customers wait for it (ms), and whether a webhook tells it of them."""

    id: str
    answer_within: int
    hooked: bool


class TeamPatience(NamedTuple):
    """Of a team: how long its agents may leave a waiting customer alone (ms), `None` for ever."""

    team: str
    release_idle: int | None


Pausing = Literal["release_idle", "close_inactive", "max_wait", "overflow"]
"""What can stand still while nobody is there."""


def _no_hours(_team: str | None, _inbox: str) -> Hours | None:
    return None


Transfer = Literal["none", "own", "any"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The knobs of the YAML that routing turns on; durations in ms, `None` is "off"."""

    auto_offline: int | None = 15 * 60_000
    away_after: int | None = None
    release_idle: int | None = 5 * 60_000
    patience: tuple[TeamPatience, ...] = ()
    """Of the teams that have one of their own, in place of `release_idle`."""
    release_offline: int | None = None
    transfer_online_only: bool = False
    transfer_closed: bool = False
    close_inactive: int | None = 15 * 60_000
    close_warning: int | None = None
    """How long before that the customer is warned."""
    rating_scale: int | None = None
    rating_required: bool = False
    rating_automatic: bool = True
    """Whether a rating is asked for at every end, or only where an action asks."""
    reopen_new_after: int | None = 24 * 3_600_000
    uncertain: Literal["ask", "resend"] = "ask"
    max_length: int = 2000
    allow_edit: bool = True
    allow_delete: bool = False
    agent_transfer: Transfer = "own"
    agent_edits_contact: bool = True
    agent_blocks: bool = False
    agent_deletes: bool = False
    agent_purges: bool = False
    agent_edits_profile: bool = True
    agent_sees: See = "all"
    agent_may_see_others: bool = False
    hide_history: bool = False
    agent_reports: bool = False
    agent_exports: bool = False
    block_require_end: bool = False
    language: str = "en"
    """What customers are spoken to in of whom no language is known."""
    speak: Literal["main", "client"] = "client"
    """Whether everybody is spoken to in that language, or each in their own."""
    email_if_unseen: int | None = 60_000
    mail_agent_after: int | None = None
    """How long an agent may not have seen a customer's message before they are mailed it."""
    mail_min_interval: int = 5 * 60_000
    mail_max_messages: int = 10
    resume_valid: int | None = 3_600_000
    topic_to_close: bool = False
    other_topic: bool = True
    has_statuses: bool = False
    # Whether the YAML has a place for tasks to go to.
    tickets: bool = False
    bots: tuple[BotPolicy, ...] = ()
    flood: FloodLimits | None = None
    """How much is too much; `None` where nothing is ever held."""
    paused_outside: frozenset[Pausing] = frozenset()
    # Given by the team and the inbox of a conversation; no part of what a policy is told by.
    hours_of: Callable[[str | None, str], Hours | None] = field(default=_no_hours, compare=False)

    def hours_for(self, what: Pausing, team: str | None, inbox: str) -> Hours | None:
        """Return outside of which hours a time stands still; `None` where it always runs."""
        return self.hours_of(team, inbox) if what in self.paused_outside else None

    def bot(self, agent: str | None) -> BotPolicy | None:
        """Return what holds for an agent who is a bot; `None` for people."""
        return next((one for one in self.bots if one.id == agent), None)

    def patience_with(self, agent: str | None, team: str | None = None) -> int | None:
        """Return how long an agent may leave a waiting customer of a team alone, in ms."""
        bot = self.bot(agent)
        if bot is not None:
            return bot.answer_within
        own = (one.release_idle for one in self.patience if one.team == team)
        return next(own, self.release_idle)


def length_of(text: str) -> int:
    """Return the length that the product limit counts: characters that are no space (S45)."""
    return sum(not character.isspace() for character in text)


def passed_at(since: int, length: int, hours: Hours | None) -> int | None:
    """Return when `length` ms have passed, those outside of `hours` not counted.

    `None` where so much is never open again.
    """
    return since + length if hours is None else hours.after(since, length)


def stands_at(now: int, hours: Hours | None) -> bool:
    """Say whether no time passes at `now`, nor has a moment ago, at which something may be due."""
    return hours is not None and hours.between(now - _LATELY, now + 1) == 0


def close_due(
    policy: Policy,
    *,
    state: str,
    waiting_since: int | None,
    quiet_since: int,
    paused: bool = False,
    hours: Hours | None = None,
) -> int | None:
    """Return when the customer's silence closes the conversation, in ms, or `None`.

    It counts from the last word of ours (D46), and not while the customer waits for one or
    time stands still for it: `paused`, and outside of `hours` if there are any.
    """
    if policy.close_inactive is None or paused or state != "open" or waiting_since is not None:
        return None
    return passed_at(quiet_since, policy.close_inactive, hours)


def idle_due(
    policy: Policy,
    *,
    state: str,
    assignee: str | None,
    waiting_since: int | None,
    active_at: int | None,
    team: str | None = None,
    paused: bool = False,
    hours: Hours | None = None,
) -> int | None:
    """Return when the agent's silence releases the conversation, in ms, or `None`.

    It counts only while the customer waits: from when they began to or, where that is later,
    from what the agent last did in this conversation (D15). Not while it is `paused`, nor
    outside of `hours`; a bot needs none.
    """
    patience = policy.patience_with(assignee, team)
    if patience is None or paused or state != "open":
        return None
    if assignee is None or waiting_since is None:
        return None
    begun = max(waiting_since, active_at or 0)
    return passed_at(begun, patience, None if policy.bot(assignee) else hours)


def warning_due(
    policy: Policy, close_at: int | None, *, quiet_since: int, hours: Hours | None = None
) -> int | None:
    """Return when to warn of being closed at `close_at`, in ms, or `None`."""
    if close_at is None or policy.close_warning is None or policy.close_inactive is None:
        return None
    before = policy.close_inactive - policy.close_warning
    return passed_at(quiet_since, before, hours) if before > 0 else None


def stands_still(*, status_pauses: bool, snoozed: bool) -> bool:
    """Say whether time stands still for an open conversation.

    Then nobody's silence counts in it: it is not released, warned of, closed or passed on to
    another team, and a customer's wait is as long as it was. For a snooze as for a status
    that has `pause_timer`; while either holds, the end of the other changes nothing.
    """
    return status_pauses or snoozed


def waits_for_others(*, state: str, assignee: str | None, paused: bool) -> bool:
    """Say whether time runs after which another team takes over what nobody has taken."""
    return state == "open" and assignee is None and not paused


def waited(since: int, until: int, hours: Hours | None) -> int:
    """Return for how long a customer has waited, in ms, what is outside of `hours` not counted."""
    return max(0, until - since) if hours is None else hours.between(since, until)


def gone_on(at: int, paused_at: int, now: int, hours: Hours | None) -> int:
    """Return a moment since when time runs, moved by as long as time has stood still.

    Time stood still from `paused_at` until `now`; what runs only within `hours` has then run
    for no longer than it had before, whichever of them the pause lay in.
    """
    moved = at + now - max(at, paused_at)
    if hours is None:
        return moved
    return max(moved, hours.before(now, waited(at, paused_at, hours)) or moved)


def starts_anew(policy: Policy, *, closed_at: int, now: int) -> bool:
    """Say whether a closed conversation is too old to be reopened by a new message."""
    return policy.reopen_new_after is not None and now - closed_at > policy.reopen_new_after
