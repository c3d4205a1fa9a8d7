"""Ends the program when it hangs, so that whatever keeps it can start it anew (0026).

A loop that goes round no more runs no line of ours, and what holds the interpreter's lock lets
no other thread run one. So the time is kept by a thread of C's, which asks for neither.
"""

import asyncio
import contextlib
import faulthandler
from collections.abc import AsyncIterator, Callable

# So long (s) the program may stand still: longer than a busy machine makes it.
STANDS_STILL = 60.0
# So often in that time it says that it does not.
_TIMES = 10
_STANDARD_ERROR = 2


@contextlib.asynccontextmanager
async def ended_if_it_hangs(lives: Callable[[], bool]) -> AsyncIterator[None]:
    """End the process if the loop stands still in the context, or `lives` keeps saying no.

    It ends at once, as by `kill -9` but with status 1. Before that it writes to standard error
    at which line each thread was, and no value.
    """
    _put_off()
    saying = asyncio.create_task(_say(lives))
    try:
        yield
    finally:
        saying.cancel()
        faulthandler.cancel_dump_traceback_later()


async def _say(lives: Callable[[], bool]) -> None:
    while True:
        await asyncio.sleep(STANDS_STILL / _TIMES)
        if lives():
            _put_off()


def _put_off() -> None:
    faulthandler.dump_traceback_later(STANDS_STILL, exit=True, file=_STANDARD_ERROR)
