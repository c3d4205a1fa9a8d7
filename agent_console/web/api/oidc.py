"""Signing in by the identity provider: the way there, and the way back."""

import logging
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from litestar import Request, Response, get, post
from litestar.datastructures import Cookie
from litestar.params import JSONBody
from litestar.response import Redirect

from agent_console.audit import Deed, record
from agent_console.cards import shapes as w
from agent_console.web.api.door import DOOR, origin_of
from agent_console.web.api.given import Given, Nothing
from agent_console.web.auth import link_url
from agent_console.web.console import Console
from agent_console.web.oidc.edge import LIFE, OidcError
from agent_console.web.oidc.matching import agent_of
from bridge.web import ApiError
from routing import presence

if TYPE_CHECKING:
    from agent_console.web.oidc.flow import Flow

_log = logging.getLogger(__name__)

_STATUS = {"oidc_unreachable": 503}
_NEVER_KEPT = {"Cache-Control": "no-store"}


class Ways(w.Shape, frozen=True, kw_only=True, gc=False):
    """How one can sign in beside a password: what the provider is called, null without one."""

    oidc: str | None


class Elsewhere(w.Shape, frozen=True, kw_only=True, gc=False):
    """Where the browser is to go."""

    url: str


@get("/session/ways", opt={DOOR: True})
async def ways(console: Given) -> Ways:
    """Return how one can sign in."""
    settings = console.web.oidc
    if settings is None:
        return Ways(oidc=None)
    return Ways(oidc=settings.name or urlsplit(settings.issuer).hostname)


@post("/session/oidc", status_code=200, opt={DOOR: True})
async def begin(
    console: Given,
    data: JSONBody[Nothing],  # noqa: ARG001  # That it is empty is checked.
) -> Response[Elsewhere]:
    """Begin at the provider; 503 where it does not answer."""
    try:
        url, kept = await _flow(console).begin()
    except OidcError as error:
        _log.warning("signing in by the identity provider: %s", error.why)
        sentence = "The identity provider cannot be asked right now."
        raise ApiError(_STATUS.get(error.code, 502), error.code, sentence) from None
    cookie = _cookie(console, kept, LIFE // 1000)
    return Response(Elsewhere(url=url), headers=_NEVER_KEPT, cookies=[cookie])


@get("/session/oidc/callback", opt={DOOR: True}, status_code=302)
async def come_back(request: Request[Any, Any, Any], console: Given) -> Redirect:
    """Let in whom the provider names; what is refused is told on the sign-in page."""
    try:
        flow = _flow(console)
        person = await flow.finish(dict(request.query_params), request.cookies.get(_name(console)))
        by_email = flow.settings.by_email
        agent_id = agent_of(person, console.settings.agents, by_email=by_email)
    except OidcError as error:
        _log.warning("signing in by the identity provider: %s", error.why)
        failed = Deed("sign_in_failed", None, {"how": "oidc", "why": error.code})
        await console.write(record, origin_of(request, console).by(None), failed)
        return _to(console, f"/console#problem={error.code}")
    return await _enter(request, console, agent_id, trusted=flow.settings.second_factor == "trust")


async def _enter(
    request: Request[Any, Any, Any], console: Console, agent_id: str, *, trusted: bool
) -> Redirect:
    origin = origin_of(request, console)
    entered = await console.sign_in.by_provider(agent_id, origin, trusted=trusted)
    if isinstance(entered, str):
        path = link_url("", entered)
        return _to(console, path)
    if not console.sessions.is_unproven(entered.caller.signed_in):
        await console.write(presence.acted, console.desk.policy, agent_id)
    return _to(console, "/console", console.cookie.holding(entered.token))


def _flow(console: Console) -> "Flow":
    if console.oidc is None:
        raise ApiError(404, "not_found", "No identity provider is configured.")
    return console.oidc


def _to(console: Console, path: str, *cookies: Cookie) -> Redirect:
    spent = _cookie(console, "", 0)
    return Redirect(path, status_code=302, headers=_NEVER_KEPT, cookies=[spent, *cookies])


def _name(console: Console) -> str:
    return f"{console.cookie.name}-oidc"


def _cookie(console: Console, value: str, life: int) -> Cookie:
    return Cookie(
        key=_name(console),
        value=value,
        path="/",
        max_age=life,
        secure=console.site.secure,
        httponly=True,
        # Sent when the provider leads the browser back, and to nobody's page from elsewhere.
        samesite="lax",
    )


HANDLERS = [ways, begin, come_back]
