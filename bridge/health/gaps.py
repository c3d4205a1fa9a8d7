"""Times in which no messages came in: when people are warned, and what they hear after. Pure.

A network keeps for a while what it cannot hand over, and then drops it (PLATFORMS.md). Each
warning is given once, also if the program was started again in between.
"""

from dataclasses import dataclass, replace

from bridge.channel import Capabilities


@dataclass(frozen=True, slots=True)
class Past:
    """A time that people were warned of, and that is over; `lost`: messages may be missing."""

    begun: int
    ended: int
    lost: bool


@dataclass(frozen=True, slots=True)
class Gap:
    """Since when no messages come in, how many warnings were given, and the gap before."""

    since: int | None = None
    warned: int = 0
    last: Past | None = None


def looked_at(gap: Gap, network: Capabilities, since: int | None, now: int) -> Gap:
    """Return the gap as it is now; `since` is when messages stopped coming in, if they did."""
    if since is not None:
        return replace(gap, since=since, warned=max(gap.warned, _due(network, since, now)))
    if gap.since is None:
        return gap
    if not (gap.warned or _due(network, gap.since, now)):
        return replace(gap, since=None)
    return Gap(last=Past(gap.since, now, lost=is_lost(network, gap.since, now)))


def is_lost(network: Capabilities, since: int, now: int) -> bool:
    """Say whether the network has dropped what came first."""
    return network.kept_for is not None and now - since > network.kept_for * 1000


def lost_from(gap: Gap, network: Capabilities) -> int | None:
    """Return when the network drops, or has dropped, the first of what it keeps (ms).

    `None` where messages come in, and where nobody knows for how long it keeps them.
    """
    if gap.since is None or network.kept_for is None:
        return None
    return gap.since + round(network.kept_for * 1000)


def _due(network: Capabilities, since: int, now: int) -> int:
    return sum(now - since >= after * 1000 for after in network.alarms_after)
