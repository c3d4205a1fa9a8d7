"""Whether the caller works now: what they choose, and what becomes of it."""

from typing import Literal

from litestar import put
from litestar.params import JSONBody

from agent_console.cards import shapes as w
from agent_console.web.api.given import Body, Given, Me
from agent_console.web.auth.guard import BOTS_TOO
from bridge.models import Presence
from routing import presence


class Choice(Body, frozen=True, kw_only=True):
    """What the caller wants to be until they choose otherwise."""

    presence: Literal["online", "break", "offline"]


class Now(w.Shape, frozen=True, kw_only=True, gc=False):
    """What the caller is now, to everybody."""

    presence: Presence


@put("/me/presence", opt={BOTS_TOO: True})
async def choose(console: Given, me: Me, data: JSONBody[Choice]) -> Now:
    """Go online, on a break or offline; it lasts until the caller chooses again."""
    chosen = data.presence
    await console.write(presence.choose, console.desk.policy, me.agent.id, chosen)
    return Now(presence=chosen)


HANDLERS = [choose]
