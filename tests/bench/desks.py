"""The real program on a folder that goes afterwards."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from tests.desk import RunningDesk

# The limits that protect a real desk from one visitor would only measure themselves.
UNLIMITED: Mapping[str, Any] = {"channels.site.messages_per_minute": 100_000}


@asynccontextmanager
async def desk(
    changes: Mapping[str, Any] | None = None, environ: Mapping[str, str] | None = None
) -> AsyncIterator[RunningDesk]:
    """Run it without the limits, and with these changes, for as long as the context lasts."""
    with tempfile.TemporaryDirectory() as folder:
        async with running(Path(folder), changes, environ) as one:
            yield one


@asynccontextmanager
async def running(
    folder: Path,
    changes: Mapping[str, Any] | None = None,
    environ: Mapping[str, str] | None = None,
) -> AsyncIterator[RunningDesk]:
    """Run it on this folder, which stays."""
    one = RunningDesk(folder, {**UNLIMITED, **(changes or {})}, environ or {})
    await asyncio.to_thread(one.start)
    try:
        yield one
    finally:
        await asyncio.to_thread(one.close)
