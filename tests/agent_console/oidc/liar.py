"""An identity provider that lies as a test wants it to: what a real one never says.

Its signatures are right unless the test says otherwise, so that each lie is told alone.
"""

import base64
import hashlib
import json
import secrets
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from aiohttp import web
from Crypto.Hash import SHA256
from Crypto.PublicKey import RSA
from Crypto.Signature import pkcs1_15

Change = Callable[[dict[str, Any]], Any]


def _nothing(_: dict[str, Any]) -> None:
    """Tell no lie."""


@cache
def key_of(name: str, bits: int = 2048) -> RSA.RsaKey:
    """Return a key; the same name is the same key."""
    return RSA.generate(bits)


def encoded(data: bytes) -> str:
    """Return bytes as they stand in a token."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def signed(header: dict[str, Any], claims: dict[str, Any], key: RSA.RsaKey) -> str:
    """Return a token signed by RS256, whatever its header says."""
    parts = [encoded(json.dumps(part).encode()) for part in (header, claims)]
    body = ".".join(parts)
    return f"{body}.{encoded(pkcs1_15.new(key).sign(SHA256.new(body.encode())))}"


def jwk_of(key: RSA.RsaKey, kid: str = "one") -> dict[str, Any]:
    """Return the half of a key that everybody may know."""
    number = [encoded(n.to_bytes((n.bit_length() + 7) // 8, "big")) for n in (key.n, key.e)]
    return {"kty": "RSA", "kid": kid, "use": "sig", "n": number[0], "e": number[1]}


@dataclass
class Liar:
    """Answers as a provider does, after the test has changed what it says."""

    issuer: str
    describes: Change = _nothing
    claims: Change = _nothing
    header: Change = _nothing
    userinfo: Change = _nothing
    answer: Change = _nothing
    key: RSA.RsaKey = field(default_factory=lambda: key_of("own"))
    keys: list[dict[str, Any]] = field(default_factory=lambda: [jwk_of(key_of("own"))])
    token: Callable[[str], str] = str
    refuses: int | None = None
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def agrees(self, url: str) -> dict[str, str]:
        """Let Olga in; return the answer with which the browser is led back."""
        question = dict(parse_qsl(urlsplit(url).query))
        assert question["code_challenge_method"] == "S256"
        assert question["response_type"] == "code"
        code = secrets.token_hex(8)
        self.codes[code] = question
        answer = {"code": code, "state": question["state"], "iss": self.issuer}
        self.answer(answer)
        return answer

    def routes(self) -> list[web.RouteDef]:
        """Return what is asked of a provider."""
        return [
            web.get("/.well-known/openid-configuration", self._describe),
            web.get("/jwks", self._jwks),
            web.post("/token", self._tokens),
            web.get("/userinfo", self._userinfo),
        ]

    async def _describe(self, _: web.Request) -> web.Response:
        told: dict[str, Any] = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "authorization_response_iss_parameter_supported": True,
            "code_challenge_methods_supported": ["S256"],
        }
        self.describes(told)
        return web.json_response(told)

    async def _jwks(self, _: web.Request) -> web.Response:
        self.asked.append("jwks")
        return web.json_response({"keys": self.keys})

    async def _tokens(self, request: web.Request) -> web.Response:
        form = dict(await request.post())
        if self.refuses is not None:
            self.asked.append(request.headers["Authorization"])
            return web.json_response({"error": "invalid_client"}, status=self.refuses)
        question = self.codes.pop(str(form["code"]), None)
        if question is None or not _proves(str(form.get("code_verifier")), question):
            return web.json_response({"error": "invalid_grant"}, status=400)
        self.asked.append(request.headers.get("Authorization", ""))
        claims: dict[str, Any] = {
            "iss": self.issuer,
            "aud": "desk",
            "sub": "olga-at-the-provider",
            "nonce": question["nonce"],
            "iat": int(time.time()),
            "exp": int(time.time()) + 300,
            "email": "olga@example.com",
            "email_verified": True,
        }
        header = {"alg": "RS256", "kid": "one"}
        self.claims(claims)
        self.header(header)
        token = self.token(signed(header, claims, self.key))
        return web.json_response({"id_token": token, "access_token": "opens userinfo"})

    async def _userinfo(self, request: web.Request) -> web.Response:
        assert request.headers["Authorization"] == "Bearer opens userinfo"
        told = {
            "sub": "olga-at-the-provider",
            "email": "olga@example.com",
            "email_verified": True,
        }
        self.userinfo(told)
        return web.json_response(told)


def _proves(verifier: str, question: dict[str, str]) -> bool:
    challenge = encoded(hashlib.sha256(verifier.encode()).digest())
    return challenge == question["code_challenge"] and len(verifier) >= 43


@asynccontextmanager
async def liar() -> AsyncIterator[Liar]:
    """Have one listen."""
    application = web.Application()
    one = Liar("")
    application.add_routes(one.routes())
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    one.issuer = f"http://127.0.0.1:{port}"
    try:
        yield one
    finally:
        await runner.cleanup()
