"""The floor: a bare webhook that answers after SQLite's commit, with nothing of ours in it.

The same server, the same options, one table, one thread that commits what waits together.
Run as `python floor_server.py DATABASE PORT bare`, or `framework` for a handler of Litestar's.
"""

import asyncio
import queue
import sqlite3
import sys
import threading
from typing import Any

import uvicorn

jobs: "queue.SimpleQueue[tuple[bytes, asyncio.Future[None]]]" = queue.SimpleQueue()


def write_all(path: str, loop: asyncio.AbstractEventLoop) -> None:
    """Insert what waits, up to 64 rows a commit, and answer for it after the sync."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE IF NOT EXISTS messages (id INTEGER PRIMARY KEY, body BLOB)")
    while True:
        group = [jobs.get()]
        while len(group) < 64 and not jobs.empty():
            group.append(jobs.get())
        connection.execute("BEGIN IMMEDIATE")
        for body, _ in group:
            connection.execute("INSERT INTO messages (body) VALUES (?)", (body,))
        connection.execute("COMMIT")
        loop.call_soon_threadsafe(settle, group)


def settle(group: list[tuple[bytes, "asyncio.Future[None]"]]) -> None:
    """Let the requests of a commit go."""
    for _, answer in group:
        answer.set_result(None)


async def stored(body: bytes) -> None:
    """Return once a body is synced to disk."""
    answer = asyncio.get_running_loop().create_future()
    jobs.put((body, answer))
    await answer


async def bare(scope: Any, receive: Any, send: Any) -> None:
    """Store the body, then answer."""
    event = await receive()
    await stored(event["body"])
    head = [(b"content-type", b"application/json"), (b"content-length", b"2")]
    await send({"type": "http.response.start", "status": 200, "headers": head})
    await send({"type": "http.response.body", "body": b"{}"})


def framework() -> Any:
    """Return the same as a handler of Litestar's, whose body is a type."""
    import msgspec  # noqa: PLC0415  # The bare one is to start without them.
    from litestar import Litestar, post  # noqa: PLC0415

    class Update(msgspec.Struct):
        update_id: int
        message: dict[str, str]
        pad: str

    async def hook(data: Update) -> dict[str, str]:
        await stored(msgspec.json.encode(data))
        return {}

    # Made here, so that its types are known to no module.
    hook.__annotations__ = {"data": Update, "return": dict[str, str]}
    return Litestar([post("/hook", status_code=200)(hook)])


async def main() -> None:
    """Serve until killed."""
    loop = asyncio.get_running_loop()
    threading.Thread(target=write_all, args=(sys.argv[1], loop), daemon=True).start()
    config = uvicorn.Config(
        bare if sys.argv[3] == "bare" else framework(),
        port=int(sys.argv[2]),
        http="httptools",
        lifespan="off",
        access_log=False,
        log_level="warning",
    )
    await uvicorn.Server(config).serve()


if __name__ == "__main__":
    import uvloop

    uvloop.run(main())
