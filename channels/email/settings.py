"""The keys of an email inbox in the YAML."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated, ClassVar, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from bridge.settings import (
    CHOICE,
    WHOLE,
    ByteSize,
    Duration,
    DurationOrOff,
    InboxSettings,
    Part,
    Secret,
    fault,
    written,
)
from bridge.settings.values import Email

Tls = Literal["tls", "starttls", "none"]
Auth = Literal["password", "xoauth2"]

_IMAP_PORTS: dict[Tls, int] = {"tls": 993, "starttls": 143, "none": 143}
_SMTP_PORTS: dict[Tls, int] = {"tls": 465, "starttls": 587, "none": 25}


class Server(Part):
    """A mail server: where it is, and who we are there."""

    host: str = Field(
        min_length=1,
        max_length=253,
        pattern=r"^[^\s/@]+$",
        description="The server's name or address.",
        examples=["imap.example.com"],
    )
    port: Annotated[int, Field(ge=1, le=65535), WHOLE] | None = Field(
        default=None,
        description="The port. Without it, the usual one for `tls`: 993 or 143 for IMAP, "
        "465, 587 or 25 for SMTP.",
        examples=[993],
    )
    tls: Annotated[Tls, CHOICE] = Field(
        default="tls",
        description="`tls` from the first byte, `starttls` after a greeting in the clear, "
        "`none` only for a server on this machine.",
        examples=["starttls"],
    )
    ca_file: Path | None = Field(
        default=None,
        description="The certificate (PEM) of your own authority, where the server's is "
        "signed by no public one.",
        examples=["/etc/ssl/our-ca.pem"],
    )
    user: str | None = Field(
        default=None,
        min_length=1,
        description="The name to sign in with. Without it, the inbox's `address`.",
        examples=["help@example.com"],
    )
    auth: Annotated[Auth, CHOICE] = Field(
        default="password",
        description="`password`, or `xoauth2` with an access token (Gmail, Outlook), which the "
        "inbox's `oauth` renews.",
        examples=["xoauth2"],
    )
    password: Secret | None = Field(
        default=None,
        description="The password, mostly one made for this program alone.",
        examples=["${MAIL_PASSWORD}"],
    )
    token: Secret | None = Field(
        default=None,
        description="An OAuth 2.0 access token for `auth: xoauth2`, where something else "
        "than this program renews it. It is read at the start. Leave it out with `oauth`.",
        examples=["${file:/run/secrets/mail_token}"],
    )

    @property
    def secret(self) -> Secret | None:
        """Return what proves us there, if anything does."""
        return self.token if self.auth == "xoauth2" else self.password


class OAuth(Part):
    """How access tokens are got: by a refresh token, from the provider's token server."""

    token_url: str = Field(
        pattern=r"^https?://[^\s/?#@]+(/[^\s#]*)?$",
        description="The provider's token server (RFC 6749): "
        "`https://oauth2.googleapis.com/token` for Google, "
        "`https://login.microsoftonline.com/common/oauth2/v2.0/token` for Microsoft.",
        examples=["https://oauth2.googleapis.com/token"],
    )
    client_id: str = Field(
        min_length=1,
        description="The id under which the provider knows your program.",
        examples=["1234-abcd.apps.googleusercontent.com"],
    )
    client_secret: Secret | None = Field(
        default=None,
        description="That program's secret, if the provider gave one.",
        examples=["${MAIL_CLIENT_SECRET}"],
    )
    refresh_token: Secret = Field(
        description="What renews the access token. The owner of the mailbox gets it once, by "
        "allowing your program to read and send mail.",
        examples=["${file:/run/secrets/mail_refresh_token}"],
    )
    scope: str | None = Field(
        default=None,
        min_length=1,
        description="What the token is to be good for. Without it, all that was allowed.",
        examples=["https://mail.google.com/"],
    )


