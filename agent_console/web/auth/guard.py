"""Who asks: the session behind a cookie or the token of a header, and the door of every handler."""

import hmac
from collections.abc import Collection

import msgspec
from litestar.handlers.base import BaseRouteHandler

from agent_console.web.auth import bearer
from agent_console.web.auth.bearer import Bearers
from agent_console.web.auth.caller import Caller, session_only
from agent_console.web.auth.cookie import SessionCookie
from agent_console.web.auth.second_factor import SecondFactors
from agent_console.web.auth.tokens import token_hash
from bridge.models import Session
from bridge.store import sign_in as q
from bridge.store.transactions import Store, Tx
from bridge.web import ApiError, same_origin
from bridge.web.site import AsyncGuard, Connection, foreign_origin

CSRF_HEADER = "x-csrf-token"
# The key of a handler's `opt` that lets viewers do what changes only their own view.
VIEWERS_TOO = "viewers_too"
# The key of one that only people pass, who have signed in.
SESSION_ONLY = "session_only"
# The key of one that is passed without the second factor that the YAML demands, to set it up.
UNPROVEN_TOO = "unproven_too"
# The key of one that bots pass, each in what they have to answer.
BOTS_TOO = "bots_too"
SAFE = frozenset({"GET", "HEAD"})
# A session is extended at most this often, so that reading costs no writing.
_STEP = 5 * 60_000


class Sessions:
    """The open sessions; one ends after `length` ms in which its agent did nothing.

    Who comes with a token instead is asked for it alone, whatever cookie is there.
    """

    def __init__(
        self,
        store: Store,
        cookie: SessionCookie,
        length: int,
        bearers: Bearers,
        factors: SecondFactors,
    ) -> None:
        """Look sessions up in `store`."""
        self._store = store
        self._factors = factors
        self._cookie = cookie
        self._bearers = bearers
        self.length = length

    async def caller(self, connection: Connection, *, unproven_too: bool = False) -> Caller | None:
        """Return who asks, or `None`; asking keeps the session open.

        Raises `ApiError` for a token that lets nobody in, or asks too often, and, but for
        `unproven_too`, for a session without the second factor that the YAML demands.
        """
        bearer.refuse_in_query(connection)
        header = connection.headers.get(bearer.HEADER)
        if header is not None:
            return await self._bearers.caller(header)
        token = connection.cookies.get(self._cookie.name)
        if not token:
            return None
        found = await self._store.read(_find, token_hash(token))
        if found is not None:
            await self._extend(found.signed_in)
            if self.is_unproven(found.signed_in) and not unproven_too:
                raise ApiError(403, "second_factor_due", "Set up a second factor first.")
        return found

    def is_unproven(self, session: Session) -> bool:
        """Say whether a session lacks the second factor that the YAML demands."""
        return self._factors.mode == "required" and session.proof is None

    async def of_these_open(self, hashes: Collection[str]) -> frozenset[str]:
        """Return which of these sessions and tokens still let in; asking changes nothing."""
        held = await self._bearers.of_these_held(hashes)
        proven = self._factors.mode == "required"
        return held | await self._store.read(_open, hashes, proven=proven)

    async def _extend(self, session: Session) -> None:
        until = self._store.clock.now() + self.length
        if until - session.expires_at >= min(_STEP, self.length // 4):
            await self._store.write(_extend, session.token_hash, until)


def _find(tx: Tx, hashed: str) -> Caller | None:
    found = tx.one(q.SESSION_BY_HASH, token_hash=hashed, now=tx.now)
    return None if found is None else Caller(found.agent, found.session)


def _open(tx: Tx, hashes: Collection[str], *, proven: bool) -> frozenset[str]:
    given = msgspec.json.encode(list(hashes)).decode()
    return frozenset(tx.all(q.OPEN_SESSIONS, hashes=given, proven=int(proven), now=tx.now))


def _extend(tx: Tx, hashed: str, until: int) -> None:
    tx.run(q.EXTEND_SESSION, of=hashed, expires_at=until, now=tx.now)


def refuse_token(connection: Connection) -> None:
    """Raise `ApiError` where a token is shown at a door by which people sign in."""
    bearer.refuse_in_query(connection)
    if bearer.HEADER in connection.headers:
        raise session_only()


def signed_out() -> ApiError:
    """Return the answer to somebody without a session."""
    return ApiError(401, "signed_out", "Sign in first.")


def guard(sessions: Sessions, public_url: str) -> AsyncGuard:
    """Return the guard of every handler: a session, and for changes proof of our own page.

    A page of another site can make a browser send the cookie, but neither our Origin nor
    the session's CSRF token, which no cookie carries; a token it cannot make it send at all.
    Viewers change nothing, and a bot comes no further than what it has to answer.
    """

    async def check(connection: Connection, handler: BaseRouteHandler) -> None:
        unproven_too = bool(handler.opt.get(UNPROVEN_TOO))
        caller = await sessions.caller(connection, unproven_too=unproven_too)
        if caller is None:
            raise signed_out()
        connection.scope["state"]["caller"] = caller
        if caller.token is not None:
            _by_token(caller, connection, handler)
        elif connection.scope.get("method") not in SAFE:
            _by_page(caller.signed_in, connection, public_url)
        if caller.agent.role == "bot" and not handler.opt.get(BOTS_TOO):
            raise ApiError(403, "forbidden", "This is not for bots.")
        changes = connection.scope.get("method") not in SAFE
        if changes and caller.agent.role == "viewer" and not handler.opt.get(VIEWERS_TOO):
            raise ApiError(403, "forbidden", "A viewer reads, and changes nothing.")

    return check


def _by_token(caller: Caller, connection: Connection, handler: BaseRouteHandler) -> None:
    if handler.opt.get(SESSION_ONLY):
        raise session_only()
    reads = caller.token is not None and caller.token.scope == "read"
    if reads and connection.scope.get("method") not in SAFE:
        raise ApiError(403, "read_only", "This token reads, and changes nothing.")


def _by_page(session: Session, connection: Connection, public_url: str) -> None:
    if not same_origin(connection, public_url):
        raise foreign_origin()
    given = connection.headers.get(CSRF_HEADER, "")
    if not hmac.compare_digest(given.encode(), session.csrf.encode()):
        raise ApiError(403, "bad_csrf", "The page is out of date: load it again.")
