"""Who answers, and until when."""

from typing import Annotated, Literal

from pydantic import Field

from bridge.settings.base import Part
from bridge.settings.values import CHOICE, DurationOrOff, written


class Reopen(Part):
    """What becomes of a closed conversation when the customer writes again."""

    new_after: DurationOrOff = Field(
        default=written("24h"),
        description="Within this time of closing the same conversation is opened again, "
        "later a new one begins. `off` always opens the same one.",
        examples=["24h", "off"],
    )


class Routing(Part):
    """Who answers, and until when."""

    close_inactive: DurationOrOff = Field(
        default=written("15m"),
        description="Close a conversation whose customer has not answered for this long. "
        "`off` never does.",
        examples=["15m", "off"],
    )
    close_warning: DurationOrOff = Field(
        default=written("2m"),
        description="How long before that the customer is asked whether they are still there "
        "(`system_messages.close_warning`). `off` never asks, and neither does a time that is "
        "as long as `close_inactive`.",
        examples=["2m", "off"],
    )
    max_wait: DurationOrOff = Field(
        default=written("3m"),
        description="How long a customer may wait: the timer goes from green to red over "
        "this time, and the list can be sorted in processing order. `off` shows no limit.",
        examples=["3m", "off"],
    )
    reopen: Reopen = Field(
        default_factory=Reopen,
        description="What becomes of a closed conversation when the customer writes again.",
        examples=[{"new_after": "24h"}],
    )
    uncertain: Annotated[Literal["ask", "resend"], CHOICE] = Field(
        default="ask",
        description="When nobody knows whether a message arrived: `ask` the agent, or "
        "`resend` it once, marked as possibly double.",
        examples=["ask"],
    )
