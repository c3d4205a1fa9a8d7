"""The YAML: its types, its loading with line and column, its errors.

`load` is the only door for a file. What a kind of inbox or surface needs for its own keys
is exported beside it. This room imports the standard library, pydantic and ruamel only.
"""

from bridge.settings.addresses import Address, Proxy
from bridge.settings.base import InboxSettings, Kinds, Part, SurfaceSettings
from bridge.settings.faults import fault
from bridge.settings.finding import Finding
from bridge.settings.loading import Examined, Review, Revise, examine, load
from bridge.settings.models import Settings
from bridge.settings.problems import ConfigError, Problem, as_json
from bridge.settings.secret import Resolved, Secret
from bridge.settings.sections import (
    Agent,
    Bot,
    Expectation,
    OpeningHours,
    QuickReply,
    Role,
    Rule,
    Sample,
    Span,
    Strategy,
    StrongSecret,
    Suggestions,
    Team,
    To,
    Webhook,
    WebhookEvent,
    When,
)
from bridge.settings.texts import LocalText, Text
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
    IpSwitch,
    Size,
    pattern_schema,
    say,
    written,
)
from bridge.settings.variables import VARIABLE, VARIABLES

__all__ = [
    "CHOICE",
    "LISTED",
    "LOCALES",
    "VARIABLE",
    "VARIABLES",
    "WHOLE",
    "Address",
    "Agent",
    "Bot",
    "ByteSize",
    "ConfigError",
    "Duration",
    "DurationOrOff",
    "Examined",
    "Expectation",
    "Finding",
    "Flag",
    "Id",
    "InboxSettings",
    "IpSwitch",
    "Kinds",
    "LocalText",
    "OpeningHours",
    "Part",
    "Problem",
    "Proxy",
    "QuickReply",
    "Resolved",
    "Review",
    "Revise",
    "Role",
    "Rule",
    "Sample",
    "Secret",
    "Settings",
    "Size",
    "Span",
    "Strategy",
    "StrongSecret",
    "Suggestions",
    "SurfaceSettings",
    "Team",
    "Text",
    "To",
    "Webhook",
    "WebhookEvent",
    "When",
    "as_json",
    "examine",
    "fault",
    "load",
    "pattern_schema",
    "say",
    "written",
]
