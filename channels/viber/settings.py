"""The keys of a Viber inbox in the YAML."""

from typing import ClassVar, Literal

from pydantic import Field

from bridge.settings import InboxSettings, Proxy, StrongSecret, Text

# https://developers.viber.com/docs/api/rest-bot-api/#general-send-message-parameters
LONGEST_SENDER = 28


class ViberSettings(InboxSettings):
    """A Viber bot."""

    # One account has one webhook: a second inbox would take it from the first.
    unique: ClassVar[tuple[str, ...]] = ("token",)
    leads_on: ClassVar[bool] = True

    type: Literal["viber"] = Field(default="viber", description="A Viber bot.", examples=["viber"])
    token: StrongSecret = Field(
        description="The bot's token, from its settings in Viber (Edit Info, Your app key).",
        examples=["${VIBER_TOKEN}"],
    )
    sender_name: str | None = Field(
        default=None,
        min_length=1,
        max_length=LONGEST_SENDER,
        description="Who answers, as customers read it above a message. Without it, the "
        "agent's name, cut to 28 characters.",
        examples=["Shop"],
    )
    sender_avatar: str | None = Field(
        default=None,
        pattern=r"^https://[^\s]{1,1000}$",
        description="The address of the picture beside that name, at most 100 kB. Without "
        "it, the bot's own.",
        examples=["https://example.com/shop.png"],
    )
    welcome: Text | None = Field(
        default=None,
        description="What somebody reads who opens the chat, before they write. Without "
        "it, nobody is greeted.",
        examples=[{"en": "How can we help?", "uk": "Чим допомогти?"}],
    )
    api_base: str = Field(
        default="https://chatapi.viber.com/pa",
        pattern=r"^https?://[^\s/?#@]+(/[^\s?#]*)?$",
        description="The address of Viber's API, for a model of it or a relay of your own.",
        examples=["https://chatapi.viber.com/pa"],
    )
    proxy: Proxy | None = Field(
        default=None,
        description="A proxy for everything that is asked of Viber: `http://`, `https://`, "
        "`socks5://` or `socks5h://`, where the proxy looks names up. With a password it must "
        "be a reference.",
        examples=["socks5://proxy.internal:1080", "${VIBER_PROXY}"],
    )
