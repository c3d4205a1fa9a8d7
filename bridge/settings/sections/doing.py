"""What the program can be told to do: one vocabulary for statuses and for automations."""

from typing import Annotated, Any, Literal, Self, get_args

from pydantic import BeforeValidator, ConfigDict, Field, model_validator

from bridge.settings.base import Part
from bridge.settings.faults import fault
from bridge.settings.sections.rules import Ids, To
from bridge.settings.sections.said import Said
from bridge.settings.values import CHOICE, Duration, Flag, Id

Deed = Literal[
    "notify",
    "assign",
    "tag",
    "topic",
    "status",
    "send",
    "note",
    "block",
    "ask_rating",
    "close",
    "webhook",
    "suppress",
]
DEEDS: tuple[Deed, ...] = get_args(Deed)
# Those that need to be told nothing, and stand as a word.
_BARE: tuple[Deed, ...] = ("ask_rating", "close")

Suppressible = Literal[
    "begun", "offline", "agent_joined", "agent_changed", "closed", "closed_inactive"
]
"""What the program says by itself that can be left out, by its key in `system_messages`."""


class Telling(Part):
    """A notice to agents: in the console, with its sound and whatever else they have on."""

    assignee: Flag = Field(
        default=False,
        description="Tell the one who has the conversation; where nobody has, its team.",
        examples=[True],
    )
    team: Flag = Field(
        default=False,
        description="Tell everybody of the conversation's team; where it has none, all agents.",
        examples=[True],
    )
    agents: Ids | None = Field(
        default=None, description="Tell these agents, by their ids.", examples=[["anna"]]
    )
    text: Said = Field(
        description="What they read, in one language or several.",
        examples=[{"en": "Nobody has answered for an hour.", "uk": "Годину без відповіді."}],
    )

    @model_validator(mode="after")
    def _tells_somebody(self) -> Self:
        if not (self.assignee or self.team or self.agents):
            help = "write assignee: true, team: true or agents"
            raise fault("missing_key", "nobody is told here", help=help)
        return self


class Keeping(Part):
    """A block of the conversation's customer."""

    # The word of the YAML is one of Python's own.
    model_config = ConfigDict(serialize_by_alias=True)

    scope: Annotated[Literal["client", "account"], CHOICE] = Field(
        default="client",
        description="`client`: the whole person, whatever they write from. `account`: the one "
        "they write from here.",
        examples=["client"],
    )
    lasts: Duration | None = Field(
        default=None,
        alias="for",
        description="For how long. Without it, for ever; not where `block.require_end` is on.",
        examples=["30d"],
    )
    reason: str = Field(
        min_length=1, max_length=500, description="Why, for colleagues to read.", examples=["spam"]
    )


class Nothing(Part):
    """What needs to be told nothing."""


class Do(Part):
    """One thing to do: one of these keys."""

    notify: Telling | None = Field(
        default=None,
        description="Call the attention of agents.",
        examples=[{"assignee": True, "text": "Nobody has answered for an hour."}],
    )
    assign: To | None = Field(
        default=None,
        description="Give the conversation to an agent or a team, or put it into a queue.",
        examples=[{"team": "sales"}],
    )
    tag: Id | None = Field(default=None, description="Give the client this tag.", examples=["vip"])
    topic: Id | None = Field(
        default=None, description="Give the conversation this topic.", examples=["prices"]
    )
    status: Id | None = Field(
        default=None,
        description="Give the conversation this status, and do what that status does.",
        examples=["waiting"],
    )
    send: Said | None = Field(
        default=None,
        description="Write this to the customer, in one language or several: theirs, else "
        "`locale.default`. It goes out as the program's own messages do: not to somebody who "
        "is blocked, and by email once a day at most.",
        examples=[{"en": "We are looking into it.", "uk": "Ми вже розбираємося."}],
    )
    note: Said | None = Field(
        default=None,
        description="Leave this note, which customers never see, in one language or several.",
        examples=["Check the order first."],
    )
    block: Keeping | None = Field(
        default=None,
        description="Block the customer. Whoever chooses a status that does so needs no right "
        "to block.",
        examples=[{"for": "30d", "reason": "spam"}],
    )
    ask_rating: Nothing | None = Field(
        default=None,
        description="Ask the customer of a closed conversation for a rating, as "
        "`conversation.rating` says, unless they have been asked. A bare word will do.",
        examples=[{}],
    )
    close: Nothing | None = Field(
        default=None,
        description="Close the conversation, and tell its customer. A bare word will do.",
        examples=[{}],
    )
    webhook: Id | None = Field(
        default=None,
        description="Tell this webhook, by an id of `webhooks`: the conversation, and which "
        "automation or status it was, as the event `automation.ran`.",
        examples=["crm"],
    )
    suppress: Annotated[Suppressible, CHOICE] | None = Field(
        default=None,
        description="Leave out what the program would say by itself on this event: `begun` and "
        "`offline` when a conversation is opened, `offline` when it is reopened, `agent_joined` "
        "and `agent_changed` when it is assigned, `closed` and `closed_inactive` when it is "
        "closed. All else is said as ever.",
        examples=["closed"],
    )

    @property
    def deed(self) -> tuple[Deed, Any]:
        """Return which of them it is, and what it is told."""
        [found] = [(one, told) for one in DEEDS if (told := getattr(self, one)) is not None]
        return found

    @model_validator(mode="before")
    @classmethod
    def _empty_is_absent(cls, value: Any) -> Any:
        """Take a bare word for a key with nothing below it, and refuse two keys in one."""
        if isinstance(value, str):
            return {_bare(value): {}}
        if not isinstance(value, dict):
            return value
        filled = {k: {} if v is None and k in _BARE else v for k, v in value.items()}
        given = [name for name, told in filled.items() if name in DEEDS and told is not None]
        if len(given) > 1:
            message = f"{given[0]} stands here already, and one entry does one thing"
            help = "begin a new entry of the list with it"
            raise fault("not_a_choice", message, at=(given[1],), on_key=True, help=help)
        if not given and set(filled) <= set(DEEDS):
            raise fault("missing_key", "nothing is done here", help=f"write {', '.join(DEEDS)}")
        return {k: v for k, v in filled.items() if v is not None or k not in DEEDS}


def _bare(value: str) -> str:
    if value not in _BARE:
        help = f"write {' or '.join(_BARE)}, or a key with what it needs"
        raise fault("not_a_choice", f'"{value}" alone says nothing to do', help=help)
    return value


_WORD_OR_KEY = BeforeValidator(
    lambda value: value, json_schema_input_type=Do | Literal["ask_rating", "close"]
)
Doing = tuple[Annotated[Do, _WORD_OR_KEY], ...]
