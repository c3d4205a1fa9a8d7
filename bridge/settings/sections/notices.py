"""Who is told of what, and how."""

from typing import Annotated

from pydantic import Field

from bridge.settings.base import Part
from bridge.settings.values import WHOLE, Duration, DurationOrOff, Flag, written


class AgentNotices(Part):
    """How the console calls an agent's attention. Each agent can switch off more."""

    sound: Flag = Field(default=True, description="Play a sound.", examples=[True])
    title_flash: Flag = Field(
        default=True, description="Flash the title of a hidden tab.", examples=[True]
    )
    desktop: Flag = Field(
        default=True, description="Offer notices of the desktop.", examples=[True]
    )


class CustomerNotices(Part):
    """What customers get by mail of a conversation on your site after they have left it."""

    email_if_unseen: DurationOrOff = Field(
        default=written("1m"),
        description="Mail customers what agents wrote, or the program said itself, if they "
        "have not seen it for this long: in inboxes whose `continue_via` names a mailbox, "
        "where the customer has given an address. `off` never does.",
        examples=["1m", "off"],
    )
    min_interval: Duration = Field(
        default=written("5m"),
        description="The shortest time between two such mails of one conversation: what is "
        "written meanwhile goes together in the next.",
        examples=["5m"],
    )
    max_messages: Annotated[int, Field(ge=1, le=100), WHOLE] = Field(
        default=10,
        description="How many messages one mail holds, the newest. It says how many earlier "
        "ones are left out.",
        examples=[10],
    )


class Notify(Part):
    """Who is told of what, and how."""

    agent: AgentNotices = Field(
        default_factory=AgentNotices, description="Notices to agents.", examples=[{"sound": False}]
    )
    customer: CustomerNotices = Field(
        default_factory=CustomerNotices,
        description="Mails to customers who have left your site.",
        examples=[{"email_if_unseen": "1m", "min_interval": "5m", "max_messages": 10}],
    )
