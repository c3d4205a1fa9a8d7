"""Who answers: agents, their rights, and what they keep at hand."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from bridge.settings.base import Part
from bridge.settings.faults import fault
from bridge.settings.sections.bots import Bot
from bridge.settings.sections.rules import Language
from bridge.settings.texts import LocalText, Text
from bridge.settings.values import CHOICE, LISTED, WHOLE, Email, Flag, Id
from bridge.settings.variables import refuse_unknown

Role = Literal["owner", "supervisor", "agent", "viewer", "bot"]


class Agent(Part):
    """Who answers: a person, or a bot. Passwords and sessions are in the database, not here."""

    name: str = Field(
        min_length=1,
        max_length=80,
        description="The name that colleagues and customers see.",
        examples=["Anna"],
    )
    email: Email | None = Field(
        default=None,
        description="An address to sign in with, beside the id.",
        examples=["anna@example.com"],
    )
    role: Annotated[Role, CHOICE] = Field(
        default="agent",
        description="What the agent may do: an owner everything, a supervisor everything "
        "with conversations, an agent their own and new ones, a viewer only reads. A bot is a "
        "program that comes with a token: it sees and answers what it was given, nothing else.",
        examples=["supervisor"],
    )
    languages: Annotated[tuple[Language, ...], LISTED] = Field(
        default=(),
        description="The languages they answer in. Whoever speaks the customer's goes before "
        "others of the team when a conversation is given. Without it, every language.",
        examples=[["uk", "ru", "en"]],
    )
    limit: Annotated[int, Field(ge=0, le=1000), WHOLE] | None = Field(
        default=None,
        description="How many open conversations they may have and still be given one. "
        "Without it, `routing.capacity`; with 0 they are given none.",
        examples=[6],
    )
    hours: Id | None = Field(
        default=None,
        description="Their shift, by an id of `hours`: outside of it they are given nothing. "
        "What they have stays theirs.",
        examples=["night"],
    )
    slack: Annotated[str, Field(pattern=r"^[UW][A-Z0-9]{2,20}$")] | None = Field(
        default=None,
        description="Their member id in Slack (profile, ⋮, Copy member ID): what they write in "
        "a conversation's thread is theirs. Without it, a member with their `email` is.",
        examples=["U024BE7LH"],
    )
    telegram: Annotated[int, Field(ge=1), WHOLE] | None = Field(
        default=None,
        description="Their number in Telegram, which the staff bot tells whoever writes `/start` "
        "to it: what they write in a conversation's topic is theirs.",
        examples=[111111111],
    )
    oidc: Annotated[str, Field(min_length=1, max_length=255)] | None = Field(
        default=None,
        description="Their subject (`sub`) at the identity provider of `staff.console.oidc`, "
        "which never changes: whoever comes with it is this agent, and nobody else is. Without "
        "it, whoever comes with their `email`, if the provider has verified it.",
        examples=["248289761001"],
    )
    inboxes: Annotated[tuple[Id, ...], LISTED] | None = Field(
        default=None,
        description="The inboxes whose customers they are told of, until they choose "
        "otherwise. Without it, of all. What they are told of their own conversations is the "
        "same in every inbox.",
        examples=[["site", "shop_tg"]],
    )
    bot: Bot | None = Field(
        default=None,
        description="Of a bot: how it is told, and how long customers wait for it.",
        examples=[{"answer_within": "30s", "hand_over_to": "support"}],
    )

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if self.bot is not None and self.role != "bot":
            message = "this is of bots, and the role is another"
            raise fault("no_bot", message, at=("bot",), on_key=True)
        return self


class AgentPermissions(Part):
    """What the role `agent` may do beyond answering."""

    see: Annotated[Literal["all", "teams", "own"], CHOICE] = Field(
        default="all",
        description="Which conversations an agent sees. `all` of them; `teams`: those of their "
        "teams, those about a topic of their teams (`teams.<id>.topics`), and those of no team "
        "and no team's topic; `own`: those nobody has taken. Always those they have or take "
        "part in. What is not seen is in no list, counter or search. Supervisors, "
        "owners and viewers see everything.",
        examples=["teams"],
    )
    see_other_teams: Flag = Field(
        default=False,
        description="Whether an agent may choose, in their own settings, to see and answer the "
        "conversations of everybody, where `see` shows them fewer.",
        examples=[True],
    )
    transfer: Annotated[Literal["none", "own", "any"], CHOICE] = Field(
        default="own",
        description="Which conversations an agent may hand to a colleague.",
        examples=["own"],
    )
    edit_contact: Flag = Field(
        default=True, description="Whether an agent may edit a contact.", examples=[True]
    )
    block: Flag = Field(
        default=False,
        description="Whether an agent may block customers and let them in again; supervisors "
        "and owners always may.",
        examples=[True],
    )
    delete_conversation: Flag = Field(
        default=False,
        description="Whether an agent may delete conversations, see those that were deleted, "
        "and restore them; supervisors and owners always may.",
        examples=[True],
    )
    purge_conversation: Flag = Field(
        default=False,
        description="Whether an agent who may delete conversations may also delete them for "
        "ever; supervisors and owners always may.",
        examples=[True],
    )
    edit_profile: Flag = Field(
        default=True,
        description="Whether an agent may put up a photo of themselves, which colleagues and "
        "customers see, and take it away; supervisors and owners always may.",
        examples=[False],
    )
    reports: Flag = Field(
        default=False,
        description="Whether an agent sees the reports of their own work; supervisors and owners "
        "see everybody's.",
        examples=[True],
    )
    export: Flag = Field(
        default=False,
        description="Whether an agent may take the reports they see away as a file; supervisors "
        "and owners always may. Each time is written down in the audit trail.",
        examples=[True],
    )


class Permissions(Part):
    """Switches on top of the built-in roles."""

    agent: AgentPermissions = Field(
        default_factory=AgentPermissions,
        description="What an agent may do.",
        examples=[{"transfer": "any"}],
    )


def _variables_are_known(text: LocalText) -> LocalText:
    for at, words in text.each():
        refuse_unknown(words, at=at)
    return text


class QuickReply(Part):
    """A ready answer that an agent calls up with `/` and its shortcut."""

    shortcut: str = Field(
        pattern=r"^[^\s/]{1,40}$",
        description="What to type after `/`: up to 40 characters without spaces.",
        examples=["hi"],
    )
    title: str | None = Field(
        default=None,
        min_length=1,
        max_length=80,
        description="A line that says what it is for.",
        examples=["Greeting"],
    )
    text: Annotated[Text, AfterValidator(_variables_are_known)] = Field(
        description="The answer, in one language or several. `{{contact.name|there}}` is "
        "filled in, with the words after the bar when the name is unknown; so are "
        "`{{agent.name}}`, `{{inbox.name}}` and `{{conversation.id}}`.",
        examples=[{"en": "Hello {{contact.name|there}}!", "es": "¡Hola!"}],
    )
