"""A message in which the program hangs, or for which it takes all the memory there is.

Whatever keeps programs starts it whenever it has ended. What hangs is ended by a keeper that
asks, and where nobody does, by the program itself; what grows is ended by whoever bounds it, and
what is too much at once is refused. At the third time the message is the one to go, and what
came with it is stored. Being ended once more, on a busy machine, changes none of that.
"""

import asyncio
import contextlib
import http.client
import resource
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest

from bridge.db import Place
from bridge.poison.guard import DIED
from bridge.sandbox.telegram import Customer, TelegramServer
from tests.databases import DATABASES, asked, backend_of, lent, stored_at
from tests.desk import ROOT, RunningDesk
from tests.faults.processes import TOKEN
from tests.ports import free_port
from tests.told import Tells

# What a library might do of a word; each time it is begun stands in a file.
HOOK = """\
import asyncio
import os
import sys
import time

if sys.argv[1:2] == ["run"]:
    from bridge import vigil
    from bridge.poison import guard
    from channels.telegram import intake

    vigil.STANDS_STILL = float(os.environ.get("STANDS_STILL", vigil.STANDS_STILL))
    guard.HELD_TOO_LONG = float(os.environ.get("HELD_TOO_LONG", guard.HELD_TOO_LONG))
    store = intake.Intake._store

    async def spin():
        while True:
            pass

    async def wait():
        await asyncio.Event().wait()

    async def grow():
        held = []
        while True:
            held.append(bytearray(os.urandom(1 << 20)) * 8)
            time.sleep(0.02)

    async def take():
        bytearray(1 << 36)

    deeds = {"\\u267e": spin, "\\u23f3": wait, "\\U0001f418": grow, "\\U0001f40b": take}

    async def deadly(self, sink, updates, cursor):
        for word, deed in deeds.items():
            if any(word in str(one) for one in updates):
                with open(os.environ["TRIED"], "a") as tried:
                    tried.write("once\\n")
                await deed()
        return await store(self, sink, updates, cursor)

    intake.Intake._store = deadly
"""
SPINS, WAITS, GROWS, TAKES = "♾ без кінця", "⏳ чекає", "🐘 росте", "🐋 бере все"
# All of it, however busy the machine is (s), and so long after the start something is answered.
PATIENCE, TO_BEGIN = 400.0, 120.0
# Without a good answer for so long (s) it is ended. It knows by itself after the second time, and
# of what waits after the third as well; as it comes, these are a minute and fifteen.
SILENT, STANDS_STILL, HELD_TOO_LONG = 4.0, 6.0, 1.0
# Of the program's memory, in bytes: what its keeper lets it have, and what there is at all.
MAY_HAVE, THERE_IS = 500 << 20, 6_000 << 20


@dataclass(frozen=True, slots=True)
class Keeping:
    """What whoever keeps the program does beside starting it.

    It asks in so many lives, and then nobody does. It ends what has grown, or lets it have no more.
    """

    asks: int = 0
    bounds: bool = False
    refuses: bool = False

    @property
    def environ(self) -> dict[str, str]:
        """Return how long the program may hang, where that is what it does."""
        if not self.asks:
            return {}
        return {"STANDS_STILL": str(STANDS_STILL), "HELD_TOO_LONG": str(HELD_TOO_LONG)}


