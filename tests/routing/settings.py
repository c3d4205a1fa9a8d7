"""What a YAML would say, as far as `routing.declared` reads it."""

from dataclasses import dataclass, field
from typing import Any, cast

from bridge.settings import Settings
from bridge.settings.sections import ConversationSettings, LocaleSettings, Routing


@dataclass
class Person:
    """An agent as the YAML declares one."""

    name: str
    role: str = "agent"
    email: str | None = None
    limit: int | None = None
    hours: str | None = None
    languages: tuple[str, ...] = ()


@dataclass
class Box:
    """An inbox as the YAML declares one."""

    type: str
    name: str
    team: str | None = None
    hours: str | None = None


@dataclass
class Declared:
    """The part of `Settings` that declares agents and inboxes."""

    agents: dict[str, Person] = field(default_factory=dict)
    channels: dict[str, Box] = field(default_factory=dict)
    topics: dict[str, Any] = field(default_factory=dict)
    tags: dict[str, Any] = field(default_factory=dict)
    teams: dict[str, Any] = field(default_factory=dict)
    hours: dict[str, Any] = field(default_factory=dict)
    routing: Routing = field(default_factory=Routing)
    locale: LocaleSettings = field(default_factory=LocaleSettings)
    conversation: ConversationSettings = field(default_factory=ConversationSettings)


def settings_of(
    agents: dict[str, Person] | None = None,
    channels: dict[str, Box] | None = None,
    **sorting: Any,
) -> Settings:
    """Return settings that declare these, or what the world has anyway."""
    declared = Declared(
        agents={
            "anna": Person("Anna"),
            "boris": Person("Boris"),
            "sofia": Person("Sofia", "supervisor"),
            "viktor": Person("Viktor", "viewer"),
        }
        if agents is None
        else agents,
        channels={one: Box(one, one) for one in ("pager", "site", "post")}
        if channels is None
        else channels,
        **sorting,
    )
    return cast("Settings", declared)
