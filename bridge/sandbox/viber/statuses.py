"""The status codes of Viber's REST API, which come on HTTP 200.

Source: https://developers.viber.com/docs/api/rest-bot-api/#error-codes
"""

from enum import IntEnum


class Status(IntEnum):
    """What `status` says; the word goes into `status_message`."""

    OK = 0
    INVALID_URL = 1
    INVALID_AUTH_TOKEN = 2
    BAD_DATA = 3
    MISSING_DATA = 4
    RECEIVER_NOT_REGISTERED = 5
    RECEIVER_NOT_SUBSCRIBED = 6
    PUBLIC_ACCOUNT_BLOCKED = 7
    PUBLIC_ACCOUNT_NOT_FOUND = 8
    PUBLIC_ACCOUNT_SUSPENDED = 9
    WEBHOOK_NOT_SET = 10
    RECEIVER_NO_SUITABLE_DEVICE = 11
    TOO_MANY_REQUESTS = 12
    API_VERSION_NOT_SUPPORTED = 13
    INCOMPATIBLE_WITH_VERSION = 14
    PUBLIC_ACCOUNT_NOT_AUTHORIZED = 15
    INCHAT_REPLY_MESSAGE_NOT_ALLOWED = 16
    PUBLIC_ACCOUNT_IS_NOT_INLINE = 17
    NO_PUBLIC_CHAT = 18
    CANNOT_SEND_BROADCAST = 19
    BROADCAST_NOT_ALLOWED = 20
    UNSUPPORTED_COUNTRY = 21
    PAYMENT_UNSUPPORTED = 22
    FREE_MESSAGES_EXCEEDED = 23
    NO_BALANCE = 24
    GENERAL_ERROR = -1

    @property
    def word(self) -> str:
        """Return the vendor's word: `receiverNotSubscribed`."""
        first, *others = self.name.lower().split("_")
        return first + "".join(one.capitalize() for one in others)


class Refusal(Exception):
    """A request that Viber answers with a status other than 0."""

    def __init__(self, status: int, words: str = "") -> None:
        """`words` stand in `status_message`; without them, the status's own word."""
        super().__init__(f"{status} {words}")
        self.status = status
        self.words = words or _word(status)


def _word(status: int) -> str:
    return Status(status).word if status in list(Status) else "generalError"
