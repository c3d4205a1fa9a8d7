"""Whether what happens calls an agent: the one rule of who is told. Pure.

The console has the same rule in `store/calling.ts`, since what a tab shows is known there
only; `tests/routing/calling.json` is the table that both are held to.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

Kind = Literal["customer", "colleague", "note", "mention", "handed"]
"""What happens: a customer's message, a colleague's answer, a note, a note that calls the
agent by name, a conversation that comes to them or that they are taken into."""
Level = Literal["all", "teams", "mine", "nothing"]

# Somebody means this agent and no other: only an agent who wants nothing is not told.
_CALLS: frozenset[Kind] = frozenset({"mention", "handed"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """What happens, as one agent sees it.

    `mine`: they answer the conversation. `following`: they take part in its notes.
    `untaken`: nobody answers it. `my_team`: it is their team's to answer, or anybody's.
    """

    kind: Kind
    inbox: str
    mine: bool = False
    following: bool = False
    untaken: bool = False
    my_team: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What an agent wants to be told of: their own word, or else the company's."""

    level: Level = "teams"
    customers: bool = True
    colleagues: bool = True
    notes: bool = True
    muted: Collection[str] = ()
    quiet_off_shift: bool = False


def calls(what: Happening, wishes: Wishes, *, on_shift: bool) -> bool:
    """Say whether the agent is told of it at all.

    An inbox they have muted still tells of what is their own to answer: a customer whom
    nobody else may answer must not be missed.
    """
    if wishes.level == "nothing" or (wishes.quiet_off_shift and not on_shift):
        return False
    if what.kind in _CALLS:
        return True
    if what.inbox in wishes.muted and not what.mine:
        return False
    wanted = {
        "customer": wishes.customers,
        "colleague": wishes.colleagues,
        "note": wishes.notes,
    }
    return wanted[what.kind] and _within(what, wishes.level)


def _within(what: Happening, level: Level) -> bool:
    """Say whether the conversation is one that the level is about."""
    own = what.mine or (what.kind == "note" and what.following)
    if level == "all" or own:
        return True
    return level == "teams" and what.kind == "customer" and what.untaken and what.my_team
