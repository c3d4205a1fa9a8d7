"""A websocket client that reads when it is told to, and holds next to nothing until then."""

import asyncio
import contextlib
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

import msgspec
from websockets.client import ClientProtocol
from websockets.frames import Frame, Opcode
from websockets.protocol import State
from websockets.uri import parse_uri

# What the system keeps for who does not read, in bytes: it takes no less than some thousands.
HOLDS = 4096
_AT_ONCE = 64 * 1024


@dataclass(slots=True)
class Sloth:
    """One socket, with the frames that were read from it and how it ended."""

    _line: socket.socket
    _speaks: ClientProtocol
    frames: list[Any] = field(default_factory=list)
    messages: list[int] = field(default_factory=list)
    """The ids of the messages that it was told of, as they came."""

    @classmethod
    async def follow(cls, address: str, path: str, headers: Mapping[str, str]) -> Self:
        """Open the websocket at `host:port` and read nothing behind the server's consent."""
        line = socket.socket()
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, HOLDS)
        line.setblocking(False)  # noqa: FBT003  # The library has it so.
        host, _, port = address.partition(":")
        await asyncio.get_running_loop().sock_connect(line, (host, int(port)))
        sloth = cls(line, ClientProtocol(parse_uri(f"ws://{address}{path}"), max_size=None))
        request = sloth._speaks.connect()
        request.headers.update(headers)
        sloth._speaks.send_request(request)
        await sloth._say()
        while sloth._speaks.state is State.CONNECTING:
            await sloth._read(1)
        assert sloth._speaks.state is State.OPEN, sloth._speaks.handshake_exc
        return sloth

    @property
    def code(self) -> int | None:
        """Return the code that the server has closed with; 1006 if it has only hung up."""
        return self._speaks.close_code

    @property
    def cursor(self) -> str:
        """Return where what was read ends."""
        return str([one["cursor"] for one in self.frames if "cursor" in one][-1])

    async def rest(self, *, within: float = 30.0) -> None:
        """Read on until the server is heard no more."""
        async with asyncio.timeout(within):
            while self._speaks.state is not State.CLOSED:
                await self._read(_AT_ONCE)

    async def until(self, message: int, *, within: float = 30.0) -> None:
        """Read on until it has been told of a message."""
        async with asyncio.timeout(within):
            while message not in self.messages:
                assert self._speaks.state is State.OPEN, self.code
                await self._read(_AT_ONCE)

    async def tell(self, frame: Any) -> None:
        """Send a frame."""
        self._speaks.send_text(msgspec.json.encode(frame))
        await self._say()

    def close(self) -> None:
        """Hang up."""
        self._line.close()

    async def _read(self, many: int) -> None:
        """Read so many bytes at most, and say what has to be said to them."""
        try:
            came = await asyncio.get_running_loop().sock_recv(self._line, many)
        except ConnectionError:
            came = b""
        if came:
            self._speaks.receive_data(came)
        else:
            self._speaks.receive_eof()
        for one in self._speaks.events_received():
            if isinstance(one, Frame) and one.opcode is Opcode.TEXT:
                self._take(msgspec.json.decode(one.data))
        await self._say()

    def _take(self, frame: Any) -> None:
        self.frames.append(frame)
        if frame["type"] == "changes":
            self.messages += [one["id"] for one in frame["messages"]]

    async def _say(self) -> None:
        with contextlib.suppress(ConnectionError):
            said = b"".join(self._speaks.data_to_send())
            await asyncio.get_running_loop().sock_sendall(self._line, said)
