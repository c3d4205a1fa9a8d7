"""The door: signing in with a password or a one-time link, and a code where one is asked for."""

from collections.abc import Awaitable, Iterator
from contextlib import contextmanager
from typing import Annotated, Any, Literal

import msgspec
from litestar import Request, Response, post
from litestar.handlers.base import BaseRouteHandler
from litestar.params import JSONBody

from agent_console.cards import shapes as w
from agent_console.web.api.given import Body, Given
from agent_console.web.api.session import FactorDue, SessionInfo, info_of
from agent_console.web.auth import LockedError, Opened
from agent_console.web.auth.guard import SAFE
from agent_console.web.auth.passwords import LONGEST, BusyError
from agent_console.web.auth.second_factor import LONGEST as LONGEST_CODE
from agent_console.web.auth.sign_in import From
from agent_console.web.console import Console
from bridge.web import ApiError, bucket_key, slow_down
from bridge.web.site import AsyncGuard, Connection, own_origin_only
from routing import presence

# The key of a handler's `opt` that strangers may call, to sign in.
DOOR = "door"

Code = Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST_CODE)]


class PasswordSignIn(Body, frozen=True, kw_only=True):
    """An id or an address, its password, and a code where the agent has a second factor."""

    login: Annotated[str, msgspec.Meta(min_length=1, max_length=254)]
    password: Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST)]
    code: Code | None = None


class LinkSignIn(Body, frozen=True, kw_only=True):
    """A one-time link's token, the new password where it is for one, and a code as above."""

    token: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    password: Annotated[str, msgspec.Meta(max_length=LONGEST)] | None = None
    code: Code | None = None


class LinkToken(Body, frozen=True, kw_only=True):
    """A one-time link's token."""

    token: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class LinkAgent(w.Shape, frozen=True, kw_only=True, gc=False):
    """Whom a link is for."""

    id: str
    name: str


class LinkInfo(w.Shape, frozen=True, kw_only=True, gc=False):
    """What a link is for."""

    kind: Literal["sign_in", "password", "oidc"]
    agent: LinkAgent


@post("/session", status_code=200, opt={DOOR: True})
async def sign_in(
    request: Request[Any, Any, Any], console: Given, data: JSONBody[PasswordSignIn]
) -> Response[SessionInfo | FactorDue]:
    """Sign in with a password; 401 `code_required` where a code has to come with it."""
    origin = origin_of(request, console)
    return await _let_in(
        console, console.sign_in.with_password(data.login, data.password, data.code, origin)
    )


@post("/session/link", status_code=200, opt={DOOR: True})
async def use_link(
    request: Request[Any, Any, Any], console: Given, data: JSONBody[LinkSignIn]
) -> Response[SessionInfo | FactorDue]:
    """Sign in with a one-time link, choosing a new password if it is for that."""
    origin = origin_of(request, console)
    return await _let_in(
        console, console.sign_in.with_link(data.token, data.password, data.code, origin)
    )


@post("/session/link/peek", status_code=200, opt={DOOR: True})
async def peek_link(console: Given, data: JSONBody[LinkToken]) -> LinkInfo:
    """Return what a one-time link is for, without using it up."""
    link, name = await console.sign_in.peek(data.token)
    return LinkInfo(kind=link.kind, agent=LinkAgent(id=link.agent_id, name=name))


def own_page(console: Console) -> AsyncGuard:
    """Return the guard of the door: our own pages only for changes; no address too often."""
    own_origin = own_origin_only(console.settings.server.public_url)

    async def check(connection: Connection, handler: BaseRouteHandler) -> None:
        # A browser names no origin for what it only reads, nor where it is led back to us.
        if connection.scope.get("method") not in SAFE:
            await own_origin(connection, handler)
        wait = await console.tries.spend(bucket_key(console.proxies.client(connection)))
        if wait is not None:
            raise slow_down(wait)

    return check


def origin_of(request: Request[Any, Any, Any], console: Console) -> From:
    """Return where a sign-in comes from."""
    return From(
        address=bucket_key(console.proxies.client(request)),
        user_agent=request.headers.get("user-agent"),
        replaces=request.cookies.get(console.cookie.name),
    )


@contextmanager
def slowing_down() -> Iterator[None]:
    """Tell whoever tries too often, or while too many do, when to come back."""
    try:
        yield
    except LockedError as locked:
        detail = {"retry_after": locked.retry_after}
        raise ApiError(429, "locked", "Too many wrong attempts; wait a little.", detail) from None
    except BusyError:
        raise slow_down(2) from None


async def _let_in(
    console: Console, opening: Awaitable[Opened]
) -> Response[SessionInfo | FactorDue]:
    """Answer with the session that is being opened; 429 to whoever tries too often."""
    with slowing_down():
        opened = await opening
    return await enter(console, opened)


async def enter(console: Console, opened: Opened) -> Response[SessionInfo | FactorDue]:
    """Answer with a new session and its cookie."""
    if not console.sessions.is_unproven(opened.caller.signed_in):
        await console.write(presence.acted, console.desk.policy, opened.caller.agent.id)
    info = await info_of(console, opened.caller)
    return Response(info, cookies=[console.cookie.holding(opened.token)])


HANDLERS = [sign_in, use_link, peek_link]
