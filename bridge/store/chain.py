"""The chain of the audit trail: what was changed in it, taken out or cut off is told.

Each act is kept with the hash of the one before and with its own, which covers both. Where the
chain ends, and where it begins after old acts were forgotten, stands outside the table. Whoever
may write all of the database can make another chain that fits: only an end that was noted
elsewhere shows that, which is why `check` takes one.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypedDict

import msgspec

from bridge.models import AuditLink
from bridge.store import audit as a
from bridge.store import log
from bridge.store.transactions import Tx

Fault = Literal["changed", "missing_before", "cut_off", "not_in_it"]
"""An act is not what was written down, what stood before it is gone, what stood after it is
gone, or the end that was noted is no part of the chain."""


class Act(TypedDict):
    """What of an act its hash covers."""

    at: int
    agent_id: str | None
    action: str
    subject: str | None
    surface: str
    address: str | None
    detail: str


class End(NamedTuple):
    """An act's id and hash; before the first act, 0 and nothing."""

    id: int
    hash: str

    def __str__(self) -> str:
        """Return it in one word, to be noted."""
        return f"{self.id}:{self.hash}"


@dataclass(frozen=True, slots=True)
class Found:
    """How many acts there are, the chain's end, and what is wrong at which act."""

    acts: int
    end: End
    faults: tuple[tuple[int, Fault], ...]


def digest(before: str, act: Act) -> str:
    """Return an act's hash; `before` is that of the one before. Pure."""
    return hashlib.sha256(msgspec.json.encode([before, *act.values()])).hexdigest()


def end_of(kept: str | None) -> End:
    """Return an end as it is kept in `meta`. Pure."""
    number, _, hashed = (kept or "").partition(" ")
    return End(int(number), hashed) if number else End(0, "")


def append(tx: Tx, act: Act) -> None:
    """Write an act down as the last of the chain, in the transaction that carries it out."""
    before = end_of(tx.the(a.HOLD_HEAD)).hash
    hashed = digest(before, act)
    act_id = tx.the(a.ADD, **act, after_hash=before, hash=hashed)
    tx.run(log.PUT_META, key=a.HEAD, value=f"{act_id} {hashed}")


def check(tx: Tx, noted: End | None = None) -> Found:
    """Go along the whole chain; `noted` is an end that must be part of it."""
    walk = _Walk(noted, end_of(tx.one(log.GET_META, key=a.ROOT)))
    faults = [fault for link in tx.each(a.LINKS) for fault in walk.step(link)]
    head = end_of(tx.one(log.GET_META, key=a.HEAD))
    if walk.last != head:
        faults.append((walk.last.id, "cut_off"))
    if not walk.met:
        faults.append((noted.id if noted else 0, "not_in_it"))
    return Found(walk.acts, walk.last, tuple(faults))


class _Walk:
    """Where one stands while going along."""

    def __init__(self, noted: End | None, root: End) -> None:
        self.last = root
        self.acts = 0
        self.noted = noted
        # What was noted may have been forgotten since, as everything before the beginning.
        self.met = noted is None or noted == root or noted.id < root.id

    def step(self, link: AuditLink) -> Iterator[tuple[int, Fault]]:
        if link.after_hash != self.last.hash:
            yield link.id, "missing_before"
        act: Act = {
            "at": link.at,
            "agent_id": link.agent_id,
            "action": link.action,
            "subject": link.subject,
            "surface": link.surface,
            "address": link.address,
            "detail": link.detail,
        }
        if digest(link.after_hash, act) != link.hash:
            yield link.id, "changed"
        self.last = End(link.id, link.hash)
        self.acts += 1
        self.met = self.met or self.noted == self.last
