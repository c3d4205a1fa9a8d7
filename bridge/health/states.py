"""What is known of an inbox, and the one state that follows from it. Pure.

Trouble is kept by who noticed it, since only the same one, or somebody who knows better,
can say that it is over:

    check    the credentials, proven from time to time     a check that goes well
    run      receiving fell over                           a sign that messages come in
    adapter  what only the adapter knows                   its own word
    sends    several in a row went wrong for our account   one that goes well
    places   where a staff surface can show nothing        all of them are there
    flood    more is written than the limits let through   nothing more is, for a moment
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from bridge.channel import (
    MisconfiguredError,
    OutcomeUnknownError,
    Reason,
    Receipt,
    SendError,
    UnavailableError,
)
from bridge.models import HealthState

Source = Literal["check", "run", "adapter", "sends", "places", "flood"]

# What often passes by itself is trouble only if it lasts so long, in ms.
PATIENCE = 30_000
PASSING: frozenset[Reason] = frozenset({"unavailable", "timeout", "throttled"})
# Sends that go wrong one after the other before that is the inbox's trouble and not theirs.
MANY = 3
_WORST_FIRST: tuple[HealthState, ...] = ("bad_credentials", "down", "degraded")


@dataclass(frozen=True, slots=True)
class Trouble:
    """What somebody noticed; `down` means that no messages come in."""

    reason: Reason
    sentence: str
    since: int
    down: bool = False

    @property
    def state(self) -> HealthState:
        """Return the state of an inbox that has no other trouble."""
        if self.reason == "credentials_refused":
            return "bad_credentials"
        return "down" if self.down or self.reason == "suspended" else "degraded"

    def shows(self, now: int) -> bool:
        """Say whether people are to know of it yet."""
        return self.reason not in PASSING or now - self.since >= PATIENCE


@dataclass(frozen=True, slots=True)
class Pulse:
    """All that is known of one inbox in this life of the program.

    `proven`: it was seen to work. `heard`: messages were seen to come in.
    """

    troubles: Mapping[Source, Trouble] = field(default_factory=dict)
    proven: bool = False
    heard: bool = False
    failed_sends: int = 0

    @property
    def down_since(self) -> int | None:
        """Return since when no messages come in."""
        return min((one.since for one in self.troubles.values() if one.down), default=None)


def troubled(pulse: Pulse, source: Source, trouble: Trouble) -> Pulse:
    """Return the pulse with what `source` has noticed; the same trouble goes on from its start."""
    known = pulse.troubles.get(source)
    if known is not None and known.down == trouble.down:
        trouble = replace(trouble, since=min(known.since, trouble.since))
    return replace(pulse, troubles={**pulse.troubles, source: trouble})


def over(pulse: Pulse, *sources: Source) -> Pulse:
    """Return the pulse without the trouble of these."""
    if pulse.troubles.keys().isdisjoint(sources):
        return pulse
    left = {source: one for source, one in pulse.troubles.items() if source not in sources}
    return replace(pulse, troubles=left)


def receiving(pulse: Pulse) -> Pulse:
    """Return the pulse after a sign that messages come in."""
    pulse = over(pulse, "run", "adapter")
    # With every message that comes in there is mostly no news in it.
    return pulse if pulse.proven and pulse.heard else replace(pulse, proven=True, heard=True)


def checked(pulse: Pulse) -> Pulse:
    """Return the pulse after a check that went well; it knows nothing of rights to send."""
    pulse = replace(over(pulse, "check"), proven=True)
    sends = pulse.troubles.get("sends")
    mended = sends is not None and sends.reason in PASSING | {"credentials_refused"}
    return replace(over(pulse, "sends"), failed_sends=0) if mended else pulse


def sent(pulse: Pulse, outcome: Receipt | SendError, now: int) -> Pulse:
    """Return the pulse after a send: what went wrong for one customer only says nothing."""
    match outcome:
        case Receipt():
            return replace(over(pulse, "sends"), proven=True, failed_sends=0)
        case MisconfiguredError() | UnavailableError() | OutcomeUnknownError():
            return _failed(pulse, outcome, now)
        case _:
            return pulse


def _failed(pulse: Pulse, error: SendError, now: int) -> Pulse:
    pulse = replace(pulse, failed_sends=pulse.failed_sends + 1)
    if pulse.failed_sends < MANY and error.reason != "credentials_refused":
        return pulse
    return troubled(pulse, "sends", Trouble(error.reason, str(error), now))


@dataclass(frozen=True, slots=True)
class Shown:
    """The state that people see, why, and since when."""

    state: HealthState = "starting"
    reason: Reason | None = None
    sentence: str | None = None
    since: int = 0


def shown(pulse: Pulse, before: Shown, now: int) -> Shown:
    """Return the state; `before` is what was shown so far."""
    found = [one for one in pulse.troubles.values() if one.shows(now)]
    if found:
        worst = min(found, key=lambda one: (_WORST_FIRST.index(one.state), one.since))
        return Shown(worst.state, worst.reason, worst.sentence, worst.since)
    state: HealthState = "up" if pulse.proven else "starting"
    return before if before.state == state else Shown(state, since=now)
