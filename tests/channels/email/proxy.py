"""A TCP proxy that can go silent: connections stay open, and nothing passes any more."""

import asyncio
import contextlib
from collections.abc import AsyncIterator


class Proxy:
    """Between an adapter and its server. `connections` counts those that were made."""

    def __init__(self, target: int) -> None:
        """Pass everything on to this port."""
        self.port = 0
        self.connections = 0
        self._target = target
        self._passing = asyncio.Event()
        self._passing.set()
        self._writers: list[asyncio.StreamWriter] = []
        self._tasks: set[asyncio.Task[None]] = set()

    def go_silent(self) -> None:
        """Pass nothing on, neither a byte nor the end of a connection."""
        self._passing.clear()

    def speak_again(self) -> None:
        """Pass on what comes on new connections."""
        self._passing.set()

    async def accepted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection."""
        self.connections += 1
        theirs = await asyncio.open_connection("127.0.0.1", self._target)
        self._writers += [writer, theirs[1]]
        for source, sink in ((reader, theirs[1]), (theirs[0], writer)):
            task = asyncio.create_task(self._pump(source, sink))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await source.read(65536):
                if not self._passing.is_set():
                    # A dead line stays dead, even when others come to life again.
                    await asyncio.Event().wait()
                sink.write(data)
                await sink.drain()
            sink.close()

    async def end(self) -> None:
        """Drop everything."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for writer in self._writers:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()


@contextlib.asynccontextmanager
async def proxy_to(port: int) -> AsyncIterator[Proxy]:
    """Run a proxy in front of a server."""
    proxy = Proxy(port)
    listening = await asyncio.start_server(proxy.accepted, "127.0.0.1", 0)
    proxy.port = listening.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        listening.close()
        await proxy.end()
