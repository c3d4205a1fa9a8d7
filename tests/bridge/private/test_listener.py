"""The second server of the program: what it leaves behind, and what it is asked in odd ways."""

import asyncio
import contextlib
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import cast
from uuid import uuid4

import httpx
import pytest

from bridge.health import Watch
from bridge.private import answering_privately
from bridge.private.metrics import Metrics
from bridge.reload.anew import Reloading
from bridge.reload.answer import Answer
from bridge.settings import Settings, SocketFile
from bridge.start import StartError, listen_privately
from bridge.store.transactions import Store
from tests.bridge.private.test_probes import Program, at


@dataclass
class Slow:
    """A reload that takes as long as it is let."""

    begun: asyncio.Event = field(default_factory=asyncio.Event)
    may_end: asyncio.Event = field(default_factory=asyncio.Event)
    last_went_well: bool = True
    read_at: int = 0

    async def ask(self) -> Answer:
        """Answer when it may."""
        self.begun.set()
        await self.may_end.wait()
        return Answer(ok=True, text="nothing has changed")


@pytest.fixture
def path() -> Iterator[Path]:
    """Return a name of a socket that is short enough for the system."""
    named = Path(f"/tmp/{uuid4().hex[:12]}.sock")
    yield named
    named.unlink(missing_ok=True)


async def refused(path: Path) -> bool:
    """Say whether nobody answers on a socket any more."""
    try:
        _, writer = await asyncio.open_unix_connection(path)
    except OSError:
        return True
    writer.close()
    await writer.wait_closed()
    return False


async def test_the_socket_of_the_next_program_outlives_the_end_of_the_one_before(
    store: Store, path: Path
) -> None:
    program, slow = Program(store, Watch(store)), Slow()
    stack = contextlib.AsyncExitStack()
    await stack.enter_async_context(
        answering_privately(
            listen_privately(SocketFile(path)), program, cast("Reloading", slow), at()
        )
    )
    over = httpx.AsyncHTTPTransport(uds=str(path))
    async with httpx.AsyncClient(transport=over, base_url="http://localhost") as http:
        asking = asyncio.create_task(http.post("/-/reload"))
        await slow.begun.wait()
        # What is being answered holds the end up, while nobody is listening any more.
        ending = asyncio.create_task(stack.aclose())
        while not await refused(path):  # noqa: ASYNC110  # Nobody tells.
            await asyncio.sleep(0.01)
        with listen_privately(SocketFile(path)):
            slow.may_end.set()
            assert (await asking).status_code == 200
            await ending
            assert path.exists()


@pytest.mark.timeout(10)
def test_a_socket_of_a_program_that_hangs_is_in_use(path: Path) -> None:
    with contextlib.ExitStack() as stack:
        hangs = stack.enter_context(socket.socket(socket.AF_UNIX))
        hangs.bind(str(path))
        hangs.listen(0)
        for _ in range(3):
            waits = stack.enter_context(socket.socket(socket.AF_UNIX))
            waits.settimeout(0)
            with contextlib.suppress(BlockingIOError):
                waits.connect(str(path))
        with pytest.raises(StartError, match="is in use"):
            listen_privately(SocketFile(path))
    assert path.exists()


@pytest.mark.parametrize("version", ["abc", "1.x", "=", "٣"])
async def test_figures_are_written_for_those_whose_version_is_no_number(
    store: Store, version: str
) -> None:
    nothing = cast("Settings", SimpleNamespace(channels={}, staff={}, webhooks={}))
    metrics = Metrics(Program(store, Watch(store), nothing), cast("Reloading", Slow()))
    accept = f"application/openmetrics-text;version={version}"
    written, kind = await metrics.exposition(accept)
    assert kind.startswith(("text/plain", "application/openmetrics-text"))
    assert b"deskbridge_database_up 1.0" in written
