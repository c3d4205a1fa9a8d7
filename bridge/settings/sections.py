"""The sections of the YAML, except the keys of a kind of inbox or surface.

A field's description is what editors show on hover and what the reference prints, so it
is written for the person who keeps the file.
"""

from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from bridge.settings.addresses import Address, DatabaseUrl, Listen, Network, PublicUrl
from bridge.settings.base import Part
from bridge.settings.faults import fault
from bridge.settings.secret import Secret
from bridge.settings.texts import LocalText, Text
from bridge.settings.values import (
    CHOICE,
    LISTED,
    LOCALES,
    WHOLE,
    ByteSize,
    Duration,
    DurationOrOff,
    Email,
    Flag,
    Locale,
    Timezone,
    written,
)
from bridge.settings.variables import refuse_unknown

Role = Literal["owner", "supervisor", "agent", "viewer"]

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
        description="What sessions and links are signed with, at least 32 bytes. Without "
        "it, one is made at the first start and kept beside the database.",
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


class Storage(Part):
    """Where conversations and files are kept."""

    database: DatabaseUrl = Field(
        default="sqlite:///var/deskbridge.db",
        description="The database. `sqlite:///` and a path relative to the working "
        "directory, or four slashes and an absolute path.",
        examples=["sqlite:///var/deskbridge.db", "sqlite:////var/lib/deskbridge/deskbridge.db"],
    )
    media: Media = Field(
        default_factory=Media,
        description="Attachments.",
        examples=[{"dir": "var/media", "max_upload": "4MB"}],
    )

    @property
    def database_path(self) -> Path:
        """Return the file of the SQLite database."""
        return Path(self.database.removeprefix("sqlite:///"))


