"""API tokens: what one looks like, and whom it lets in.

A token is `dbt_`, 36 random characters, and a checksum of six: what scans code for secrets
knows it by its start, and a made-up or mistyped one is told from a real one without a look
into the database.
"""

import re
import secrets
import string
import zlib
from collections.abc import Collection

import msgspec

from agent_console.audit import By, Deed, record
from agent_console.web.auth.caller import Caller
from agent_console.web.auth.tokens import token_hash
from bridge.clock import Clock
from bridge.models import Scope
from bridge.redis import SharedBudgets
from bridge.store import tokens as t
from bridge.store.tokens import Bearer
from bridge.store.transactions import Store, Tx
from bridge.web import ApiError, Buckets, slow_down
from bridge.web.site import Connection

PREFIX = "dbt_"
HEADER = "authorization"
# What a token may ask in a minute: more than a console does, less than hurts.
CALLS_A_MINUTE = 600

_ALPHABET = string.digits + string.ascii_letters
# 62^36 is more than 2^214.
_RANDOM = 36
_CHECK = 6
_FORM = re.compile(rf"{PREFIX}[0-9A-Za-z]{{{_RANDOM + _CHECK}}}", re.ASCII)
_SCHEME = re.compile(r"bearer +(\S+)", re.IGNORECASE | re.ASCII)
# "Last used" is exact to the minute, so that asking costs no writing.
_STEP = 60_000


def new_token() -> str:
    """Return a new token."""
    secret = "".join(secrets.choice(_ALPHABET) for _ in range(_RANDOM))
    return PREFIX + secret + _checksum(secret)


def is_token(text: str) -> bool:
    """Say whether a text is a token, whoever's."""
    body = text.removeprefix(PREFIX)
    return bool(_FORM.fullmatch(text)) and _checksum(body[:_RANDOM]) == body[_RANDOM:]


def add_token(tx: Tx, agent_id: str, name: str, scope: Scope, expires_at: int | None) -> str:
    """Store a token of an agent and return it: it is nowhere else."""
    token = new_token()
    tx.run(
        t.ADD_TOKEN,
        token_hash=token_hash(token),
        agent_id=agent_id,
        name=name,
        scope=scope,
        created_at=tx.now,
        expires_at=expires_at,
    )
    return token


def revoke_token(tx: Tx, by: By, agent_id: str, token_id: int) -> bool:
    """Revoke a token of an agent; return whether there was one."""
    found = next((one for one in tx.all(t.TOKENS_OF, agent=agent_id) if one.id == token_id), None)
    if found is None:
        return False
    tx.run(t.REVOKE_TOKEN, of=found.id)
    record(tx, by, Deed("token_revoked", f"agent:{agent_id}", {"name": found.name}))
    return True


def refuse_in_query(connection: Connection) -> None:
    """Raise `ApiError` (400) where the address has a token: addresses end up in logs."""
    query = connection.scope.get("query_string", b"").decode("latin-1")
    if any(is_token(found) for found in _FORM.findall(query)):
        raise ApiError(
            400,
            "token_in_address",
            "A token stands in the Authorization header, never in an address. "
            "Whoever has seen this one can use it: revoke it.",
        )


class Bearers:
    """Who comes with a token."""

    def __init__(self, store: Store, clock: Clock, shared: SharedBudgets | None = None) -> None:
        """Look tokens up in `store`; count calls in `shared`."""
        self._store = store
        self._calls = Buckets(clock, per_minute=CALLS_A_MINUTE, name="token", shared=shared)

    async def caller(self, header: str) -> Caller:
        """Return whose token an Authorization header has; raises `ApiError` (401, 429)."""
        given = _SCHEME.fullmatch(header.strip())
        if given is None or not is_token(given[1]):
            raise _unknown()
        hashed = token_hash(given[1])
        wait = await self._calls.spend(hashed)
        if wait is not None:
            raise slow_down(wait)
        found = await self._store.read(_find, hashed)
        if found is None:
            raise _unknown()
        await self._note(found)
        return Caller(found.agent, token=found.token)

    async def of_these_held(self, hashes: Collection[str]) -> frozenset[str]:
        """Return which of these tokens still let anybody in."""
        return await self._store.read(_held, hashes)

    async def _note(self, found: Bearer) -> None:
        used_at, now = found.token.used_at, self._store.clock.now()
        if used_at is None or now - used_at >= _STEP:
            await self._store.write(_used, found.token.id)


def _checksum(secret: str) -> str:
    number, digits = zlib.crc32(secret.encode()), ""
    for _ in range(_CHECK):
        number, digit = divmod(number, len(_ALPHABET))
        digits += _ALPHABET[digit]
    return digits


def _unknown() -> ApiError:
    return ApiError(401, "token_unknown", "This token is unknown, revoked or expired.")


def _find(tx: Tx, hashed: str) -> Bearer | None:
    return tx.one(t.TOKEN_BY_HASH, token_hash=hashed, now=tx.now)


def _held(tx: Tx, hashes: Collection[str]) -> frozenset[str]:
    given = msgspec.json.encode(list(hashes)).decode()
    return frozenset(tx.all(t.HELD_TOKENS, ids=given, now=tx.now))


def _used(tx: Tx, token_id: int) -> None:
    tx.run(t.TOKEN_USED, of=token_id, at=tx.now)
