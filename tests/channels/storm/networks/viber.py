"""Viber."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Coroutine, Sequence
from typing import Any, ClassVar

from bridge.sandbox.faults import Fault
from bridge.sandbox.viber import Customer, ViberPlatform
from tests.channels.storm.network import Carried, Network, Said, Trouble
from tests.channels.storm.networks.troubles import faults, left_of

TOKEN = "445da6az1s345z78-storm000000000000-e0vc5fva17480im9"  # It opens nothing but the model.
PATIENCE = 300.0  # In virtual seconds.
_FAULTS = faults(throttled=Fault(error=12))


class ViberNetwork(Network):
    """One bot and people with phones."""

    name = "viber"
    reads = True
    environ: ClassVar = {"VIBER_TOKEN": TOKEN}

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Serve."""
        self.viber = ViberPlatform(TOKEN, now=self.clock.now, sleep=self.sleep)
        # Time is moved faster here than a busy machine answers: that is no silent webhook.
        self.viber.world.callbacks.patience = PATIENCE
        self._events: dict[Said, dict[str, Any]] = {}
        self._telling: set[asyncio.Task[Any]] = set()
        async with self.viber.running():
            yield

    def inbox(self) -> dict[str, Any]:
        """Return the inbox's keys."""
        return {"type": "viber", "token": "${VIBER_TOKEN}", "api_base": self.viber.url}

    async def compose(self, everything: Sequence[Said]) -> None:
        """Have people write."""
        for one in everything:
            person = self.viber.customer(one.customer).person
            person.subscribed = True
            self._events[one] = self.viber.world.event(
                "message",
                sender=person.as_user(self.viber.account),
                message={"type": "text", "text": one.text},
                silent=False,
            )

    async def connect(self, home: str) -> None:
        """Wait until the program has set its webhook."""
        del home
        while not self.viber.account.webhook:  # noqa: ASYNC110  # The model tells nobody.
            await asyncio.sleep(0.01)

    async def tell(self, said: Said, *, in_order: bool) -> None:
        """Bring the callback, the very same if it was brought before."""
        event, callbacks = self._events[said], self.viber.world.callbacks
        token: int = event["message_token"]
        # Viber lets a bot write so often without an answer; here customers have answered.
        self.viber.customer(said.customer).person.unanswered.clear()
        known = callbacks.knows(token)
        telling = callbacks.again(token) if known else callbacks.tell(event)
        if in_order:
            await telling
        else:
            self._begin(telling)

    def _begin(self, telling: Coroutine[Any, Any, Any]) -> None:
        task = asyncio.create_task(telling)
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)

    def given_up(self) -> Sequence[Said]:
        """Return what Viber tells of no more."""
        lost = set(self.viber.ledger.lost)
        return [said for said, one in self._events.items() if one["message_token"] in lost]

    def told(self) -> bool:
        """Say whether every callback was answered, or given up."""
        ledger = self.viber.ledger
        ended = {one.token for one in ledger.attempts if one.answered == 200} | set(ledger.lost)
        return not self._telling and {one.token for one in ledger.attempts} <= ended

    def customer_of(self, external_id: str) -> str:
        """Return whose account it is."""
        person = self.viber.world.people.get(external_id)
        return person.name if person else external_id

    def plan(self, trouble: Trouble) -> None:
        """Have the next message meet it."""
        self.viber.faults.plan("send_message", _FAULTS[trouble])

    def left(self) -> Sequence[Trouble]:
        """Return what no message has met."""
        return left_of(self.viber.faults, _FAULTS)

    def heal(self) -> None:
        """Forget it."""
        self.viber.faults.clear()

    async def go_away(self) -> None:
        """Refuse connections."""
        await self.viber.go_down()

    async def come_back(self) -> None:
        """Listen again."""
        await self.viber.come_up()

    def carried(self) -> list[Carried]:
        """Return what was taken, in its order."""
        return [
            Carried(self.customer_of(one.receiver), one.message["text"], one.token)
            for one in self.viber.ledger.carried
        ]

    def read(self, one: Carried) -> None:
        """Have the phone report that the message came and was seen."""
        person = self.viber.customer(one.customer)
        self._begin(self._reported(person, one.id))

    async def _reported(self, person: Customer, token: int) -> None:
        await person.gets(token)
        await person.sees(token)
