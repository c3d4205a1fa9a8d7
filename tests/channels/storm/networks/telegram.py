"""Telegram, by polling and by webhook."""

import contextlib
import copy
from collections.abc import AsyncIterator, Sequence
from typing import Any, ClassVar

from bridge.sandbox.faults import Fault
from bridge.sandbox.telegram import Customer, TelegramServer
from bridge.sandbox.telegram.errors import Refusal, too_many_requests
from tests.channels.storm.network import Carried, Network, Said, Trouble
from tests.channels.storm.networks.troubles import faults, left_of
from tests.channels.telegram.desk import TOKEN, Mode

_FAULTS = faults(
    throttled=Fault(error=too_many_requests(7)), refused=Refusal(500, "Internal Server Error")
)


class _Time:
    """The model's time, which passes as the loop's does."""

    def __init__(self, network: Network) -> None:
        self.now = network.clock.seconds
        self.sleep = network.sleep


class TelegramNetwork(Network):
    """One bot and people with phones. Telegram keeps the order of a chat; a proxy may not."""

    mode: ClassVar[Mode]
    token: ClassVar = TOKEN
    edits = True
    environ: ClassVar = {"TELEGRAM_TOKEN": TOKEN}

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Listen."""
        self.telegram = TelegramServer(time=_Time(self), local=True)
        self.bot = self.telegram.world.add_bot(self.token)
        self._people: dict[str, Customer] = {}
        self._updates: dict[Said, Any] = {}
        self._tellings = 0
        async with self.telegram:
            yield

    def inbox(self) -> dict[str, Any]:
        """Return the inbox's keys."""
        token = "${TELEGRAM_TOKEN}"  # It names the variable.
        return {
            "type": "telegram",
            "token": token,
            "mode": self.mode,
            "api_base": self.telegram.url,
        }

    async def compose(self, everything: Sequence[Said]) -> None:
        """Have people write, and keep what the bot would be told."""
        sent: dict[tuple[str, int], int] = {}
        for one in everything:
            person, named = self._person(one.customer), (one.customer, one.number)
            if one.edited:
                message = person.edit(sent[named], one.text)
            else:
                message = person.write(one.text)
                sent[named] = message["message_id"]
            kind = "edited_message" if one.edited else "message"
            self._updates[one] = copy.deepcopy({kind: message})
        self.bot.updates.pending.clear()

    def _person(self, name: str) -> Customer:
        if name not in self._people:
            world = self.telegram.world
            self._people[name] = Customer(world, world.add_user(name), self.bot)
        return self._people[name]

    async def tell(self, said: Said, *, in_order: bool) -> None:
        """Put the update into the chat's queue, or into one of its own, which passes it."""
        self._tellings += 1
        queue = said.customer if in_order else f"{said.customer}/{self._tellings}"
        self.bot.tell_raw(self._updates[said], queue=queue)

    def told(self) -> bool:
        """Say whether nothing waits for the bot."""
        return not self.bot.updates.pending

    def customer_of(self, external_id: str) -> str:
        """Return whose chat it is."""
        ids = {str(one.user.id): name for name, one in self._people.items()}
        return ids.get(external_id, external_id)

    def plan(self, trouble: Trouble) -> None:
        """Have the next message meet it."""
        self.telegram.faults.plan("sendMessage", _FAULTS[trouble])

    def left(self) -> Sequence[Trouble]:
        """Return what no message has met."""
        return left_of(self.telegram.faults, _FAULTS)

    def heal(self) -> None:
        """Forget it."""
        self.telegram.faults.clear()

    async def go_away(self) -> None:
        """Refuse connections."""
        await self.telegram.stop()

    async def come_back(self) -> None:
        """Listen again."""
        await self.telegram.start()

    def carried(self) -> list[Carried]:
        """Return what stands in the chats, in the order of its ids."""
        found = [
            (message["message_id"], Carried(name, message["text"]))
            for name, one in self._people.items()
            for message in one.chat.messages.values()
            if message["from"]["is_bot"]
        ]
        return [one for _, one in sorted(found, key=lambda pair: pair[0])]


class TelegramByPolling(TelegramNetwork):
    """The bot asks."""

    name = "telegram, polling"
    mode = "polling"


class TelegramByWebhook(TelegramNetwork):
    """The bot is called."""

    name = "telegram, webhook"
    mode = "webhook"
