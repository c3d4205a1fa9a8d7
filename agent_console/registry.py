"""Every kind of staff surface there is, by the settings of its kind."""

from collections.abc import Mapping

from agent_console.web.settings import WebSettings
from bridge.settings import SurfaceSettings

SETTINGS: Mapping[str, type[SurfaceSettings]] = {"web": WebSettings}
