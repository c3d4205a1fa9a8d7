"""The identity provider: what it says of itself, its keys, and its answers to us.

Nothing of it is followed elsewhere, and nothing is read without an end.
"""

import base64
from collections.abc import Mapping
from typing import Any, TypeVar
from urllib.parse import quote, urlsplit

import aiohttp
import msgspec

from agent_console.web.oidc.edge import OidcError
from agent_console.web.oidc.keys import Jwk, fits
from agent_console.web.settings import OidcSettings
from bridge.clock import Clock

T = TypeVar("T")
_Told = Mapping[str, str]

# In seconds.
WITHIN = 10.0
MOST_READ = 256 * 1024
# What it says of itself is asked again after so long; keys sooner for a signature by an
# unknown one, but not for every one that somebody makes up. In ms.
_FRESH = 3_600_000
_SOONEST = 60_000


class Metadata(msgspec.Struct, frozen=True):
    """What we need of a provider's description of itself."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None = None
    token_endpoint_auth_methods_supported: list[str] = msgspec.field(
        default_factory=lambda: ["client_secret_basic"]
    )
    code_challenge_methods_supported: list[str] | None = None
    authorization_response_iss_parameter_supported: bool = False


class Tokens(msgspec.Struct, frozen=True):
    """What a code is worth."""

    id_token: str
    access_token: str = ""


class _RefusedError(OidcError):
    """The provider answers with something else than 200."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__("oidc_unreachable" if status >= 500 else "oidc_failed", why)
        self.status = status


class _Keys(msgspec.Struct, frozen=True):
    keys: list[dict[str, Any]]


class Provider:
    """The provider of `staff.console.oidc`."""

    def __init__(self, settings: OidcSettings, clock: Clock) -> None:
        """Nothing is asked before somebody comes."""
        self._settings = settings
        self._clock = clock
        self._metadata: tuple[int, Metadata] | None = None
        self._keys: tuple[int, list[Jwk]] | None = None

    async def metadata(self) -> Metadata:
        """Return what it says of itself; raises `OidcError`."""
        now = self._clock.now()
        if self._metadata is None or now - self._metadata[0] >= _FRESH:
            self._metadata = now, await self._described()
        return self._metadata[1]

    async def _described(self) -> Metadata:
        issuer = self._settings.issuer
        url = f"{issuer.rstrip('/')}/.well-known/openid-configuration"
        found = _read(await self._ask("GET", url), Metadata)
        if found.issuer != issuer:
            raise OidcError("oidc_failed", f"the provider calls itself {found.issuer[:200]}")
        places = (found.authorization_endpoint, found.token_endpoint, found.jwks_uri)
        if not all(self._is_safe(one) for one in (*places, found.userinfo_endpoint or issuer)):
            raise OidcError("oidc_failed", "an address of the provider is not https")
        return found

    def _is_safe(self, url: str) -> bool:
        own = urlsplit(self._settings.issuer)
        parts = urlsplit(url)
        plain = (own.scheme, own.hostname) == ("http", parts.hostname)
        return parts.scheme == "https" or (plain and parts.scheme == "http")

    async def keys_for(self, header: Mapping[str, Any], *, none_fits: bool = False) -> list[Jwk]:
        """Return its keys, asked anew where none of those known fits; raises `OidcError`.

        `none_fits` says that one which seemed to has not made the signature.
        """
        now = self._clock.now()
        age = _FRESH if self._keys is None else now - self._keys[0]
        known = [] if self._keys is None else self._keys[1]
        unknown = none_fits or not any(fits(one, header) for one in known)
        if age >= _FRESH or (unknown and age >= _SOONEST):
            url = (await self.metadata()).jwks_uri
            known = [*_read(await self._ask("GET", url), _Keys).keys]
            self._keys = now, known
        return known

    async def tokens(self, code: str, verifier: str, redirect_uri: str) -> Tokens:
        """Return what a code is worth; raises `OidcError`, as for one that was used."""
        metadata = await self.metadata()
        body = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": verifier,
        }
        first, *other = self._proofs(metadata)
        try:
            return await self._token(metadata, body, first)
        except _RefusedError as refused:
            if not other or refused.status not in (401, 403):
                raise
        return await self._token(metadata, body, other[0])

    async def _token(self, metadata: Metadata, body: _Told, proof: tuple[_Told, _Told]) -> Tokens:
        headers, more = proof
        url = metadata.token_endpoint
        return _read(await self._ask("POST", url, headers=headers, data={**body, **more}), Tokens)

    def _proofs(self, metadata: Metadata) -> list[tuple[_Told, _Told]]:
        """Say who we are, in headers and in the body: in the header where it is taken there.

        There the two are encoded (RFC 6749, 2.3.1), which some providers leave as they come and
        then know no secret with a space or a sign in it: those are shown it as it stands.
        """
        client, secret = self._settings.client_id, self._settings.client_secret
        if secret is None:
            return [({}, {"client_id": client})]
        pair = client, secret.reveal()
        if "client_secret_basic" not in metadata.token_endpoint_auth_methods_supported:
            return [({}, dict(zip(("client_id", "client_secret"), pair, strict=True)))]
        ways = dict.fromkeys((":".join(quote(one, safe="") for one in pair), ":".join(pair)))
        return [({"Authorization": f"Basic {_base64(way)}"}, {}) for way in ways]

    async def userinfo(self, access_token: str) -> Mapping[str, Any]:
        """Return what else it says of somebody, nothing where it says no more."""
        url = (await self.metadata()).userinfo_endpoint
        if url is None or not access_token:
            return {}
        headers = {"Authorization": f"Bearer {access_token}"}
        return _read(await self._ask("GET", url, headers=headers), dict[str, Any])

    async def _ask(self, method: str, url: str, **more: Any) -> bytes:
        headers = {"Accept": "application/json"} | more.pop("headers", {})
        try:
            async with (
                aiohttp.ClientSession(
                    timeout=aiohttp.ClientTimeout(total=WITHIN),
                    cookie_jar=aiohttp.DummyCookieJar(),
                ) as http,
                http.request(
                    method, url, headers=headers, allow_redirects=False, **more
                ) as response,
            ):
                answer = await _whole(response)
        except (TimeoutError, aiohttp.ClientError, OSError, ValueError) as error:
            place = urlsplit(url).path
            raise OidcError("oidc_unreachable", f"{place}: {type(error).__name__}") from None
        if response.status != 200:
            why = f"{urlsplit(url).path} is answered with {response.status}"
            raise _RefusedError(response.status, why)
        return answer


async def _whole(response: aiohttp.ClientResponse) -> bytes:
    read = bytearray()
    async for chunk in response.content.iter_chunked(16 * 1024):
        read += chunk
        if len(read) > MOST_READ:
            raise OidcError("oidc_failed", "the provider's answer has no end")
    return bytes(read)


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _read(answer: bytes, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(answer, type=kind)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        raise OidcError("oidc_failed", "the provider's answer is not understood") from None
