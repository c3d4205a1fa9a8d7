"""How many messages a second are stored durably, beside bare webhooks that do the same.

The floor is of the web server alone. The next one is a handler of the framework's that reads
its body as a type, the way ours do: what lies between it and the floor is none of ours. The
last one is that handler where it stores nothing, by which one machine is told from another.
"""

import asyncio
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

from tests.bench.figures import percentile
from tests.bench.people import TEXT, Visitor
from tests.bench.wire import Wire
from tests.ports import free_port

AT_ONCE = (1, 16, 32, 64)
SECONDS = 5.0
FLOORS = ("bare", "framework", "read")
# Each is measured so often in turn, since the machine's own speed changes meanwhile.
TURNS = 2
Writers = list[Callable[[], Awaitable[object]]]


@dataclass(frozen=True, slots=True)
class Rate:
    """What so many writers at once got through; times in ms."""

    at_once: int
    per_second: float
    p50: float
    p99: float


async def rate(writers: Writers, seconds: float = SECONDS) -> Rate:
    """Let each writer write one message after another for so long."""
    times: list[float] = []
    end = time.perf_counter() + seconds

    async def keep_writing(write: Callable[[], Awaitable[object]]) -> None:
        while (begun := time.perf_counter()) < end:
            await write()
            times.append((time.perf_counter() - begun) * 1000)

    begun = time.perf_counter()
    await asyncio.gather(*(keep_writing(write) for write in writers))
    took = time.perf_counter() - begun
    return Rate(len(writers), len(times) / took, percentile(times, 50), percentile(times, 99))


async def beside_the_floor(url: str) -> list[tuple[Rate, ...]]:
    """Measure the widget's HTTP API, the whole transaction, in turns with each of `FLOORS`."""
    found = []
    with ExitStack() as running:
        floors = [running.enter_context(floor_server(kind)) for kind in FLOORS]
        for at_once in AT_ONCE:
            turns = [
                [await ours(url, at_once), *[await floor(one, at_once) for one in floors]]
                for _ in range(TURNS)
            ]
            found.append(tuple(mean_of(rates) for rates in zip(*turns, strict=True)))
    return found


async def ours(url: str, at_once: int, seconds: float = SECONDS) -> Rate:
    """Measure so many visitors who write at once."""
    visitors = [await Visitor.arrive(url) for _ in range(at_once)]
    for visitor in visitors:
        await visitor.write()
    return await rate([visitor.write for visitor in visitors], seconds)


async def floor(url: str, at_once: int) -> Rate:
    """Measure a webhook of `floor_server`, with so many writers at once."""
    return await rate([poster(await Wire.open(url)) for _ in range(at_once)])


def mean_of(turns: Sequence[Rate]) -> Rate:
    """Return what several turns come to."""
    return Rate(
        turns[0].at_once,
        mean(one.per_second for one in turns),
        mean(one.p50 for one in turns),
        mean(one.p99 for one in turns),
    )


def poster(wire: Wire) -> Callable[[], Awaitable[object]]:
    """Return what posts one message to such a webhook."""
    body = {"update_id": 1, "message": {"text": TEXT.format(1)}, "pad": "x" * 250}

    async def post() -> object:
        return await wire.json("POST", "/hook", body)

    return post


@contextmanager
def floor_server(kind: str = "bare", *given: str) -> Iterator[str]:
    """Run the webhook of a kind, with what else it is given; yield its URL once it listens."""
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        script = Path(__file__).with_name("floor_server.py")
        command = [sys.executable, str(script), f"{folder}/floor.db", str(port), kind, *given]
        server = subprocess.Popen(command)
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
            time.sleep(0.01)
        else:
            return
