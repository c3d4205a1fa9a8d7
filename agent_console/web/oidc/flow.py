"""The walk to the provider and back.

What was begun is kept by the browser alone, in a cookie that only we can read: whoever is sent
here with somebody else's answer has begun nothing (OpenID Connect Core 15.5.2, RFC 9207).
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import jwt
import msgspec

from agent_console.web.oidc.edge import LIFE, OidcError, Person
from agent_console.web.oidc.id_token import UnsignedError, judged
from agent_console.web.oidc.keys import Jwk
from agent_console.web.oidc.provider import Provider
from agent_console.web.settings import OidcSettings
from bridge.clock import Clock
from bridge.sealed import opened, seal

CALLBACK = "/api/session/oidc/callback"
_PURPOSE = "oidc"


class _Begun(msgspec.Struct, frozen=True):
    state: str
    nonce: str
    verifier: str
    issuer: str
    at: int


class Flow:
    """Signing in by one provider."""

    def __init__(self, settings: OidcSettings, clock: Clock, key: bytes, public_url: str) -> None:
        """`key` has 32 bytes; the provider sends browsers back to us at `public_url`."""
        self.settings = settings
        self._clock = clock
        self._key = key
        self._redirect_uri = public_url.rstrip("/") + CALLBACK
        self._provider = Provider(settings, clock)

    async def begin(self) -> tuple[str, str]:
        """Return where to send the browser, and what it is to keep; raises `OidcError`."""
        metadata = await self._provider.metadata()
        begun = _Begun(
            state=secrets.token_urlsafe(32),
            nonce=secrets.token_urlsafe(32),
            verifier=secrets.token_urlsafe(48),
            issuer=self.settings.issuer,
            at=self._clock.now(),
        )
        query = urlencode(self._question(begun))
        sign = "&" if "?" in metadata.authorization_endpoint else "?"
        kept = seal(self._key, msgspec.json.encode(begun).decode(), of=_PURPOSE)
        return f"{metadata.authorization_endpoint}{sign}{query}", kept

    def _question(self, begun: _Begun) -> Mapping[str, str]:
        hashed = hashlib.sha256(begun.verifier.encode()).digest()
        return {
            "response_type": "code",
            "client_id": self.settings.client_id,
            "redirect_uri": self._redirect_uri,
            "scope": "openid email",
            "state": begun.state,
            "nonce": begun.nonce,
            "code_challenge": base64.urlsafe_b64encode(hashed).decode().rstrip("="),
            "code_challenge_method": "S256",
        }

    async def finish(self, answer: Mapping[str, str], kept: str | None) -> Person:
        """Return who comes back; raises `OidcError`.

        `answer` is the query they come with, `kept` the cookie of their browser.
        """
        begun = self._begun(kept)
        if not hmac.compare_digest(answer.get("state", "").encode(), begun.state.encode()):
            raise OidcError("oidc_stale", "another state")
        metadata = await self._provider.metadata()
        told = answer.get("iss")
        if told != begun.issuer and (
            told is not None or metadata.authorization_response_iss_parameter_supported
        ):
            raise OidcError("oidc_failed", "the answer is another provider's")
        if "error" in answer or not answer.get("code"):
            raise OidcError("oidc_denied", f"the provider says {answer.get('error', '')[:80]!r}")
        tokens = await self._provider.tokens(answer["code"], begun.verifier, self._redirect_uri)
        claims = await self._judged(tokens.id_token, begun)
        return Person(claims["sub"], await self._email(claims, tokens.access_token))

    def _begun(self, kept: str | None) -> _Begun:
        begun = None if kept is None else self._read(kept)
        if begun is None or self._clock.now() - begun.at > LIFE:
            raise OidcError("oidc_stale", "nothing was begun here, or too long ago")
        if begun.issuer != self.settings.issuer:
            raise OidcError("oidc_stale", "it was begun with another provider")
        return begun

    def _read(self, kept: str) -> _Begun | None:
        text = opened(self._key, kept, of=_PURPOSE)
        try:
            return None if text is None else msgspec.json.decode(text, type=_Begun)
        except msgspec.DecodeError:
            # Begun with another version of the program.
            return None

    async def _judged(self, token: str, begun: _Begun) -> Mapping[str, Any]:
        try:
            header = jwt.get_unverified_header(token)
        except (jwt.PyJWTError, ValueError, TypeError, RecursionError):
            raise OidcError("oidc_failed", "the id_token is none") from None
        keys = await self._provider.keys_for(header)
        try:
            return self._believed(token, keys, begun)
        except UnsignedError:
            # Another key can have been given the name of one that is known, or none has a name.
            newer = await self._provider.keys_for(header, none_fits=True)
            if newer == keys:
                raise
        return self._believed(token, newer, begun)

    def _believed(self, token: str, keys: list[Jwk], begun: _Begun) -> Mapping[str, Any]:
        return judged(
            token,
            keys,
            issuer=begun.issuer,
            client_id=self.settings.client_id,
            nonce=begun.nonce,
            now=self._clock.now() // 1000,
        )

    async def _email(self, claims: Mapping[str, Any], access_token: str) -> str | None:
        """Return the verified email, which some providers tell only when they are asked."""
        if "email" not in claims:
            more = await self._provider.userinfo(access_token)
            # What is said of somebody else is not about them (Core 5.3.2).
            claims = more if more.get("sub") == claims["sub"] else {}
        email = claims.get("email")
        verified = claims.get("email_verified") is True
        return email if isinstance(email, str) and verified else None
