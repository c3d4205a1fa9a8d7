"""How the channels and the staff surfaces are: what the sheet of channels shows."""

from litestar import get

from agent_console import cards
from agent_console.cards import shapes as w
from agent_console.web.api.given import Given, Me, require


@get("/channels")
async def channels(console: Given) -> list[w.ChannelHealth]:
    """Return how every channel is, and when it last received and sent something.

    The websocket tells of changes of the state; the times are as of the last minute.
    """
    return await console.read(cards.channels)


@get("/surfaces")
async def surfaces(console: Given, me: Me) -> list[w.SurfaceHealth]:
    """Return how every staff surface but the console is, and which of its places are lost.

    The websocket tells that something has changed (`surfaces`); it is asked for then.
    """
    require(console, me, "health")
    return await console.read(cards.surfaces, console.settings)


HANDLERS = [channels, surfaces]
