"""Several processes between two bots of a model of Telegram, whose ledger says what arrived."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from bridge.sandbox.telegram import Customer, TelegramServer
from tests.desk import RunningDesk
from tests.e2e.house import AgentApi, faults_of, logs_of
from tests.fleet import Fleet, fleet

TOKENS = {
    "one_tg": "7000000001:AAtoken-of-the-first-model-0123456789",
    "two_tg": "7000000002:AAtoken-of-the-second-model-012345678",
}


@dataclass
class Town:
    """The processes, two bots, and their customers."""

    fleet: Fleet
    telegram: TelegramServer
    people: dict[str, list[Customer]] = field(default_factory=dict)
    agents: list[AgentApi] = field(default_factory=list)

    def start(self, *roles: str) -> list[RunningDesk]:
        """Start processes in these roles."""
        return self.fleet.start(*roles)

    def sign_in(self, desk: RunningDesk, agent: str) -> AgentApi:
        """Return an agent's requests, until the test ends."""
        self.agents.append(AgentApi.sign_in(desk, agent))
        return self.agents[-1]

    def customers(self, each: int) -> list[Customer]:
        """Have so many customers write to each bot."""
        for name, token in TOKENS.items():
            bot = self.telegram.world.bots[token]
            self.people[name] = [
                Customer(self.telegram.world, self.telegram.world.add_user(f"{name}-{n}"), bot)
                for n in range(each)
            ]
        return [one for some in self.people.values() for one in some]

    def owner(self, name: str) -> int | None:
        """Return the number of the process that does something."""
        return self.fleet.owners().get(name)

    def owning(self, name: str) -> RunningDesk:
        """Return the process that does something, as its own log has it."""
        said = f"this process does {name} from now on ({self._fence(name)})"
        (desk,) = [one for one in self.fleet.desks if said in logs_of(one)]
        return desk

    def _fence(self, name: str) -> int:
        fences = dict(self.fleet.ask("SELECT name, fence FROM leases"))
        return int(fences[name])


@asynccontextmanager
async def town_in(folder: Path, more: Mapping[str, Any] | None = None) -> AsyncIterator[Town]:
    """Have the processes to be, with `more` changes; in the end no log tells of a fault."""
    telegram = TelegramServer()
    for token in TOKENS.values():
        telegram.world.add_bot(token)
    async with telegram:
        changes: dict[str, Any] = {
            f"channels.{name}": {
                "type": "telegram",
                "name": name,
                "token": f"${{{name.upper()}}}",
                "api_base": telegram.url,
            }
            for name in TOKENS
        }
        changes["channels.site.messages_per_minute"] = 1_000_000
        changes["agents.anna.role"] = "owner"
        changes |= more or {}
        environ = {name.upper(): token for name, token in TOKENS.items()}
        with fleet(folder, changes=changes, environ=environ) as one:
            town = Town(one, telegram)
            yield town
            for agent in town.agents:
                agent.http.close()
            faults = [line for desk in one.desks for line in faults_of(logs_of(desk))]
    assert not [line for line in faults if "wait" not in line], "\n".join(faults)


async def until(
    holds: Callable[[], Any], *, seconds: float = 60.0, why: Callable[[], Any] = lambda: ""
) -> None:
    """Wait until a condition holds; fails when it does not in time."""
    end = time.monotonic() + seconds
    while not await asyncio.to_thread(holds):
        if time.monotonic() > end:
            pytest.fail(f"not in time: {why()}")
        await asyncio.sleep(0.1)


async def shared_out(town: Town, workers: int = 2) -> None:
    """Wait until everything is done, by so many processes."""
    names = {"engine", "inbox:site", "inbox:one_tg", "inbox:two_tg"}

    def is_so() -> bool:
        owners = town.fleet.owners()
        return owners.keys() == names and len(set(owners.values())) == workers

    await until(is_so, why=town.fleet.owners)


def conversations(town: Town) -> dict[str, int]:
    """Return every conversation by its customer's name."""
    rows = town.fleet.ask(
        "SELECT c.id, p.name FROM conversations c JOIN contacts p ON p.id = c.contact_id"
    )
    return {str(name): int(one) for one, name in rows}


def deliveries(town: Town) -> Counter[str]:
    """Return how the deliveries to bots stand."""
    rows = town.fleet.ask(
        "SELECT state, count(*) FROM deliveries WHERE place <> 'site' GROUP BY state"
    )
    return Counter({str(state): int(number) for state, number in rows})


async def settled(town: Town) -> Counter[str]:
    """Return how deliveries ended once none waits or is on the wire."""
    await until(
        lambda: not {"queued", "sending"} & deliveries(town).keys(), why=lambda: deliveries(town)
    )
    return deliveries(town)


async def known(town: Town, customers: Sequence[Customer]) -> dict[str, int]:
    """Have each customer write once; return their conversations when all are there."""
    for one in customers:
        one.write("Добрый день")
    names = {one.user.first_name for one in customers}
    await until(lambda: names <= conversations(town).keys(), why=lambda: conversations(town))
    return conversations(town)


def check_ledger(town: Town, sent: dict[str, list[str]], uncertain: int) -> None:
    """See that each answer has reached its customer once, in order, but for the uncertain."""
    missing = 0
    for customer in (one for some in town.people.values() for one in some):
        wanted = sent.get(customer.user.first_name, [])
        got = [text for text in customer.texts if text in set(wanted)]
        assert len(got) == len(set(got))
        assert got == [one for one in wanted if one in set(got)]
        missing += len(wanted) - len(got)
    assert missing <= uncertain
