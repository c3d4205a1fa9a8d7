"""Automations: when something happens, and things are so, then do."""

from collections.abc import Mapping
from typing import Annotated, Literal, Self, get_args

from pydantic import BeforeValidator, ConfigDict, Field, model_validator

from bridge.settings.base import Part
from bridge.settings.faults import fault
from bridge.settings.sections.doing import Doing
from bridge.settings.sections.rules import Ids, When
from bridge.settings.texts import Text
from bridge.settings.values import CHOICE, LISTED, WHOLE, Duration, Flag, written

Happening = Literal[
    "opened",
    "message_received",
    "message_sent",
    "assigned",
    "released",
    "closed",
    "reopened",
    "status_changed",
    "topic_added",
    "tag_added",
    "waiting",
    "idle",
]
LASTING: tuple[Happening, ...] = ("waiting", "idle")
"""What has gone on for a while, rather than happened."""

SAID_ON: Mapping[str, tuple[Happening, ...]] = {
    "begun": ("opened",),
    "offline": ("opened", "reopened"),
    "agent_joined": ("assigned",),
    "agent_changed": ("assigned",),
    "closed": ("closed",),
    "closed_inactive": ("closed",),
}
"""On which events the program itself says what an automation may leave out."""

Doer = Literal["agent", "customer", "program"]


def _one_or_more(value: object) -> object:
    return [value] if isinstance(value, str) else value


Doers = Annotated[
    tuple[Doer, ...],
    LISTED,
    BeforeValidator(_one_or_more, json_schema_input_type=Doer | list[Doer]),
    Field(min_length=1),
]


class Trigger(When):
    """What happens, and what must be so then; of several words in a list, one is enough."""

    # The word of the YAML is one of Python's own.
    model_config = ConfigDict(serialize_by_alias=True)

    event: Annotated[Happening, CHOICE] = Field(
        description="What happens. `opened`: a message begins a conversation. "
        "`message_received`: the customer writes. `message_sent`: an agent writes to them. "
        "`assigned`: somebody takes it or is given it. `released`: it goes back to nobody. "
        "`closed`, `reopened`, `status_changed`, `topic_added`, and `tag_added`, which is the "
        "client's. `waiting`: the customer has waited for an answer for the time of `for`. "
        "`idle`: nobody has written in an open conversation for that time.",
        examples=["closed"],
    )
    lasts: Duration | None = Field(
        default=None,
        alias="for",
        description="For how long, with `waiting` and `idle`: it happens once each time.",
        examples=["30m"],
    )
    status: Ids | None = Field(
        default=None, description="The conversation has one of these statuses.", examples=["spam"]
    )
    team: Ids | None = Field(
        default=None, description="It is of one of these teams.", examples=["support"]
    )
    taken: Flag | None = Field(
        default=None,
        description="`true`: an agent has it. `false`: nobody has.",
        examples=[True],
    )
    by: Doers | None = Field(
        default=None,
        description="Whose doing it is: an agent's, the customer's, or the program's own, as "
        "by a timer or an automation.",
        examples=["agent", ["agent", "customer"]],
    )

    @model_validator(mode="after")
    def _lasts_or_happens(self) -> Self:
        if self.event in LASTING and self.lasts is None:
            help = f"write {{event: {self.event}, for: 30m}}"
            raise fault("missing_key", "for how long is not said", help=help, on_key=True)
        if self.event not in LASTING and self.lasts is not None:
            message = f"{self.event} happens at once, and lasts for no time"
            help = f"only {' and '.join(LASTING)} last"
            raise fault("unknown_key", message, at=("for",), on_key=True, help=help)
        return self


class Automation(Part):
    """One automation."""

    name: Text | None = Field(
        default=None,
        description="What agents read of it in a conversation, in one language or several. "
        "Without it, the id.",
        examples=[{"en": "Reminder", "uk": "Нагадування"}],
    )
    when: Trigger = Field(
        description="What happens, and what must be so, all of it.",
        examples=[{"event": "waiting", "for": "30m", "inside": "office"}],
    )
    do: Doing = Field(
        description="What is done, in this order.",
        examples=[[{"notify": {"assignee": True, "text": "They have waited for half an hour."}}]],
    )

    @model_validator(mode="after")
    def _leaves_out_what_is_said(self) -> Self:
        """Refuse to do nothing, and to leave out what is never said on this event."""
        if not self.do:
            raise fault("missing_key", "nothing is done here", at=("do",))
        for number, one in enumerate(self.do):
            if one.suppress is None or self.when.event in SAID_ON[one.suppress]:
                continue
            message = f"{one.suppress} is never said when a conversation is {self.when.event}"
            help = f"it is said on {' and '.join(SAID_ON[one.suppress])}"
            raise fault("cannot_suppress", message, at=("do", number, "suppress"), help=help)
        return self


class AutomationLimits(Part):
    """How far automations may go by themselves."""

    depth: Annotated[int, Field(ge=1, le=10), WHOLE] = Field(
        default=3,
        description="How many automations may follow from one another: one may set off the "
        "next by what it does. After so many the conversation says that it was cut.",
        examples=[3],
    )
    runs: Annotated[int, Field(ge=1, le=1000), WHOLE] = Field(
        default=20,
        description="How often one automation may run in one conversation within `per`. "
        "Then it rests, and the conversation says so.",
        examples=[20],
    )
    per: Duration = Field(
        default=written("1h"), description="The time of `runs`.", examples=["1h", "24h"]
    )


HAPPENINGS: tuple[Happening, ...] = get_args(Happening)
