"""The postcard network as a kind of inbox that the program can be configured with."""

from typing import ClassVar, Literal

from pydantic import Field

from bridge.channel import ChannelContext
from bridge.settings import InboxSettings
from tests.channels.postcard.channel import PostcardChannel
from tests.channels.postcard.office import PostOffice


class PostcardSettings(InboxSettings):
    """A box at a post office."""

    type: Literal["postcard"] = Field(default="postcard", description="A post office box.")
    office: str = Field(description="Which of the post offices that are open.")


class PostcardInbox(PostcardChannel):
    """A box at one of the post offices that are open."""

    offices: ClassVar[dict[str, PostOffice]] = {}

    def __init__(self, settings: PostcardSettings, context: ChannelContext) -> None:
        """Have a box at the office that the settings name."""
        del context
        super().__init__(self.offices[settings.office])