class LocaleSettings(Part):
    """Languages and the time zone."""

    default: Annotated[Locale, CHOICE] = Field(
        default="en",
        description="The language for people whose own is not available.",
        examples=["uk"],
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


class Agent(Part):
    """A person who answers. Passwords and sessions are kept in the database, not here."""

    name: str = Field(
        min_length=1,
        max_length=80,
        description="The name that colleagues and customers see.",
        examples=["Anna"],
    )
    email: Email | None = Field(
        default=None,
        description="An address to sign in with, beside the id.",
        examples=["anna@example.com"],
    )
    role: Annotated[Role, CHOICE] = Field(
        default="agent",
        description="What the agent may do: an owner everything, a supervisor everything "
        "with conversations, an agent their own and new ones, a viewer only reads.",
        examples=["supervisor"],
    )


class Reopen(Part):
    """What becomes of a closed conversation when the customer writes again."""

    new_after: DurationOrOff = Field(
        default=written("24h"),
        description="Within this time of closing the same conversation is opened again, "
        "later a new one begins. `off` always opens the same one.",
        examples=["24h", "off"],
    )


class Routing(Part):
    """Who answers, and until when."""

    close_inactive: DurationOrOff = Field(
        default=written("15m"),
        description="Close a conversation whose customer has not answered for this long. "
        "`off` never does.",
        examples=["15m", "off"],
    )
    max_wait: DurationOrOff = Field(
        default=written("3m"),
        description="How long a customer may wait: the timer goes from green to red over "
        "this time, and the list can be sorted in processing order. `off` shows no limit.",
        examples=["3m", "off"],
    )
    reopen: Reopen = Field(
        default_factory=Reopen,
        description="What becomes of a closed conversation when the customer writes again.",
        examples=[{"new_after": "24h"}],
    )
    uncertain: Annotated[Literal["ask", "resend"], CHOICE] = Field(
        default="ask",
        description="When nobody knows whether a message arrived: `ask` the agent, or "
        "`resend` it once, marked as possibly double.",
        examples=["ask"],
    )


class AgentNotices(Part):
    """How the console calls an agent's attention. Each agent can switch off more."""

    sound: Flag = Field(default=True, description="Play a sound.", examples=[True])
    title_flash: Flag = Field(
        default=True, description="Flash the title of a hidden tab.", examples=[True]
    )
    desktop: Flag = Field(
        default=True, description="Offer notices of the desktop.", examples=[True]
    )


class CustomerNotices(Part):
    """What customers get by mail of a conversation on your site after they have left it."""

    email_if_unseen: DurationOrOff = Field(
        default=written("1m"),
        description="Mail customers what agents wrote, or the program said itself, if they "
        "have not seen it for this long: in inboxes whose `continue_via` names a mailbox, "
        "where the customer has given an address. `off` never does.",
        examples=["1m", "off"],
    )
    min_interval: Duration = Field(
        default=written("5m"),
        description="The shortest time between two such mails of one conversation: what is "
        "written meanwhile goes together in the next.",
        examples=["5m"],
    )
    max_messages: Annotated[int, Field(ge=1, le=100), WHOLE] = Field(
        default=10,
        description="How many messages one mail holds, the newest. It says how many earlier "
        "ones are left out.",
        examples=[10],
    )


class Notify(Part):
    """Who is told of what, and how."""

    agent: AgentNotices = Field(
        default_factory=AgentNotices, description="Notices to agents.", examples=[{"sound": False}]
    )
    customer: CustomerNotices = Field(
        default_factory=CustomerNotices,
        description="Mails to customers who have left your site.",
        examples=[{"email_if_unseen": "1m", "min_interval": "5m", "max_messages": 10}],
    )


class ConversationSettings(Part):
    """What holds for every conversation."""

    max_length: Annotated[int, Field(ge=1, le=100_000), WHOLE] = Field(
        default=2000,
        description="The longest message, in characters without the white space. A "
        "network's own limit also applies.",
        examples=[2000],
    )
    allow_edit: Flag = Field(
        default=True,
        description="Whether agents may change what they wrote: their notes, and their "
        "messages where the network can. `false` forbids it to every role.",
        examples=[False],
    )
    allow_delete: Flag = Field(
        default=False,
        description="Whether agents may take back what they wrote: their notes, and their "
        "messages where the network can. Supervisors and owners may then take back "
        "everybody's. `false` forbids it to every role.",
        examples=[True],
    )
    resume_valid: DurationOrOff = Field(
        default=written("1h"),
        description="How long a link back into the chat on your site is good, once: in the mail "
        "to a visitor who has left, and in an agent's invitation. `off` makes no such links.",
        examples=["1h", "off"],
    )
    invitation_valid: Duration = Field(
        default=written("7d"),
        description="How long an agent's invitation into another inbox knows the customer "
        "whom it was made for.",
        examples=["7d", "24h"],
    )


class AgentPermissions(Part):
    """What the role `agent` may do beyond answering."""

    transfer: Annotated[Literal["none", "own", "any"], CHOICE] = Field(
        default="own",
        description="Which conversations an agent may hand to a colleague.",
        examples=["own"],
    )
    edit_contact: Flag = Field(
        default=True, description="Whether an agent may edit a contact.", examples=[True]
    )


class Permissions(Part):
    """Switches on top of the built-in roles."""

    agent: AgentPermissions = Field(
        default_factory=AgentPermissions,
        description="What an agent may do.",
        examples=[{"transfer": "any"}],
    )


def _variables_are_known(text: LocalText) -> LocalText:
    for at, words in text.each():
        refuse_unknown(words, at=at)
    return text


class QuickReply(Part):
    """A ready answer that an agent calls up with `/` and its shortcut."""

    shortcut: str = Field(
        pattern=r"^[^\s/]{1,40}$",
        description="What to type after `/`: up to 40 characters without spaces.",
        examples=["hi"],
    )
    title: str | None = Field(
        default=None,
        min_length=1,
        max_length=80,
        description="A line that says what it is for.",
        examples=["Greeting"],
    )
    text: Annotated[Text, AfterValidator(_variables_are_known)] = Field(
        description="The answer, in one language or several. `{{contact.name|there}}` is "
        "filled in, with the words after the bar when the name is unknown; so are "
        "`{{agent.name}}`, `{{inbox.name}}` and `{{conversation.id}}`.",
        examples=[{"en": "Hello {{contact.name|there}}!", "es": "¡Hola!"}],
    )


class ContactField(Part):
    """One more thing that agents keep of a person."""

    label: Text = Field(
        description="What agents read beside it: one text, or one for each language.",
        examples=["Customer number", {"en": "Customer number", "uk": "Номер клієнта"}],
    )


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
