"""What a network tells again when nobody expects it: an hour later, thirty days later.

And when retention has removed it meanwhile: it was read, and does not come back.
"""

import functools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bridge.db import Place
from bridge.store.transactions import Tx
from routing import retention
from routing.purging import Purger
from routing.retention import Retained
from tests import passing
from tests.channels.storm.every import NETWORKS
from tests.channels.storm.house import Guards, House
from tests.channels.storm.network import Network, Said
from tests.databases import by_hand, database

__all__ = ["database"]

HOUR = 3600.0
DAY = 24 * HOUR
SAID = Said("Оленка", 0)
# Something new is told behind what is told again: once it is stored, that was read too.
THEN = (Said("Tom", 0), Said("Tom", 1), Said("Tom", 2))


@pytest.mark.parametrize("kind", NETWORKS, ids=lambda kind: kind.name)
def test_what_is_told_again_an_hour_and_thirty_days_later_is_no_second_message(
    kind: type[Network], tmp_path: Path, database: Place
) -> None:
    async def told_late() -> None:
        async with _open(kind, tmp_path, database) as (network, house):
            await _tell(network, house, SAID)
            assert _texts(house) == [SAID.text]
            for late, then in zip((HOUR, 30 * DAY), THEN, strict=False):
                await passing.pass_by(late, step=late / 100)
                await _tell_again(network, SAID)
                await _tell(network, house, then)
            assert _texts(house) == [one.text for one in (SAID, *THEN[:2])]
            assert house.ask("SELECT count(*) FROM contacts") == [(2,)]
            assert house.ask("SELECT count(*) FROM quarantine") == [(0,)]

    passing.run(told_late())


@pytest.mark.parametrize("kind", NETWORKS, ids=lambda kind: kind.name)
def test_what_retention_has_removed_is_told_again_and_does_not_come_back(
    kind: type[Network], tmp_path: Path, database: Place
) -> None:
    async def removed() -> None:
        async with _open(kind, tmp_path, database) as (network, house):
            await _tell(network, house, SAID)
            assert _texts(house) == [SAID.text]
            await passing.pass_by(30 * DAY, step=DAY / 4)
            await _let_go(house, tmp_path)
            assert house.ask("SELECT count(*) FROM conversations") == [(0,)]
            await _tell_again(network, SAID)
            await _tell(network, house, THEN[0])
            assert _texts(house) == [THEN[0].text]

    passing.run(removed())


@asynccontextmanager
async def _open(
    kind: type[Network], folder: Path, place: Place
) -> AsyncIterator[tuple[Network, House]]:
    """Have a network and a program for as long as the context lasts."""
    clock = passing.clock()
    network = kind(clock, folder)
    async with network.open():
        house = House(
            folder,
            network.inbox(),
            clock=clock,
            guards=Guards(),
            environ=network.environ,
            uncertain="ask",
            place=place,
        )
        await network.compose((SAID, *THEN))
        await house.start()
        try:
            await network.connect(house.url)
            yield network, house
        finally:
            await house.end(killed=False)


async def _tell(network: Network, house: House, said: Said) -> None:
    """Tell the program of something new, and return once it was acknowledged and is stored."""
    await _tell_again(network, said)
    async with passing.meanwhile(passing.go_by(0.4)):
        while said.text not in _texts(house):
            await passing.machine_sleep(0.02)


async def _tell_again(network: Network, said: Said) -> None:
    """Tell the program of what it knows, and return once that was acknowledged."""
    await network.tell(said, in_order=True)
    async with passing.meanwhile(passing.go_by(0.4)):
        while not network.told():
            await passing.machine_sleep(0.02)


def _texts(house: House) -> list[str]:
    found = house.ask("SELECT text FROM messages WHERE kind = 'incoming' ORDER BY id")
    return [text for (text,) in found]


async def _let_go(house: House, folder: Path) -> None:
    """Have everything closed long ago, and removed as retention does."""
    program = house._program
    assert program is not None

    def close(tx: Tx) -> None:
        closed = "UPDATE conversations SET state = 'closed', closed_at = ?"
        by_hand(tx, closed, (tx.now - round(20 * DAY * 1000),))

    await program.store.write(close)
    retained = Retained(round(DAY * 1000))
    let_go = functools.partial(retention.let_go, retained=retained)
    await Purger(program.store, program.media, kept_for=None, let_go=let_go).tidy()
