"""How a send may end badly: each class says what may be done next."""

from collections.abc import Sequence

from bridge.channel.reasons import Reason


class SendError(Exception):
    """A send that did not end well. The message is for people: no secrets, no text.

    `reason` is the code that every surface can word in the reader's language.
    """

    reason: Reason

    def __init__(self, message: str, *, reason: Reason) -> None:
        """Say in one sentence what happened, and classify it by a code."""
        super().__init__(message)
        self.reason = reason


class ThrottledError(SendError):
    """Too fast: nothing was sent, and nothing will be for `after` seconds."""

    def __init__(self, message: str, *, after: float, reason: Reason = "throttled") -> None:
        """`after` is what the network asked for, in seconds."""
        super().__init__(message, reason=reason)
        self.after = after


class UnavailableError(SendError):
    """Certainly not sent (never connected, a clean refusal for now): may be sent again.

    `after` is in how many seconds, where that is known; otherwise the core decides.
    """

    def __init__(self, message: str, *, reason: Reason, after: float | None = None) -> None:
        """Say why, and when to try again if anybody knows; only this conversation waits."""
        super().__init__(message, reason=reason)
        self.after = after


class RejectedError(SendError):
    """The network will never take this part: too long, wrong kind of file."""


class UnreachableError(SendError):
    """The network will not carry anything to this person: blocked, left, deleted.

    `external_ids` are the ids under which the part would be reported if it turns up after
    all: a visitor who comes back reads what was said while they were away.
    """

    def __init__(self, message: str, *, reason: Reason, external_ids: Sequence[str] = ()) -> None:
        """Say why, and under which ids a later proof may come."""
        super().__init__(message, reason=reason)
        self.external_ids = external_ids


class MisconfiguredError(SendError):
    """Our account is wrong (token revoked, right missing): nothing goes until it is mended."""


class OutcomeUnknownError(SendError):
    """The first byte may have gone and no answer came: nobody may send it again unasked."""
