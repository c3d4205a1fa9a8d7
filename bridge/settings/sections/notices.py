"""Who is told of what, and how."""

from typing import Annotated, Literal

from pydantic import Field

from bridge.settings.base import Part
from bridge.settings.values import CHOICE, WHOLE, Duration, DurationOrOff, Flag, written

NoticeLevel = Literal["all", "teams", "mine", "nothing"]


class AgentNotices(Part):
    """How the console calls an agent's attention, and of what it tells.

    The ways (`sound` to `desktop`) are off for everybody where they are off here, and each
    agent can switch off more. The rest is what an agent has until they choose otherwise.
    """

    sound: Flag = Field(
        default=True, description="Play a sound when a message comes.", examples=[True]
    )
    call_sound: Flag = Field(
        default=True,
        description="Play another sound when an agent is meant: somebody hands them a "
        "conversation, takes them into one or calls them in a note.",
        examples=[True],
    )
    title_flash: Flag = Field(
        default=True, description="Flash the title of a hidden tab.", examples=[True]
    )
    desktop: Flag = Field(
        default=True, description="Offer notices of the desktop.", examples=[True]
    )
    level: Annotated[NoticeLevel, CHOICE] = Field(
        default="teams",
        description="Which conversations agents are told of: `all` they see, those of their "
        "`teams` that nobody has taken and their own, only `mine`, or `nothing`. Whoever is in "
        "no team stands for all of them.",
        examples=["mine"],
    )
    customers: Flag = Field(
        default=True, description="Tell of what customers write.", examples=[True]
    )
    colleagues: Flag = Field(
        default=True,
        description="Tell of what colleagues answer in an agent's own conversations.",
        examples=[False],
    )
    notes: Flag = Field(
        default=True,
        description="Tell of notes in conversations that an agent answers or follows. A note "
        "that calls them by name is told of in any case.",
        examples=[False],
    )
    repeat: Flag = Field(
        default=False,
        description="Repeat the sound until somebody has taken the conversation or read it.",
        examples=[True],
    )
    quiet_off_shift: Flag = Field(
        default=False,
        description="Tell an agent nothing outside of their shift (`agents.<id>.hours`).",
        examples=[True],
    )
    email_if_unseen: DurationOrOff = Field(
        default=written("1m"),
        description="Mail an agent what a customer of theirs wrote, if they have not seen it for "
        "this long: where `staff` has a surface of type `email`, to `agents.<id>.email`. `off` "
        "never does.",
        examples=["1m", "off"],
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
