"""What VK's refusals mean to the core.

Codes: https://dev.vk.com/ru/reference/errors, and `errors.json` of the schema 5.199
(https://github.com/VKCOM/vk-api-schema). A code that is not here is a clear no to this
message, so it is `RejectedError` with its number.
"""

from collections.abc import Mapping

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

Plain = (
    type[UnavailableError]
    | type[RejectedError]
    | type[UnreachableError]
    | type[MisconfiguredError]
    | type[OutcomeUnknownError]
)

_TABLE: Mapping[int, tuple[Plain, Reason, str]] = {
    # This person cannot be written to.
    18: (UnreachableError, "account_gone", "The customer's page was deleted or banned."),
    900: (UnreachableError, "blacklisted", "The community has the customer on its blacklist."),
    901: (UnreachableError, "blocked", "The customer does not allow messages."),
    902: (UnreachableError, "blocked", "The customer's privacy settings refuse messages."),
    917: (UnreachableError, "unreachable", "The community has no access to this dialog."),
    922: (UnreachableError, "unreachable", "The community has left this dialog."),
    925: (UnreachableError, "unreachable", "The community may not write in this dialog."),
    927: (UnreachableError, "unreachable", "There is no such dialog."),
    932: (UnreachableError, "unreachable", "The community cannot write to this account."),
    936: (UnreachableError, "no_such_recipient", "There is no such account."),
    945: (UnreachableError, "unreachable", "The dialog is disabled."),
    946: (UnreachableError, "unreachable", "Dialogs of this kind cannot be written to."),
    950: (UnreachableError, "closed_window", "The time to answer this customer is over."),
    1012: (UnreachableError, "unreachable", "Writing in this dialog is disabled."),
    # This message will never be taken.
    100: (RejectedError, "rejected", "VK finds a part of the message invalid."),
    909: (RejectedError, "not_changeable", "The message is too old to be changed."),
    910: (RejectedError, "too_large", "The message is too big for VK."),
    911: (RejectedError, "rejected", "VK does not take these buttons."),
    913: (RejectedError, "rejected", "The message quotes too many others."),
    914: (RejectedError, "too_long", "The text is too long for VK."),
    920: (RejectedError, "not_changeable", "VK lets nobody change a message of this kind."),
    921: (RejectedError, "rejected", "The quoted message is not there any more."),
    924: (
        RejectedError,
        "not_changeable",
        "The message can no longer be deleted for the customer.",
    ),
    # The community's account is wrong.
    5: (MisconfiguredError, "credentials_refused", "VK does not accept the community's token."),
    7: (MisconfiguredError, "no_permission", "The token lacks the right to do this."),
    14: (MisconfiguredError, "suspended", "VK wants a person to solve a captcha."),
    15: (MisconfiguredError, "no_permission", "VK denies the community access."),
    17: (MisconfiguredError, "suspended", "VK wants the account to be validated."),
    27: (MisconfiguredError, "credentials_refused", "VK does not accept the community's token."),
    28: (MisconfiguredError, "credentials_refused", "VK does not accept the application's token."),
    1117: (MisconfiguredError, "credentials_refused", "The community's token has expired."),
    3300: (MisconfiguredError, "suspended", "VK wants a person to solve a captcha."),
    3609: (MisconfiguredError, "credentials_refused", "The community's token must be extended."),
    # Not now.
    1: (UnavailableError, "unavailable", "VK failed for a reason it does not know."),
    10: (UnavailableError, "unavailable", "VK failed internally."),
    32: (UnavailableError, "unavailable", "VK wants us to wait."),
    43: (UnavailableError, "unavailable", "This part of VK is closed for now."),
    36: (OutcomeUnknownError, "timeout", "VK broke off in the middle of it."),
}
# Too fast: the seconds to be quiet. 6 is the limit of a second, 9 punishes whoever goes on
# at once, 29 is the quota of a day.
_PAUSES: Mapping[int, tuple[float, str]] = {
    6: (1.0, "VK takes no more requests in this second."),
    9: (60.0, "VK finds that too much of the same was sent."),
    29: (3600.0, "VK takes no more requests of this kind today."),
}


def refused(code: int, *, had_effect: bool = True) -> SendError:
    """Return what a code of VK's means; without `had_effect` nothing is ever uncertain."""
    if code in _PAUSES:
        after, words = _PAUSES[code]
        return ThrottledError(words, after=after)
    kind, reason, words = _TABLE.get(
        code, (RejectedError, "rejected", f"VK refuses this with error {code}.")
    )
    if kind is OutcomeUnknownError and not had_effect:
        kind = UnavailableError
    return kind(words, reason=reason)


def no_answer(*, had_effect: bool) -> SendError:
    """Return what a lost answer means: `had_effect` if the customer may have something."""
    if had_effect:
        return OutcomeUnknownError("VK did not answer.", reason="timeout")
    return UnavailableError("VK did not answer.", reason="timeout")


def not_reached() -> SendError:
    """Return what a connection that never came about means."""
    return UnavailableError("VK cannot be reached.", reason="unavailable")


def kept_in() -> SendError:
    """Return what a proxy means that is not there, or does not let us through."""
    return UnavailableError("The proxy does not let us to VK.", reason="unavailable")


def busy() -> SendError:
    """Return what is said of a call that would take the place of a message."""
    return UnavailableError("VK's allowance is for messages now.", reason="throttled")


def malformed(*, had_effect: bool) -> SendError:
    """Return what an answer means that is none of VK's."""
    words = "VK's answer cannot be understood."
    kind = OutcomeUnknownError if had_effect else UnavailableError
    return kind(words, reason="unknown")


def http_status(status: int, *, had_effect: bool) -> SendError:
    """Return what an HTTP status of 400 and above means; VK's own errors come with 200."""
    words = f"VK answered with HTTP status {status}."
    if status == 429:
        return ThrottledError(words, after=5.0)
    if status >= 500 and had_effect:
        return OutcomeUnknownError(words, reason="timeout")
    return UnavailableError(words, reason="unavailable")
