"""Which status a conversation has. Pure."""

from collections.abc import Mapping

from bridge.models import Conversation
from bridge.settings import Status


def first_open(statuses: Mapping[str, Status]) -> str | None:
    """Return the status of an open conversation that was given none."""
    return next((key for key, one in statuses.items() if one.kind == "open"), None)


def current(statuses: Mapping[str, Status], conversation: Conversation) -> str | None:
    """Return the status a conversation has, if it has any."""
    if conversation.status_id is not None or conversation.state == "closed":
        return conversation.status_id
    return first_open(statuses)
