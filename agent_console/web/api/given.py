"""What handlers are given: the console, the caller, and numbers within bounds."""

from typing import Annotated, Any, TypeVar

import msgspec
from litestar import Request
from litestar.di import Dependency
from litestar.params import PathParameter, QueryParameter, SkipValidationMarker

from agent_console.audit import By, Surface
from agent_console.web.auth import Caller
from agent_console.web.console import Console
from agent_console.web.refusals import api_error
from bridge.web import MAX_ID, bucket_key
from routing.access import Right, rights
from routing.refusal import RefusedError

T = TypeVar("T")
# Put together by us, so there is nothing to validate.
Ours = Annotated[T, Dependency(), SkipValidationMarker()]
Given = Ours[Console]
Me = Ours[Caller]
Acting = Ours[By]
"""Who asks and from where, for the audit trail; give it the name `by`."""

PathId = Annotated[int, PathParameter(ge=1, le=MAX_ID)]
Limit = Annotated[int, QueryParameter(ge=1, le=100)]
Word = Annotated[str | None, QueryParameter(min_length=1, max_length=80)]
Token = Annotated[
    str | None, QueryParameter(max_length=80, description="The `next` of the page before.")
]
AgentId = Annotated[str, msgspec.Meta(min_length=1, max_length=40)]


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The base of every request body: a field it does not know is refused."""


class Nothing(Body, frozen=True, kw_only=True):
    """An empty object."""


def caller_of(request: Request[Any, Any, Any]) -> Caller:
    """Return who asks; the guard has put it there."""
    found: Caller = request.scope["state"]["caller"]
    return found


def acting(request: Request[Any, Any, Any], console: Given, me: Me) -> By:
    """Return who asks, and from where."""
    address = bucket_key(console.proxies.client(request))
    surface: Surface = "console" if me.token is None else "token"
    return By(agent_id=me.agent.id, surface=surface, address=address)


def require(console: Console, me: Caller, *wanted: Right) -> frozenset[Right]:
    """Return which of these rights the agent has; raises `ApiError` (403) for none."""
    found = rights(me.agent.role, console.desk.policy) & {*wanted}
    if not found:
        raise api_error(RefusedError("forbidden"))
    return found
