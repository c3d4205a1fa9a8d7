"""How the channels are: what the sheet of that name shows."""

from litestar import get

from agent_console import cards
from agent_console.cards import shapes as w
from agent_console.web.api.given import Given


@get("/channels")
async def channels(console: Given) -> list[w.ChannelHealth]:
    """Return how every channel is, and when it last received and sent something.

    The websocket tells of changes of the state; the times are as of the last minute.
    """
    return await console.read(cards.channels)


HANDLERS = [channels]
