"""What the Bot API's refusals mean in a staff group.

The descriptions are those of the server's source (github.com/tdlib/telegram-bot-api,
Client.cpp); what is not special to groups is classed as for customers.
"""

from collections.abc import Callable, Sequence

from aiogram.exceptions import TelegramAPIError, TelegramMigrateToChat

from agent_console.surface import (
    PlaceGoneError,
    PlaceMovedError,
    PostGoneError,
    ThreadGoneError,
    ThreadShutError,
)
from bridge.botapi.errors import failed, says
from bridge.channel import MisconfiguredError, Reason, SendError

_MEANT: Sequence[tuple[str, Callable[..., SendError], Reason, str]] = (
    ("thread not found", ThreadGoneError, "unreachable", "The topic was deleted."),
    ("topic_deleted", ThreadGoneError, "unreachable", "The topic was deleted."),
    ("topic_id_invalid", ThreadGoneError, "unreachable", "The topic was deleted."),
    ("topic_closed", ThreadShutError, "rejected", "The topic is closed."),
    ("to edit not found", PostGoneError, "not_changeable", "The message is not there any more."),
    ("to react not found", PostGoneError, "not_changeable", "The message is not there any more."),
    ("bot was kicked", PlaceGoneError, "unreachable", "The bot was removed from the group."),
    ("not a member", PlaceGoneError, "unreachable", "The bot was removed from the group."),
    ("chat was deleted", PlaceGoneError, "unreachable", "The group was deleted."),
    ("chat not found", PlaceGoneError, "no_such_recipient", "The bot knows no such group."),
    (
        "not enough rights",
        MisconfiguredError,
        "no_permission",
        "The bot may not manage topics: make it an administrator of the group who can.",
    ),
    (
        "chat is not a forum",
        MisconfiguredError,
        "misconfigured",
        "The group has no topics: turn them on in its settings.",
    ),
)


def refused(error: TelegramAPIError) -> SendError:
    """Return what a call in a group meant that did not end well."""
    if isinstance(error, TelegramMigrateToChat):
        place = str(error.migrate_to_chat_id)
        return PlaceMovedError("The group has another number now.", place=place)
    for words, made, reason, sentence in _MEANT:
        if says(error, words):
            return made(sentence, reason=reason)
    return failed(error)
