"""What was counted of an inbox or a staff surface since the program was started."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from bridge.channel import (
    MisconfiguredError,
    OutcomeUnknownError,
    Reason,
    Receipt,
    RejectedError,
    SendError,
    ThrottledError,
    UnavailableError,
    UnreachableError,
)
from bridge.models import DeliveryAction

# How a call to a network ended, by the classes of the contract.
_OUTCOMES: Mapping[type[SendError], str] = {
    ThrottledError: "throttled",
    UnavailableError: "unavailable",
    RejectedError: "rejected",
    UnreachableError: "unreachable",
    MisconfiguredError: "misconfigured",
    OutcomeUnknownError: "unknown",
}
SENT = "sent"
OUTCOMES = (SENT, *_OUTCOMES.values())


@dataclass(slots=True)
class Tally:
    """Messages in and out, calls by how they ended, and what the network refused by reason."""

    received: int = 0
    sent: int = 0
    calls: Counter[str] = field(default_factory=Counter)
    refusals: Counter[Reason] = field(default_factory=Counter)

    def add(self, outcome: Receipt | SendError, action: DeliveryAction) -> None:
        """Count one call to the network."""
        if isinstance(outcome, Receipt):
            self.calls[SENT] += 1
            self.sent += action == "send"
            return
        self.calls[_named(outcome)] += 1
        self.refusals[outcome.reason] += 1


def _named(error: SendError) -> str:
    return next(name for kind, name in _OUTCOMES.items() if isinstance(error, kind))
