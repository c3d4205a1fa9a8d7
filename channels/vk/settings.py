"""The keys of a VK community in the YAML."""

import re
from typing import Annotated, ClassVar, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from bridge.settings import CHOICE, WHOLE, InboxSettings, Proxy, Secret, fault
from bridge.settings.addresses import PublicUrl

# https://dev.vk.com/ru/api/callback/getting-started: up to 50 Latin letters and digits.
_SECRET = re.compile(r"[A-Za-z0-9_]{16,50}")
_CALLBACK_NEEDS = {
    "confirmation": "the callback needs the code that VK's settings show",
    "secret": "the callback needs a secret: without one, anybody could write as anybody",
}


def _filled(token: Secret) -> Secret:
    if not token.reveal().strip():
        raise fault("bad_text", "the token is empty")
    return token


def _hard_to_guess(secret: Secret) -> Secret:
    if not _SECRET.fullmatch(secret.reveal()):
        message = "VK takes a secret of 16 to 50 Latin letters, digits and _"
        raise fault("bad_text", message, help="make one: openssl rand -hex 24")
    return secret


class VkSettings(InboxSettings):
    """Messages of a VK community."""

    unique: ClassVar[tuple[str, ...]] = ("group_id",)
    leads_on: ClassVar[bool] = True

    type: Literal["vk"] = Field(
        default="vk", description="Messages of a VK community.", examples=["vk"]
    )
    group_id: Annotated[int, Field(ge=1, lt=2**53), WHOLE] = Field(
        description="The community's number, as in `https://vk.com/club123456`.",
        examples=[123456],
    )
    token: Annotated[Secret, AfterValidator(_filled)] = Field(
        description="The community's access token, with the right to its messages.",
        examples=["${VK_TOKEN}", "${file:/run/secrets/vk_token}"],
    )
    mode: Annotated[Literal["callback", "longpoll"], CHOICE] = Field(
        default="callback",
        description="How messages come: `callback`, where VK calls this server, or "
        "`longpoll`, which needs no public address.",
        examples=["longpoll"],
    )
    confirmation: Annotated[str, Field(pattern=r"^[0-9A-Za-z]{1,64}$")] | None = Field(
        default=None,
        description="The code that the server must return, as the Callback API's settings "
        "show it. Needed for `callback`; it changes when those settings change.",
        examples=["${VK_CONFIRMATION}", "a1b2c3d4"],
    )
    secret: Annotated[Secret, AfterValidator(_hard_to_guess)] | None = Field(
        default=None,
        description="The secret key of the Callback API's settings, 16 to 50 letters and "
        "digits. Needed for `callback`.",
        examples=["${VK_SECRET}"],
    )
    api_base: PublicUrl = Field(
        default="https://api.vk.ru",
        description="Where VK's API is, for a forwarder or a model of it.",
        examples=["https://api.vk.com"],
    )
    proxy: Proxy | None = Field(
        default=None,
        description="A proxy for everything that is asked of VK: `http://`, `https://`, "
        "`socks5://` or `socks5h://`, where the proxy looks names up. With a password it must "
        "be a reference.",
        examples=["socks5://proxy.internal:1080", "${VK_PROXY}"],
    )

    @model_validator(mode="after")
    def _callback_is_complete(self) -> Self:
        for name, why in _CALLBACK_NEEDS.items():
            if self.mode == "callback" and getattr(self, name) is None:
                help = f"add {name}: ${{VK_{name.upper()}}}, or mode: longpoll"
                raise fault("missing_key", why, at=(name,), help=help)
        return self
