"""The whole program with a Viber inbox, and the model of Viber beside it."""

import asyncio
import contextlib
import io
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import uvicorn
from PIL import Image

from bridge.app import Program
from bridge.models import Message
from bridge.sandbox.viber import ViberPlatform
from bridge.settings import Settings
from bridge.store import deliveries as d
from bridge.store import messages as m
from bridge.store.transactions import Tx
from routing import conversations, outbound
from routing.outbound import Written
from tests.bridge.settings.files import Desk
from tests.channels.rig import eventually

INBOX = "shop_viber"


def picture(form: str) -> bytes:
    """Return a small picture."""
    drawn = io.BytesIO()
    Image.new("RGB", (40, 20), "teal").save(drawn, form)
    return drawn.getvalue()


class House:
    """The program on a port of its own, and Viber beside it."""

    def __init__(self, program: Program, viber: ViberPlatform) -> None:
        """Put them together."""
        self.program = program
        self.viber = viber

    async def messages(self) -> list[Message]:
        """Return what customers have written, oldest first."""
        return await self.program.store.read(_messages)

    async def message(self, index: int) -> Message:
        """Return the n-th message of the only conversation, once it is there."""
        found: list[Message] = []

        async def look() -> bool:
            found[:] = await self.messages()
            return len(found) > index

        await until(look)
        return found[index]

    async def reply(
        self,
        text: str = "",
        *,
        media: tuple[str, ...] = (),
        reply_to: int | None = None,
        conversation_id: int = 1,
    ) -> int:
        """Have an agent answer a conversation; return the message."""

        def write(tx: Tx) -> int:
            conversation = conversations.get(tx, conversation_id)
            written = Written(agent_id="anna", text=text, attachments=media, reply_to=reply_to)
            return outbound.reply(tx, self.program.desk, conversation, written)[0]

        return await self.program.store.write(write)

    async def uploads(self, name: str, content: bytes) -> str:
        """Have an agent upload a file."""

        async def chunks() -> AsyncIterator[bytes]:
            yield content

        media = self.program.media
        view = await media.receive(chunks(), name=name, owner="agent:anna", limit=2**22)
        return view.id

    async def states(self, message_id: int) -> list[str]:
        """Return the states of a message's parts."""
        rows = await self.program.store.read(
            lambda tx: tx.all(d.DELIVERIES_OF, message_id=message_id)
        )
        return [one.state for one in rows]

    async def becomes(self, message_id: int, *states: str) -> None:
        """Wait until the parts have these states."""

        async def look() -> bool:
            return await self.states(message_id) == list(states)

        await until(look)


def _messages(tx: Tx) -> list[Message]:
    found = [tx.one(m.MESSAGE_BY_ID, id=n) for n in range(1, 1000)]
    return [one for one in found if one is not None and one.kind == "incoming"]


async def until(look: Any, *, within: float = 30.0) -> None:
    """Wait until `await look()` is true; fail if it never is."""
    async with asyncio.timeout(within):
        while not await look():  # noqa: ASYNC110  # The program knows nothing of the test.
            await asyncio.sleep(0.01)


def settings(folder: Path, port: int, viber: ViberPlatform, welcome: str = "") -> Settings:
    """Return the program's configuration."""
    greeting = f', welcome: "{welcome}"' if welcome else ""
    text = f"""
        version: 1
        server: {{public_url: "http://127.0.0.1:{port}"}}
        storage: {{database: "sqlite:///{folder}/d.db", media: {{dir: "{folder}/media"}}}}
        agents: {{anna: {{name: Анна, role: owner}}}}
        # What is proven here is what people write.
        system_messages: {{begun: {{enabled: false}}}}
        flood: {{sender: {{per_minute: off, per_hour: off}}}}
        channels:
          {INBOX}: {{type: viber, token: "${{VIBER_TOKEN}}", api_base: "{viber.url}"{greeting}}}
    """
    return Desk(folder).load(text, {"VIBER_TOKEN": viber.account.token})


@contextlib.asynccontextmanager
async def standing(folder: Path, *, welcome: str = "") -> AsyncIterator[House]:
    """Run the program in this loop until the context ends, its webhook set."""
    viber = ViberPlatform()
    listening = socket.create_server(("127.0.0.1", 0))
    async with viber.running():
        program = Program(settings(folder, listening.getsockname()[1], viber, welcome))
        async with program.running(), _served(program, listening):
            await eventually(lambda: viber.account.webhook)
            yield House(program, viber)


@contextlib.asynccontextmanager
async def _served(program: Program, listening: socket.socket) -> AsyncIterator[None]:
    server = uvicorn.Server(program.web())
    # The test keeps its own signals.
    setattr(server, "capture_signals", contextlib.nullcontext)  # noqa: B010  # mypy would not have it.
    task = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        yield
    finally:
        server.should_exit = True
        await task