class Keeper:
    """Starts the program whenever it has ended, and ends it as it was told to."""

    def __init__(self, folder: Path, api: str, keeping: Keeping, database: Place) -> None:
        """Have a desk in this folder whose customers write by Telegram."""
        hook, self._tried = folder / "hook", folder / "tried"
        hook.mkdir()
        (hook / "sitecustomize.py").write_text(HOOK, encoding="utf-8")
        self._tried.touch()
        self._private = f"127.0.0.1:{free_port()}"
        self._keeping = keeping
        shop = {"type": "telegram", "token": "${SHOP}", "mode": "polling", "api_base": api}
        stored, url = stored_at(database)
        changes = {"channels.shop_tg": shop, "server.admin_listen": self._private, **stored}
        environ = {"SHOP": TOKEN, "PYTHONPATH": f"{hook}:{ROOT}", "TRIED": str(self._tried)}
        self.desk = RunningDesk(folder, changes, {**environ, **url, **keeping.environ})
        self._database = database
        self.ended = {"by its keeper": 0, "by itself": 0}

    @property
    def tried(self) -> int:
        """Return how often the message was begun."""
        return len(self._tried.read_text(encoding="utf-8").splitlines())

    def keep(self, good: int, tries: int) -> None:
        """Keep it running until so much that is good is stored, and what is bad is set aside.

        Fails when that is begun more often.
        """
        end = time.monotonic() + PATIENCE
        while True:
            with self._running() as process:
                while process.poll() is None and not self._must_end(process):
                    assert self.tried <= tries, self.desk.output
                    assert time.monotonic() < end, self.desk.output
                    if self.ask(_WHAT_IS_STORED) == [(good, 1)]:
                        return
                    time.sleep(0.1)
                self.ended["by its keeper" if process.poll() is None else "by itself"] += 1

    @contextlib.contextmanager
    def _running(self) -> Iterator["subprocess.Popen[bytes]"]:
        process = self.desk.begun()
        if self._keeping.refuses:
            resource.prlimit(process.pid, resource.RLIMIT_AS, (THERE_IS, THERE_IS))
        self._silent_from = time.monotonic() + TO_BEGIN
        try:
            yield process
        finally:
            # What hangs hears no other signal.
            process.kill()
            process.wait(30)

    def _must_end(self, process: "subprocess.Popen[bytes]") -> bool:
        if self._keeping.bounds:
            with contextlib.suppress(psutil.NoSuchProcess):
                return bool(psutil.Process(process.pid).memory_info().rss > MAY_HAVE)
        if self.desk.starts > self._keeping.asks:
            return False
        if self._lives():
            self._silent_from = time.monotonic() + SILENT
        return time.monotonic() > self._silent_from

    def _lives(self) -> bool:
        asked = http.client.HTTPConnection(self._private, timeout=SILENT)
        with contextlib.closing(asked), contextlib.suppress(OSError, http.client.HTTPException):
            asked.request("GET", "/livez")
            return asked.getresponse().status == 200
        return False

    def ask(self, sql: str) -> list[Any]:
        """Return what stands in the database."""
        return asked(self._database, sql)


_STORED = "FROM messages WHERE kind = 'incoming'"
_WHAT_IS_STORED = f"SELECT (SELECT count(*) {_STORED}), (SELECT count(*) FROM quarantine)"  # noqa: S608  # Our own words.


@pytest.fixture
def database(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Place]:
    """Return one of the kind that is asked for, or of the one kind that is tried at all."""
    wanted = request.param
    with lent(wanted if wanted in DATABASES else DATABASES[0], tmp_path) as place:
        yield place


# What hangs knows nothing of databases, so each has its own.
@pytest.mark.slow
@pytest.mark.timeout(int(PATIENCE) + 60)
@pytest.mark.parametrize(
    ("word", "keeping", "tries", "why", "database"),
    [
        pytest.param(SPINS, Keeping(asks=1), 3, DIED, "postgresql", id="spins"),
        pytest.param(WAITS, Keeping(asks=1), 3, DIED, "sqlite", id="waits for ever"),
        pytest.param(GROWS, Keeping(bounds=True), 3, DIED, "sqlite", id="grows"),
        # Once together with what came with it, and three times alone.
        pytest.param(
            TAKES, Keeping(refuses=True), 4, "MemoryError", "postgresql", id="is refused the memory"
        ),
    ],
    indirect=["database"],
)
async def test_a_message_that_never_ends_or_takes_the_memory_is_set_aside_at_the_third_time(
    tmp_path: Path,
    database: Place,
    word: str,
    keeping: Keeping,
    tries: int,
    why: str,
    tells: Tells,
    request: pytest.FixtureRequest,
) -> None:
    async with TelegramServer() as telegram:
        world = telegram.world
        bot = world.add_bot(TOKEN)
        anna, ivan = (Customer(world, world.add_user(one), bot) for one in ("Анна", "Іван"))
        keeper = Keeper(tmp_path, telegram.url, keeping, database)
        writes: list[tuple[Customer, str]] = [
            (anna, "перше"), (ivan, "друге"), (anna, word), (ivan, "третє"), (anna, "четверте"),
        ]  # fmt: skip
        for customer, text in writes:
            customer.write(text)
        good = [text for _, text in writes if text != word]
        await asyncio.to_thread(keeper.keep, len(good), tries)
    stored = [text for (text,) in keeper.ask(f"SELECT text {_STORED} ORDER BY id")]
    ended = ", ".join(f"{count} {how}" for how, count in keeper.ended.items() if count)
    tells(
        f"{backend_of(database)}, the program {request.node.callspec.id} in a message: "
        f"begun {keeper.tried} times, "
        f"ended {ended or 'never'}; lost {len(set(good) - set(stored))}, "
        f"doubled {len(stored) - len(set(stored))}"
    )
    assert stored == good
    assert keeper.ask("SELECT inbox_id, why FROM quarantine") == [("shop_tg", why)]
    assert keeper.tried == tries
