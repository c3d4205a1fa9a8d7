"""What holds for every conversation, and what is kept of a person."""

from typing import Annotated

from pydantic import Field

from bridge.settings.base import Part
from bridge.settings.sections.statuses import Status
from bridge.settings.texts import Text
from bridge.settings.values import WHOLE, Duration, DurationOrOff, Flag, Id, written


class RatingSettings(Part):
    """How customers rate a conversation after its end."""

    scale: Annotated[int, Field(ge=2, le=10), WHOLE] = Field(
        default=5,
        description="The highest number, which is the best; the lowest is 1.",
        examples=[5],
    )
    required: Flag = Field(
        default=False,
        description="Whether a customer who does not rate is asked once more a day later. "
        "Nobody is kept from writing.",
        examples=[True],
    )
    automatic: Flag = Field(
        default=True,
        description="Whether everybody is asked after the end. Otherwise only where an action "
        "of a status or of an automation asks: `ask_rating`.",
        examples=[False],
    )


class ConversationSettings(Part):
    """What holds for every conversation."""

    statuses: dict[Id, Status] = Field(
        default_factory=dict,
        description="The statuses that agents may give a conversation, by id, beside its being "
        "open or closed. Without any there are none in the console; one that is taken out of "
        "the file stays where it was given.",
        examples=[
            {
                "active": {"kind": "open"},
                "waiting": {"kind": "open", "pause_timer": True},
                "solved": {"kind": "closed"},
            }
        ],
    )
    max_length: Annotated[int, Field(ge=1, le=100_000), WHOLE] = Field(
        default=2000,
        description="The longest message, in characters without the white space. A "
        "network's own limit also applies.",
        examples=[2000],
    )
    allow_edit: Flag = Field(
        default=True,
        description="Whether agents may change what they wrote: their notes, and their "
        "messages where the network can. `false` forbids it to every role.",
        examples=[False],
    )
    allow_delete: Flag = Field(
        default=False,
        description="Whether agents may take back what they wrote: their notes, and their "
        "messages where the network can. Supervisors and owners may then take back "
        "everybody's. `false` forbids it to every role.",
        examples=[True],
    )
    topic_required_to_close: Flag = Field(
        default=False,
        description="Whether a conversation needs a topic before an agent can close it. One "
        "whose customer has gone quiet is closed all the same.",
        examples=[True],
    )
    other_topic: Flag = Field(
        default=True,
        description="Whether agents may also type what a conversation is about, as Other.",
        examples=[False],
    )
    ask_still_questions: Flag = Field(
        default=False,
        description="Whether customers are asked at the end of a conversation if they still "
        "have questions: with buttons, or in words where the network has none. No closes it or "
        "leaves it closed, Yes opens it again and puts it back to its agent, or into the queue.",
        examples=[True],
    )
    rating: RatingSettings | None = Field(
        default=None,
        description="Ask customers to rate a conversation in which an agent has answered, after "
        "its end. Without this section nobody is asked.",
        examples=[{"scale": 5, "required": False}],
    )
    resume_valid: DurationOrOff = Field(
        default=written("1h"),
        description="How long a link back into the chat on your site is good, once: in the mail "
        "to a visitor who has left, and in an agent's invitation. `off` makes no such links.",
        examples=["1h", "off"],
    )
    invitation_valid: Duration = Field(
        default=written("7d"),
        description="How long an agent's invitation into another inbox knows the customer "
        "whom it was made for.",
        examples=["7d", "24h"],
    )


class ContactField(Part):
    """One more thing that agents keep of a person."""

    label: Text = Field(
        description="What agents read beside it: one text, or one for each language.",
        examples=["Customer number", {"en": "Customer number", "uk": "Номер клієнта"}],
    )
    show_in_panel: bool = Field(
        default=True,
        description="Whether it stands in the panel at once. Otherwise it is there after "
        "*All fields* has been pressed.",
        examples=[False],
    )
