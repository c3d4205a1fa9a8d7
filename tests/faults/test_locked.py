"""Somebody holds the database of the running program for thirty seconds."""

import asyncio
import contextlib
import sqlite3
import time
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx

from tests.bench.desks import UNLIMITED
from tests.bench.people import KEY, client_made_id
from tests.desk import StartDesk, start_desk

__all__ = ["start_desk"]

LOCKED = 30.0
VISITORS = 5
# Between two attempts of a page's, in seconds; and how long it waits for an answer.
PAUSE, WAITS = 0.5, 20.0
STORED = "SELECT text FROM messages WHERE kind = 'incoming' ORDER BY text"


async def test_whoever_writes_while_the_database_is_locked_for_thirty_seconds_is_stored_once(
    start_desk: StartDesk,
) -> None:
    desk = await asyncio.to_thread(start_desk, UNLIMITED)
    heard: Counter[int] = Counter()
    async with httpx.AsyncClient(base_url=desk.url, timeout=WAITS, trust_env=False) as http:
        tokens = [await _arrive(http, desk.url) for _ in range(VISITORS)]
        async with asyncio.timeout(240):
            async with _locked(desk.database), asyncio.TaskGroup() as group:
                for number, token in enumerate(tokens):
                    group.create_task(_write(http, token, f"під замком {number}", heard))
    found = _ask(desk.database)
    assert found == [f"під замком {number}" for number in range(VISITORS)]
    # Nothing was said to be stored that was not, and whoever was refused came again.
    assert set(heard) <= {200, 201, 503}
    assert heard[503] > 0


@contextlib.asynccontextmanager
async def _locked(database: Path) -> AsyncIterator[None]:
    """Hold the database for so long, beside what the context does."""
    with contextlib.closing(sqlite3.connect(database, isolation_level=None)) as holder:
        holder.execute("BEGIN EXCLUSIVE")
        begun = time.monotonic()

        async def let_go() -> None:
            await asyncio.sleep(LOCKED - (time.monotonic() - begun))
            assert _ask(database) == [], "it was written past the lock"
            holder.execute("ROLLBACK")

        letting_go = asyncio.create_task(let_go())
        yield
        await letting_go


async def _arrive(http: httpx.AsyncClient, url: str) -> str:
    path = f"/widget/{KEY}/api/session"
    answer = await http.post(path, json={"locale": "uk"}, headers={"Origin": url})
    assert answer.status_code == 200, answer.text
    return str(answer.json()["token"])


async def _write(http: httpx.AsyncClient, token: str, text: str, heard: Counter[int]) -> None:
    """Send a message, the very same again until it is taken."""
    body: dict[str, Any] = {"client_id": client_made_id(), "thread": client_made_id(), "text": text}
    headers = {"Authorization": f"Bearer {token}"}
    while True:
        with contextlib.suppress(httpx.TimeoutException):
            answer = await http.post(f"/widget/{KEY}/api/messages", json=body, headers=headers)
            heard[answer.status_code] += 1
            if answer.is_success:
                return
        await asyncio.sleep(PAUSE)


def _ask(database: Path) -> list[str]:
    with contextlib.closing(sqlite3.connect(database)) as connection:
        return [text for (text,) in connection.execute(STORED)]
