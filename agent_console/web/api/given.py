"""What handlers are given: the console, the caller, and numbers within bounds."""

from typing import Annotated, Any, TypeVar

import msgspec
from litestar import Request
from litestar.di import Dependency
from litestar.params import PathParameter, QueryParameter, SkipValidationMarker

from agent_console.web.auth import Caller
from agent_console.web.console import Console
from bridge.web import MAX_ID

T = TypeVar("T")
# Put together by us, so there is nothing to validate.
Ours = Annotated[T, Dependency(), SkipValidationMarker()]
Given = Ours[Console]
Me = Ours[Caller]

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
