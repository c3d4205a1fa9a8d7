"""A small real SOCKS5 server (RFC 1928, and RFC 1929 for its password) between us and a server.

Every name that ends in `.invalid` leads to this machine, so that a test sees who looked it up.
"""

import asyncio
import contextlib
import ipaddress
import struct
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

_BY_PASSWORD, _NOTHING, _NO_WAY = 2, 0, 255
_IPV4, _NAME, _IPV6 = 1, 3, 4
_REFUSED = 5


@dataclass(slots=True)
class Socks:
    """The proxy. `asked` are the hosts it was asked for, as names or addresses."""

    user: str | None = None
    password: str = ""
    port: int = 0
    asked: list[str] = field(default_factory=list)
    _writers: list[asyncio.StreamWriter] = field(default_factory=list)

    def url(self, scheme: str = "socks5h", *, sign_in: str = "") -> str:
        """Return its address, with what stands before the host."""
        return f"{scheme}://{sign_in}127.0.0.1:{self.port}"

    async def accepted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection."""
        self._writers.append(writer)
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            if await self._greeted(reader, writer):
                await self._connected(reader, writer)
        writer.close()

    async def _greeted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        _, many = await reader.readexactly(2)
        offered = await reader.readexactly(many)
        wanted = _NOTHING if self.user is None else _BY_PASSWORD
        writer.write(bytes([5, wanted if wanted in offered else _NO_WAY]))
        if wanted not in offered or wanted == _NOTHING:
            return wanted in offered
        await reader.readexactly(1)
        told = [
            (await reader.readexactly((await reader.readexactly(1))[0])).decode() for _ in range(2)
        ]
        good = told == [self.user, self.password]
        writer.write(bytes([1, 0 if good else 1]))
        return good

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        host, port = await self._wanted(reader)
        self.asked.append(host)
        try:
            where = "127.0.0.1" if host.endswith(".invalid") else host
            theirs = await asyncio.open_connection(where, port)
        except OSError:
            writer.write(bytes([5, _REFUSED, 0, _IPV4]) + bytes(6))
            return
        self._writers.append(theirs[1])
        writer.write(bytes([5, 0, 0, _IPV4]) + bytes(6))
        async with asyncio.TaskGroup() as both:
            both.create_task(_pump(reader, theirs[1]))
            both.create_task(_pump(theirs[0], writer))

    async def _wanted(self, reader: asyncio.StreamReader) -> tuple[str, int]:
        _, _, _, kind = await reader.readexactly(4)
        length = {_IPV4: 4, _IPV6: 16}.get(kind) or (await reader.readexactly(1))[0]
        raw = await reader.readexactly(length)
        host = raw.decode() if kind == _NAME else str(ipaddress.ip_address(raw))
        (port,) = struct.unpack(">H", await reader.readexactly(2))
        return host, port

    async def end(self) -> None:
        """Drop what is still open."""
        for writer in self._writers:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()


async def _pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await source.read(65536):
            sink.write(data)
            await sink.drain()
    sink.close()


@contextlib.asynccontextmanager
async def socks_proxy(user: str | None = None, password: str = "") -> AsyncIterator[Socks]:
    """Run a proxy, which wants a password if a user is given."""
    proxy = Socks(user, password)
    tasks: set[asyncio.Task[None]] = set()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(proxy.accepted(reader, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    listening = await asyncio.start_server(accept, "127.0.0.1", 0)
    proxy.port = listening.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        listening.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await proxy.end()
