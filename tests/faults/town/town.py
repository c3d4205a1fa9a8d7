"""The town: its networks, its staff's platforms, and what the program is told of them."""

import asyncio
import contextlib
import json
import os
import random
import secrets
import sqlite3
import subprocess
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Mapping
from pathlib import Path
from typing import Any

import psycopg

from bridge.db import Place, Server, postgresql
from bridge.sandbox.slack.budgets import Budgets
from tests import postgres
from tests.bridge.webhooks.receiver import SECRET, Receiver
from tests.channels.storm.network import Network
from tests.databases import fresh_database, url_of
from tests.faults.ground import Ground
from tests.faults.processes import RealClock
from tests.faults.slack import SlackByHook, SlackBySocket, SlackGround
from tests.faults.telegram import TelegramGround
from tests.faults.town.networks import HURRY, LONGEST, NETWORKS
from tests.faults.weather import Weather
from tests.ports import free_port
from tests.quiet import quiet, unhurried
from tests.redis_server import RedisServer, redis_server

SLACK, FORUM = "slack", "forum"
OLGA: Mapping[str, Any] = {"name": "Ольга", "role": "owner"}


DISK = "64m"


@contextlib.contextmanager
def small_disk(folder: Path) -> Iterator[bool]:
    """Have a small file system at `folder`, where we may; say whether there is one."""
    command = ["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", str(folder)]
    there = os.getuid() == 0 and subprocess.run(command, check=False).returncode == 0
    try:
        yield there
    finally:
        if there:
            subprocess.run(["umount", "-l", str(folder)], check=False)


class RoomyGround(TelegramGround):
    """A group without a group's limits, which would make every run last for minutes."""

    def __init__(self, clock: Any, weather: Weather) -> None:
        """Have the bot of the group write as often as it likes."""
        super().__init__(clock, weather)
        self.bot.limits.on = False


class _RoomySlack(SlackGround):
    """Slack without its limits a second and a minute, for the same reason."""

    def __init__(self, clock: Any, weather: Weather) -> None:
        """Have the app call as often as it likes."""
        super().__init__(clock, weather)
        self.slack.server._budgets = _Endless(self.slack.team.now)


class RoomySocket(_RoomySlack, SlackBySocket):
    """It is heard over a socket."""


class RoomyHook(_RoomySlack, SlackByHook):
    """It calls whichever web there is."""

    surface_id = SLACK


class _Endless(Budgets):
    def take(self, method: str, channel: object) -> None:
        """Let it be."""


