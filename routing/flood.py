"""How much of somebody's writing is too much: buckets that fill again, and what follows. Pure.

A bucket lets `most` messages through at once, and as many again in `per`. Who finds it empty
is in a flood, and stays in it until a quarter of the bucket is free: so whoever goes on is
not let through now and then, and whoever stops is free in seconds.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

Why = Literal["sender", "inbox", "address"]
"""Whose bucket is empty."""

MINUTE = 60_000
HOUR = 3_600_000
# The share of a bucket that must be free again for a flood to be over.
_CALM = 0.25


class Bucket(NamedTuple):
    """So many messages at once, and as many again in `per` ms."""

    most: int
    per: int

    @property
    def step(self) -> float:
        """Return after how many ms there is room for one more."""
        return self.per / self.most


@dataclass(frozen=True, slots=True)
class FloodLimits:
    """What each sender, each inbox and each address may write; nothing where there is no bucket."""

    sender: tuple[Bucket, ...] = ()
    inbox: tuple[Bucket, ...] = ()
    address: tuple[Bucket, ...] = ()

    def on(self, sender: int, address: str | None) -> Iterator[tuple[Why, object, Bucket]]:
        """Yield every bucket that a message counts in: why it may be held, whose, which."""
        for bucket in self.sender:
            yield "sender", sender, bucket
        for bucket in self.inbox:
            yield "inbox", None, bucket
        if address is not None:
            for bucket in self.address:
                yield "address", address, bucket


class Level(NamedTuple):
    """How a bucket is once a message is in it: when it is full again, and whether it was empty."""

    full_at: float
    was_empty: bool


def poured(full_at: float, bucket: Bucket, now: float) -> Level:
    """Return the level after one more message; times in ms of one clock.

    What finds no room counts too, and never for more than the whole bucket.
    """
    owed = max(0.0, full_at - now) + bucket.step
    # A hair's breadth: sums of steps are not exact.
    was_empty = owed > bucket.per + 0.001
    return Level(now + min(owed, bucket.per), was_empty)


def calm_in(full_at: float, bucket: Bucket, now: float) -> float:
    """Return after how many ms of silence a quarter of the bucket is free."""
    return max(0.0, full_at - now - bucket.per * (1 - _CALM))


def decided(why: Why | None, running: Why | None, ends_at: int, now: int) -> Why | None:
    """Say whether a message is held, and by whose bucket.

    `why` is whose was empty for it; `running` is the flood its conversation is in, if it is
    in one, which ends at `ends_at`.
    """
    if why is not None:
        return why
    return running if running is not None and now < ends_at else None


def counts_for(why: Why, *, answered: bool) -> bool:
    """Say whether an empty bucket holds a message of somebody whom an agent answers, or not.

    A crowd's flood holds nobody whom an agent has answered already or has taken.
    """
    return why == "sender" or not answered
