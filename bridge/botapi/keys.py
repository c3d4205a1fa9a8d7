"""What a bot and its server are called in the YAML."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field, PlainValidator

from bridge.settings import Proxy, Secret, fault, pattern_schema, say

# What BotFather hands out: the bot's number, a colon, and the secret.
_TOKEN = re.compile(r"\d{1,20}:[A-Za-z0-9_-]{20,100}")
TELEGRAM = "https://api.telegram.org"
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
ApiBase = Annotated[
    str,
    PlainValidator(_api_base),
    pattern_schema(r"^https?://[^\s?#]+$"),
    Field(
        description="The Bot API server: Telegram's own, or one that you run yourself.",
        examples=["http://127.0.0.1:8081"],
    ),
]
WayOut = Annotated[
    Proxy | None,
    Field(
        description="A proxy on the way to the Bot API server: `http://`, `https://`, "
        "`socks5://` or `socks5h://`, where the proxy looks names up. With a password it must "
        "be a reference.",
        examples=["socks5://proxy.internal:1080", "${TELEGRAM_PROXY}"],
    ),
]
