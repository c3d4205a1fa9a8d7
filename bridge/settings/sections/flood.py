"""How much of somebody's writing is too much."""

from pydantic import Field

from bridge.settings.base import Part
from bridge.settings.values import WholeOrOff


class FloodLimit(Part):
    """How many messages are let through; both hold at once."""

    per_minute: WholeOrOff = Field(
        default=None,
        description="How many messages may come at once, and as many again in a minute. `off` "
        "sets no limit.",
        examples=[20, "off"],
    )
    per_hour: WholeOrOff = Field(
        default=None,
        description="How many messages may come at once, and as many again in an hour. `off` "
        "sets no limit.",
        examples=[200, "off"],
    )


class SenderLimit(FloodLimit):
    """How many messages of one customer are let through."""

    per_minute: WholeOrOff = Field(
        default=20,
        description="How many messages of one customer may come at once, and as many again in "
        "a minute. `off` sets no limit.",
        examples=[20, "off"],
    )
    per_hour: WholeOrOff = Field(
        default=200,
        description="How many messages of one customer may come at once, and as many again in "
        "an hour. `off` sets no limit.",
        examples=[200, "off"],
    )


class AddressLimit(FloodLimit):
    """How many messages from one address are let through."""

    per_minute: WholeOrOff = Field(
        default=400,
        description="How many messages may come at once from one address, and as many again in "
        "a minute. `off` sets no limit.",
        examples=[400, "off"],
    )


class Flood(Part):
    """What is over these limits is stored and held, and nobody is told of each message."""

    sender: SenderLimit = Field(
        default_factory=SenderLimit,
        description="For each customer, in each inbox.",
        examples=[{"per_minute": 20, "per_hour": 200}, {"per_minute": "off", "per_hour": "off"}],
    )
    inbox: FloodLimit = Field(
        default_factory=FloodLimit,
        description="For all customers of one inbox together. Whoever an agent has answered, or "
        "has taken, is not held for what the others write.",
        examples=[{"per_minute": 600}],
    )
    address: AddressLimit = Field(
        default_factory=AddressLimit,
        description="For all visitors of a widget who come from one address, as many as share "
        "it. Whoever an agent has answered, or has taken, is not held for what the others write.",
        examples=[{"per_minute": 400}],
    )
