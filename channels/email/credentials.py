"""What proves us to a mail server: a password, a token, or one that is renewed when it ends.

IMAP and SMTP of an inbox share what is renewed, so that they do not outdate each other's.
"""

import asyncio
import json
from collections.abc import Mapping
from typing import Any, Protocol

import aiohttp

from bridge.channel import MisconfiguredError, SendError, UnavailableError
from bridge.clock import Clock
from bridge.settings import Secret
from channels.email.settings import OAuth, Server

# A token is renewed so long before it ends that it lasts through a sign-in, in seconds.
EARLY = 120.0
# RFC 6749, 5.1 lets a server not say for how long a token is good, in seconds.
UNTOLD = 300.0
_TIMEOUT = aiohttp.ClientTimeout(total=25, connect=10)
_LARGEST_ANSWER = 64 * 1024
# https://www.rfc-editor.org/rfc/rfc6749#section-5.2
_REFUSED: Mapping[str, str] = {
    "invalid_grant": "The refresh token is revoked, expired or of another client; give this "
    "program access to the mailbox anew.",
    "invalid_client": "The token server does not know oauth.client_id, or its secret is wrong.",
    "unauthorized_client": "The token server does not let this client renew tokens.",
}
_PASSING = frozenset({"temporarily_unavailable", "server_error"})


class Credentials(Protocol):
    """What a sign-in is done with."""

    async def word(self) -> str:
        """Return the password or the token; raises a `SendError`."""
        ...

    async def another(self, refused: str) -> bool:
        """Say whether there is another word than the one that was refused just now."""
        ...


class Fixed:
    """A word that stands in the YAML."""

    def __init__(self, secret: Secret | None) -> None:
        """Give this word; nothing where there is none."""
        self._secret = secret

    async def word(self) -> str:
        """Return it."""
        return self._secret.reveal() if self._secret else ""

    async def another(self, refused: str) -> bool:  # noqa: ARG002  # There is only one.
        """Say that there is no other."""
        return False


class Renewed:
    """An access token by a refresh token (RFC 6749, section 6)."""

    def __init__(self, oauth: OAuth, clock: Clock) -> None:
        """Ask for a token when the first is wanted."""
        self._oauth = oauth
        self._clock = clock
        self._refresh_token = oauth.refresh_token.reveal()
        self._token = ""
        self._good_until = 0.0
        self._renewing = asyncio.Lock()

    def __repr__(self) -> str:
        """Keep the tokens out."""
        return "Renewed()"

    async def word(self) -> str:
        """Return a token that is good for a while; raises a `SendError`."""
        async with self._renewing:
            if self._clock.monotonic() >= self._good_until:
                await self._renew()
            return self._token

    async def another(self, refused: str) -> bool:
        """Have another token once; raises a `SendError` where none can be had."""
        async with self._renewing:
            # Whoever signs in to the other server may have renewed it meanwhile.
            if self._token == refused:
                await self._renew()
            return self._token != refused

    async def _renew(self) -> None:
        answer = await self._ask()
        token, lasts = answer.get("access_token"), answer.get("expires_in")
        if not isinstance(token, str) or not token:
            raise _not_understood()
        good_for = _seconds(lasts)
        self._token = token
        # One that lasts less than `EARLY` is used for half of its time.
        self._good_until = self._clock.monotonic() + max(good_for - EARLY, good_for / 2)
        renewed = answer.get("refresh_token")
        if isinstance(renewed, str) and renewed:
            # From now on the first one may be no good any more.
            self._refresh_token = renewed

    async def _ask(self) -> Mapping[str, Any]:
        """Ask the token server; its answers and aiohttp's errors hold secrets, so none goes on."""
        failure: SendError
        try:
            async with (
                aiohttp.ClientSession(timeout=_TIMEOUT, trust_env=False) as http,
                http.post(
                    self._oauth.token_url, data=self._form(), allow_redirects=False
                ) as answer,
            ):
                told = _read(await answer.content.read(_LARGEST_ANSWER))
                if answer.status == 200:
                    return told
                failure = _refused(answer.status, told)
        except (aiohttp.ClientError, TimeoutError, OSError):
            failure = UnavailableError("The token server cannot be reached.", reason="unavailable")
        raise failure

    def _form(self) -> dict[str, str]:
        secret = self._oauth.client_secret
        return {
            "grant_type": "refresh_token",
            "refresh_token": self._refresh_token,
            "client_id": self._oauth.client_id,
            **({"client_secret": secret.reveal()} if secret else {}),
            **({"scope": self._oauth.scope} if self._oauth.scope else {}),
        }


def credentials_of(server: Server, renewed: Renewed | None) -> Credentials:
    """Return what proves us to this server."""
    if server.auth == "xoauth2" and server.token is None and renewed is not None:
        return renewed
    return Fixed(server.secret)


def _read(raw: bytes) -> Mapping[str, Any]:
    try:
        told = json.loads(raw)
    except (ValueError, RecursionError):
        told = None
    return told if isinstance(told, dict) else {}


def _seconds(lasts: object) -> float:
    """Return for how long a token is good; some servers write the number as a text."""
    if isinstance(lasts, str) and lasts.isascii() and lasts.isdigit():
        lasts = int(lasts)
    return float(lasts) if isinstance(lasts, int | float) and lasts > 0 else UNTOLD


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


def _not_understood() -> SendError:
    return MisconfiguredError(
        "What answers at token_url is no token server.", reason="misconfigured"
    )
