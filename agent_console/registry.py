"""Every kind of staff surface there is: its settings, and where its class is found."""

from collections.abc import Mapping
from importlib import import_module

from agent_console.email.settings import AgentMailSettings
from agent_console.slack.settings import SlackSettings
from agent_console.surface import StaffSurface
from agent_console.telegram_forum.settings import TelegramForumSettings
from agent_console.web.settings import WebSettings
from bridge.settings import SurfaceSettings

SETTINGS: Mapping[str, type[SurfaceSettings]] = {
    "email": AgentMailSettings,
    "slack": SlackSettings,
    "telegram_forum": TelegramForumSettings,
    "web": WebSettings,
}
SURFACES: Mapping[str, str] = {
    "slack": "agent_console.slack.surface:SlackSurface",
    "telegram_forum": "agent_console.telegram_forum.surface:TelegramForum",
}
"""Of those where a conversation is a thread; the console is put together by its own room."""


def surface_class(kind: str) -> type[StaffSurface]:
    """Import the class of a kind, which is done only where one of it is configured."""
    module, _, name = SURFACES[kind].partition(":")
    found: type[StaffSurface] = getattr(import_module(module), name)
    return found
