"""What an adapter tells of its inbox, noted down."""

from dataclasses import dataclass, field
from typing import Literal

from bridge.channel import Reason

Word = Literal["well", "degraded", "down"]


@dataclass(slots=True)
class Noted:
    """A `Health` that a test can ask; `state` is the last word."""

    state: Word | None = None
    reason: Reason | None = None
    sentence: str = ""
    within: float | None = None
    words: list[Word] = field(default_factory=list)

    def well(self, *, within: float | None = None) -> None:
        """Note that all is well."""
        self._note("well", None, "")
        self.within = within

    def degraded(self, reason: Reason, sentence: str) -> None:
        """Note that something does not work."""
        self._note("degraded", reason, sentence)

    def down(self, reason: Reason, sentence: str) -> None:
        """Note that nothing comes in."""
        self._note("down", reason, sentence)

    def _note(self, state: Word, reason: Reason | None, sentence: str) -> None:
        self.state, self.reason, self.sentence = state, reason, sentence
        self.words.append(state)
