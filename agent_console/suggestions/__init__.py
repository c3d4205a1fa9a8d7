"""Suggested replies: a model drafts what an agent then sends, or does not (J35).

`endpoint.py` asks it. It stands alone, since an HTTP client comes with it, and is imported only
where the YAML names a model.
"""

from agent_console.suggestions.drafts import NoDraftError, Turn, Why
from agent_console.suggestions.spoken import spoken

__all__ = ["NoDraftError", "Turn", "Why", "spoken"]
