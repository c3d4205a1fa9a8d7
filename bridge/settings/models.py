"""The whole of the YAML: its sections, and the inboxes and surfaces by their kinds."""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, PlainSerializer, PlainValidator, PrivateAttr, model_validator

from bridge.settings.addresses import RedisUrl
from bridge.settings.base import InboxSettings, Part, SurfaceSettings
from bridge.settings.bykind import inbox_by_kind, surface_by_kind
from bridge.settings.faults import fault
from bridge.settings.origin import Origin
from bridge.settings.sections import (
    Agent,
    ContactField,
    ConversationSettings,
    LocaleSettings,
    Logging,
    Notify,
    OpeningHours,
    Permissions,
    QuickReply,
    Routing,
    Server,
    Storage,
    Tag,
    Team,
    Topic,
)
from bridge.settings.sections.automations import Automation
from bridge.settings.sections.blocking import Blocking
from bridge.settings.sections.flood import Flood
from bridge.settings.sections.meetings import Meetings
from bridge.settings.sections.suggestions import Suggestions
from bridge.settings.sections.system_messages import SystemMessages
from bridge.settings.sections.telemetry import Telemetry
from bridge.settings.sections.tickets import Ticket
from bridge.settings.sections.webhooks import Webhook
from bridge.settings.values import WHOLE, Id


def _dumped(part: Part) -> dict[str, Any]:
    return part.model_dump(mode="json")


DUMPED = PlainSerializer(_dumped)


