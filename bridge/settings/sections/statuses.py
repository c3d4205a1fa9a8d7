"""The statuses a conversation may have, and what is done when one is chosen."""

from typing import Annotated, Literal

from pydantic import Field, field_validator

from bridge.settings.base import Part
from bridge.settings.faults import fault
from bridge.settings.sections.doing import Do, Doing
from bridge.settings.texts import Text
from bridge.settings.values import CHOICE, Flag

# What a status does by being one, or what has no meaning without an event.
_NOT_HERE = ("status", "close", "suppress")


class Status(Part):
    """A status that agents may give a conversation."""

    kind: Annotated[Literal["open", "closed"], CHOICE] = Field(
        description="Whether a conversation with it is open or closed. Choosing a closed one "
        "closes the conversation, an open one opens it again. New ones, and those that are "
        "opened again, get the first open status.",
        examples=["open"],
    )
    label: Text | None = Field(
        default=None,
        description="What agents read, in one language or several. Without it, the id.",
        examples=[{"en": "Waiting for the supplier", "uk": "Чекаємо на постачальника"}],
    )
    color: str = Field(
        default="#64748b",
        pattern=r"^#[0-9a-fA-F]{6}$",
        description="Its colour, as `#rrggbb`. Its text is drawn readable on any, in the light "
        "and in the dark.",
        examples=["#2563eb"],
    )
    pause_timer: Flag = Field(
        default=False,
        description="Whether time stands still while a conversation has it: nobody counts as "
        "waiting for longer, the agent is not relieved of it, and the customer's silence does "
        "not close it.",
        examples=[True],
    )
    actions: Doing = Field(
        default=(),
        description="What is done, in this order, when an agent or an automation chooses it.",
        examples=[[{"block": {"for": "30d", "reason": "spam"}}], ["ask_rating"]],
    )

    @field_validator("actions")
    @classmethod
    def _may_be_done_here(cls, actions: tuple[Do, ...]) -> tuple[Do, ...]:
        for number, one in enumerate(actions):
            deed, _ = one.deed
            if deed in _NOT_HERE:
                message = f"{deed} cannot be an action of a status"
                help = "let an automation do it; a status of kind closed closes by itself"
                raise fault("not_a_choice", message, at=(number, deed), on_key=True, help=help)
        return actions
