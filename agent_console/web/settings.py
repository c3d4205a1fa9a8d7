"""The keys of the web console in the YAML."""

from datetime import timedelta
from typing import Annotated, ClassVar, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, PlainValidator

from bridge.settings import (
    CHOICE,
    LISTED,
    Duration,
    Flag,
    Part,
    Secret,
    SurfaceSettings,
    fault,
    pattern_schema,
    written,
)

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


def _issuer(value: object) -> str:
    text = value if isinstance(value, str) else ""
    if not _is_issuer(text):
        message = "an issuer is https://host/path, exactly as the provider writes it"
        raise fault("bad_endpoint", message)
    return text


def _is_issuer(text: str) -> bool:
    try:
        parts = urlsplit(text)
        here = parts.hostname in ("127.0.0.1", "localhost", "::1")
        named = parts.hostname is not None and parts.port != 0
    except ValueError:
        return False
    safe = parts.scheme == "https" or (parts.scheme == "http" and here)
    plain = not (parts.fragment or parts.query or "@" in parts.netloc)
    return safe and named and plain and text.isprintable() and " " not in text


Issuer = Annotated[str, PlainValidator(_issuer), pattern_schema(r"^https?://[^\s?#@]+$")]


class OidcSettings(Part):
    """An identity provider by which agents sign in (OpenID Connect)."""

    issuer: Issuer = Field(
        description="The provider's issuer, exactly as it writes it: what is said in another "
        "name is refused. `/.well-known/openid-configuration` is looked for beneath it. Only on "
        "this machine it may be http.",
        examples=["https://id.example.com/realms/shop"],
    )
    client_id: str = Field(
        min_length=1,
        max_length=255,
        description="The client that the provider knows this console as. Register it with the "
        "redirect address `<server.public_url>/api/session/oidc/callback`.",
        examples=["deskbridge"],
    )
    client_secret: Secret | None = Field(
        default=None,
        description="The client's secret. A public client, which has PKCE alone, has none.",
        examples=["${OIDC_CLIENT_SECRET}"],
    )
    name: str | None = Field(
        default=None,
        min_length=1,
        max_length=40,
        description="What the button on the sign-in page calls it. Without it, the issuer's host.",
        examples=["Shop ID"],
    )
    by_email: Flag = Field(
        default=True,
        description="Whether an agent without `agents.<id>.oidc` is known by their `email`, "
        "where the provider says that it is verified.",
        examples=[False],
    )
    second_factor: Annotated[Literal["ask", "trust"], CHOICE] = Field(
        default="ask",
        description="`ask`: whoever comes from the provider is asked for our second factor as "
        "others are. `trust`: the provider answers for it, also where `second_factor` is "
        "`required`.",
        examples=["trust"],
    )


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
    oidc: OidcSettings | None = Field(
        default=None,
        description="An identity provider by which agents sign in, beside passwords and links. "
        "It makes no agents: those stand in the YAML.",
        examples=[
            {
                "issuer": "https://id.example.com/realms/shop",
                "client_id": "deskbridge",
                "client_secret": "${OIDC_CLIENT_SECRET}",
            }
        ],
    )
    panel: Annotated[tuple[Annotated[Block, CHOICE], ...], AfterValidator(_not_twice), LISTED] = (
        Field(
            default=BLOCKS,
            description="The blocks of the contact panel, from top to bottom; `notes` and "
            "`history` are tabs of their own. A block that is not named is not shown.",
            examples=[["contact", "notes", "conversations"]],
        )
    )
