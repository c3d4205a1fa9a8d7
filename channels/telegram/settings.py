"""The keys of a Telegram bot in the YAML."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from bridge.botapi.keys import TELEGRAM, ApiBase, Token, WayOut
from bridge.settings import (
    CHOICE,
    InboxSettings,
)


class TelegramSettings(InboxSettings):
    """A Telegram bot that customers write to."""

    unique: ClassVar[tuple[str, ...]] = ("token",)
    leads_on: ClassVar[bool] = True

    type: Literal["telegram"] = Field(
        default="telegram", description="A Telegram bot.", examples=["telegram"]
    )
    token: Token = Field(
        description="The bot's token, from @BotFather. A bot has one owner: no other inbox, "
        "surface or program may use the same.",
        examples=["${TELEGRAM_BOT_TOKEN}"],
    )
    mode: Annotated[Literal["polling", "webhook"], CHOICE] = Field(
        default="polling",
        description="How messages come: `polling` asks Telegram and needs no public address; "
        "`webhook` has Telegram call `server.public_url`, which must be https then.",
        examples=["webhook"],
    )
    api_base: ApiBase = TELEGRAM
    proxy: WayOut = None
