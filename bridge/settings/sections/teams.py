"""Teams: who answers together, when they are there, and who helps out."""

from typing import Annotated

from pydantic import Field

from bridge.settings.base import Part
from bridge.settings.sections.rules import Strategy
from bridge.settings.texts import Text
from bridge.settings.values import CHOICE, LISTED, WHOLE, Duration, Id, OwnDuration


class Overflow(Part):
    """To whom a conversation goes on that has waited in a team's queue for long."""

    to: Id = Field(description="The team that takes over.", examples=["sales"])
    after: Duration = Field(description="How long it has waited by then.", examples=["5m"])


class Team(Part):
    """Agents who answer together."""

    label: Text | None = Field(
        default=None,
        description="What agents see, in one language or several. Without it, the team's id.",
        examples=[{"en": "Sales", "uk": "Продажі"}],
    )
    members: Annotated[tuple[Id, ...], LISTED] = Field(
        default=(), description="The agents, by their ids.", examples=[["anna", "pavel"]]
    )
    topics: Annotated[tuple[Id, ...], LISTED] = Field(
        default=(),
        description="The topics that the team answers, by their ids. Where "
        "`permissions.agent.see` is `teams`, its members see every conversation about one of "
        "them, whichever team has it.",
        examples=[["prices", "orders"]],
    )
    hours: Id | None = Field(
        default=None,
        description="When the team is there, by an id of `hours`. Outside of them its "
        "conversations wait in the queue, and customers are told when it goes on. Without it, "
        "the hours of the inbox count.",
        examples=["office"],
    )
    strategy: Annotated[Strategy, CHOICE] | None = Field(
        default=None,
        description="Who of this team is given a conversation, as for "
        "`routing.default.strategy`, which counts without it.",
        examples=["round_robin"],
    )
    capacity: Annotated[int, Field(ge=1, le=1000), WHOLE] | None = Field(
        default=None,
        description="How many open conversations, of whichever team, an agent may have and still "
        "be given one of this team. Without it, `routing.capacity` counts; an agent's own `limit` "
        "goes before both.",
        examples=[4],
    )
    release_idle: OwnDuration = Field(
        default=None,
        description="How long one who took a conversation of this team may leave a waiting "
        "customer alone, as for `routing.release_idle`, which counts without it. `off` never "
        "takes it from them.",
        examples=["10m", "off"],
    )
    overflow: Overflow | None = Field(
        default=None,
        description="To which team a conversation goes on that nobody of this one has taken.",
        examples=[{"to": "sales", "after": "5m"}],
    )
