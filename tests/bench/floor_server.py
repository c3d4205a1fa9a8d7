"""The floor: a bare webhook that answers after SQLite's commit, with nothing of ours in it.

The same server, the same options, one table, one thread that commits what waits together.
Run as `python floor_server.py DATABASE PORT KIND`: `bare`, `framework` for a handler of
Litestar's, `read` for one of those that stores nothing, or `relay URL TOKEN GROUP` for one that
sends the text on to a group of Telegram's before it answers.
"""

import asyncio
import queue
import sqlite3
import sys
import threading
from collections.abc import Callable
from typing import Any

import uvicorn

HEAD = [(b"content-type", b"application/json"), (b"content-length", b"2")]
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
    await send({"type": "http.response.start", "status": 200, "headers": HEAD})
    await send({"type": "http.response.body", "body": b"{}"})


def framework(*, storing: bool = True) -> Any:
    """Return the same as a handler of Litestar's, whose body is a type."""
    import msgspec  # noqa: PLC0415  # The bare one is to start without them.
    from litestar import Litestar, post  # noqa: PLC0415

    class Update(msgspec.Struct):
        update_id: int
        message: dict[str, str]
        pad: str

    async def hook(data: Update) -> dict[str, str]:
        if storing:
            await stored(msgspec.json.encode(data))
        return {}

    # Made here, so that its types are known to no module.
    hook.__annotations__ = {"data": Update, "return": dict[str, str]}
    return Litestar([post("/hook", status_code=200)(hook)])


def relay(url: str, token: str, group: str) -> Any:
    """Return the same as one that has the text sent to a group as well, over a pooled line."""
    import aiohttp  # noqa: PLC0415
    import msgspec  # noqa: PLC0415

    sessions: list[aiohttp.ClientSession] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        event = await receive()
        await stored(event["body"])
        if not sessions:
            sessions.append(aiohttp.ClientSession())
        said = {"chat_id": group, "text": msgspec.json.decode(event["body"])["message"]["text"]}
        async with sessions[0].post(f"{url}/bot{token}/sendMessage", json=said) as answer:
            await answer.read()
        await send({"type": "http.response.start", "status": answer.status, "headers": HEAD})
        await send({"type": "http.response.body", "body": b"{}"})

    return app


async def main() -> None:
    """Serve until killed."""
    kind, *given = sys.argv[3:]
    kinds: dict[str, Callable[..., Any]] = {
        "framework": framework,
        "read": lambda: framework(storing=False),
        "relay": relay,
    }
    app = bare if kind == "bare" else kinds[kind](*given)
    loop = asyncio.get_running_loop()
    threading.Thread(target=write_all, args=(sys.argv[1], loop), daemon=True).start()
    config = uvicorn.Config(
        app,
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
