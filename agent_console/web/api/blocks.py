"""Keeping a customer away."""

from typing import Annotated, Literal

import msgspec
from litestar import post
from litestar.params import JSONBody

from agent_console import actions
from agent_console.audit import Deed
from agent_console.web.api.conversations import Changed, changed
from agent_console.web.api.given import Acting, Body, Given, Me, Nothing, PathId
from routing.blocking import Order


class NewBlock(Body, frozen=True, kw_only=True):
    """Whom to keep away (one account, or the whole person), until when (ms), and why.

    `until: null` means for ever.
    """

    scope: Literal["identity", "contact"]
    until: Annotated[int, msgspec.Meta(ge=0, le=2**53 - 1)] | None
    reason: Annotated[str, msgspec.Meta(max_length=2000)]


@post("/conversations/{conversation_id:int}/block", status_code=200)
async def block(
    console: Given, me: Me, by: Acting, conversation_id: PathId, data: JSONBody[NewBlock]
) -> Changed:
    """Keep a conversation's customer away: nothing of theirs comes in, and nothing goes out."""
    order = Order(scope=data.scope, until=data.until, reason=data.reason)
    told = {"scope": data.scope, "until": data.until}
    deed = Deed("block", f"conversation:{conversation_id}", told)
    await console.act(by, deed, actions.block, console.desk, me.agent, conversation_id, order)
    return await changed(console, me, conversation_id)


@post("/conversations/{conversation_id:int}/unblock", status_code=200)
async def unblock(
    console: Given,
    me: Me,
    by: Acting,
    conversation_id: PathId,
    data: JSONBody[Nothing],  # noqa: ARG001  # That it is empty is checked.
) -> Changed:
    """Let a conversation's customer in again."""
    deed = Deed("unblock", f"conversation:{conversation_id}")
    await console.act(by, deed, actions.unblock, console.desk, me.agent, conversation_id)
    return await changed(console, me, conversation_id)


HANDLERS = [block, unblock]
