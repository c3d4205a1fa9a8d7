"""The keys of a Telegram bot in the YAML."""

import re
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field, PlainValidator

from bridge.settings import (
    CHOICE,
    InboxSettings,
    Proxy,
    Secret,
    fault,
    pattern_schema,
    say,
)

# What BotFather hands out: the bot's number, a colon, and the secret.
_TOKEN = re.compile(r"\d{1,20}:[A-Za-z0-9_-]{20,100}")
_API_BASE = re.compile(r"https?://[^\s/?#@]+(?:/[^\s?#]*)?")


def _token(value: Secret) -> Secret:
    if not _TOKEN.fullmatch(value.reveal()):
        raise fault(
            "bad_text",
            "this is no bot token",
            help="copy it whole from @BotFather: digits, a colon, and letters",
        )
    return value


def _api_base(value: object) -> str:
    if not isinstance(value, str):
        raise fault("wrong_type", f"an address is wanted here, not {say(value)}")
    if not _API_BASE.fullmatch(value):
        raise fault("bad_url", f"{say(value)} is not the address of a Bot API server")
    return value.rstrip("/")


Token = Annotated[Secret, AfterValidator(_token)]
ApiBase = Annotated[str, PlainValidator(_api_base), pattern_schema(r"^https?://[^\s?#]+$")]


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
