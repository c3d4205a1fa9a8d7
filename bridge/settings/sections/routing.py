"""Who answers, and until when."""

from typing import Annotated, Literal

from pydantic import Field

from bridge.settings.base import Part
from bridge.settings.sections.rules import Expectation, Rule, Usual
from bridge.settings.values import CHOICE, WHOLE, DurationOrOff, written


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

    rules: tuple[Rule, ...] = Field(
        default=(),
        description="Where a new conversation goes, or one that is opened again while its agent "
        "is away. The first rule that fits decides.",
        examples=[[{"when": {"language": "es"}, "to": {"agent": "lucia"}}]],
    )
    default: Usual = Field(
        default_factory=Usual,
        description="Where a conversation goes that no rule takes, and how it finds its agent.",
        examples=[{"team": "support", "strategy": "least_loaded"}],
    )
    capacity: Annotated[int, WHOLE] | None = Field(
        default=None,
        ge=1,
        le=1000,
        description="How many open conversations an agent may have and still be given one. "
        "What they take themselves has no limit. Without it, nor has what they are given.",
        examples=[8],
    )
    expect: tuple[Expectation, ...] = Field(
        default=(),
        description="Examples of who gets which message, by the rules and the teams of the "
        "inboxes. `deskbridge check` tries each, and none is taken that does not hold.",
        examples=[
            [{"message": {"channel": "site", "text": "Hi"}, "gets": {"team": "sales"}}],
        ],
    )
    close_inactive: DurationOrOff = Field(
        default=written("15m"),
        description="Close a conversation whose customer has not answered for this long. "
        "`off` never does.",
        examples=["15m", "off"],
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
