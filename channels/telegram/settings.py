"""The keys of a Telegram bot in the YAML."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from bridge.botapi.keys import ApiBase, Token
from bridge.settings import (
    CHOICE,
    InboxSettings,
    Proxy,
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
    api_base: ApiBase = Field(
        default="https://api.telegram.org",
        description="The Bot API server: Telegram's own, or one that you run yourself.",
        examples=["http://127.0.0.1:8081"],
    )
    proxy: Proxy | None = Field(
        default=None,
        description="A proxy on the way to the Bot API server: `http://`, `https://`, "
        "`socks5://` or `socks5h://`, where the proxy looks names up. With a password it must "
        "be a reference.",
        examples=["socks5://proxy.internal:1080", "${TELEGRAM_PROXY}"],
    )
