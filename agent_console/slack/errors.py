"""What Slack's refusals, and its silences, mean to the core.

A refusal is a word, listed for each method at docs.slack.dev/reference/methods; what is not
known is a message that Slack does not take. `internal_error` and `fatal_error` say that part
of it may have been done all the same, so nobody knows. Where there is no answer, everything
depends on whether the first byte can have gone.
"""

import re
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, NamedTuple

import aiohttp
from slack_sdk.errors import SlackApiError

from agent_console.surface import PlaceGoneError, PostGoneError, ThreadGoneError
from bridge.channel import (
    MisconfiguredError,
    OutcomeUnknownError,
    Reason,
    RejectedError,
    SendError,
    ThrottledError,
    UnavailableError,
)
from bridge.proxy import REFUSALS

WAIT = "Slack asks the app to wait."
# Where it does not say for how long, in seconds.
UNTOLD = 30.0
# A connection that was never made carried nothing.
NEVER_CONNECTED = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL)
_WORD = re.compile(r"[a-z0-9_:.]{1,60}")


class Meaning(NamedTuple):
    """What a refusal means."""

    error: Callable[..., SendError]
    reason: Reason
    sentence: str


_NO_TOKEN = Meaning(
    MisconfiguredError, "credentials_refused", "Slack does not accept the app's token any more."
)
_NO_RIGHT = Meaning(MisconfiguredError, "no_permission", "The app has no right to do this.")
_NOT_INSIDE = Meaning(
    PlaceGoneError, "no_permission", "The app is not in the channel: invite it there."
)
_ARCHIVED = Meaning(PlaceGoneError, "unreachable", "The channel is archived.")
_NO_PLACE = Meaning(
    PlaceGoneError,
    "no_such_recipient",
    "There is no such channel for the app: the id is wrong, or it is private and the app is "
    "not in it.",
)
_CLOSED = Meaning(PlaceGoneError, "no_permission", "The app may not post in the channel.")
_NO_THREAD = Meaning(ThreadGoneError, "no_such_recipient", "The thread is not there any more.")
_NO_POST = Meaning(PostGoneError, "not_changeable", "The message is not there any more.")
_TOO_LONG = Meaning(RejectedError, "too_long", "The text is too long for Slack.")
_NO_FILE = Meaning(RejectedError, "media_gone", "Slack does not have this file any more.")
_BAD_FILE = Meaning(RejectedError, "file_refused", "Slack does not take this file.")
_UNKNOWN = Meaning(OutcomeUnknownError, "unknown", "Slack cannot tell what became of it.")

MEANINGS: Mapping[str, Meaning] = {
    **dict.fromkeys(
        (
            "access_denied",
            "account_inactive",
            "app_missing_action_url",
            "ekm_access_denied",
            "enterprise_is_restricted",
            "invalid_auth",
            "not_allowed_token_type",
            "not_authed",
            "org_login_required",
            "team_access_not_granted",
            "token_expired",
            "token_revoked",
            "two_factor_setup_required",
        ),
        _NO_TOKEN,
    ),
    **dict.fromkeys(("missing_scope", "no_permission", "not_allowed"), _NO_RIGHT),
    "not_in_channel": _NOT_INSIDE,
    **dict.fromkeys(("is_archived", "channel_is_archived", "already_archived"), _ARCHIVED),
    **dict.fromkeys(
        ("channel_not_found", "invalid_channel", "channel_type_not_supported"), _NO_PLACE
    ),
    **dict.fromkeys(
        (
            "restricted_action",
            "restricted_action_non_threadable_channel",
            "restricted_action_read_only_channel",
            "restricted_action_thread_locked",
            "restricted_action_thread_only_channel",
            "posting_to_channel_denied",
        ),
        _CLOSED,
    ),
    **dict.fromkeys(
        ("thread_not_found", "invalid_thread_ts", "cannot_reply_to_message"), _NO_THREAD
    ),
    **dict.fromkeys(
        (
            "bad_timestamp",
            "cant_delete_message",
            "cant_update_message",
            "edit_window_closed",
            "message_not_found",
            "no_item_specified",
        ),
        _NO_POST,
    ),
    **dict.fromkeys(("msg_too_long", "msg_blocks_too_long", "metadata_too_large"), _TOO_LONG),
    **dict.fromkeys(("file_not_found", "file_deleted"), _NO_FILE),
    **dict.fromkeys(
        ("file_upload_size_restricted", "file_uploads_disabled", "blocked_file_type"), _BAD_FILE
    ),
    **dict.fromkeys(
        ("fatal_error", "internal_error", "request_timeout", "service_unavailable"), _UNKNOWN
    ),
}
_TOO_FAST = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})


def failed(error: SlackApiError, *, repeatable: bool) -> SendError:
    """Return what a call meant that did not end well; one that may be `repeatable` may be."""
    status = getattr(error.response, "status_code", 0)
    word = word_of(error)
    if status == HTTPStatus.TOO_MANY_REQUESTS or word in _TOO_FAST:
        return ThrottledError(WAIT, after=_after(error))
    if not word:
        return not_answered(status, repeatable=repeatable)
    meaning = MEANINGS.get(word)
    if meaning is None:
        said = word if _WORD.fullmatch(word) else "no word of theirs"
        return RejectedError(f"Slack refuses it ({said}).", reason="rejected")
    if meaning is _UNKNOWN:
        return unknown(meaning.sentence, "unknown", repeatable=repeatable)
    return meaning.error(meaning.sentence + _needed(error), reason=meaning.reason)


def word_of(error: SlackApiError) -> str:
    """Return the word by which Slack refuses, empty where what came is no answer of Slack's."""
    found = _data(error).get("error")
    return found if isinstance(found, str) else ""


def lost(cause: BaseException, *, repeatable: bool) -> SendError:
    """Class a call that got no answer by whether it can have gone out."""
    if isinstance(cause, REFUSALS):
        return UnavailableError("The proxy does not let us to Slack.", reason="unavailable")
    if isinstance(cause, NEVER_CONNECTED):
        return UnavailableError("Slack cannot be reached.", reason="unavailable")
    return unknown("Slack did not answer.", "timeout", repeatable=repeatable)


def not_answered(status: int, *, repeatable: bool) -> SendError:
    """Class the page of a gateway: it may have passed on what it got no answer to."""
    if 400 <= status < 500:
        return UnavailableError("Something before Slack refuses us.", reason="unavailable")
    return unknown("Slack did not answer.", "timeout", repeatable=repeatable)


def unknown(sentence: str, reason: Reason, *, repeatable: bool) -> SendError:
    """Return that nobody knows: what is the same when done twice may simply be done again."""
    if repeatable:
        return UnavailableError(sentence, reason=reason)
    return OutcomeUnknownError(sentence, reason=reason)


def _needed(error: SlackApiError) -> str:
    needed = _data(error).get("needed")
    return f" It needs the scope {needed}." if isinstance(needed, str) and needed else ""


def _after(error: SlackApiError) -> float:
    headers = getattr(error.response, "headers", {}) or {}
    told = str(headers.get("Retry-After", ""))
    return float(told) if told.isascii() and told.isdecimal() else UNTOLD


def _data(error: SlackApiError) -> Mapping[str, Any]:
    data = getattr(error.response, "data", None)
    return data if isinstance(data, dict) else {}
