"""Budgets that several processes spend from together.

The algorithm is GCRA, the leaky bucket as a meter: of each bucket Redis keeps one number, the
time at which it is full again, and a script looks at it and moves it in one step. Each caller
tells how much it knows to be owed, and the larger number holds; so a Redis that has
forgotten everything learns it again from whoever counts next.

Names are keyed hashes: there is nobody's address or id in Redis, and two installations may
share one.
"""

import asyncio
import hashlib
import math
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from bridge.redis.line import PATIENCE, Line

if TYPE_CHECKING:
    from redis.asyncio import Redis

# Counts that wait for a server that is slow to take them; what is more is not told.
MOST_WAITING = 10_000
# Counts in one call: a script holds up everybody else while it runs.
_MOST_AT_ONCE = 200
_PREFIX = b"deskbridge:"

# For each key: how much comes in, how much there may be, what the caller knows of, and whether
# it counts where there is no room. All in ms.
_SCRIPT = """
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local answers = {}
for i, key in ipairs(KEYS) do
  local add, most, known = tonumber(ARGV[4 * i - 3]), tonumber(ARGV[4 * i - 2]), tonumber(ARGV[4 * i - 1])
  local owed = math.max(0, (tonumber(redis.call('GET', key)) or 0) - now, known)
  local fits = owed + add <= most + 0.001
  if fits or ARGV[4 * i] == '1' then
    owed = math.min(owed + add, most)
    redis.call('SET', key, string.format('%.3f', now + owed), 'PX', math.ceil(owed) + 1)
  end
  answers[2 * i - 1] = fits and 1 or 0
  answers[2 * i] = string.format('%.3f', owed)
end
return answers
"""  # noqa: E501


class Spent(NamedTuple):
    """What came of it: whether there was room, and for how many ms the bucket is not full."""

    had_room: bool
    owed: float


class _Count(NamedTuple):
    key: bytes
    add: float
    most: float
    known: float
    anyway: bool
    told: Callable[[Spent | None], None]

    @property
    def arguments(self) -> tuple[float, float, float, int]:
        return (self.add, self.most, self.known, int(self.anyway))


class SharedBudgets:
    """What this process counts together with the others. Used in the event loop."""

    def __init__(self, url: str, secret: bytes) -> None:
        """Count at the server of this address. `secret` is what names are hashed with."""
        self.line = Line(url, _prove)
        self._secret = hashlib.blake2b(secret, digest_size=32).digest()
        self._waiting: list[_Count] = []
        self._some = asyncio.Event()
        self.answered = 0
        """How often it was counted together."""
        self.alone = 0
        """How often this process had to count by itself."""

    async def spend(
        self, budget: str, of: str, *, step: float, most: float, known: float
    ) -> Spent | None:
        """Count one call where there is room for it; `None` where nobody can tell in time.

        A bucket takes `most` ms, a call `step` of them; `known` is what this process knows to
        be in it.
        """
        if not self.line.is_up:
            self.alone += 1
            return None
        answer: asyncio.Future[Spent | None] = asyncio.get_running_loop().create_future()

        def told(spent: Spent | None) -> None:
            if not answer.done():
                answer.set_result(spent)

        self._put(_Count(self.named(budget, of), step, most, known, anyway=False, told=told))
        try:
            async with asyncio.timeout(PATIENCE):
                return await answer
        except TimeoutError:
            self.alone += 1
            return None

    def pour(
        self,
        budget: str,
        of: str,
        *,
        add: float,
        most: float,
        known: float,
        told: Callable[[float], None],
    ) -> None:
        """Have it counted, room or not, soon; `told` is called with what is in the bucket then."""
        if not self.line.is_up or len(self._waiting) >= MOST_WAITING:
            self.alone += 1
            return

        def answered(spent: Spent | None) -> None:
            if spent is not None:
                told(spent.owed)

        self._put(_Count(self.named(budget, of), add, most, known, anyway=True, told=answered))

    async def run(self) -> None:
        """Ask, until cancelled: all that waits at once, and what comes meanwhile next."""
        while True:
            await self._some.wait()
            self._some.clear()
            while self._waiting:
                some, self._waiting = (
                    self._waiting[:_MOST_AT_ONCE],
                    self._waiting[_MOST_AT_ONCE:],
                )
                await self._count(some)

    def _put(self, one: _Count) -> None:
        self._waiting.append(one)
        self._some.set()

    def named(self, budget: str, of: str = "") -> bytes:
        """Return what something of this installation is called in Redis."""
        name = f"{budget}\0{of}".encode("utf-8", "surrogatepass")
        return _PREFIX + hashlib.blake2b(name, key=self._secret, digest_size=16).digest()

    async def _count(self, some: Sequence[_Count]) -> None:
        found = await self.line.ask(lambda client: _asked(client, some))
        if found is None:
            self.alone += len(some)
            for one in some:
                one.told(None)
            return
        self.answered += len(some)
        for one, spent in zip(some, found, strict=True):
            one.told(spent)


async def _asked(client: "Redis", some: Sequence[_Count]) -> list[Spent]:
    arguments = [value for one in some for value in one.arguments]
    found = await _run(client, [one.key for one in some], arguments)
    try:
        return _spent(found, len(some))
    except (TypeError, ValueError) as error:
        from redis.exceptions import InvalidResponse  # noqa: PLC0415

        raise InvalidResponse from error


def _spent(found: Sequence[Any], count: int) -> list[Spent]:
    """Return an answer of the script's; raises for one that something else has given."""
    spent = [Spent(bool(room), float(owed)) for room, owed in zip(*[iter(found)] * 2, strict=True)]
    if len(spent) != count or not all(math.isfinite(one.owed) for one in spent):
        raise ValueError
    return spent


def _run(client: "Redis", keys: Sequence[bytes], arguments: Sequence[float]) -> Awaitable[Any]:
    """Run the script, which the server is given once and is named by its hash after that."""
    return cast("Awaitable[Any]", client.register_script(_SCRIPT)(keys=keys, args=arguments))


async def _prove(client: "Redis") -> None:
    await _run(client, [_PREFIX + b"proof"], [1, 1000, 0, 1])
    await client.publish(_PREFIX + b"proof", b"")
