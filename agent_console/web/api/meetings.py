"""Links to video meetings, at the address that the YAML names.

A link is made, not sent: it goes into the composer, and out as whatever else is said there.
Nothing is kept of it; the room comes into being when somebody opens it.
"""

import secrets

from litestar import post
from litestar.params import JSONBody

from agent_console.actions.rights import allowed
from agent_console.cards import shapes as w
from agent_console.web.api.given import Given, Me, Nothing, PathId
from agent_console.web.auth.guard import VIEWERS_TOO
from agent_console.web.console import Console
from bridge.models import Agent
from bridge.settings.sections import Meetings
from bridge.settings.sections.meetings import filled
from bridge.store.transactions import Tx
from bridge.web import ApiError
from routing.desk import Desk

# Bytes of chance in a link, which nobody tries; small letters and digits go through every network.
_CHANCE = 16


class Meeting(w.Shape, frozen=True, kw_only=True, gc=False):
    """A new link, and the words in which a customer is told of it."""

    url: str
    text: str


@post("/meetings", status_code=200, opt={VIEWERS_TOO: True})
async def meeting(
    console: Given,
    me: Me,  # noqa: ARG001  # Whoever is let in.
    data: JSONBody[Nothing],  # noqa: ARG001  # That it is empty is checked.
) -> Meeting:
    """Make a link for colleagues."""
    return _made(_configured(console), console.settings.locale.default, console)


@post("/conversations/{conversation_id:int}/meeting", status_code=200)
async def meeting_with_customer(
    console: Given,
    me: Me,
    conversation_id: PathId,
    data: JSONBody[Nothing],  # noqa: ARG001  # That it is empty is checked.
) -> Meeting:
    """Make a link for an agent who could send it, with words in the customer's language."""
    language = await console.write(_language, console.desk, me.agent, conversation_id)
    return _made(_configured(console), language or "", console)


def _language(tx: Tx, desk: Desk, me: Agent, conversation_id: int) -> str | None:
    return allowed(tx, desk, me, conversation_id, "reply").language


def _configured(console: Console) -> Meetings:
    if console.settings.meetings is None:
        raise ApiError(404, "meetings_off", "No program for meetings is configured.")
    return console.settings.meetings


def _made(meetings: Meetings, language: str, console: Console) -> Meeting:
    url = filled(meetings.url, secrets.token_hex(_CHANCE))
    words = meetings.text.pick(language, console.settings.locale.default)
    return Meeting(url=url, text=filled(words, url))


HANDLERS = [meeting, meeting_with_customer]
