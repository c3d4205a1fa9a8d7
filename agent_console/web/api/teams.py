"""Conversations and the queues of teams."""

from typing import Annotated

import msgspec
from litestar import post
from litestar.params import JSONBody

from agent_console import actions
from agent_console.web.api.conversations import Changed, changed
from agent_console.web.api.given import Body, Given, Me, PathId
from agent_console.web.auth.guard import BOTS_TOO


class TeamAssignment(Body, frozen=True, kw_only=True):
    """To which team it goes, by its id in the YAML."""

    team: Annotated[str, msgspec.Meta(min_length=1, max_length=40)]


@post("/conversations/{conversation_id:int}/team", status_code=200, opt={BOTS_TOO: True})
async def assign_team(
    console: Given, me: Me, conversation_id: PathId, data: JSONBody[TeamAssignment]
) -> Changed:
    """Put a conversation into the queue of a team; it may be given to one of them at once."""
    await console.write(actions.assign_team, console.desk, me.agent, conversation_id, data.team)
    return await changed(console, me, conversation_id)


HANDLERS = [assign_team]
