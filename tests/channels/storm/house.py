"""The program of the storm: all of it, in this process, to be killed and started again."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import uvicorn
from ruamel.yaml import YAML

from bridge.app import Program
from bridge.channel import Channel, Sink
from bridge.cli.config import known_kinds
from bridge.clock import Clock
from bridge.db import Place
from bridge.delivery import DeliveryWorker
from bridge.reload.wired import Inbox
from bridge.settings import InboxSettings, Kinds, Settings, load
from bridge.store import conversations as q
from bridge.store.transactions import Tx
from routing import outbound
from routing.outbound import Written
from routing.reactions import Reactions
from tests import passing
from tests.channels.storm.postcards import PostcardSettings
from tests.databases import asked, url_of
from tests.ports import free_port
from tests.quiet import quiet, unhurried

INBOX = "shop"


class Guards:
    """What keeps the promise, as it is; a test breaks one on purpose (`mutants.py`)."""

    def channel(self, channel: Channel) -> Channel:
        """Return the channel that is sent through."""
        return channel

    def sink(self, sink: Sink) -> Sink:
        """Return the sink that the channel hands its events to."""
        return sink


class Killable(DeliveryWorker):
    """A worker that can end as `kill -9` ends it: nothing more is said or recorded."""

    killed = False

    async def _finish(self) -> None:
        if not self.killed:
            await super()._finish()
            return
        await self._sending.end()


class StormProgram(Program):
    """The program, with a worker that can be killed and guards that can be broken."""

    guards: Guards

    def __init__(self, settings: Settings, guards: Guards, clock: Clock) -> None:
        """Wire it."""
        self.guards = guards
        super().__init__(settings, clock=clock)
        passing.waited_for(self.store)

    def wire(self, inbox_id: str, settings: Settings) -> Inbox:
        """Put the guards between the inbox and the rest."""
        wired = super().wire(inbox_id, settings)
        channel: Any = self.guards.channel(wired.channel)
        sink: Any = self.guards.sink(wired.sink)
        wired.sink = sink
        wired.worker = Killable(
            self.store, self.media, Reactions(self.desk), inbox_id, channel, last_words=0.05
        )
        return wired

    def kill(self) -> None:
        """Have nothing recorded from now on of what is on the wire."""
        for one in self.inboxes.values():
            assert isinstance(one.worker, Killable)
            one.worker.killed = True


class House:
    """One program after the other on the same folder and port."""

    def __init__(
        self,
        folder: Path,
        inbox: Mapping[str, Any],
        *,
        clock: Clock,
        guards: Guards,
        environ: Mapping[str, str],
        uncertain: str,
        place: Place | None = None,
        more: Mapping[str, Any] | None = None,
    ) -> None:
        """Write its configuration; `more` are further sections of it.

        Its database is at `place`, or in the folder as `desk.db`.
        """
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.database = place or folder / "desk.db"
        self._clock, self._guards = clock, guards
        self._settings = configured(
            folder,
            self.url,
            inbox,
            environ,
            uncertain=uncertain,
            place=self.database,
            more=more,
        )
        self._life = contextlib.AsyncExitStack()
        self._program: StormProgram | None = None
        self._up = asyncio.Event()

    # --- living ---

    async def start(self) -> None:
        """Begin a life."""
        program = self._program = self.made(self._settings)
        await self._life.enter_async_context(program.running())
        await self._life.enter_async_context(_served(program, self.port))
        self._up.set()

    def made(self, settings: Settings) -> StormProgram:
        """Return the program of one life."""
        return StormProgram(settings, self._guards, self._clock)

    async def end(self, *, killed: bool) -> None:
        """End a life, in good order or as `kill -9` does."""
        self._up.clear()
        if killed and self._program is not None:
            self._program.kill()
        life, self._life = self._life, contextlib.AsyncExitStack()
        await life.aclose()
        self._program = None

    # --- agents ---

    async def answer(self, conversation_id: int, text: str) -> None:
        """Have an agent answer, once the program is up."""
        await self._up.wait()
        assert self._program is not None
        program = self._program

        def write(tx: Tx) -> None:
            conversation = tx.the(q.CONVERSATION_BY_ID, id=conversation_id)
            outbound.reply(tx, program.desk, conversation, Written(agent_id="olga", text=text))

        await program.store.write(write)

    def ask(self, sql: str) -> list[Any]:
        """Return what stands in the database, read past the program."""
        return asked(self.database, sql)


def configured(
    folder: Path,
    url: str,
    inbox: Mapping[str, Any],
    environ: Mapping[str, str],
    *,
    uncertain: str,
    place: Place,
    more: Mapping[str, Any] | None = None,
) -> Settings:
    """Return the settings of a program with one inbox."""
    config: dict[str, Any] = {
        "version": 1,
        "server": {"public_url": url},
        "agents": {"olga": {"name": "Ольга", "role": "owner"}},
        "routing": {"uncertain": uncertain},
        "channels": {INBOX: dict(inbox)},
        # The books of a storm are about what people write.
        "system_messages": quiet(),
        "flood": unhurried(),
        "storage": {
            "database": url_of(place),
            "media": {"dir": str(folder / "media")},
        },
        **(more or {}),
    }
    path = folder / "deskbridge.yaml"
    with path.open("w", encoding="utf-8") as file:
        YAML().dump(config, file)
    kinds = known_kinds()
    channels: dict[str, type[InboxSettings]] = {**kinds.channels, "postcard": PostcardSettings}
    return load(path, kinds=Kinds(channels, kinds.surfaces), environ=environ)


class _Server(uvicorn.Server):
    """uvicorn in the test's own loop, which keeps its signals."""

    @contextlib.contextmanager
    def capture_signals(self) -> Any:
        """Leave signals alone."""
        yield


@contextlib.asynccontextmanager
async def _served(program: Program, port: int) -> AsyncIterator[None]:
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind(("127.0.0.1", port))
    listening.listen(128)
    server = _Server(program.web())
    task = asyncio.create_task(server.serve(sockets=[listening]))
    while not server.started:  # noqa: ASYNC110  # uvicorn tells nobody.
        await asyncio.sleep(0)
    try:
        yield
    finally:
        server.should_exit = server.force_exit = True
        await task
        listening.close()
