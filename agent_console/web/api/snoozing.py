"""Putting a conversation out of the way until later, and having it back."""

from typing import Annotated

import msgspec
from litestar import delete, get, put
from litestar.params import JSONBody

from agent_console import actions
from agent_console.cards import shapes as w
from agent_console.web.api.conversations import Changed, changed
from agent_console.web.api.given import Body, Given, Me, PathId
from bridge.web import MAX_ID
from routing.snooze_times import Until

_SNOOZE = "/conversations/{conversation_id:int}/snooze"


class Snooze(Body, frozen=True, kw_only=True):
    """Until when: a time in ms, or one of the choices."""

    until: Annotated[int, msgspec.Meta(ge=1, le=MAX_ID)] | Until


class SnoozeChoices(w.Shape, frozen=True, kw_only=True, gc=False):
    """What each choice comes to now, in ms; the days begin when the team is there."""

    choices: dict[Until, int]


@get(_SNOOZE)
async def snooze_choices(console: Given, me: Me, conversation_id: PathId) -> SnoozeChoices:
    """Return the times that a conversation can be had back at."""
    found = await console.read(actions.snooze_choices, console.desk, me.agent, conversation_id)
    return SnoozeChoices(choices=dict(found))


@put(_SNOOZE)
async def snooze(
    console: Given, me: Me, conversation_id: PathId, data: JSONBody[Snooze]
) -> Changed:
    """Put a conversation out of the way until a time, or until its customer writes."""
    await console.write(actions.snooze, console.desk, me.agent, conversation_id, data.until)
    return await changed(console, me, conversation_id)


@delete(_SNOOZE, status_code=200)
async def unsnooze(console: Given, me: Me, conversation_id: PathId) -> Changed:
    """Have a conversation back now."""
    await console.write(actions.unsnooze, console.desk, me.agent, conversation_id)
    return await changed(console, me, conversation_id)


HANDLERS = [snooze_choices, snooze, unsnooze]
