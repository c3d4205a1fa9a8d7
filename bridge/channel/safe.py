"""What a network gives only once, such as a token in place of the last one."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from typing import Protocol


class Safe(Protocol):
    """One secret of an inbox's: it outlasts the program, and every process has the same."""

    def alone(self) -> AbstractAsyncContextManager[None]:
        """Be the only one, of all processes, that changes it: for a minute at most.

        Raises `StorageUnavailableError`, and then nothing that is given can be kept.
        """
        ...

    async def kept(self) -> str | None:
        """Return what was kept last, if anything; raises `StorageUnavailableError`."""
        ...

    async def keep(self, secret: str) -> None:
        """Keep this instead; raises `StorageUnavailableError`."""
        ...


class Pocket:
    """A safe that lasts as long as the process, and is known to nobody else."""

    def __init__(self) -> None:
        """Nothing is in it."""
        self._secret: str | None = None
        self._turn = asyncio.Lock()

    def __repr__(self) -> str:
        """Keep the secret out."""
        return "Pocket()"

    @contextlib.asynccontextmanager
    async def alone(self) -> AsyncIterator[None]:
        """Be the only one that changes it."""
        async with self._turn:
            yield

    async def kept(self) -> str | None:
        """Return what was kept last, if anything."""
        return self._secret

    async def keep(self, secret: str) -> None:
        """Keep this instead."""
        self._secret = secret
