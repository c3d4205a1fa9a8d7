"""What conversations are sorted by: topics, and tags of the people who write."""

from pydantic import Field

from bridge.settings.base import Part
from bridge.settings.texts import Text
from bridge.settings.values import Flag


class Topic(Part):
    """What a conversation can be about."""

    label: Text = Field(
        description="What agents read: one text, or one for each language.",
        examples=["Prices", {"en": "Prices", "uk": "Ціни"}],
    )


class Tag(Part):
    """A kind of client."""

    label: Text = Field(
        description="What agents read: one text, or one for each language.",
        examples=["VIP", {"en": "Wholesale", "uk": "Гурт"}],
    )
    color: str = Field(
        default="#64748b",
        pattern=r"^#[0-9a-fA-F]{6}$",
        description="The tag's colour, as `#rrggbb`. Its text is drawn readable on any, in "
        "the light and in the dark.",
        examples=["#d97706"],
    )
    pinned: Flag = Field(
        default=False,
        description="Whether the tag stands under the client's name in the list.",
        examples=[True],
    )
