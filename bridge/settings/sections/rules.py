"""Rules of routing: which conversation goes to whom, and examples that prove them."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import (
    BeforeValidator,
    Field,
    PlainSerializer,
    PlainValidator,
    WithJsonSchema,
    model_validator,
)

from bridge.settings.base import Part
from bridge.settings.faults import fault
from bridge.settings.values import CHOICE, LISTED, Flag, Id, say, text_of

Strategy = Literal["manual", "round_robin", "least_loaded", "sticky"]

Target = Literal["team", "agent", "queue"]
TARGETS: tuple[Target, ...] = get_args(Target)


def _one_or_more(value: Any) -> Any:
    return [value] if isinstance(value, str) and value else value


OneOrMore = BeforeValidator(_one_or_more)


def _word(value: object) -> str:
    word = text_of(value, "text").strip()
    if not word:
        raise fault("bad_text", "there is nothing to look for here")
    return str(word)


def _language(value: object) -> str:
    code = text_of(value, "a language, as es,").lower()
    if not (code.isascii() and code.isalpha() and len(code) in (2, 3)):
        help = "write it with two letters, as en, ru, uk or es"
        raise fault("bad_text", f"{say(value)} is no language", help=help)
    return str(code)


def _moment(value: object) -> datetime:
    if isinstance(value, datetime):
        return value
    try:
        return datetime.fromisoformat(text_of(value, "a date and a time"))
    except ValueError:
        message = f"{say(value)} is no date and time"
        raise fault("bad_date", message, help="write it as 2027-01-04T22:00") from None


_LISTED_SCHEMA = WithJsonSchema(
    {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}]}
)
Word = Annotated[str, PlainValidator(_word), WithJsonSchema({"type": "string"})]
Words = Annotated[tuple[Word, ...], LISTED, OneOrMore, Field(min_length=1), _LISTED_SCHEMA]
Ids = Annotated[tuple[Id, ...], LISTED, OneOrMore, Field(min_length=1), _LISTED_SCHEMA]
Language = Annotated[str, PlainValidator(_language), WithJsonSchema({"type": "string"})]
Languages = Annotated[tuple[Language, ...], LISTED, OneOrMore, Field(min_length=1), _LISTED_SCHEMA]
Moment = Annotated[
    datetime,
    PlainValidator(_moment),
    PlainSerializer(datetime.isoformat),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]


class When(Part):
    """What must be so; of several words in a list, one is enough."""

    channel: Ids | None = Field(
        default=None,
        description="The inbox it comes by, or one of several.",
        examples=["site", ["shop_tg", "shop_vk"]],
    )
    language: Languages | None = Field(
        default=None,
        description="What the customer speaks: as their app or browser says, else as their "
        "contact has it.",
        examples=["es", ["uk", "ru"]],
    )
    contact_language: Languages | None = Field(
        default=None,
        description="The language that the contact has, which agents may have changed.",
        examples=["es"],
    )
    text: Words | None = Field(
        default=None,
        description="Words of the message, in small or capital letters: it has one of them.",
        examples=[["refund", "возврат"]],
    )
    page: Words | None = Field(
        default=None,
        description="The page they write from. `*` stands for anything; without one, the "
        "address has these letters somewhere.",
        examples=["/pricing", "https://shop.example.com/es/*"],
    )
    source: Words | None = Field(
        default=None,
        description="What brought them: the start parameter of a link into a messenger, or the "
        "site they came from. `*` stands for anything.",
        examples=["spring_*"],
    )
    utm: dict[str, Words] | None = Field(
        default=None,
        description="The marks of a campaign, by their names without `utm_`.",
        examples=[{"campaign": "spring", "source": ["google", "meta"]}],
    )
    topic: Ids | None = Field(
        default=None,
        description="What the conversation is about: one of these topics. A new one has none "
        "yet, one that is opened again may.",
        examples=[["prices", "orders"]],
    )
    tag: Ids | None = Field(
        default=None,
        description="What kind of client it is: one with one of these tags.",
        examples=["vip"],
    )
    first_message: Flag | None = Field(
        default=None,
        description="`true`: this person has never written before. `false`: they have.",
        examples=[True],
    )
    inside: Id | None = Field(
        default=None,
        description="It comes within these hours, by an id of `hours`.",
        examples=["office"],
    )
    outside: Id | None = Field(
        default=None,
        description="It comes outside of these hours, by an id of `hours`.",
        examples=["office"],
    )


class To(Part):
    """To whom it goes: one of the three."""

    team: Id | None = Field(
        default=None,
        description="One of this team is given it, as its `strategy` says, or else "
        "`routing.default.strategy`.",
        examples=["sales"],
    )
    agent: Id | None = Field(
        default=None,
        description="This agent is given it. If they are not there or have no room, it goes "
        "where it would without the rule.",
        examples=["lucia"],
    )
    queue: Id | None = Field(
        default=None,
        description="It waits in the queue of this team until somebody takes it: nobody is "
        "given it.",
        examples=["support"],
    )

    @property
    def target(self) -> tuple[Target, str]:
        """Return which of the three it is, and whom it names."""
        [found] = [(kind, name) for kind in TARGETS if (name := getattr(self, kind)) is not None]
        return found

    @model_validator(mode="after")
    def _names_one(self) -> Self:
        given = [kind for kind in TARGETS if getattr(self, kind) is not None]
        if not given:
            raise fault("missing_key", "nobody is named here", help="write team, agent or queue")
        if len(given) > 1:
            message = f"{given[0]} is named already, and it can go to one only"
            raise fault("not_a_choice", message, at=(given[1],), on_key=True)
        return self


class Rule(Part):
    """One rule."""

    when: When = Field(
        default_factory=When,
        description="What must be so, all of it. Without it, every conversation is meant.",
        examples=[{"channel": "help_mail", "outside": "office"}],
    )
    to: To = Field(description="To whom it goes.", examples=[{"team": "sales"}])


class Usual(Part):
    """Where a conversation goes that no rule takes, and how it finds its agent."""

    team: Id | None = Field(
        default=None,
        description="The team of every inbox that names none. Without it these are for all agents.",
        examples=["support"],
    )
    strategy: Annotated[Strategy, CHOICE] = Field(
        default="manual",
        description="Who of a team is given a conversation. `manual`: nobody, everybody sees it "
        "in New and may take it. `round_robin`: each in turn. `least_loaded`: who has the fewest. "
        "`sticky`: who answered this customer the last time, else who has the fewest. Only those "
        "who are online, on their shift and below their limit.",
        examples=["least_loaded"],
    )


class Sample(Part):
    """A message that begins a conversation, for an example."""

    channel: Id = Field(description="The inbox it comes by.", examples=["site"])
    text: str = Field(default="", description="Its words.", examples=["How much is it?"])
    language: Language | None = Field(
        default=None, description="What their app or browser speaks.", examples=["es"]
    )
    contact_language: Language | None = Field(
        default=None, description="The language that the contact has.", examples=["es"]
    )
    page: str | None = Field(
        default=None,
        description="The page they write from.",
        examples=["https://shop.example.com/pricing"],
    )
    source: str | None = Field(
        default=None, description="What brought them.", examples=["spring_sale"]
    )
    utm: dict[str, str] = Field(
        default_factory=dict,
        description="The marks of the campaign, by their names without `utm_`.",
        examples=[{"campaign": "spring"}],
    )
    topic: Ids | None = Field(
        default=None, description="What the conversation is about.", examples=["prices"]
    )
    tag: Ids | None = Field(
        default=None, description="The tags that the client has.", examples=["vip"]
    )
    first_message: Flag = Field(
        default=True,
        description="Whether this person has never written before.",
        examples=[False],
    )
    at: Moment | None = Field(
        default=None,
        description="When it comes, in `locale.timezone` unless it says otherwise. A rule by "
        "hours needs it.",
        examples=["2027-01-04T22:00"],
    )


class Expectation(Part):
    """An example: who gets this message. `deskbridge check` tries it."""

    message: Sample = Field(
        description="The message.", examples=[{"channel": "site", "text": "How much is it?"}]
    )
    gets: To = Field(description="To whom it must go.", examples=[{"team": "sales"}])
