"""VK, by the Callback API and by Long Poll."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, ClassVar, Literal

from bridge.sandbox.faults import Fault
from bridge.sandbox.vk import Event, VkPlatform
from bridge.sandbox.vk.world import Message
from tests.channels.storm.network import Carried, Network, Said, Trouble
from tests.channels.storm.networks.troubles import faults, left_of
from tests.channels.vk.office import SECRET

TOKEN = "vk1.a.storm-token-canary"  # It opens nothing but the model.
_FAULTS = faults(throttled=Fault(error=6), refused=10)


class VkNetwork(Network):
    """One community and the people who write to it."""

    mode: ClassVar[Literal["callback", "longpoll"]]
    group_id: ClassVar = 123456
    edits = True
    reads = True
    environ: ClassVar = {"VK_TOKEN": TOKEN, "VK_SECRET": SECRET}

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Serve."""
        clock = self.clock
        self.vk = VkPlatform(
            group_id=self.group_id,
            token=TOKEN,
            now=clock.seconds,
            monotonic=clock.monotonic,
            sleep=self.sleep,
        )
        self._ids: dict[str, int] = {}
        self._bodies: dict[Said, Mapping[str, Any]] = {}
        self._told: list[Event] = []
        self._said: dict[str, Said] = {}
        async with self.vk:
            yield

    def inbox(self) -> dict[str, Any]:
        """Return the inbox's keys."""
        return {
            "type": "vk",
            "group_id": self.vk.world.group_id,
            "token": "${VK_TOKEN}",
            "mode": self.mode,
            "confirmation": self.vk.callback.code,
            "secret": "${VK_SECRET}",
            "api_base": self.vk.url,
        }

    async def compose(self, everything: Sequence[Said]) -> None:
        """Have people write before anybody listens."""
        sent: dict[tuple[int, int], Message] = {}
        for one in everything:
            number = self._ids.setdefault(one.customer, 1001 + len(self._ids))
            person, named = self.vk.customer(number, first_name=one.customer), (number, one.number)
            if one.edited:
                event = person.edit(sent[named], one.text)
            else:
                written = person.write(one.text)
                sent[named], event = written.message, written.event
            self._bodies[one] = event.body
        self.vk.longpoll.forget()

    async def connect(self, home: str) -> None:
        """Name the program's address to VK, or wait until it has asked where events begin."""
        if self.mode == "callback":
            assert await self.vk.callback.connect(f"{home}/hooks/{self.inbox_id}", SECRET)
            return
        while not self.vk.longpoll.requests:  # noqa: ASYNC110  # The model tells nobody.
            await asyncio.sleep(0.01)

    async def tell(self, said: Said, *, in_order: bool) -> None:  # There is one stream.
        """Tell the event, with the id it has."""
        event = self.vk.events.tell(self._bodies[said])
        self._told.append(event)
        self._said[event.id] = said

    def given_up(self) -> Sequence[Said]:
        """Return what VK has dropped."""
        return [self._said[one] for one in self.vk.ledger.dropped if one in self._said]

    def told(self) -> bool:
        """Say whether every event was taken."""
        if self.mode == "longpoll":
            return self.vk.longpoll.asked_from >= len(self.vk.events.all)
        ledger = self.vk.ledger
        ended = {one.event_id for one in ledger.notices if one.taken} | set(ledger.dropped)
        return {one.id for one in self._told} <= ended

    def customer_of(self, external_id: str) -> str:
        """Return whose page it is."""
        return {str(number): name for name, number in self._ids.items()}.get(
            external_id, external_id
        )

    def plan(self, trouble: Trouble) -> None:
        """Have the next message meet it."""
        self.vk.faults.plan("messages.send", _FAULTS[trouble])

    def left(self) -> Sequence[Trouble]:
        """Return what no message has met."""
        return left_of(self.vk.faults, _FAULTS)

    def heal(self) -> None:
        """Forget it."""
        self.vk.faults.clear()

    async def go_away(self) -> None:
        """Refuse connections."""
        await self.vk.go_down()

    async def come_back(self) -> None:
        """Listen again."""
        await self.vk.come_up()

    def carried(self) -> list[Carried]:
        """Return what stands in the dialogs, in the order of its ids."""
        found = [
            (message.id, Carried(name, message.text, message))
            for name, number in self._ids.items()
            for message in self.vk.customer(number).received
        ]
        return [one for _, one in sorted(found, key=lambda pair: pair[0])]

    def read(self, one: Carried) -> None:
        """Have the customer read up to a message."""
        self._told.append(self.vk.customer(self._ids[one.customer]).read(one.id))


class VkByCallback(VkNetwork):
    """VK calls."""

    name = "vk, callback"
    mode = "callback"


class VkByLongPoll(VkNetwork):
    """VK is asked, and keeps the order."""

    name = "vk, long poll"
    mode = "longpoll"
