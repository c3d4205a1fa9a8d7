"""Who is given a conversation. Pure: what is known of the agents goes in, a choice comes out."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from bridge.settings import Strategy

How = Literal["rule", "round_robin", "least_loaded", "sticky"]
"""By what an agent was found; `rule`: a rule names them."""
Absence = Literal["absent", "full"]
"""Why nobody is given it: nobody of those who might is here, or all who are have enough."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An agent who might be given a conversation.

    `load` is how many open ones they have, `limit` how many they may have and be given one
    more, `given_at` when they were given one the last time (ms, or never). `here` means
    online and on their shift.
    """

    id: str
    here: bool
    load: int
    limit: int | None
    given_at: int | None
    languages: frozenset[str] = frozenset()

    @property
    def has_room(self) -> bool:
        """Say whether they may be given one more."""
        return self.limit is None or self.load < self.limit

    def speaks(self, language: str | None) -> bool:
        """Say whether they answer in this language; nothing is known against an unknown one."""
        return language is None or not self.languages or language in self.languages


@dataclass(frozen=True, slots=True)
class Choice:
    """Who is given it and how they were found, or why nobody is."""

    agent: str | None = None
    how: How | None = None
    nobody: Absence | None = None


def named(candidate: Candidate | None) -> Choice:
    """Return whether the one whom a rule names can be given it."""
    if candidate is None or not candidate.here:
        return Choice(nobody="absent")
    return Choice(candidate.id, "rule") if candidate.has_room else Choice(nobody="full")


def choose(
    strategy: Strategy,
    candidates: Iterable[Candidate],
    *,
    language: str | None = None,
    last: str | None = None,
    given_back_by: str | None = None,
) -> Choice:
    """Choose among `candidates`; `manual` chooses nobody, and says whether anybody is here.

    `last` answered this customer before (for `sticky`), and whoever has given the
    conversation back is not handed it again. Of the others those who speak the customer's
    `language` go first. Equals are told apart by their turn, then by their ids, so that the
    same facts always give the same choice.
    """
    here = [one for one in candidates if one.here]
    if not here:
        return Choice(nobody="absent")
    free = [one for one in here if one.has_room and one.id != given_back_by]
    if strategy == "manual" or not free:
        return Choice(nobody=None if strategy == "manual" else "full")
    if strategy == "sticky" and any(one.id == last for one in free):
        return Choice(last, "sticky")
    able = [one for one in free if one.speaks(language)] or free
    if strategy == "round_robin":
        return Choice(min(able, key=_turn).id, "round_robin")
    return Choice(min(able, key=lambda one: (one.load, *_turn(one))).id, "least_loaded")


def _turn(one: Candidate) -> tuple[int, str]:
    """Who has waited longest for a conversation is next; who never had one, before all."""
    return (-1 if one.given_at is None else one.given_at, one.id)
