"""The keys of a website widget in the YAML."""

import re
from typing import Annotated, ClassVar, Literal, Self
from urllib.parse import SplitResult, urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, PlainValidator, model_validator

from bridge.settings import (
    CHOICE,
    LISTED,
    WHOLE,
    Duration,
    Flag,
    Id,
    InboxSettings,
    IpSwitch,
    Part,
    Resolved,
    StrongSecret,
    Text,
    fault,
    pattern_schema,
    say,
    written,
)

_DEFAULT_PORTS = {"http": 80, "https": 443}
_HOST = re.compile(r"(?:\*\.)?(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.?)+|\[[0-9a-f:.]+\]")
_FIELDS = ("name", "email", "phone")


def _origin(value: object) -> str:
    if not isinstance(value, str):
        raise fault("wrong_type", f"an origin is wanted here, not {say(value)}")
    try:
        parts = urlsplit(value)
        host, port = _host(parts), parts.port
    except ValueError:
        raise _no_origin(value) from None
    if parts.scheme not in _DEFAULT_PORTS or port == 0 or not _HOST.fullmatch(host):
        raise _no_origin(value)
    if host.startswith("*.") and host.count(".") < 2:
        raise fault("bad_origin", f"{say(value)} would let in a whole top-level domain")
    origin = f"{parts.scheme}://{host}"
    if parts.path or parts.query or parts.fragment or parts.username is not None:
        help = "" if isinstance(value, Resolved) else f'write it as "{origin}"'
        raise fault("bad_origin", f"{say(value)} has more than scheme, host and port", help=help)
    return origin if port in (None, _DEFAULT_PORTS[parts.scheme]) else f"{origin}:{port}"


def _host(parts: SplitResult) -> str:
    """Return the host in ASCII, as browsers send it; raises `ValueError`."""
    host = parts.hostname or ""
    if ":" in host:
        return f"[{host}]"
    star, name = ("*.", host[2:]) if host.startswith("*.") else ("", host)
    return star + name.encode("idna").decode()


def _no_origin(value: object) -> Exception:
    return fault("bad_origin", f"{say(value)} is no origin")


Origin = Annotated[
    str,
    PlainValidator(_origin),
    pattern_schema(r"^https?://(\*\.)?[^/?#*]+$"),
]


class PreChatField(Part):
    """One thing that is asked before the conversation begins."""

    field: str = Field(
        pattern=r"^[a-z0-9_]{1,40}$",
        description="`name`, `email` or `phone`, or an id of your own, whose answer the "
        "contact panel shows under it.",
        examples=["name", "order_number"],
    )
    label: Text | None = Field(
        default=None,
        description="What the visitor reads. Needed for a field of your own; `name`, "
        "`email` and `phone` have labels in every language.",
        examples=[{"en": "Order number", "es": "Número de pedido"}],
    )
    required: Flag = Field(
        default=True,
        description="Whether the visitor must answer before writing.",
        examples=[False],
    )

    @model_validator(mode="after")
    def _own_field_has_a_label(self) -> Self:
        if self.field not in _FIELDS and self.label is None:
            message = "a field of your own needs a label"
            raise fault("missing_key", message, at=("field",), help="add label: …")
        return self


def _fields_differ(fields: tuple[PreChatField, ...]) -> tuple[PreChatField, ...]:
    names = [field.field for field in fields]
    for index, name in enumerate(names):
        if name in names[:index]:
            raise fault("duplicate_value", "this is asked twice", at=(index, "field"))
    return fields


def _inboxes_differ(names: tuple[str, ...]) -> tuple[str, ...]:
    for index, name in enumerate(names):
        if name in names[:index]:
            raise fault("duplicate_value", "this inbox is named twice", at=(index,))
    return names


class Theme(Part):
    """How the widget looks on the page."""

    color: str | None = Field(
        default=None,
        pattern=r"^#[0-9a-fA-F]{6}$",
        description="The accent colour, as `#rrggbb`. Without it, the product's own.",
        examples=["#1f6feb"],
    )
    position: Annotated[Literal["right", "left"], CHOICE] = Field(
        default="right", description="The corner of the launcher.", examples=["left"]
    )
    mode: Annotated[Literal["auto", "light", "dark"], CHOICE] = Field(
        default="auto",
        description="Light or dark; `auto` follows the visitor's system.",
        examples=["auto"],
    )


