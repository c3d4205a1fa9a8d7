"""Every kind of staff surface there is: the settings of its kind, and the class that runs it.

A surface's class is named and not yet imported, as `channels.registry` has it: a vendor's
library is loaded only when a surface of its kind is configured.
"""

from collections.abc import Mapping

from agent_console.slack.settings import SlackSettings
from agent_console.web.settings import WebSettings
from bridge.settings import SurfaceSettings

SETTINGS: Mapping[str, type[SurfaceSettings]] = {"slack": SlackSettings, "web": WebSettings}
SURFACES: Mapping[str, str] = {"slack": "agent_console.slack.surface:SlackSurface"}
"""`"module:Class"` of every kind that shows threads; the console is served by itself."""
