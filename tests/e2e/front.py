"""An https server in front of the program, as an administrator puts one there."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

CHUNK = 256 * 1024


@asynccontextmanager
async def https_front(certificate: Path, key: Path, port: int) -> AsyncIterator[str]:
    """Serve the program at `port` under the https address that is yielded."""
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(certificate, key)
    joined: dict[asyncio.StreamWriter, asyncio.Task[Any] | None] = {}

    async def join(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        joined[writer] = asyncio.current_task()
        # The program may have ended, and a browser may hang up: both are all right.
        with suppress(OSError):
            inner = await asyncio.open_connection("127.0.0.1", port)
            await asyncio.gather(_carry(reader, inner[1]), _carry(inner[0], writer))
        writer.close()
        del joined[writer]

    server = await asyncio.start_server(join, "127.0.0.1", 0, ssl=tls)
    try:
        yield f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        for writer in joined:
            writer.transport.abort()
        await asyncio.gather(*(task for task in joined.values() if task is not None))


async def _carry(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while chunk := await source.read(CHUNK):
            target.write(chunk)
            await target.drain()
    target.close()