class Town:
    """Everything around the program; `place` is its database."""

    def __init__(
        self, folder: Path, backend: str, seed: int, *, apart: bool, many: bool = False
    ) -> None:
        """Build it; nobody is there yet.

        `apart`: with a disk and a server of its own. `many`: for several processes.
        """
        self.folder, self.backend = folder, backend
        self.clock = RealClock()
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.up = asyncio.Event()
        """Set while the program listens."""
        made = [one(self.clock, folder) for one in NETWORKS]
        self.networks: dict[str, Network] = {one.inbox_id: one for one in made}
        for one in made:
            one.up = self.up
        slack = RoomyHook if many else RoomySocket
        self.grounds: dict[str, Ground] = {
            SLACK: slack(self.clock, self._weather(slack, seed)),
            FORUM: RoomyGround(self.clock, self._weather(RoomyGround, seed)),
        }
        self.receiver = Receiver()
        self.config = folder / "deskbridge.yaml"
        self._apart, self._many = apart, many
        self.redis: RedisServer | None = None
        """The server by which several processes tell each other."""
        self.cluster: postgres.Cluster | None = None
        """The server, where it is its own."""
        self.disk: Path | None = None
        """Its disk, where it is its own and small."""
        self.place: Place = Path()

    def _weather(self, ground: type[Ground], seed: int) -> Weather:
        return Weather(self.clock, random.Random(seed), ground.named)

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Have everybody there for as long as the context lasts."""
        async with contextlib.AsyncExitStack() as held:
            self._settle_in(held)
            for one in self.platforms():
                await held.enter_async_context(one.open())
            await held.enter_async_context(self.receiver.listening())
            slack = self.grounds[SLACK]
            assert isinstance(slack, SlackGround)
            slack.slack.telling._sleep = made_shorter(self.up)
            self.write_down()
            yield

    def _settle_in(self, held: contextlib.AsyncExitStack) -> None:
        """Have a disk and a database."""
        var = self.folder / "var"
        var.mkdir()
        if self._many:
            self.redis = held.enter_context(redis_server())
        if self.backend == "sqlite":
            if self._apart and held.enter_context(small_disk(var)):
                self.disk = var
            self.place = fresh_database(var, "desk.db")
        elif self._apart:
            self.cluster = held.enter_context(postgres.running(fsync="on"))
            self.cluster.execute("CREATE DATABASE town")
            self.place = Server(self.cluster.url("town"))
            postgresql.migrate(self.place)
        else:
            self.place = postgres.fresh()
            held.callback(postgres.drop, self.place)

    def secrets(self) -> list[str]:
        """Return what nobody may read anywhere."""
        return [value for name, value in self.environ.items() if not name.endswith("_URL")]

    def platforms(self) -> list[Network | Ground]:
        """Return everybody whom the program talks to."""
        return [*self.networks.values(), *self.grounds.values()]

    @property
    def environ(self) -> dict[str, str]:
        """Return the variables that the configuration names."""
        found = {"DATABASE_URL": self.address, "CRM_SECRET": SECRET}
        if self.redis is not None:
            found["REDIS_URL"] = self.redis.url
        for one in self.platforms():
            found.update(one.environ)
        return found

    @property
    def address(self) -> str:
        """Return the database's address."""
        return url_of(self.place)

    def write_down(self, changes: Mapping[str, Any] | None = None) -> None:
        """Write the configuration; JSON is YAML."""
        self.config.write_text(json.dumps({**self._settings(), **(changes or {})}))

    def _settings(self) -> dict[str, Any]:
        accounts = [one.accounts() for one in self.grounds.values()]
        olga = {**OLGA, **{key: value for one in accounts for key, value in one["olga"].items()}}
        return {
            "version": 1,
            "server": {"public_url": self.url, "listen": f"127.0.0.1:{self.port}", "demo": True},
            "storage": {
                "database": "${DATABASE_URL}",
                "media": {"dir": str(self.folder / "var" / "media")},
            },
            "agents": {"olga": olga},
            "channels": {key: one.inbox() for key, one in self.networks.items()},
            "staff": {
                "console": {"type": "web"},
                **{key: dict(one.staff()) for key, one in self.grounds.items()},
            },
            "tags": {"known": {"label": "Known"}, "idle": {"label": "Idle"}},
            "automations": {
                "knows": {"when": {"event": "message_received"}, "do": [{"tag": "known"}]},
                "rests": {"when": {"event": "idle", "for": "1s"}, "do": [{"tag": "idle"}]},
            },
            "webhooks": {
                "crm": {
                    "url": self.receiver.url,
                    "secret": "${CRM_SECRET}",
                    "allow_private": True,
                    "events": ["message.received"],
                }
            },
            **({"redis": "${REDIS_URL}"} if self.redis is not None else {}),
            "system_messages": quiet(),
            "flood": unhurried(),
        }

    def ask(self, sql: str) -> list[Any]:
        """Return what stands in the database, read past the program."""
        if isinstance(self.place, Server):
            with psycopg.connect(self.place.url, autocommit=True) as connection:
                return connection.execute(sql.encode()).fetchall()
        with contextlib.closing(sqlite3.connect(self.place, timeout=30)) as file:
            return file.execute(sql).fetchall()

    def is_whole(self) -> bool:
        """Say whether the database itself finds nothing wrong with its file."""
        if isinstance(self.place, Server):
            return True
        return bool(self.ask("PRAGMA integrity_check") == [("ok",)])

    def new_key(self) -> str:
        """Return an id that a client makes for itself."""
        number = secrets.token_hex(16)
        return "-".join((number[:8], number[8:12], number[12:16], number[16:20], number[20:]))


def made_shorter(up: asyncio.Event) -> Callable[[float], Coroutine[Any, Any, None]]:
    """Return Slack's pauses before it tells of an event again, shortened as the networks'."""

    async def sleep(seconds: float) -> None:
        await asyncio.sleep(min(seconds / HURRY, LONGEST))
        await up.wait()

    return sleep
