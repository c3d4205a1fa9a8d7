"""How many messages a second are stored durably, beside a bare webhook that does the same."""

import asyncio
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bench.figures import percentile
from tests.bench.people import TEXT, Visitor
from tests.bench.wire import Wire
from tests.ports import free_port

AT_ONCE = (1, 16, 64)
SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Rate:
    """What so many writers at once got through; times in ms."""

    at_once: int
    per_second: float
    p50: float
    p99: float


async def rate(writers: list[Callable[[], Awaitable[object]]]) -> Rate:
    """Let each writer write one message after another for a while."""
    times: list[float] = []
    end = time.perf_counter() + SECONDS

    async def keep_writing(write: Callable[[], Awaitable[object]]) -> None:
        while (begun := time.perf_counter()) < end:
            await write()
            times.append((time.perf_counter() - begun) * 1000)

    begun = time.perf_counter()
    await asyncio.gather(*(keep_writing(write) for write in writers))
    took = time.perf_counter() - begun
    return Rate(len(writers), len(times) / took, percentile(times, 50), percentile(times, 99))


async def ours(url: str) -> list[Rate]:
    """Measure the widget's HTTP API: the whole transaction, synced."""
    found = []
    for at_once in AT_ONCE:
        visitors = [await Visitor.arrive(url) for _ in range(at_once)]
        for visitor in visitors:
            await visitor.write()
        found.append(await rate([visitor.write for visitor in visitors]))
    return found


async def floor(numbers: Sequence[int] = AT_ONCE) -> list[Rate]:
    """Measure the bare webhook, with so many writers at once."""
    with _floor_server() as url:
        found = []
        for at_once in numbers:
            wires = [await Wire.open(url) for _ in range(at_once)]
            found.append(await rate([_poster(wire) for wire in wires]))
        return found


def _poster(wire: Wire) -> Callable[[], Awaitable[object]]:
    body = {"update_id": 1, "message": {"text": TEXT.format(1)}, "pad": "x" * 250}

    async def post() -> object:
        return await wire.json("POST", "/hook", body)

    return post


@contextmanager
def _floor_server() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        script = Path(__file__).with_name("floor_server.py")
        server = subprocess.Popen([sys.executable, script, f"{folder}/floor.db", str(port)])
        try:
            _wait_for(port)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.kill()
            server.wait()


def _wait_for(port: int) -> None:
    end = time.monotonic() + 15
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)
        else:
            return
