"""Websockets as uvicorn speaks them, whose farewell waits for nobody.

uvicorn says nothing to who has not taken what was said before: neither why a socket is closed,
nor that it is, and the line of who reads nothing more would stay open for good.
"""

from asyncio.transports import BaseTransport

from uvicorn._types import ASGISendEvent
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

# Who does not take our farewell, and all that lies before it, for so long (s) is hung up on.
FAREWELL = 60.0


class SocketProtocol(WebSocketsSansIOProtocol):
    """A websocket with a client."""

    # Until when it was not being closed, by the loop's time.
    _open_at = 0.0

    def connection_made(self, transport: BaseTransport) -> None:
        """Begin to speak."""
        self._open_at = self.loop.time()
        super().connection_made(transport)

    async def send(self, message: ASGISendEvent) -> None:
        """Send what the application says, the last of it in any case."""
        if message["type"] == "websocket.close":
            # Some bytes behind all that waits. To wait for that would be never to say them.
            self.writable.set()
        await super().send(message)

    def look(self, now: float, _since: float) -> None:
        """Hang up on a client that does not take even our farewell."""
        if not (self.close_sent or self.transport.is_closing()):
            self._open_at = now
        elif now - self._open_at > FAREWELL:
            self.transport.abort()
