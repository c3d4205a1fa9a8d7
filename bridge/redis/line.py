"""One connection to Redis that is looked after for ever, and that nobody ever waits long for.

A command is sent once: redis-py would repeat it after a lost answer by itself, and count
twice. Whether the server answers, and soon enough, is asked every second; while it does not,
nobody asks it anything.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeVar

if TYPE_CHECKING:
    from redis.asyncio import Redis

_log = logging.getLogger(__name__)
T = TypeVar("T")

# For so long (s) somebody's request waits for an answer of Redis.
PATIENCE = 0.05
# Between two looks, in seconds.
AGAIN = 1.0
# To connect takes longer than to ask: names, TLS, the password. In seconds.
_TO_CONNECT = 2.0

_NOT_ALLOWED = "Redis does not let this user do what is needed (docs/how-to/share-a-redis.md)."
_DEAD = "Redis does not answer."
_SILENT = f"Redis has not answered within {PATIENCE * 1000:.0f} ms."


@dataclass(frozen=True, slots=True)
class Standing:
    """How it is, since when (ms since 1970), and why not better, in a sentence in English."""

    state: Literal["starting", "up", "down"]
    since: int
    why: str | None = None


class Line:
    """The connection of one process. Used in the event loop."""

    def __init__(self, url: str, proof: Callable[["Redis"], Awaitable[Any]]) -> None:
        """Connect to nothing yet. `proof` is asked to see whether the server does what we need."""
        self.url = url
        self._proof = proof
        self._client: Redis | None = None
        # One connection is enough, and what is asked goes in the order of asking.
        self._turn = asyncio.Lock()
        self.standing = Standing("starting", _now())
        self._told: tuple[str, str | None] = ("starting", None)

    @property
    def is_up(self) -> bool:
        """Say whether it is worth asking."""
        return self.standing.state == "up"

    async def ask(self, what: Callable[["Redis"], Awaitable[T]]) -> T | None:
        """Return the answer; `None` where there was none in time, or there is none to be had."""
        if not self.is_up:
            return None
        try:
            return await self._asked(what, PATIENCE)
        except _Failed as failed:
            self._is("down", str(failed))
            return None

    async def prove(self) -> None:
        """See whether the server does what we need, and soon enough; raises `OSError`."""
        try:
            await self._asked(self._proof, _TO_CONNECT)
            await self._asked(self._proof, PATIENCE)
        except _Failed as failed:
            raise OSError(str(failed)) from None

    async def run(self) -> None:
        """Look after it until cancelled: it comes back whenever the server does."""
        try:
            while True:
                await self._look()
                await asyncio.sleep(AGAIN)
        finally:
            self.standing = Standing("down", _now(), "The program is stopping.")
            await self.close()

    async def close(self) -> None:
        """Close the connection."""
        client, self._client = self._client, None
        if client is not None:
            with contextlib.suppress(OSError):
                await client.aclose()

    async def _look(self) -> None:
        try:
            await self.prove()
        except OSError as error:
            self._is("down", str(error))
        else:
            self._is("up")
        self._tell()

    def _tell(self) -> None:
        """Log what has changed, but not a moment: only what stands at a look does."""
        told, self._told = self._told, (self.standing.state, self.standing.why)
        if told == self._told:
            return
        if self.is_up:
            _log.info("Redis answers")
        else:
            _log.warning("%s This process counts by itself until it does.", self.standing.why)

    async def _asked(self, what: Callable[["Redis"], Awaitable[T]], within: float) -> T:
        """Return the answer; raises `_Failed`. What is cut off takes the connection with it."""
        if self._client is None:
            self._client = connected_to(self.url)
        try:
            async with asyncio.timeout(within), self._turn:
                return await what(self._client)
        except TimeoutError:
            raise _Failed(_SILENT if within == PATIENCE else _DEAD) from None
        except Exception as error:
            if not is_theirs(error):
                raise
            # What is said to us while we connect comes wrapped.
            raise _Failed(_said(error.__cause__ or error)) from None

    def _is(self, state: Literal["up", "down"], why: str | None = None) -> None:
        if (self.standing.state, self.standing.why) == (state, why):
            return
        since = self.standing.since if state == self.standing.state else _now()
        self.standing = Standing(state, since, why)


class _Failed(Exception):
    """There was no answer that is one; says why."""


def connected_to(url: str) -> "Redis":
    """Return a client of the server that sends each command once. It has not connected."""
    from redis.asyncio import Redis  # noqa: PLC0415  # Only where the YAML has it.
    from redis.asyncio.retry import Retry  # noqa: PLC0415
    from redis.backoff import NoBackoff  # noqa: PLC0415

    return Redis.from_url(
        url,
        retry=Retry(NoBackoff(), 0),
        # Each of ours has its time. With one of its own redis-py sends in `asyncio.wait_for`,
        # which in Python 3.11 swallows a cancellation now and then.
        socket_timeout=None,
        socket_connect_timeout=_TO_CONNECT,
        protocol=2,
    )


def is_theirs(error: Exception) -> bool:
    """Say whether it tells of the server or of the way there."""
    from redis.exceptions import RedisError  # noqa: PLC0415

    return isinstance(error, RedisError | OSError)


def _said(error: BaseException) -> str:
    """Return what is wrong, without an address or anything that was sent."""
    from redis import exceptions as e  # noqa: PLC0415

    said: Sequence[tuple[type[Exception], str]] = (
        (e.NoPermissionError, _NOT_ALLOWED),
        (e.AuthenticationError, "Redis refuses the user or the password."),
        (e.BusyLoadingError, "Redis is still reading its own files."),
        (e.ReadOnlyError, "This Redis is a copy that takes no writing."),
        (e.OutOfMemoryError, "Redis has no memory left."),
        (e.TimeoutError, _DEAD),
        (e.ResponseError, "Redis refuses what is asked of it."),
    )
    found = (sentence for kind, sentence in said if isinstance(error, kind))
    return next(found, "Redis cannot be reached.")


def _now() -> int:
    return time.time_ns() // 1_000_000
