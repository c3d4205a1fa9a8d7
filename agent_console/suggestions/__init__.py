"""Suggested replies: a model drafts what an agent then sends, or does not (J35)."""

from agent_console.suggestions.endpoint import Endpoint, NoDraftError, Turn
from agent_console.suggestions.spoken import spoken

__all__ = ["Endpoint", "NoDraftError", "Turn", "spoken"]
