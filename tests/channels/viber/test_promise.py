"""The promise under faults, counted by the model's own ledger and never by our database."""

import asyncio
import random
from collections import Counter
from pathlib import Path

from bridge.sandbox.faults import Fault
from bridge.sandbox.viber import Customer
from bridge.store.people import CONTACT_BY_ID
from routing import conversations
from tests.channels.viber.house import House, standing, until

PEOPLE = 6
IN = 15
OUT = 12
ENDS = {"sent", "failed", "uncertain"}


async def test_nothing_is_lost_doubled_or_brought_to_somebody_else(tmp_path: Path) -> None:
    chance = random.Random(20261127)
    async with standing(tmp_path) as house:
        people = [house.viber.customer(f"Клієнт {n}") for n in range(PEOPLE)]
        for one in people:
            assert (await one.writes(f"{one.person.name}: перше")).answered
        await asyncio.gather(*(_write(house, one, chance) for one in people))
        written = [one.text for one in await house.messages()]
        assert len(written) == len(set(written)) == PEOPLE * (IN + 1)

        _break_sends(house, chance)
        sent = await _answer(house, people)
        await until(lambda: _all_ended(house, sent), within=60)
        await house.viber.world.settled()
        carried = Counter(one.message["text"] for one in house.viber.ledger.carried)
        for text, message_id in sent.items():
            (state,) = await house.states(message_id)
            assert carried[text] <= 1, "a double that nobody asked for"
            assert carried[text] == 1 or state == "uncertain", f"lost, though it is {state}"
        for one in people:
            assert all(text.startswith(one.person.name) for text in one.texts)
            numbers = [int(text.rsplit(" ", 1)[1]) for text in one.texts]
            assert numbers == sorted(numbers)


async def _write(house: House, one: Customer, chance: random.Random) -> None:
    """Write, each callback up to five times, at once and in any order."""
    first = house.viber.world.next_token() + chance.randrange(1000, 10**9)
    order = list(range(IN))
    chance.shuffle(order)
    for n in order:
        told = await one.writes(f"{one.person.name}: {n}", token=first + n)
        again = house.viber.world.callbacks.again
        await asyncio.gather(*(again(told.token) for _ in range(chance.randrange(5))))


def _break_sends(house: House, chance: random.Random) -> None:
    storm = Fault(status=429, headers={"Retry-After": "0"})
    faults = [Fault(reset=True), Fault(reset=True, after_effect=True), Fault(status=502), storm]
    for _ in range(PEOPLE * OUT):
        fault = chance.choice(faults) if chance.random() < 0.3 else Fault()
        house.viber.faults.plan("send_message", fault)


async def _answer(house: House, people: list[Customer]) -> dict[str, int]:
    """Have every customer answered many times; return the messages by their texts."""
    by_name = await house.program.store.read(
        lambda tx: {
            tx.the(CONTACT_BY_ID, id=conversations.get(tx, n).contact_id).name: n
            for n in range(1, len(people) + 1)
        }
    )
    sent = {}
    for number in range(OUT):
        for name, conversation_id in by_name.items():
            text = f"{name}, відповідь {number}"
            sent[text] = await house.reply(text, conversation_id=conversation_id)
    return sent


async def _all_ended(house: House, sent: dict[str, int]) -> bool:
    states = [await house.states(one) for one in sent.values()]
    return all(set(parts) <= ENDS for parts in states)