class Settings(Part):
    """The whole configuration."""

    _origin: Origin | None = PrivateAttr(default=None)

    version: Annotated[Literal[1], WHOLE] = Field(
        description="The version of this format. There is only 1.", examples=[1]
    )
    server: Server = Field(
        default_factory=Server,
        description="Where the program listens and how the world reaches it.",
        examples=[{"listen": "127.0.0.1:8080", "public_url": "https://support.example.com"}],
    )
    storage: Storage = Field(
        default_factory=Storage,
        description="Where conversations and files are kept.",
        examples=[{"database": "sqlite:///var/deskbridge.db"}],
    )
    redis: RedisUrl | None = Field(
        default=None,
        description="A Redis or Valkey server by which several processes count together how "
        "often somebody may sign in, open sessions and write, and tell each other who is "
        "writing just now. `redis://host:port/number`, "
        "`rediss://` for TLS, or `unix:///path` for a socket; with a password in it the whole "
        "address comes from outside: `${REDIS_URL}`. Nothing is kept there that is needed: "
        "while it is away each process counts by itself.",
        examples=["redis://127.0.0.1:6379/0", "unix:///run/valkey/valkey.sock"],
    )
    locale: LocaleSettings = Field(
        default_factory=LocaleSettings,
        description="Languages and the time zone.",
        examples=[{"default": "uk", "available": ["uk", "ru", "en"], "timezone": "Europe/Kyiv"}],
    )
    agents: dict[Id, Agent] = Field(
        default_factory=dict,
        description="The people who answer, by id.",
        examples=[{"anna": {"name": "Anna", "role": "supervisor"}}],
    )
    teams: dict[Id, Team] = Field(
        default_factory=dict,
        description="Agents who answer together, by id.",
        examples=[{"sales": {"members": ["anna", "pavel"], "hours": "office"}}],
    )
    hours: dict[Id, OpeningHours] = Field(
        default_factory=dict,
        description="When somebody is there, by an id that inboxes, teams, agents and rules name.",
        examples=[{"office": {"weekly": {"mon-fri": ["09:00-18:00"]}}}],
    )
    channels: dict[Id, Annotated[InboxSettings, PlainValidator(inbox_by_kind), DUMPED]] = Field(
        default_factory=dict,
        description="The inboxes customers write to, by id.",
        examples=[{"site": {"type": "widget", "key": "site_main"}}],
    )
    staff: dict[Id, Annotated[SurfaceSettings, PlainValidator(surface_by_kind), DUMPED]] = Field(
        default_factory=dict,
        description="The surfaces where agents work, by id. Without this section there is "
        "the web console, with its defaults.",
        examples=[{"console": {"type": "web", "session": "12h"}}],
    )
    routing: Routing = Field(
        default_factory=Routing,
        description="Who answers, and until when.",
        examples=[{"close_inactive": "15m", "max_wait": "3m"}],
    )
    notify: Notify = Field(
        default_factory=Notify,
        description="Who is told of what, and how.",
        examples=[{"agent": {"sound": True}}],
    )
    conversation: ConversationSettings = Field(
        default_factory=ConversationSettings,
        description="What holds for every conversation.",
        examples=[{"max_length": 2000}],
    )
    permissions: Permissions = Field(
        default_factory=Permissions,
        description="Switches on top of the built-in roles.",
        examples=[{"agent": {"transfer": "own"}}],
    )
    block: Blocking = Field(
        default_factory=Blocking,
        description="How customers are blocked.",
        examples=[{"require_end": True}],
    )
    flood: Flood = Field(
        default_factory=Flood,
        description="From how many messages on somebody's writing is a flood. What is over that "
        "is stored and held: one line of the thread stands for all of it, and agents are not "
        "told of each message.",
        examples=[{"sender": {"per_minute": 20, "per_hour": 200}}],
    )
    suggestions: Suggestions | None = Field(
        default=None,
        description="A model that drafts replies for agents, who change and send them, or do "
        "not. Without this section there is none.",
        examples=[{"endpoint": "https://models.example.com/v1", "model": "small-chat"}],
    )
    meetings: Meetings | None = Field(
        default=None,
        description="Video meetings, to which agents send links. Without this section the "
        "console does not offer it.",
        examples=[{"url": "https://meet.example.com/{{token}}"}],
    )
    quick_replies: dict[Id, QuickReply] = Field(
        default_factory=dict,
        description="Ready answers, by id.",
        examples=[{"hello": {"shortcut": "hi", "text": "Hello {{contact.name|there}}!"}}],
    )
    system_messages: SystemMessages = Field(
        default_factory=SystemMessages,
        description="What the program itself tells customers.",
        examples=[{"begun": {"enabled": False}}],
    )
    contact_fields: dict[Id, ContactField] = Field(
        default_factory=dict,
        description="More fields of a person, by an id: agents fill them in, the search finds "
        "them, and a site may tell them under the same id with `Deskbridge('set', …)`.",
        examples=[{"customer_no": {"label": "Customer number"}}],
    )
    topics: dict[Id, Topic] = Field(
        default_factory=dict,
        description="What conversations are about, by id. Agents give a conversation one or "
        "several; one that is taken out of the file stays where it was given.",
        examples=[{"prices": {"label": {"en": "Prices", "uk": "Ціни"}}}],
    )
    tags: dict[Id, Tag] = Field(
        default_factory=dict,
        description="Kinds of clients, by id. Agents give them to the people who write, and "
        "find conversations by them; one that is taken out of the file stays where it was given.",
        examples=[{"vip": {"label": "VIP", "color": "#d97706", "pinned": True}}],
    )
    automations: dict[Id, Automation] = Field(
        default_factory=dict,
        description="What the program does by itself when something happens, by id, in the "
        "order of the file.",
        examples=[
            {
                "remind": {
                    "when": {"event": "waiting", "for": "30m"},
                    "do": [{"notify": {"assignee": True, "text": "They are waiting."}}],
                }
            }
        ],
    )
    webhooks: dict[Id, Webhook] = Field(
        default_factory=dict,
        description="Programs of yours that are told what happens, by signed requests, by id.",
        examples=[
            {
                "crm": {
                    "url": "https://crm.example.com/hooks/desk",
                    "secret": "${CRM_HOOK_SECRET}",
                    "events": ["conversation.opened", "message.received"],
                }
            }
        ],
    )
    tickets: dict[Id, Ticket] = Field(
        default_factory=dict,
        description="Tasks that agents make of messages for others in the house, by an id of "
        "each kind. Without any, the console does not offer it.",
        examples=[
            {
                "warehouse": {
                    "name": "Warehouse",
                    "to": {"inbox": "help_mail", "address": "tasks@example.com"},
                }
            }
        ],
    )
    logging: Logging = Field(
        default_factory=Logging,
        description="What the program writes about itself.",
        examples=[{"format": "auto", "level": "info"}],
    )
    telemetry: Telemetry = Field(
        default_factory=Telemetry,
        description="Traces of what the program does.",
        examples=[{"otlp": "http://127.0.0.1:4318"}],
    )

    @property
    def origin(self) -> Origin | None:
        """Return where it was read from; `None` for what no file says."""
        return self._origin

    def came_from(self, origin: Origin) -> None:
        """Remember where it was read from."""
        self._origin = origin

    @model_validator(mode="after")
    def _links_are_encrypted(self) -> Self:
        """Refuse to send customers an address that anybody on the way could read."""
        linked = self.storage.media.large_files == "link"
        if linked and not self.server.public_url.startswith("https://"):
            raise fault(
                "needs_https",
                "customers can be sent links to files over https only",
                at=("storage", "media", "large_files"),
            )
        return self

    @model_validator(mode="after")
    def _conversations_can_be_closed(self) -> Self:
        """Refuse to ask for a topic where none can be given."""
        asked = self.conversation
        if asked.topic_required_to_close and not (self.topics or asked.other_topic):
            raise fault(
                "no_topics",
                "there is no topic to give, so no conversation could be closed",
                at=("conversation", "topic_required_to_close"),
            )
        return self

    @model_validator(mode="after")
    def _inboxes_have_names(self) -> Self:
        """Name an inbox without a name by its id."""
        for name, inbox in self.channels.items():
            if not inbox.name:
                self.channels[name] = inbox.model_copy(update={"name": name})
        return self
