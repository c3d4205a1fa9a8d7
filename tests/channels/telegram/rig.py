"""Telegram, played for the contract suite by its model and people with phones."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import aiohttp

from bridge.channel import (
    MisconfiguredError,
    OutboundPart,
    OutcomeUnknownError,
    Receipt,
    RejectedError,
    SendError,
    ThrottledError,
    UnavailableError,
    UnreachableError,
)
from bridge.sandbox.faults import Fault
from bridge.sandbox.telegram import Customer
from bridge.sandbox.telegram.errors import (
    BLOCKED,
    TEXT_TOO_LONG,
    UNAUTHORIZED,
    Refusal,
    bad_request,
    forbidden,
    too_many_requests,
)
from bridge.settings import Secret
from channels.telegram.webhook import SECRET_HEADER
from tests.channels.rig import Rig
from tests.channels.telegram.desk import SECRET, TOKEN, Desk

CAUSES: Mapping[type[SendError], Fault] = {
    ThrottledError: Fault(error=too_many_requests(7)),
    UnavailableError: Fault(error=Refusal(502, "Bad Gateway")),
    RejectedError: Fault(error=bad_request(TEXT_TOO_LONG)),
    UnreachableError: Fault(error=forbidden(BLOCKED)),
    MisconfiguredError: Fault(error=UNAUTHORIZED),
    OutcomeUnknownError: Fault(reset=True, after_effect=True),
}


class TelegramRig(Rig):
    """One bot that receives in one of its two ways."""

    def __init__(self, desk: Desk) -> None:
        """Play the network of an open desk."""
        self.desk = desk
        self.channel = desk.channel
        self.core = desk.core
        self.secrets: Sequence[str] = [TOKEN, TOKEN.partition(":")[2], SECRET.decode()]
        self.failures: Sequence[type[SendError]] = list(CAUSES)
        self._messages: dict[tuple[str, str], Any] = {}

    async def customer_writes(
        self, text: str, *, message: str = "first", customer: str = "anna"
    ) -> bool:
        """Write, unless Telegram has not got rid of the last message yet."""
        person, name = self.desk.person(customer), (customer, message)
        if not self.desk.bot.updates.pending:
            if name in self._messages:
                person.again(self._messages[name])
            else:
                self._messages[name] = person.write(text)
        return await self._acknowledged()

    edits_bring_files = True

    async def customer_shows(self, picture: bytes, *, message: str = "first") -> bool:
        """Send a photo."""
        sent = self.desk.person("anna").send_file("photo", picture)
        self._messages["anna", message] = sent
        return await self._acknowledged()

    async def customer_changes(
        self, text: str, picture: bytes | None = None, *, message: str = "first"
    ) -> bool:
        """Edit it."""
        person, number = self.desk.person("anna"), self._messages["anna", message]["message_id"]
        if picture is None:
            person.edit(number, text)
        else:
            person.edit_file(number, "photo", picture, caption=text)
        return await self._acknowledged()

    async def customer_starts(self, payload: str) -> None:
        """Press Start."""
        self.desk.person("olena").start(payload)
        assert await self._acknowledged()

    async def _acknowledged(self) -> bool:
        loop = asyncio.get_running_loop()
        held = loop.time()
        while self.desk.bot.updates.pending:
            await asyncio.sleep(0.002)
            if loop.time() - held > self.patience and not self.core.waiting:
                return False
        return True

    async def nonsense_comes(self) -> None:
        """Send updates of kinds nobody has heard of, and broken ones of kinds we know."""
        broken: list[dict[str, Any]] = [
            {"hologram": {"id": "💥"}},
            {},
            {"message": None},
            {"message": {"message_id": "one", "chat": {"id": 1, "type": "private"}}},
            {"message": {"message_id": 1, "date": 1, "chat": {"id": 1, "type": "private"}}},
            {"callback_query": {"id": 5, "data": 5}},
            {"edited_message": []},
        ]
        for one in broken:
            self.desk.bot.tell_raw(one, queue="nonsense")
        assert await self._acknowledged()

    async def stranger_writes(self, text: str) -> bool:
        """Call the webhook with another secret, or poll with another token."""
        if self.desk.mode == "webhook":
            headers = {SECRET_HEADER: "0" * 64}
            body = {"update_id": 1, "message": {"text": text}}
            async with (
                aiohttp.ClientSession(headers=headers) as http,
                http.post(self.desk.hook, json=body) as answer,
            ):
                return answer.status == 200
        world = self.desk.telegram.world
        other = world.add_bot("7000000009:AA" + "x" * 30)
        Customer(world, world.add_user("Eve"), other).write(text)
        stranger = self.desk.new_channel(token=Secret("7000000009:AA" + "y" * 30))
        running = asyncio.create_task(stranger.run(self.core))
        await asyncio.gather(running, return_exceptions=True)
        return not other.updates.pending

    async def here(self, customer: str = "anna") -> str:
        """Have a customer who has started the bot."""
        return str(self.desk.met(customer).user.id)

    def part(self, recipient: str, text: str) -> OutboundPart:
        """Return a part for a customer."""
        return self.desk.part(recipient, text)

    async def fail_next(self, error: type[SendError], recipient: str) -> None:
        """Have Telegram answer so, or not at all."""
        self.desk.telegram.faults.plan("sendMessage", CAUSES[error])

    def attempts(self) -> int:
        """Count what Telegram was asked to carry, whatever became of it."""
        return self.desk.sent_calls()

    async def report(self, receipt: Receipt, part: OutboundPart, state: str) -> None:
        """Bots are told nothing."""
        raise NotImplementedError
