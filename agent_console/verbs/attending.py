"""Whether the agent works now, as they say."""

from agent_console.surface import Answer
from agent_console.verbs.asking import Ask
from routing import presence
from routing.presence import Choice
from routing.refusal import RefusedError


def online(ask: Ask) -> Answer:
    """The agent works."""
    return _choose(ask, "online")


def on_break(ask: Ask) -> Answer:
    """The agent keeps what they have and is given nothing new."""
    return _choose(ask, "break")


def offline(ask: Ask) -> Answer:
    """The agent does not work."""
    return _choose(ask, "offline")


def _choose(ask: Ask, choice: Choice) -> Answer:
    if ask.me.role == "viewer":
        raise RefusedError("forbidden")
    presence.choose(ask.tx, ask.desk.policy, ask.me.id, choice)
    return ask.done("done.presence", state=ask.words(f"presence.{choice}"))
