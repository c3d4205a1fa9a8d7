"""Where the program runs: its addresses, its storage, its languages and its own log."""

from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from bridge.settings.addresses import (
    Address,
    DatabaseUrl,
    Listen,
    Network,
    PrivateListen,
    PublicUrl,
)
from bridge.settings.base import Part
from bridge.settings.faults import fault
from bridge.settings.secret import Secret
from bridge.settings.values import (
    CHOICE,
    LISTED,
    LOCALES,
    WHOLE,
    ByteSize,
    Duration,
    DurationOrOff,
    Flag,
    Id,
    Locale,
    Timezone,
    written,
)

SHORTEST_SECRET = 32


def long_enough(secret: Secret) -> Secret:
    """Refuse a secret of fewer than 32 bytes: it could be guessed."""
    if len(secret.reveal().encode()) < SHORTEST_SECRET:
        raise fault("secret_too_short", f"this secret has fewer than {SHORTEST_SECRET} bytes")
    return secret


StrongSecret = Annotated[Secret, AfterValidator(long_enough)]


def _own_url(data: dict[str, Any]) -> str:
    listen = data["listen"]
    return listen.url if isinstance(listen, Address) else ""


class Server(Part):
    """Where the program listens, and under which address the world reaches it."""

    listen: Listen = Field(
        default=written("127.0.0.1:8080"),
        description="The address and port to listen on. `:8080` listens on all addresses.",
        examples=["127.0.0.1:8080", "0.0.0.0:8080"],
    )
    admin_listen: PrivateListen | None = Field(
        default=None,
        description="A second address, for the administrator's programs alone: `/livez`, "
        "`/readyz`, `/metrics` and `/-/reload`. `:9090` listens on this machine only; "
        "`unix:/run/deskbridge/admin.sock` on a socket that only our own user may open. Without "
        "it there is none.",
        examples=["127.0.0.1:9090", "unix:/run/deskbridge/admin.sock"],
    )
    public_url: PublicUrl = Field(
        default_factory=_own_url,
        description="The address browsers reach this server under, without a path. "
        "Without it, `http://` and `listen`.",
        examples=["https://support.example.com"],
    )
    trusted_proxies: Annotated[tuple[Network, ...], LISTED] = Field(
        default=(),
        description="Addresses or networks of reverse proxies whose `X-Forwarded-For` is "
        "believed. Nobody else's is.",
        examples=[["127.0.0.1/32", "10.0.0.0/8"]],
    )
    secret_key: StrongSecret | None = Field(
        default=None,
        description="What sessions and links are signed with, and agents' second factors and "
        "mailboxes' tokens encrypted with, at least 32 bytes. Without it, one is made at the "
        "first start and kept beside the database.",
        examples=["${DESKBRIDGE_SECRET_KEY}", "${file:/run/secrets/deskbridge_secret_key}"],
    )
    demo: Flag = Field(
        default=False,
        description="Whether `/demo` shows a shop page with the widget, and the start "
        "prints one-time sign-ins for every agent. Never for a real installation.",
        examples=[True],
    )


class Media(Part):
    """Attachments: where they are kept, and how large they may be."""

    dir: Path = Field(
        default=Path("var/media"),
        description="The folder of attachments, relative to the working directory.",
        examples=["/var/lib/deskbridge/media"],
    )
    max_upload: ByteSize = Field(
        default=written("4MB"),
        description="The largest file that an agent or a visitor may upload. 1MB is "
        "1,048,576 bytes, so 4MB lets 4,194,304 bytes pass and not one more.",
        examples=["4MB", "10MB"],
    )
    max_inbound: ByteSize = Field(
        default=written("25MB"),
        description="The largest file that is fetched from a customer's network.",
        examples=["25MB"],
    )
    large_files: Annotated[Literal["refuse", "link"], CHOICE] = Field(
        default="refuse",
        description="What becomes of an agent's file that is too large for the customer's "
        "network. `refuse` tells the agent the limit; `link` sends an address of this server "
        "in its place, which opens that file alone and must be https.",
        examples=["link"],
    )
    link_valid_for: Duration = Field(
        default=written("7d"),
        description="How long such an address works, from when the message was written.",
        examples=["7d", "30d"],
    )


class InboxRetention(Part):
    """How long what came by one inbox is kept."""

    messages: DurationOrOff = Field(
        description="How long a closed conversation of this inbox is kept, in place of "
        "`messages` for all. `off` keeps it for ever.",
        examples=["90d", "off"],
    )


