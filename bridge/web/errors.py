"""Every failure of the HTTP API as one body: a code to localise by, a sentence, an id.

Nothing of a request's body, and nothing of an exception's own words, goes into an answer
or a log: both may hold a customer's text.
"""

import logging
import re
import traceback
from collections.abc import Mapping
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.exceptions import (
    HTTPException,
    ValidationException,
    WebSocketException,
)
from litestar.types import Scope
from uvicorn.protocols.utils import ClientDisconnected

from bridge.channel import StorageUnavailableError

_log = logging.getLogger(__name__)

# Long enough for a restart or a locked database to pass, short enough to feel like one.
RETRY_STORAGE_AFTER = 5
# More than these only repeat each other.
MOST_CAUSES = 5

_CODES = {
    400: "bad_request",
    401: "signed_out",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    415: "wrong_type",
    429: "slow_down",
    503: "unavailable",
}


class Failure(msgspec.Struct, frozen=True, omit_defaults=True):
    """What went wrong. `fields` says it of single parts of the request, by their path."""

    code: str
    message: str
    request_id: str
    fields: Mapping[str, str] | None = None
    detail: Mapping[str, Any] | None = None


class FailureBody(msgspec.Struct, frozen=True):
    """The body of every answer of 400 and above."""

    error: Failure


class ApiError(Exception):
    """A failure that the client is to be told, with its HTTP status."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        detail: Mapping[str, Any] | None = None,
        fields: Mapping[str, str] | None = None,
    ) -> None:
        """`message` is a sentence in English; clients localise by `code`."""
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.detail = detail
        self.fields = fields

    @property
    def headers(self) -> dict[str, str]:
        """Return what HTTP itself wants to be told: when to come back."""
        after = (self.detail or {}).get("retry_after")
        return {} if after is None else {"Retry-After": str(after)}


def slow_down(retry_after: int) -> ApiError:
    """Return the answer to somebody who asks too often; `retry_after` is in seconds."""
    return ApiError(
        429, "slow_down", "Too many requests; try again later.", {"retry_after": retry_after}
    )


def request_id(scope: Scope) -> str:
    """Return the id that an answer and the log have in common."""
    return str(scope.get("state", {}).get("request_id", ""))


def answer(error: ApiError, scope: Scope) -> Response[bytes]:
    """Return the response that says `error`."""
    failure = Failure(error.code, error.message, request_id(scope), error.fields, error.detail)
    return Response(
        msgspec.json.encode(FailureBody(failure)),
        status_code=error.status,
        media_type="application/json",
        headers=error.headers,
    )


def handle(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """Answer any exception of a handler; Litestar calls it."""
    response = answer(as_api_error(error), request.scope)
    if isinstance(error, HTTPException) and error.headers:
        response.headers.update(error.headers)
    return response


def as_api_error(error: Exception) -> ApiError:
    """Return what the client is to be told of `error`: of our own mistakes, nothing."""
    match error:
        case ApiError():
            return error
        case StorageUnavailableError():
            return ApiError(
                503,
                "storage_unavailable",
                "Nothing was stored; try again in a moment.",
                {"retry_after": RETRY_STORAGE_AFTER},
            )
        case ValidationException():
            return _invalid(error)
        case HTTPException() if error.status_code < 500:
            code = _CODES.get(error.status_code, "bad_request")
            return ApiError(
                error.status_code, code, _SENTENCES.get(code, _SENTENCES["bad_request"])
            )
        case _:
            return ApiError(500, "internal", "Something went wrong on our side.")


_SENTENCES = {
    "bad_request": "The request cannot be understood.",
    "signed_out": "Sign in first.",
    "forbidden": "This is not allowed.",
    "not_found": "There is nothing here.",
    "method_not_allowed": "This address does not take that method.",
    "too_large": "The request is too large.",
    "wrong_type": "The request is of a type that is not taken here.",
    "slow_down": "Too many requests; try again later.",
}


def _invalid(error: ValidationException) -> ApiError:
    extra = error.extra if isinstance(error.extra, list) else []
    fields = dict(_told(one) for one in extra if "key" in one)
    if missing := re.match(r"Missing required \w+ parameter '(\w+)'", error.detail):
        fields[missing.group(1)] = "This is missing."
    return ApiError(400, "invalid", "The request is not valid.", fields=fields or None)


def _told(one: Mapping[str, Any]) -> tuple[str, str]:
    key, words = str(one["key"]), str(one["message"])
    name = "body" if key == "data" else key
    # Litestar says of what is not there only its name.
    return name, "This is missing." if words == repr(key) else _sentence(words)


def _sentence(words: str) -> str:
    # Of a choice msgspec quotes what was sent; otherwise it names only types and limits.
    if re.match(r"Invalid (enum )?value ", words):
        return "This is none of the values there are."
    return words[:1].upper() + re.sub(r" - at `.*`$", "", words)[1:].rstrip(".") + "."


def invalid_body(error: msgspec.ValidationError) -> ApiError:
    """Return the answer to well-formed JSON of the wrong shape."""
    words = str(error)
    # The last of them: before it may stand what was sent.
    found = re.search(r"(?s)^.* - at `(?:key in )?\$\.?([^`]*)`$", words)
    path = found.group(1) if found else ""
    unknown = re.match(r"Object contains unknown field `(.*?)`", words)
    missing = re.match(r"Object missing required field `(.*?)`", words)
    for named in (unknown, missing):
        if named:
            path = f"{path}.{named.group(1)[:80]}".lstrip(".")
    if unknown:
        words = "This field is not known"
    elif missing:
        words = "This field is missing"
    return ApiError(
        400, "invalid", "The request is not valid.", fields={path or "body": _sentence(words)}
    )


# How a client's going away ends its socket.
_GONE = (WebSocketException, ClientDisconnected)


async def log_unexpected(error: Exception, scope: Scope) -> None:
    """Log what is nobody's fault but ours; Litestar calls it after any exception.

    Types and places only: the words of an exception may quote what a customer wrote. That a
    client goes away, even before its socket is accepted, is no fault.
    """
    if isinstance(error, _GONE) or as_api_error(error).status != 500:
        return
    _log.error(
        "request %s failed in %s: %s",
        request_id(scope),
        scope.get("path_template") or "no route",
        describe(error),
    )


def describe(error: BaseException) -> str:
    """Return an exception's type and places, and those of what caused it, without its words."""
    parts: list[str] = []
    current: BaseException | None = error
    while current is not None and len(parts) < MOST_CAUSES:
        frames = traceback.extract_tb(current.__traceback__)[-6:]
        places = " < ".join(f"{f.filename}:{f.lineno} {f.name}" for f in reversed(frames))
        parts.append(f"{type(current).__qualname__} at {places or 'an unknown place'}")
        current = _cause(current)
    return "; after ".join(parts)


def _cause(error: BaseException) -> BaseException | None:
    if isinstance(error, BaseExceptionGroup):
        first: BaseException = error.exceptions[0]
        return first
    return error.__cause__ or error.__context__
