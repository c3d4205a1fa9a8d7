"""What an agent needs to be told who is a program."""

from pydantic import Field

from bridge.settings.base import Part
from bridge.settings.values import Duration, Id, written


class Bot(Part):
    """How a bot is told of its customers, and who helps them where it does not."""

    answer_within: Duration = Field(
        default=written("30s"),
        description="How long a customer may wait for the bot, from their message or from what "
        "it last did in their conversation: then it goes to people.",
        examples=["30s", "2m"],
    )
    hand_over_to: Id | None = Field(
        default=None,
        description="The team that takes over where the bot does not answer. Without it, the "
        "conversation's own team, else that of its inbox, else everybody.",
        examples=["support"],
    )
    webhook: Id | None = Field(
        default=None,
        description="The webhook by which the bot is told of its conversations. Without it, "
        "the bot is here while it follows `/api/live` with its token.",
        examples=["helper"],
    )
