"""The least websocket client that hears what many consoles are told.

A library's takes as long to read a frame as the server to send it, and there are two cores.
"""

import asyncio
import base64
import os
import time
from collections.abc import Callable
from typing import Any

_PING, _CLOSE = 9, 8
# A frame of ours must be masked, and may be so with nothing.
_PONG = bytes((0x8A, 0x80, 0, 0, 0, 0))


class Ear(asyncio.Protocol):
    """One console's socket: hands on each frame of text, with the moment at which it came."""

    def __init__(self, heard: Callable[[bytes, float], None]) -> None:
        """Hand frames to `heard`."""
        self._heard = heard
        self._buffer = b""
        self._line: asyncio.Transport | None = None
        self._open = False
        self.opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    @classmethod
    async def follow(
        cls, url: str, cookie: str, after: object, heard: Callable[[bytes, float], None]
    ) -> "Ear":
        """Open the console's websocket; return once the server has agreed."""
        host = url.removeprefix("http://")
        name, _, port = host.partition(":")
        loop = asyncio.get_running_loop()
        _, ear = await loop.create_connection(lambda: cls(heard), name, int(port))
        ear._ask(url, host, cookie, after)
        await ear.opened
        return ear

    def _ask(self, url: str, host: str, cookie: str, after: object) -> None:
        assert self._line is not None
        key = base64.b64encode(os.urandom(16)).decode()
        head = {
            "Host": host, "Origin": url, "Cookie": cookie, "Upgrade": "websocket",
            "Connection": "Upgrade", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": key,
        }  # fmt: skip
        lines = "".join(f"{one}: {told}\r\n" for one, told in head.items())
        self._line.write(f"GET /api/live?after={after} HTTP/1.1\r\n{lines}\r\n".encode())

    def connection_made(self, transport: Any) -> None:
        """Keep the line."""
        self._line = transport

    def connection_lost(self, error: Exception | None) -> None:
        """Say so to whoever waits for it to open."""
        if not self.opened.done():
            self.opened.set_exception(error or ConnectionError("the server hung up"))

    def data_received(self, data: bytes) -> None:
        """Take in what came; several frames may come at once, and parts of one."""
        now = time.perf_counter()
        self._buffer += data
        if not self._open and not self._agreed():
            return
        while (frame := self._next()) is not None:
            opcode, body = frame
            if opcode == _PING and self._line is not None:
                self._line.write(_PONG)
            elif opcode != _CLOSE:
                self._heard(body, now)

    def close(self) -> None:
        """Hang up."""
        if self._line is not None:
            self._line.close()

    def _agreed(self) -> bool:
        head, end, rest = self._buffer.partition(b"\r\n\r\n")
        if not end:
            return False
        if b" 101 " not in head:
            self.opened.set_exception(ConnectionError(head.decode(errors="replace")))
            return False
        self._buffer, self._open = rest, True
        self.opened.set_result(None)
        return True

    def _next(self) -> tuple[int, bytes] | None:
        """Return the next frame's opcode and body, once all of it is there."""
        came = self._buffer
        if len(came) < 2:
            return None
        size, begin = came[1], 2
        if size > 125:
            begin = 4 if size == 126 else 10
            size = int.from_bytes(came[2:begin])
        end = begin + size
        if len(came) < end or len(came) < begin:
            return None
        self._buffer = came[end:]
        return came[0] & 15, came[begin:end]
