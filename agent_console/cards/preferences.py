"""An agent's preferences, as they are kept and as the console is told of them."""

import msgspec

from agent_console.cards.shapes import Preferences


def preferences(stored: str) -> Preferences:
    """Read stored preferences; a value that a newer program wrote falls back to ours."""
    try:
        return msgspec.json.decode(stored, type=Preferences)
    except msgspec.ValidationError:
        return Preferences()
