"""What stands before several webs: each connection goes to one of those that take it."""

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator

_CHUNK = 65_536


class Front:
    """One address for all; `ports` are where the webs that live listen, by process."""

    def __init__(self) -> None:
        """Know of none yet."""
        self.ports: dict[int, int] = {}
        self._turns = itertools.count()
        self._handing_on: set[asyncio.Task[None]] = set()

    @contextlib.asynccontextmanager
    async def listening(self, port: int) -> AsyncIterator[None]:
        """Hand on what comes to this port, for as long as the context lasts."""
        server = await asyncio.start_server(self._hand_on, "127.0.0.1", port)
        try:
            yield
        finally:
            server.close()
            for one in self._handing_on:
                one.cancel()
            await asyncio.gather(*self._handing_on, return_exceptions=True)

    def _hand_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._handed_on(reader, writer))
        self._handing_on.add(task)
        task.add_done_callback(self._handing_on.discard)

    async def _handed_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        lines = [writer]
        try:
            found = await self._somebody()
            if found is not None:
                lines.append(found[1])
                await asyncio.gather(_carry(reader, found[1]), _carry(found[0], writer))
        finally:
            for one in lines:
                one.transport.abort()
            for one in lines:
                with contextlib.suppress(OSError):
                    await one.wait_closed()

    async def _somebody(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
        """Return a line to one of them, each in its turn; a dead one is passed over."""
        ports, first = list(self.ports.values()), next(self._turns)
        for number in range(len(ports)):
            with contextlib.suppress(OSError):
                return await asyncio.open_connection(
                    "127.0.0.1", ports[(first + number) % len(ports)]
                )
        return None


async def _carry(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while chunk := await source.read(_CHUNK):
            sink.write(chunk)
            await sink.drain()
    sink.close()
