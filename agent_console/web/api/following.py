"""Following a conversation, and no longer."""

from litestar import post
from litestar.params import JSONBody

from agent_console import actions
from agent_console.web.api.conversations import Changed, changed
from agent_console.web.api.given import Given, Me, Nothing, PathId


@post("/conversations/{conversation_id:int}/follow", status_code=200)
async def follow(
    console: Given,
    me: Me,
    conversation_id: PathId,
    data: JSONBody[Nothing],  # noqa: ARG001  # That it is empty is checked.
) -> Changed:
    """Have it among one's own conversations, and hear of its notes."""
    await console.write(actions.follow, console.desk, me.agent, conversation_id)
    return await changed(console, me, conversation_id)


@post("/conversations/{conversation_id:int}/unfollow", status_code=200)
async def unfollow(
    console: Given,
    me: Me,
    conversation_id: PathId,
    data: JSONBody[Nothing],  # noqa: ARG001  # That it is empty is checked.
) -> Changed:
    """Follow it no longer."""
    await console.write(actions.unfollow, console.desk, me.agent, conversation_id)
    return await changed(console, me, conversation_id)


HANDLERS = [follow, unfollow]
