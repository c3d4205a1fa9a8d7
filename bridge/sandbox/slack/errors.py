"""Refusals, by the strings that Slack documents for each method.

Source: https://docs.slack.dev/reference/methods
"""

from typing import Any


class Refusal(Exception):
    """A call that Slack answers with `ok: false`."""

    def __init__(self, error: str, **more: Any) -> None:
        """`more` stands beside the error in the answer."""
        super().__init__(error)
        self.error = error
        self.more = more


class TooFast(Exception):
    """A call past its budget: HTTP 429, with the seconds to wait."""

    def __init__(self, after: int) -> None:
        """`after` is what `Retry-After` says."""
        super().__init__(after)
        self.after = after


def invalid(words: str) -> Refusal:
    """Return the refusal of an argument, with the words that developers read."""
    return Refusal("invalid_arguments", response_metadata={"messages": [f"[ERROR] {words}"]})
