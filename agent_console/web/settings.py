"""The keys of the web console in the YAML."""

from datetime import timedelta
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field

from bridge.settings import CHOICE, LISTED, Duration, SurfaceSettings, fault, written

Block = Literal["contact", "visit", "source", "notes", "attachments", "conversations", "history"]
BLOCKS: tuple[Block, ...] = (
    "contact",
    "visit",
    "source",
    "notes",
    "attachments",
    "conversations",
    "history",
)

_LONGEST_SESSION = timedelta(days=365)


def _not_twice(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    for index, block in enumerate(blocks):
        if block in blocks[:index]:
            raise fault("duplicate_value", f'"{block}" stands here twice', at=(index,))
    return blocks


def _no_longer_than_a_year(session: timedelta) -> timedelta:
    if session > _LONGEST_SESSION:
        raise fault("bad_duration", "a session may last 365d at most")
    return session


class WebSettings(SurfaceSettings):
    """A console in the browser, for agents who sign in."""

    default_id: ClassVar[str | None] = "console"
    single: ClassVar[bool] = True

    type: Literal["web"] = Field(default="web", description="The web console.", examples=["web"])
    session: Annotated[Duration, AfterValidator(_no_longer_than_a_year)] = Field(
        default=written("12h"),
        description="How long an agent stays signed in without doing anything.",
        examples=["12h", "7d"],
    )
    second_factor: Annotated[Literal["off", "optional", "required"], CHOICE] = Field(
        default="optional",
        description="Whether agents are asked for a code of an authenticator app beside their "
        "password or link. `optional`: those who have set one up. `required`: everybody; who "
        "has none sets one up at the next sign-in, and does nothing else before. `off`: nobody, "
        "whatever was set up.",
        examples=["required"],
    )
    panel: Annotated[tuple[Annotated[Block, CHOICE], ...], AfterValidator(_not_twice), LISTED] = (
        Field(
            default=BLOCKS,
            description="The blocks of the contact panel, from top to bottom; `notes` and "
            "`history` are tabs of their own. A block that is not named is not shown.",
            examples=[["contact", "notes", "conversations"]],
        )
    )
