"""Tickets: tasks that agents make of messages, and where each kind of them goes."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from bridge.settings.base import Part
from bridge.settings.faults import fault
from bridge.settings.texts import Text
from bridge.settings.values import CHOICE, Email, Flag, Id


class TicketField(Part):
    """One more thing to fill in."""

    label: Text = Field(
        description="What agents read: one text, or one for each language.",
        examples=["Order", {"en": "Order", "uk": "Замовлення"}],
    )
    type: Annotated[Literal["text", "choice"], CHOICE] = Field(
        default="text",
        description="`text` is typed, `choice` is one of `choices`.",
        examples=["choice"],
    )
    choices: dict[Id, Text] = Field(
        default_factory=dict,
        description="What can be chosen, by the ids that are sent.",
        examples=[{"low": "Low", "high": {"en": "High", "uk": "Високий"}}],
    )
    required: Flag = Field(default=False, description="Whether a ticket needs it.", examples=[True])

    @model_validator(mode="after")
    def _has_choices(self) -> Self:
        if self.type == "choice" and not self.choices:
            raise fault("bad_ticket", "there is nothing to choose", help="add choices")
        if self.type == "text" and self.choices:
            raise fault(
                "bad_ticket",
                "what is typed has no choices",
                at=("choices",),
                on_key=True,
                help="write type: choice",
            )
        return self


class TicketTarget(Part):
    """Where tickets of a kind go: an address, by one of the mailboxes, or a webhook."""

    inbox: Id | None = Field(
        default=None,
        description="The mailbox of `channels` that sends them, with `address`.",
        examples=["help_mail"],
    )
    address: Email | None = Field(
        default=None,
        description="The address they are mailed to.",
        examples=["tasks@example.com"],
    )
    webhook: Id | None = Field(
        default=None,
        description="The webhook of `webhooks` that they are sent to instead.",
        examples=["crm"],
    )

    @model_validator(mode="after")
    def _is_one_place(self) -> Self:
        mailed = self.inbox is not None and self.address is not None
        halfway = (self.inbox is None) != (self.address is None)
        if halfway or mailed == (self.webhook is not None):
            raise fault(
                "bad_ticket",
                "tickets go to one place",
                help="write inbox and address, or webhook",
            )
        return self


class Ticket(Part):
    """A kind of ticket."""

    name: Text = Field(
        description="What agents read: one text, or one for each language.",
        examples=["Warehouse", {"en": "Warehouse", "uk": "Склад"}],
    )
    to: TicketTarget = Field(
        description="Where they go.",
        examples=[{"inbox": "help_mail", "address": "tasks@example.com"}, {"webhook": "crm"}],
    )
    fields: dict[Id, TicketField] = Field(
        default_factory=dict,
        description="What agents fill in, beside a title and a text.",
        examples=[{"order": {"label": "Order", "required": True}}],
    )
