"""Who asks: the session behind a cookie, and the door in front of every handler."""

import hmac
from collections.abc import Collection
from dataclasses import dataclass

import msgspec
from litestar.handlers.base import BaseRouteHandler

from agent_console.web.auth.cookie import SessionCookie
from agent_console.web.auth.tokens import token_hash
from bridge.models import Agent, Session
from bridge.store import sign_in as q
from bridge.store.transactions import Store, Tx
from bridge.web import ApiError, same_origin
from bridge.web.site import AsyncGuard, Connection, foreign_origin

CSRF_HEADER = "x-csrf-token"
# The key of a handler's `opt` that lets viewers do what changes only their own view.
VIEWERS_TOO = "viewers_too"
_SAFE = frozenset({"GET", "HEAD"})
# A session is extended at most this often, so that reading costs no writing.
_STEP = 5 * 60_000


@dataclass(frozen=True, slots=True)
class Caller:
    """The agent who asks, and the session by which we know."""

    agent: Agent
    session: Session


class Sessions:
    """The open sessions; one ends after `length` ms in which its agent did nothing."""

    def __init__(self, store: Store, cookie: SessionCookie, length: int) -> None:
        """Look sessions up in `store`."""
        self._store = store
        self._cookie = cookie
        self.length = length

    async def caller(self, connection: Connection) -> Caller | None:
        """Return who asks, or `None`; asking keeps the session open."""
        token = connection.cookies.get(self._cookie.name)
        if not token:
            return None
        found = await self._store.read(_find, token_hash(token))
        if found is not None:
            await self._extend(found.session)
        return found

    async def of_these_open(self, hashes: Collection[str]) -> frozenset[str]:
        """Return which of these sessions are still open; asking does not keep them so."""
        return await self._store.read(_open, hashes)

    async def _extend(self, session: Session) -> None:
        until = self._store.clock.now() + self.length
        if until - session.expires_at >= min(_STEP, self.length // 4):
            await self._store.write(_extend, session.token_hash, until)


def _find(tx: Tx, hashed: str) -> Caller | None:
    found = tx.one(q.SESSION_BY_HASH, token_hash=hashed, now=tx.now)
    return None if found is None else Caller(found.agent, found.session)


def _open(tx: Tx, hashes: Collection[str]) -> frozenset[str]:
    given = msgspec.json.encode(list(hashes)).decode()
    return frozenset(tx.all(q.OPEN_SESSIONS, hashes=given, now=tx.now))


def _extend(tx: Tx, hashed: str, until: int) -> None:
    tx.run(q.EXTEND_SESSION, of=hashed, expires_at=until)


def signed_out() -> ApiError:
    """Return the answer to somebody without a session."""
    return ApiError(401, "signed_out", "Sign in first.")


def guard(sessions: Sessions, public_url: str) -> AsyncGuard:
    """Return the guard of every handler: a session, and for changes proof of our own page.

    A page of another site can make a browser send the cookie, but neither our Origin nor
    the session's CSRF token, which no cookie carries. Viewers change nothing.
    """

    async def check(connection: Connection, handler: BaseRouteHandler) -> None:
        caller = await sessions.caller(connection)
        if caller is None:
            raise signed_out()
        connection.scope["state"]["caller"] = caller
        if connection.scope.get("method") in _SAFE:
            return
        if not same_origin(connection, public_url):
            raise foreign_origin()
        given = connection.headers.get(CSRF_HEADER, "")
        if not hmac.compare_digest(given.encode(), caller.session.csrf.encode()):
            raise ApiError(403, "bad_csrf", "The page is out of date: load it again.")
        if caller.agent.role == "viewer" and not handler.opt.get(VIEWERS_TOO):
            raise ApiError(403, "forbidden", "A viewer reads, and changes nothing.")

    return check
