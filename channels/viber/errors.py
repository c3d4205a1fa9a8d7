"""What Viber's statuses mean to the core.

Source: https://developers.viber.com/docs/api/rest-bot-api/#error-codes

| status | word | means |
|---|---|---|
| 0 | ok | taken; a `failed` callback may still follow |
| 1 | invalidUrl | the webhook did not answer 200, or has no certificate of a known authority |
| 2 | invalidAuthToken | the token is wrong, or was replaced |
| 3, 4 | badData, missingData | this message will never be taken |
| 5 | receiverNotRegistered | the person has no Viber |
| 6 | receiverNotSubscribed | the person has left the bot, or never wrote to it |
| 7, 8, 9 | publicAccountBlocked, ...NotFound, ...Suspended | the bot is out of service |
| 10 | webhookNotSet | the bot's webhook was taken away |
| 11 | receiverNoSuitableDevice | the person's app is too old |
| 12 | tooManyRequests | too fast, or 100 messages in an hour to somebody who does not answer |
| 13, 14 | apiVersionNotSupported, incompatibleWithVersion | this message will never be taken |
| 15 to 24 | publicAccountNotAuthorized, ... noBalance | the bot may not do this, or has not paid |
| other, -1 | generalError | nobody knows whether it went |
"""

from collections.abc import Mapping

from bridge.channel import (
    MisconfiguredError,
    OutcomeUnknownError,
    Reason,
    RejectedError,
    SendError,
    ThrottledError,
    UnreachableError,
)

# Viber does not say how long to wait.
PAUSE = 10.0
_TOO_MANY_REQUESTS = 12

_REJECTED = {
    3: "Viber cannot read this message.",
    4: "Viber misses something in this message.",
    13: "The customer's Viber is too old for this message.",
    14: "This message does not fit the version it names.",
}
_UNREACHABLE: Mapping[int, tuple[str, Reason]] = {
    5: ("The customer has no Viber any more.", "account_gone"),
    6: ("The customer is not subscribed to the bot.", "blocked"),
    11: ("The customer's device cannot show messages of bots.", "unreachable"),
}
_NOT_REACHED = (
    "Viber does not reach the webhook: the public address must answer 200 by HTTPS, "
    "with a certificate of a known authority."
)
_NOT_LET = "Viber does not let the bot do this."
_MISCONFIGURED: Mapping[int, tuple[str, Reason]] = {
    1: (_NOT_REACHED, "misconfigured"),
    2: ("Viber does not know the token.", "credentials_refused"),
    7: ("Viber has blocked the bot.", "suspended"),
    8: ("The token belongs to no bot.", "credentials_refused"),
    9: ("Viber has suspended the bot.", "suspended"),
    10: ("The bot has no webhook.", "misconfigured"),
    **dict.fromkeys(range(15, 23), (_NOT_LET, "no_permission")),
    23: ("The bot has used up its free messages.", "suspended"),
    24: ("The bot's balance with Viber is used up.", "suspended"),
}


def classed(status: object) -> SendError:
    """Return what a status other than 0 means."""
    if not isinstance(status, int):
        return OutcomeUnknownError("Viber's answer cannot be read.", reason="unknown")
    if status == _TOO_MANY_REQUESTS:
        return ThrottledError("Viber asks us to slow down.", after=PAUSE)
    if status in _REJECTED:
        return RejectedError(_REJECTED[status], reason="rejected")
    if status in _UNREACHABLE:
        sentence, reason = _UNREACHABLE[status]
        return UnreachableError(sentence, reason=reason)
    if status in _MISCONFIGURED:
        sentence, reason = _MISCONFIGURED[status]
        return MisconfiguredError(sentence, reason=reason)
    return OutcomeUnknownError(f"Viber had an error of its own ({status}).", reason="unknown")


def classed_http(status: int, retry_after: str | None) -> SendError:
    """Return what an HTTP status other than 200 means, which Viber itself never gives."""
    if status == 429:
        return ThrottledError("Viber asks us to slow down.", after=_seconds(retry_after))
    if status >= 500:
        sentence = f"Something before Viber failed (HTTP {status})."
        return OutcomeUnknownError(sentence, reason="timeout")
    sentence = f"What answers at api_base is not Viber (HTTP {status})."
    return MisconfiguredError(sentence, reason="misconfigured")


def _seconds(told: str | None) -> float:
    """Return the seconds of a Retry-After; a date, or nothing, is our own pause."""
    digits = told is not None and told.isascii() and told.isdigit()
    return float(told) if told is not None and digits and len(told) < 6 else PAUSE
