"""A Viber inbox in the whole program: the store, the outbox, files, and the model of Viber."""

import asyncio
import contextlib
import io
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from PIL import Image

from bridge.app import Program
from bridge.models import Message
from bridge.sandbox.viber import Customer, Fault, ViberPlatform
from bridge.settings import Settings
from bridge.store import deliveries as d
from bridge.store import messages as m
from bridge.store import people as p
from bridge.store.transactions import Tx
from routing import conversations, outbound
from routing.outbound import Written
from tests.bridge.settings.files import Desk
from tests.channels.rig import eventually

INBOX = "shop_viber"


def picture(form: str) -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", (40, 20), "teal").save(drawn, form)
    return drawn.getvalue()


class House:
    """The program on a port of its own, and Viber beside it."""

    def __init__(self, program: Program, viber: ViberPlatform) -> None:
        self.program = program
        self.viber = viber

    async def message(self, index: int) -> Message:
        """Return the n-th message of the only conversation, once it is there."""
        found: list[Message] = []

        async def look() -> bool:
            found[:] = await self.program.store.read(_messages)
            return len(found) > index

        await _until(look)
        return found[index]

    async def reply(self, text: str = "", *, media: tuple[str, ...] = ()) -> int:
        """Have an agent answer the only conversation."""

        def write(tx: Tx) -> int:
            conversation = conversations.get(tx, 1)
            written = Written(agent_id="anna", text=text, attachments=media)
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

        await _until(look)


def _messages(tx: Tx) -> list[Message]:
    found = [tx.one(m.MESSAGE_BY_ID, id=n) for n in range(1, 20)]
    return [one for one in found if one is not None and one.kind == "incoming"]


async def _until(look: Any) -> None:
    async with asyncio.timeout(10):
        while not await look():  # noqa: ASYNC110  # The program knows nothing of the test.
            await asyncio.sleep(0.01)


def settings(folder: Path, port: int, viber: ViberPlatform) -> Settings:
    text = f"""
        version: 1
        server: {{public_url: "http://127.0.0.1:{port}"}}
        storage: {{database: "sqlite:///{folder}/d.db", media: {{dir: "{folder}/media"}}}}
        agents: {{anna: {{name: Анна, role: owner}}}}
        channels:
          {INBOX}: {{type: viber, token: "${{VIBER_TOKEN}}", api_base: "{viber.url}"}}
    """
    return Desk(folder).load(text, {"VIBER_TOKEN": viber.account.token})


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    viber = ViberPlatform()
    listening = socket.create_server(("127.0.0.1", 0))
    async with viber.running():
        program = Program(settings(tmp_path, listening.getsockname()[1], viber))
        async with program.running(), _served(program, listening):
            await eventually(lambda: viber.account.webhook, within=10)
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


@pytest.fixture
async def anna(house: House) -> Customer:
    anna = house.viber.customer(avatar="https://example.com/anna.jpg")
    assert (await anna.writes("Добрий день")).answered
    return anna


async def test_d41_j10_j11_a_message_is_stored_under_the_customers_name_and_the_inbox(
    house: House, anna: Customer
) -> None:
    message = await house.message(0)
    assert (message.text, message.inbox_id) == ("Добрий день", INBOX)
    contact = await house.program.store.read(_contact_name)
    assert contact == "Анна Коваль"


def _contact_name(tx: Tx) -> str | None:
    conversation = conversations.get(tx, 1)
    return tx.the(p.CONTACT_BY_ID, id=conversation.contact_id).name


async def test_an_answer_goes_out_is_delivered_and_is_read(house: House, anna: Customer) -> None:
    message_id = await house.reply("**Вітаю!**")
    await house.becomes(message_id, "sent")
    assert anna.texts == ["Вітаю!"]
    assert anna.inbox[0].message["sender"]["name"] == "Анна"
    await anna.gets(anna.inbox[0].token)
    await house.becomes(message_id, "delivered")
    await anna.sees(anna.inbox[0].token)
    await house.becomes(message_id, "read")


async def test_d21_a_customers_picture_is_fetched_and_kept(house: House, anna: Customer) -> None:
    await anna.sends_picture(picture("JPEG"), text="Ось чек")
    message = await house.message(1)

    async def fetched() -> bool:
        rows = await house.program.store.read(
            lambda tx: tx.all(m.ATTACHMENTS_OF, message_id=message.id)
        )
        return [(one.state, one.kind, one.mime) for one in rows] == [
            ("ready", "image", "image/jpeg")
        ]

    await _until(fetched)


async def test_an_agents_files_are_fetched_by_viber_from_a_signed_link(
    house: House, anna: Customer
) -> None:
    drawn, paper = picture("PNG"), b"%PDF-1.7 " + b"0" * 1000
    media = (await house.uploads("чек.png", drawn), await house.uploads("Рахунок.pdf", paper))
    message_id = await house.reply("Дивіться", media=media)
    await house.becomes(message_id, "sent", "sent", "sent")
    await house.viber.world.settled()
    assert [one.message["type"] for one in anna.inbox] == ["text", "picture", "file"]
    assert [one.file for one in anna.inbox] == [None, drawn, paper]
    assert anna.inbox[2].message["file_name"] == "Рахунок.pdf"


async def test_who_left_the_bot_is_not_written_to_and_the_agent_is_told_why(
    house: House, anna: Customer
) -> None:
    await anna.unsubscribes()
    message_id = await house.reply("Вітаю!")
    await house.becomes(message_id, "failed")
    rows = await house.program.store.read(lambda tx: tx.all(d.DELIVERIES_OF, message_id=message_id))
    assert rows[0].reason == "blocked"


async def test_a_lost_answer_is_uncertain_and_nothing_goes_twice(
    house: House, anna: Customer
) -> None:
    house.viber.faults.plan("send_message", Fault(reset="after"))
    message_id = await house.reply("perhaps")
    await house.becomes(message_id, "uncertain")
    await house.viber.world.settled()
    assert anna.texts == ["perhaps"]


async def test_a_token_that_viber_does_not_know_is_the_inboxs_health(tmp_path: Path) -> None:
    viber = ViberPlatform()
    async with viber.running():
        program = Program(settings(tmp_path, 9, viber))
        viber.account.token = "another"
        async with program.running():
            health = program.supervisor.health[f"channel:{INBOX}"]
            await eventually(lambda: health.state == "misconfigured", within=10)
            assert health.why == "Viber does not know the token."
