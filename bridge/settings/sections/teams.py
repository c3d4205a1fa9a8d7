"""Teams: who answers together, when they are there, and who helps out."""

from typing import Annotated

from pydantic import Field

from bridge.settings.base import Part
from bridge.settings.texts import Text
from bridge.settings.values import LISTED, Duration, Id


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
    overflow: Overflow | None = Field(
        default=None,
        description="To which team a conversation goes on that nobody of this one has taken.",
        examples=[{"to": "sales", "after": "5m"}],
    )