class Imap(Server):
    """Where mail is read."""

    folder: str = Field(
        default="INBOX",
        min_length=1,
        max_length=200,
        description="The folder that customers' mail arrives in, as its name is shown.",
        examples=["INBOX", "Підтримка"],
    )

    @property
    def port_number(self) -> int:
        """Return the port to connect to."""
        return self.port or _IMAP_PORTS[self.tls]

    @model_validator(mode="after")
    def _has_a_secret(self) -> Self:
        if self.auth == "password" and self.password is None:
            raise fault("missing_key", "a mailbox has a password", help="add password: ${…}")
        return self


class Smtp(Server):
    """Where mail is handed in."""

    max_size: ByteSize = Field(
        default=written("25MB"),
        description="The largest mail the server takes, with its files as they are encoded "
        "(a third larger). Larger ones are refused before anything is sent.",
        examples=["25MB"],
    )
    timeout: Duration = Field(
        default=written("10m"),
        description="How long to wait for the server's word after the whole mail was handed "
        "over. Less than ten minutes makes doubles (RFC 5321, 4.5.3.2.6).",
        examples=["10m"],
    )

    @property
    def port_number(self) -> int:
        """Return the port to connect to."""
        return self.port or _SMTP_PORTS[self.tls]


def _soon_enough(value: timedelta) -> timedelta:
    if value > timedelta(minutes=1):
        raise fault(
            "out_of_range", "a lost connection would be noticed too late", help="at most 1m"
        )
    return value


class EmailSettings(InboxSettings):
    """A mailbox that customers write to."""

    unique: ClassVar[tuple[str, ...]] = ("address",)
    leads_on: ClassVar[bool] = True
    by_address: ClassVar[bool] = True

    type: Literal["email"] = Field(default="email", description="A mailbox.", examples=["email"])
    address: Email = Field(
        description="The address that customers write to and get answers from.",
        examples=["help@example.com"],
    )
    imap: Imap = Field(
        description="Where mail is read.",
        examples=[{"host": "imap.example.com", "password": "${MAIL_PASSWORD}"}],
    )
    smtp: Smtp = Field(
        description="Where mail is handed in.",
        examples=[{"host": "smtp.example.com", "password": "${MAIL_PASSWORD}"}],
    )
    oauth: OAuth | None = Field(
        default=None,
        description="Renews the access token of both servers, for those with `auth: xoauth2` "
        "and no `token`.",
        examples=[
            {
                "token_url": "https://oauth2.googleapis.com/token",
                "client_id": "1234-abcd.apps.googleusercontent.com",
                "client_secret": "${MAIL_CLIENT_SECRET}",
                "refresh_token": "${MAIL_REFRESH_TOKEN}",
            }
        ],
    )
    authserv_id: str | None = Field(
        default=None,
        pattern=r"^[A-Za-z0-9._-]+$",
        description="The name by which your own mail server signs its "
        "`Authentication-Results`. Only those above the first `Received` are believed "
        "(RFC 8601); without the key nobody's address counts as proven.",
        examples=["mx.example.com"],
    )
    poll: Annotated[Duration, AfterValidator(_soon_enough)] = Field(
        default=written("1m"),
        description="How often to look for mail even if the server announces none: at most "
        "a minute, so that a dead connection is noticed within two.",
        examples=["30s"],
    )
    backlog: DurationOrOff = Field(
        default=written("off"),
        description="How old mail may be that is taken at the very first start. `off` takes "
        "only what arrives from then on.",
        examples=["7d", "off"],
    )

    @model_validator(mode="after")
    def _xoauth2_has_a_token(self) -> Self:
        for name, server in (("imap", self.imap), ("smtp", self.smtp)):
            if server.auth == "xoauth2" and server.token is None and self.oauth is None:
                raise fault(
                    "missing_key",
                    "xoauth2 needs a token",
                    at=(name, "auth"),
                    help="add oauth: to the inbox, which renews tokens, or token: … here",
                )
        return self

    @model_validator(mode="after")
    def _oauth_is_for_something(self) -> Self:
        servers = (self.imap, self.smtp)
        used = any(one.auth == "xoauth2" and one.token is None for one in servers)
        if self.oauth is not None and not used:
            raise fault(
                "missing_key",
                "no server signs in with these tokens",
                at=("oauth",),
                help="set auth: xoauth2 under imap and smtp, without a token there",
            )
        return self
