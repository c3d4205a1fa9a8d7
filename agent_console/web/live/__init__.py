"""The console's websocket: what changes, as it changes, to every console that is open."""

from agent_console.web.live.live import Live

__all__ = ["Live"]
