"""Waiting to be woken: what every loop does that has nothing to do for now."""

import asyncio


async def woken(awake: asyncio.Event, *, within: float | None = None) -> bool:
    """Wait until `awake` is set, at most `within` seconds; say whether it was."""
    try:
        async with asyncio.timeout(within):
            await awake.wait()
    except TimeoutError:
        return False
    return True
