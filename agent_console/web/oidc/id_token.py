"""An id_token judged: who has signed it, for whom, when, and in answer to which question."""

import hmac
from collections.abc import Mapping
from typing import Any

import jwt
import msgspec

from agent_console.web.oidc.edge import OidcError
from agent_console.web.oidc.keys import Jwk, signed_by

# How far the provider's clock may be off, in seconds.
LEEWAY = 60


class UnsignedError(OidcError):
    """None of the provider's keys that are known has signed the token."""

    def __init__(self, why: str) -> None:
        """Say what is wrong with the signature."""
        super().__init__("oidc_failed", f"no known key has signed the id_token: {why}")


def judged(
    token: str, keys: list[Jwk], *, issuer: str, client_id: str, nonce: str, now: int
) -> Mapping[str, Any]:
    """Return the claims (OpenID Connect Core 3.1.3.7); raises `OidcError`, `UnsignedError` of it.

    `now` is in seconds.
    """
    try:
        claims = signed_by(token, keys)
    except (jwt.PyJWTError, msgspec.DecodeError, ValueError, TypeError, RecursionError) as error:
        raise UnsignedError(type(error).__name__) from None
    if claims.get("iss") != issuer:
        raise _wrong("its issuer")
    _for_us(claims, client_id)
    _in_time(claims, now)
    told = claims.get("nonce")
    if not isinstance(told, str) or not hmac.compare_digest(told.encode(), nonce.encode()):
        raise _wrong("its nonce")
    subject = claims.get("sub")
    if not isinstance(subject, str) or not subject:
        raise _wrong("its subject")
    return claims


def _for_us(claims: Mapping[str, Any], client_id: str) -> None:
    audience = claims.get("aud")
    named = [audience] if isinstance(audience, str) else audience
    if not isinstance(named, list) or client_id not in named:
        raise _wrong("its audience")
    # Whoever is one of several must be the one it was made for.
    party = claims.get("azp")
    if party != client_id and (party is not None or len(named) > 1):
        raise _wrong("its authorized party")


def _in_time(claims: Mapping[str, Any], now: int) -> None:
    ends, made, begins = (claims.get(name) for name in ("exp", "iat", "nbf"))
    if not isinstance(ends, int | float) or ends <= now - LEEWAY:
        raise _wrong("its end")
    if not isinstance(made, int | float) or made > now + LEEWAY:
        raise _wrong("when it was made")
    if begins is not None and not (isinstance(begins, int | float) and begins <= now + LEEWAY):
        raise _wrong("its beginning")


def _wrong(what: str) -> OidcError:
    return OidcError("oidc_failed", f"the id_token is not to be believed by {what}")
