"""What a model is asked for a draft, and why there may be none."""

from typing import Literal

import msgspec

Why = Literal["timeout", "unreachable", "private_address", "refused", "broken", "empty"]


class Turn(msgspec.Struct, frozen=True):
    """Something said: by the customer (user), or by an agent or the program (assistant)."""

    role: Literal["system", "user", "assistant"]
    content: str


class NoDraftError(Exception):
    """There is no draft, and why; `status` is what the endpoint answered, if it did."""

    def __init__(self, why: Why, status: int | None = None) -> None:
        """Name the reason."""
        super().__init__(why, status)
        self.why = why
        self.status = status
