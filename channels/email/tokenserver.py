"""The provider's token server (RFC 6749): what it grants for a refresh token, or why nothing."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from bridge.channel import MisconfiguredError, SendError, UnavailableError
from channels.email.settings import OAuth

# RFC 6749, 5.1 lets a server not say for how long a token is good, in seconds.
UNTOLD = 300.0
_TIMEOUT = aiohttp.ClientTimeout(total=25, connect=10)
# What lasts longer is renewed all the same, in seconds.
LONGEST = 366 * 86_400
_LARGEST_ANSWER = 64 * 1024
# https://www.rfc-editor.org/rfc/rfc6749#section-5.2
_REFUSED: Mapping[str, str] = {
    "invalid_grant": "The refresh token is revoked, expired or of another client; give this "
    "program access to the mailbox anew.",
    "invalid_client": "The token server does not know oauth.client_id, or its secret is wrong.",
    "unauthorized_client": "The token server does not let this client renew tokens.",
}
_NUMBER = re.compile("[0-9]{1,18}")
_PASSING = frozenset({"temporarily_unavailable", "server_error"})


@dataclass(frozen=True, slots=True)
class Granted:
    """An access token, good for `lasts` seconds; and what is to be shown for the next one."""

    access: str = field(repr=False)
    lasts: float
    refresh: str = field(repr=False)


async def granted(oauth: OAuth, refresh_token: str) -> Granted:
    """Return what a refresh token gives (RFC 6749, section 6); raises a `SendError`."""
    answer = await _asked(oauth, refresh_token)
    token, another = answer.get("access_token"), answer.get("refresh_token")
    if not isinstance(token, str) or not token:
        raise MisconfiguredError(
            "What answers at token_url is no token server.", reason="misconfigured"
        )
    if not isinstance(another, str) or not another:
        another = refresh_token
    return Granted(token, _seconds(answer.get("expires_in")), another)


async def _asked(oauth: OAuth, refresh_token: str) -> Mapping[str, Any]:
    """Ask the token server; its answers and aiohttp's errors hold secrets, so none goes on."""
    failure: SendError
    form = _form(oauth, refresh_token)
    try:
        async with (
            aiohttp.ClientSession(timeout=_TIMEOUT, trust_env=False) as http,
            http.post(oauth.token_url, data=form, allow_redirects=False) as answer,
        ):
            told = _read(await _whole(answer.content))
            if answer.status == 200:
                return told
            failure = _refused(answer.status, told)
    except (aiohttp.ClientError, TimeoutError, OSError):
        failure = UnavailableError("The token server cannot be reached.", reason="unavailable")
    raise failure


async def _whole(content: aiohttp.StreamReader) -> bytes:
    """Return what comes, in however many pieces, up to the size of the largest answer."""
    raw = b""
    while more := await content.read(_LARGEST_ANSWER - len(raw)):
        raw += more
    return raw


def _form(oauth: OAuth, refresh_token: str) -> dict[str, str]:
    secret = oauth.client_secret
    return {
        "grant_type": "refresh_token",
        "refresh_token": refresh_token,
        "client_id": oauth.client_id,
        **({"client_secret": secret.reveal()} if secret else {}),
        **({"scope": oauth.scope} if oauth.scope else {}),
    }


def _read(raw: bytes) -> Mapping[str, Any]:
    try:
        told = json.loads(raw)
    except (ValueError, RecursionError):
        told = None
    return told if isinstance(told, dict) else {}


def _seconds(lasts: object) -> float:
    """Return for how long a token is good; some servers write the number as a text."""
    if isinstance(lasts, str) and _NUMBER.fullmatch(lasts):
        lasts = int(lasts)
    if isinstance(lasts, int | float) and lasts > 0:
        return float(min(lasts, LONGEST))
    return UNTOLD


def _refused(status: int, told: Mapping[str, Any]) -> SendError:
    code = str(told.get("error"))
    if status == 429 or status >= 500 or code in _PASSING:
        return UnavailableError(f"The token server has trouble ({status}).", reason="unavailable")
    if code in _REFUSED:
        return MisconfiguredError(_REFUSED[code], reason="credentials_refused")
    return MisconfiguredError(
        f"The token server refuses the request ({status}); look at token_url and scope.",
        reason="misconfigured",
    )
