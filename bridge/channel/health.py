"""How an inbox is while it runs: what its adapter may tell, where it knows something.

What everybody can see needs no telling: `check` that fails, `run` that raises, sends that
end badly. An adapter tells what only its network lets it know.
"""

from typing import Protocol

from bridge.channel.reasons import Reason


class Health(Protocol):
    """Where an adapter tells how its inbox is. The last word counts; none may block.

    Sentences are for people: no secret, no customer's text.
    """

    def well(self, *, within: float | None = None) -> None:
        """Say that messages come in as they should.

        With `within`, the adapter will say so again in at most as many seconds; if it does
        not, it hangs, and the inbox counts as down since this word.
        """
        ...

    def degraded(self, reason: Reason, sentence: str) -> None:
        """Say that something does not work, although messages still come in."""
        ...

    def down(self, reason: Reason, sentence: str) -> None:
        """Say that no messages come in for now, although `run` goes on trying."""
        ...


class Unwatched:
    """Nobody wants to know."""

    def well(self, *, within: float | None = None) -> None:
        """Do nothing."""

    def degraded(self, reason: Reason, sentence: str) -> None:
        """Do nothing."""

    def down(self, reason: Reason, sentence: str) -> None:
        """Do nothing."""


UNWATCHED: Health = Unwatched()