class Retention(Part):
    """How long things are kept."""

    messages: DurationOrOff = Field(
        default=None,
        description="How long a closed conversation is kept after the last word in it. After "
        "that it is removed for ever, with its messages and files, a piece at a time. What is "
        "open is never taken. `off` keeps them for ever.",
        examples=["2y", "off"],
    )
    inboxes: dict[Id, InboxRetention] = Field(
        default_factory=dict,
        description="Inboxes whose conversations are kept for another time.",
        examples=[{"shop_tg": {"messages": "90d"}}],
    )
    visitor_ip: DurationOrOff = Field(
        default=written("30d"),
        description="How long the network address of a visitor to your site is kept after they "
        "were last seen there. After that it alone is removed; everything else of the visit "
        "stays. `off` keeps it as long as the visit.",
        examples=["30d", "7d", "off"],
    )
    deleted: DurationOrOff = Field(
        default=written("30d"),
        description="For how long a deleted conversation can be restored. After that it is "
        "removed for ever, with its messages and files. `off` never does.",
        examples=["30d", "7d", "off"],
    )
    audit: DurationOrOff = Field(
        default=written("1y"),
        description="How long the audit trail is kept: who signed in, blocked, joined people, "
        "took data away, and when the configuration changed. `off` keeps it for ever.",
        examples=["1y", "off"],
    )


class Backup(Part):
    """Copies that the program makes of the database by itself."""

    before_migration: Flag = Field(
        default=True,
        description="Whether a new version of the program that changes the tables copies the "
        "database first, beside itself, and says where.",
        examples=[False],
    )
    keep: Annotated[int, Field(ge=1, le=100), WHOLE] = Field(
        default=3,
        description="How many of these copies are kept; with one more the oldest goes.",
        examples=[3],
    )


class Storage(Part):
    """Where conversations and files are kept."""

    database: DatabaseUrl = Field(
        default=written("sqlite:///var/deskbridge.db"),
        description="The database. `sqlite:///` and a path relative to the working "
        "directory, or four slashes and an absolute path. `postgresql://user@host:port/name` is "
        "a server; with a password in it the whole address comes from outside: "
        "`${DATABASE_URL}`.",
        examples=[
            "sqlite:///var/deskbridge.db",
            "sqlite:////var/lib/deskbridge/deskbridge.db",
            "postgresql://deskbridge@db.internal/deskbridge",
            "${DATABASE_URL}",
        ],
    )
    media: Media = Field(
        default_factory=Media,
        description="Attachments.",
        examples=[{"dir": "var/media", "max_upload": "4MB"}],
    )
    retention: Retention = Field(
        default_factory=Retention,
        description="How long things are kept.",
        examples=[{"deleted": "30d", "audit": "1y"}],
    )
    backup: Backup = Field(
        default_factory=Backup,
        description="Copies that the program makes of the database by itself.",
        examples=[{"before_migration": True, "keep": 3}],
    )

    @property
    def database_path(self) -> Path:
        """Return the file of the SQLite database.

        Of a server's it is the name in whose place the lock and the secret are kept, beside
        the folder of files; no such file is made.
        """
        if self.database.startswith("sqlite:"):
            return Path(self.database.removeprefix("sqlite:///"))
        return self.media.dir.parent / "deskbridge.db"


class LocaleSettings(Part):
    """Languages and the time zone."""

    default: Annotated[Locale, CHOICE] = Field(
        default="en",
        description="The language for people whose own is not available.",
        examples=["uk"],
    )
    customer: Annotated[Literal["main", "client"], CHOICE] = Field(
        default="client",
        description="In which language the program itself speaks to customers: `client` is "
        "each one's own, `main` is `default` for everybody.",
        examples=["main"],
    )
    available: Annotated[tuple[Annotated[Locale, CHOICE], ...], LISTED] = Field(
        default=LOCALES,
        min_length=1,
        description="The languages that the widget and the console are offered in.",
        examples=[["en", "ru", "uk", "es"]],
    )
    timezone: Timezone = Field(
        default=written("UTC"),
        description="The time zone of the business, by its IANA name.",
        examples=["Europe/Kyiv"],
    )

    @model_validator(mode="after")
    def _default_is_available(self) -> Self:
        if self.default not in self.available:
            known = ", ".join(self.available)
            raise fault(
                "unknown_locale",
                f'"{self.default}" is not an available language',
                at=("default",),
                help=f"locale.available has {known}",
            )
        return self


class Logging(Part):
    """What the program writes about itself. Never a customer's text, never a secret."""

    format: Annotated[Literal["auto", "console", "json"], CHOICE] = Field(
        default="auto",
        description="`auto` is console on a terminal and JSON otherwise.",
        examples=["json"],
    )
    level: Annotated[Literal["debug", "info", "warning", "error"], CHOICE] = Field(
        default="info", description="The least important line to write.", examples=["info"]
    )