class Collect(Part):
    """What the site tells agents about a visitor. What is off is never sent nor stored."""

    page: Flag = Field(
        default=True, description="First and current page, and open pages.", examples=[False]
    )
    utm: Flag = Field(default=True, description="UTM tags and the referrer.", examples=[False])
    screen: Flag = Field(default=True, description="Screen, browser and system.", examples=[False])
    ip: IpSwitch = Field(
        default=True,
        description="The address: whole, not at all, or `anonymised` (without its end).",
        examples=["anonymised", False],
    )


def _one_or_two(value: object) -> object:
    return value if isinstance(value, (list, tuple)) else [value]


class WidgetSettings(InboxSettings):
    """A chat window on your site."""

    unique: ClassVar[tuple[str, ...]] = ("key",)

    @property
    def continued_by(self) -> tuple[str, ...]:
        """Return what `continue_via` names."""
        return self.continue_via

    type: Literal["widget"] = Field(
        default="widget", description="A website widget.", examples=["widget"]
    )
    key: str = Field(
        pattern=r"^[A-Za-z0-9_-]{1,64}$",
        description="The public name of the inbox, as in the page's `data-key`.",
        examples=["site_main"],
    )
    origins: Annotated[tuple[Origin, ...], LISTED] = Field(
        default=(),
        description="The sites that may show the widget, as scheme, host and port; `*.` "
        "stands for any subdomain. This server's own address may always show it.",
        examples=[["https://example.com", "https://*.example.com"]],
    )
    identity_secret: Annotated[
        tuple[StrongSecret, ...], Field(max_length=2), BeforeValidator(_one_or_two)
    ] = Field(
        default=(),
        description="What your site signs its visitors' identity with (HS256), at least "
        "32 bytes. Two while you change from one to the other. Without it, nobody can "
        "prove who they are.",
        examples=["${WIDGET_IDENTITY_SECRET}", ["${NEW_SECRET}", "${OLD_SECRET}"]],
    )
    title: Text | None = Field(
        default=None,
        description="What stands over the conversation, for customers. Without it, the "
        "inbox's `name`.",
        examples=[{"en": "Support", "uk": "Служба підтримки"}],
    )
    greeting: Text | None = Field(
        default=None,
        description="The first line of an empty conversation.",
        examples=[{"en": "How can we help?", "es": "¿En qué podemos ayudarle?"}],
    )
    pre_chat: Annotated[tuple[PreChatField, ...], AfterValidator(_fields_differ)] = Field(
        default=(),
        max_length=5,
        description="What is asked before the conversation begins.",
        examples=[[{"field": "name"}, {"field": "email", "required": False}]],
    )
    theme: Theme = Field(
        default_factory=Theme, description="How it looks.", examples=[{"color": "#1f6feb"}]
    )
    collect: Collect = Field(
        default_factory=Collect,
        description="What agents are told about a visitor.",
        examples=[{"ip": "anonymised"}],
    )
    continue_via: Annotated[tuple[Id, ...], AfterValidator(_inboxes_differ), LISTED] = Field(
        default=(),
        max_length=10,
        description="Where a conversation goes on, by the ids of other inboxes. The first "
        "mailbox among them mails what the visitor has not seen (`notify.customer`), and "
        "takes the answers. Those on Telegram, VK and Viber are offered to the visitor, each "
        "behind a link that knows them once.",
        examples=[["help_mail", "shop_tg"]],
    )
    messages_per_minute: Annotated[int, Field(ge=1, le=1_000_000), WHOLE] = Field(
        default=300,
        description="How many messages of one visitor are taken in a minute at all: past that, "
        "their widget is asked to wait, and sends them then. A tenth as many files. What is over "
        "`flood` is held long before.",
        examples=[300],
    )
    continue_within: Duration = Field(
        default=written("1h"),
        description="How long such a link knows the visitor whom it was made for.",
        examples=["1h", "15m"],
    )
