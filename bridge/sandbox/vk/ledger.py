"""The book of all that was asked of the platform, and of all that it told."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bridge.sandbox import ledger


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a method. `error` is VK's code, or 0 where it was done.

    `at` is in seconds of a clock that only goes forward; `given` lacks the token.
    """

    method: str
    given: Mapping[str, str]
    error: int
    at: float


@dataclass(frozen=True, slots=True)
class Upload:
    """One file that was uploaded."""

    kind: str
    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Notice:
    """One attempt to tell an event to the Callback API's server.

    `attempt` counts from 0; `status` is 0 where nobody answered.
    """

    event_id: str
    type: str
    attempt: int
    status: int
    answer: str
    retry_after: float | None = None

    @property
    def taken(self) -> bool:
        """Say whether the server answered as VK wants it: exactly `ok`."""
        return self.status == 200 and self.answer == "ok"


@dataclass(slots=True)
class Ledger(ledger.Ledger[Call]):
    """All of it, in order."""

    uploads: list[Upload] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    """Ids of the events that were given up after too many attempts."""

    def refused(self, code: int) -> list[Call]:
        """Return the calls that were refused with one of VK's codes."""
        return [call for call in self.calls if call.error == code]
