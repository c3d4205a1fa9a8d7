"""The sections of the YAML, except the keys of a kind of inbox or surface.

A field's description is what editors show on hover and what the reference prints, so it
is written for the person who keeps the file.
"""

from bridge.settings.sections.automations import (
    LASTING,
    SAID_ON,
    Automation,
    Doer,
    Happening,
    Trigger,
)
from bridge.settings.sections.bots import Bot
from bridge.settings.sections.conversation import ContactField, ConversationSettings
from bridge.settings.sections.doing import Deed, Do, Keeping, Telling
from bridge.settings.sections.hours import OpeningHours, Span
from bridge.settings.sections.meetings import Meetings
from bridge.settings.sections.notices import NoticeLevel, Notify
from bridge.settings.sections.routing import Routing
from bridge.settings.sections.rules import Expectation, Rule, Sample, Strategy, To, When
from bridge.settings.sections.server import (
    SHORTEST_SECRET,
    LocaleSettings,
    Logging,
    Server,
    Storage,
    StrongSecret,
    long_enough,
)
from bridge.settings.sections.sorting import Tag, Topic
from bridge.settings.sections.staff import Agent, Permissions, QuickReply, Role
from bridge.settings.sections.statuses import Status
from bridge.settings.sections.suggestions import Suggestions
from bridge.settings.sections.teams import Team
from bridge.settings.sections.tickets import Ticket, TicketField, TicketTarget
from bridge.settings.sections.webhooks import Webhook, WebhookEvent

__all__ = [
    "LASTING",
    "SAID_ON",
    "SHORTEST_SECRET",
    "Agent",
    "Automation",
    "Bot",
    "ContactField",
    "ConversationSettings",
    "Deed",
    "Do",
    "Doer",
    "Expectation",
    "Happening",
    "Keeping",
    "LocaleSettings",
    "Logging",
    "Meetings",
    "NoticeLevel",
    "Notify",
    "OpeningHours",
    "Permissions",
    "QuickReply",
    "Role",
    "Routing",
    "Rule",
    "Sample",
    "Server",
    "Span",
    "Status",
    "Storage",
    "Strategy",
    "StrongSecret",
    "Suggestions",
    "Tag",
    "Team",
    "Telling",
    "Ticket",
    "TicketField",
    "TicketTarget",
    "To",
    "Topic",
    "Trigger",
    "Webhook",
    "WebhookEvent",
    "When",
    "long_enough",
]
