"""What every part of the settings is made of, and what kinds of inbox and surface share."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from bridge.settings.values import Id


class Part(BaseModel):
    """A frozen part of the settings that takes no key it does not know.

    Defaults are written as in the YAML and validated like it. A key without a value is a
    key that was not written: commenting out what stands below one must not break it.
    """

    model_config = ConfigDict(
        extra="forbid", frozen=True, validate_default=True, hide_input_in_errors=True
    )

    @model_validator(mode="before")
    @classmethod
    def _empty_is_absent(cls, value: Any) -> Any:
        if value is None:
            return {}
        if not isinstance(value, dict):
            return value
        return {k: v for k, v in value.items() if v is not None or k not in cls.model_fields}


class PanelFacts(Part):
    """What agents see in the panel beside a conversation of one inbox (R38)."""

    responsible: bool = Field(
        default=True, description="The agent who answers the conversation.", examples=[False]
    )
    location: bool = Field(
        default=True,
        description="From where the visitor writes: the network address, where it is collected.",
        examples=[False],
    )
    current_page: bool = Field(
        default=True, description="The page of the site that the visitor is on.", examples=[False]
    )
    utm: bool = Field(
        default=True,
        description="The UTM tags with which the visitor came, also where they stand in the "
        "addresses of pages.",
        examples=[False],
    )


class InboxSettings(Part):
    """The keys every inbox has; a kind adds its own in a subclass beside its adapter."""

    unique: ClassVar[tuple[str, ...]] = ()
    """Keys whose value no other inbox of the kind may have."""
    by_address: ClassVar[bool] = False
    """Whether it can write to any address, also of people who never wrote to it."""
    leads_on: ClassVar[bool] = False
    """Whether `continue_via` of another inbox may name one of this kind."""

    @property
    def continued_by(self) -> tuple[str, ...]:
        """Return the ids of the inboxes in which its conversations may go on."""
        return ()

    type: str = Field(description="The kind of network.", examples=["widget"])
    name: str = Field(
        default="",
        max_length=80,
        description="What agents see beside the icon. Without it, the inbox's id.",
        examples=["Shop"],
    )
    team: Id | None = Field(
        default=None,
        description="The team that answers here, unless a rule says otherwise. Without it, "
        "`routing.default.team`.",
        examples=["support"],
    )
    hours: Id | None = Field(
        default=None,
        description="When somebody answers here, by an id of `hours`, where the team has none "
        "of its own. Customers who write at other times are told when it goes on.",
        examples=["office"],
    )
    panel: PanelFacts = Field(
        default_factory=PanelFacts,
        description="What agents see of its conversations in the panel. What is switched off "
        "here may still be collected: it is not sent to the console.",
        examples=[{"location": False, "utm": False}],
    )


class SurfaceSettings(Part):
    """The keys every staff surface has; a kind adds its own in a subclass."""

    default_id: ClassVar[str | None] = None
    """The id under which one is there although the YAML has no `staff` at all."""
    single: ClassVar[bool] = False
    """Whether there can be only one surface of the kind."""

    @property
    def mails_by(self) -> str | None:
        """Return the id of the inbox by which agents are mailed, if it mails them."""
        return None

    type: str = Field(description="The kind of surface.", examples=["web"])


@dataclass(frozen=True)
class Kinds:
    """The kinds that exist, injected so that this room imports nothing above it."""

    channels: Mapping[str, type[InboxSettings]] = field(default_factory=dict)
    surfaces: Mapping[str, type[SurfaceSettings]] = field(default_factory=dict)


@dataclass(frozen=True)
class Surroundings:
    """What validators may know of the rest of the file."""

    kinds: Kinds
    locales: tuple[str, ...]

    @classmethod
    def of(cls, context: object) -> Self | None:
        """Return the surroundings of a validation, if it has any (a load has)."""
        return context if isinstance(context, cls) else None
