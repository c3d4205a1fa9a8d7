"""What handlers are given: the console, the caller, and numbers within bounds."""

from typing import Annotated, Any

import msgspec
from litestar import Request
from litestar.params import Parameter, SkipValidation

from agent_console.web.auth import Caller
from agent_console.web.console import Console
from bridge.web import MAX_ID

Given = SkipValidation[Console]
Me = SkipValidation[Caller]

PathId = Annotated[int, Parameter(ge=1, le=MAX_ID)]
Limit = Annotated[int, Parameter(ge=1, le=100)]
Word = Annotated[str | None, Parameter(min_length=1, max_length=80)]
Token = Annotated[str | None, Parameter(max_length=80)]
AgentId = Annotated[str, msgspec.Meta(min_length=1, max_length=40)]


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The base of every request body: a field it does not know is refused."""


class Nothing(Body, frozen=True, kw_only=True):
    """An empty object."""


def caller_of(request: Request[Any, Any, Any]) -> Caller:
    """Return who asks; the guard has put it there."""
    found: Caller = request.scope["state"]["caller"]
    return found
