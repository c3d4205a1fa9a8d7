"""Who answers, and until when."""

from typing import Annotated, Literal

from pydantic import Field

from bridge.settings.base import Part
from bridge.settings.sections.automations import AutomationLimits
from bridge.settings.sections.rules import Expectation, Rule, Usual
from bridge.settings.values import CHOICE, LISTED, WHOLE, DurationOrOff, Flag, written


class Reopen(Part):
    """What becomes of a closed conversation when the customer writes again."""

    new_after: DurationOrOff = Field(
        default=written("24h"),
        description="Within this time of closing the same conversation is opened again, "
        "later a new one begins. `off` always opens the same one.",
        examples=["24h", "off"],
    )


class Transfer(Part):
    """Handing a conversation to somebody else."""

    online_only: Flag = Field(
        default=False,
        description="Let conversations be handed only to agents who are online. Otherwise "
        "anybody can be chosen, and the console asks first where they are not.",
        examples=[True],
    )
    closed: Flag = Field(
        default=False,
        description="Whether a closed conversation can be handed to an agent as well. It stays "
        "closed, and is theirs when it is opened again.",
        examples=[True],
    )
    hide_history: Flag = Field(
        default=False,
        description="Whether an agent who had a conversation no longer sees it, nor what was "
        "said in it, once it is handed to somebody else or to a team. Participants go on "
        "seeing it, and supervisors and owners always do. It counts from then on: what "
        "was handed over before stays in sight.",
        examples=[True],
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
    capacity: Annotated[int, Field(ge=1, le=1000), WHOLE] | None = Field(
        default=None,
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
    auto_offline: DurationOrOff = Field(
        default=written("15m"),
        description="How long after an agent's last console is closed or loses its "
        "connection they count as offline. `off` leaves them online until they say "
        "otherwise.",
        examples=["15m", "off"],
    )
    away_after: DurationOrOff = Field(
        default=written("off"),
        description="After how long without a key, a touch or a move of the mouse an agent "
        "with the console open counts as away: they keep what they have and are given "
        "nothing new, until they touch something again. `off` keeps them online.",
        examples=["off", "20m"],
    )
    release_idle: DurationOrOff = Field(
        default=written("5m"),
        description="How long the one who took a conversation may leave a waiting customer "
        "alone: then it goes back into New for everybody. It counts from the agent's last "
        "reply, note, typing or touch while that conversation was on their screen, and only "
        "while the customer waits for an answer. `off` never does.",
        examples=["5m", "10m", "off"],
    )
    release_offline: DurationOrOff = Field(
        default=written("off"),
        description="How long an agent who is offline keeps their open conversations: then "
        "all of them go back into New. `off` lets them keep them; a customer who waits is "
        "freed by `release_idle` all the same.",
        examples=["off", "10m"],
    )
    pause_outside_hours: Annotated[
        tuple[Literal["release_idle", "close_inactive", "max_wait", "overflow"], ...], LISTED
    ] = Field(
        default=(),
        description="Which of these times stand still while nobody is there: outside of the "
        "`hours` of the conversation's team or, where that has none, of its inbox. "
        "`close_inactive` takes `close_warning` with it; `max_wait` is the wait that lists, "
        "cards and reports show; `overflow` is that of `teams.<id>.overflow.after`. Without "
        "hours they always run.",
        examples=[["release_idle", "close_inactive", "max_wait", "overflow"]],
    )
    transfer: Transfer = Field(
        default_factory=Transfer,
        description="Handing a conversation to somebody else.",
        examples=[{"online_only": True}],
    )
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
    automations: AutomationLimits = Field(
        default_factory=AutomationLimits,
        description="How far automations may go by themselves; which there are stands under "
        "`automations`.",
        examples=[{"depth": 3, "runs": 20, "per": "1h"}],
    )
    uncertain: Annotated[Literal["ask", "resend"], CHOICE] = Field(
        default="ask",
        description="When nobody knows whether a message arrived: `ask` the agent, or "
        "`resend` it once, marked as possibly double.",
        examples=["ask"],
    )
