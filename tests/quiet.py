"""A program that keeps quiet, for tests about what people write."""

from typing import Any

PLENTY = 1_000_000
OCCASIONS = ("begun", "close_warning", "closed", "closed_inactive")


def quiet(*, begun: bool = False) -> dict[str, Any]:
    """Return `system_messages` in which nothing that is said by itself is, but `begun`."""
    return {one: {"enabled": begun and one == "begun"} for one in OCCASIONS}


def unhurried() -> dict[str, Any]:
    """Return `flood` in which everything counts, and nothing is too much."""
    limits = {"per_minute": PLENTY, "per_hour": PLENTY}
    return {"sender": dict(limits), "address": dict(limits)}
