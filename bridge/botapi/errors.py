"""What the Bot API's refusals, and its silences, mean to the core.

core.telegram.org/bots/api#making-requests says that a refusal has a code and a description
that "may change"; the descriptions below are those of the server's source
(github.com/tdlib/telegram-bot-api, Client.cpp). A description that is not known is classed
by its code:

    400 refused · 401, 404 our token · 403 this person · 409 a second program
    413 too large · 429 wait · 5xx the server's own trouble, nothing was done

Where there is no refusal, everything depends on whether the first byte can have gone.
"""

from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import NamedTuple

import aiohttp
from aiogram.exceptions import (
    TelegramAPIError,
    TelegramConflictError,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)

from bridge.channel import (
    MisconfiguredError,
    OutcomeUnknownError,
    Reason,
    RejectedError,
    SendError,
    ThrottledError,
    UnavailableError,
    UnreachableError,
)
from bridge.proxy import REFUSALS

WAIT = "Telegram asks the bot to wait."
# Where it does not say for how long, in seconds.
UNTOLD = 5.0
# A connection that was never made carried nothing.
NEVER_CONNECTED = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL)


class Meaning(NamedTuple):
    """What a description means; `words` are in it, in small letters."""

    words: str
    error: Callable[..., SendError]
    reason: Reason
    sentence: str


BY_CODE: Sequence[tuple[type[TelegramAPIError], Callable[..., SendError], Reason, str]] = (
    (TelegramMigrateToChat, UnreachableError, "unreachable", "The chat has another number now."),
    (
        TelegramUnauthorizedError,
        MisconfiguredError,
        "credentials_refused",
        "Telegram does not know the bot's token.",
    ),
    (
        TelegramNotFound,
        MisconfiguredError,
        "credentials_refused",
        "Telegram does not know the bot's token.",
    ),
    (
        TelegramConflictError,
        MisconfiguredError,
        "misconfigured",
        "Another program receives this bot's messages.",
    ),
    (
        TelegramEntityTooLarge,
        RejectedError,
        "too_large",
        "The file is too large for Telegram.",
    ),
    (TelegramServerError, UnavailableError, "unavailable", "Telegram has trouble of its own."),
)
FORBIDDEN: Sequence[Meaning] = (
    Meaning(
        "blocked by the user", UnreachableError, "blocked", "The customer has blocked the bot."
    ),
    Meaning(
        "user is deactivated",
        UnreachableError,
        "account_gone",
        "The customer's Telegram account is gone.",
    ),
    Meaning(
        "can't initiate conversation",
        UnreachableError,
        "blocked",
        "The customer has never started the bot, so it may not write first.",
    ),
    Meaning(
        "bot was kicked", UnreachableError, "unreachable", "The bot was removed from the chat."
    ),
    Meaning("not a member", UnreachableError, "unreachable", "The bot was removed from the chat."),
    Meaning("chat was deleted", UnreachableError, "unreachable", "The chat was deleted."),
    Meaning(
        "", UnreachableError, "unreachable", "Telegram does not let the bot write to this chat."
    ),
)
BAD_REQUEST: Sequence[Meaning] = (
    Meaning(
        "chat not found",
        UnreachableError,
        "no_such_recipient",
        "Telegram knows no such chat of this bot.",
    ),
    Meaning(
        "user is deactivated",
        UnreachableError,
        "account_gone",
        "The customer's Telegram account is gone.",
    ),
    Meaning("is too long", RejectedError, "too_long", "The text is too long for Telegram."),
    Meaning("caption_too_long", RejectedError, "too_long", "The text is too long for Telegram."),
    Meaning("text is empty", RejectedError, "rejected", "Telegram takes no empty message."),
    Meaning(
        "can't parse entities",
        RejectedError,
        "rejected",
        "Telegram does not understand the formatting.",
    ),
    Meaning(
        "voice_messages_forbidden",
        RejectedError,
        "file_refused",
        "The customer takes no voice messages.",
    ),
    Meaning("too big", RejectedError, "too_large", "The file is too large for Telegram."),
    Meaning(
        "photo_invalid_dimensions",
        RejectedError,
        "file_refused",
        "Telegram takes no picture of this shape; send it as a file.",
    ),
    Meaning(
        "image_process_failed", RejectedError, "file_refused", "Telegram cannot read the picture."
    ),
    Meaning("must be non-empty", RejectedError, "file_refused", "Telegram takes no empty file."),
    Meaning("file_id", RejectedError, "media_gone", "Telegram does not have this file any more."),
    Meaning(
        "to edit not found", RejectedError, "not_changeable", "The message is not there any more."
    ),
    Meaning(
        "can't be edited", RejectedError, "not_changeable", "Telegram lets nobody edit it now."
    ),
    Meaning(
        "can't be deleted",
        RejectedError,
        "not_changeable",
        "Telegram deletes nothing that is older than two days.",
    ),
    Meaning(
        "bad webhook",
        MisconfiguredError,
        "misconfigured",
        "Telegram does not accept the address for its webhook; it must be https, on port "
        "443, 80, 88 or 8443.",
    ),
    Meaning("", RejectedError, "rejected", "Telegram refuses the message."),
)


def failed(error: TelegramAPIError) -> SendError:
    """Return what a call meant that did not end well."""
    # In aiogram a file that is too large is a kind of broken line.
    no_line = isinstance(error, TelegramNetworkError)
    if no_line and not isinstance(error, TelegramEntityTooLarge):
        return lost(error.__cause__)
    if isinstance(error, TelegramRetryAfter):
        return ThrottledError(WAIT, after=float(error.retry_after))
    for kind, refusal, reason, sentence in BY_CODE:
        if isinstance(error, kind):
            return refusal(sentence, reason=reason)
    if says(error, "too many requests"):
        return ThrottledError(WAIT, after=UNTOLD)
    return _meant(error, FORBIDDEN if isinstance(error, TelegramForbiddenError) else BAD_REQUEST)


def says(error: TelegramAPIError, words: str) -> bool:
    """Say whether a refusal has these words, in small letters, in its description."""
    return words in error.message.lower()


def _meant(error: TelegramAPIError, table: Sequence[Meaning]) -> SendError:
    found = next(one for one in table if says(error, one.words))
    return found.error(found.sentence, reason=found.reason)


def lost(cause: BaseException | None) -> SendError:
    """Class a call that got no answer by whether it can have gone out."""
    if isinstance(cause, REFUSALS):
        return UnavailableError("The proxy does not let us to Telegram.", reason="unavailable")
    if isinstance(cause, NEVER_CONNECTED):
        return UnavailableError("Telegram cannot be reached.", reason="unavailable")
    return OutcomeUnknownError("Telegram did not answer.", reason="timeout")


def not_answered(status: int) -> SendError:
    """Class the page of a gateway: it may have passed on what it got no answer to."""
    if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return RejectedError("The file is too large for the server.", reason="too_large")
    if 400 <= status < 500:
        return UnavailableError("Something before Telegram refuses us.", reason="unavailable")
    return OutcomeUnknownError("Telegram did not answer.", reason="timeout")
