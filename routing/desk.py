"""What every transaction of routing needs to know of the configuration."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from bridge.channel import Capabilities
from bridge.models import Attachment
from routing.policy import Policy


@dataclass(frozen=True, slots=True)
class Desk:
    """The policy, and what each inbox's network can do; an inbox that is gone has no entry."""

    policy: Policy
    capabilities: Mapping[str, Capabilities] = field(default_factory=dict)
    link_to: Callable[[Attachment, int], str] | None = None
    """Gives the address of a file, by when its message was written (ms); `None` where files
    too large for a network are refused instead."""
