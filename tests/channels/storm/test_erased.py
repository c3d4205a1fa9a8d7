"""Who was erased stays away, whatever their network tells once more; on every network."""

import logging
import tempfile
from pathlib import Path
from typing import Any

import pytest

from routing.erasing import Told
from tests import passing
from tests.channels.storm.every import NETWORKS
from tests.channels.storm.house import Guards
from tests.channels.storm.house import House as StormHouse
from tests.channels.storm.network import Network, Said
from tests.databases import fresh_database

WHO, OTHER = "Оленка", "Tom"
ANSWER = f"{WHO}, відповідь 0 🙂"
ANEW = Said(WHO, 9)
OURS = ("bridge", "channels", "routing", "agent_console")
# Shorter ones stand in some file by chance.
TELLING = 8
_ACCOUNTS = "SELECT external_id, contact_id FROM identities"
_KEPT = """
    SELECT m.text FROM messages m JOIN conversations c ON c.id = m.conversation_id
    JOIN identities i ON i.id = c.identity_id
    WHERE m.kind = 'incoming' AND i.external_id = '{}' ORDER BY m.id
"""
_UNENDED = "SELECT 1 FROM deliveries WHERE state IN ('queued', 'sending')"
_OPEN = """
    SELECT c.id FROM conversations c JOIN identities i ON i.id = c.identity_id
    WHERE i.external_id = '{}'
"""


class House(StormHouse):
    """The program, which can be told to erase somebody."""

    async def erase(self, contact_id: int) -> None:
        """Have the program do it, to the last byte."""
        assert self._program is not None
        eraser = self._program.eraser
        told: Told = await eraser.erase(contact_id, by=None)
        while not await eraser.is_done(told.erasure_id):
            await passing.machine_sleep(0.02)


class Case:
    """One network, on which somebody writes and is answered, and somebody else writes too."""

    def __init__(self, network: Network, house: House, folder: Path) -> None:
        """Begin with nothing said."""
        self.network, self.house, self.folder = network, house, folder
        edits = [Said(WHO, 1, edited=True)] if network.edits else []
        self.said = [Said(WHO, 0), Said(WHO, 1), *edits]

    async def begin(self) -> None:
        """Have everything be said and answered."""
        await self.network.compose([*self.said, ANEW, *(Said(OTHER, n) for n in range(3))])
        await self.house.start()
        await self.network.connect(self.house.url)
        await self.tell(*self.said, Said(OTHER, 0))
        await _until(lambda: self.kept(WHO) == [self.said[0].text, self.said[-1].text])
        ((number,),) = self.house.ask(_OPEN.format(self.account(WHO)))
        await self.house.answer(number, ANSWER)
        await _until(lambda: ANSWER in self.carried() and not self.house.ask(_UNENDED))

    async def tell(self, *said: Said) -> None:
        """Have the network tell, once more if it has before."""
        for one in said:
            await self.network.tell(one, in_order=True)

    async def is_heard(self, said: Said) -> None:
        """Wait until the program has taken in what was told last, and so all before it."""
        await _until(lambda: said.text in self.kept(said.customer) and self.network.told())

    def account(self, customer: str) -> str:
        """Return what the network calls somebody whom the program knows, or nothing."""
        known = [str(one) for one, _ in self.house.ask(_ACCOUNTS)]
        return next((one for one in known if self.network.customer_of(one) == customer), "")

    def kept(self, customer: str) -> list[str]:
        """Return what the program has of what somebody wrote."""
        return [text for (text,) in self.house.ask(_KEPT.format(self.account(customer)))]

    def carried(self) -> list[str]:
        """Return what has reached customers."""
        return [one.text for one in self.network.carried()]

    def found(self, *words: str) -> set[str]:
        """Return which words stand in a file of the program's, byte for byte."""
        content = b"\0".join(p.read_bytes() for p in self.folder.rglob("*") if p.is_file())
        return {one for one in words if one.encode() in content}

    def stranger(self) -> list[tuple[Any, ...]]:
        """Return whom the program knows besides the other customer, and what waits for them."""
        other = self.account(OTHER)
        parked = self.house.ask("SELECT awaits, event FROM parked_events")
        aside = self.house.ask("SELECT inbox_id, raw FROM quarantine")
        return [*parked, *aside, *(one for one in self.house.ask(_ACCOUNTS) if one[0] != other)]


async def _until(holds: Any) -> None:
    for _ in range(2000):
        if holds():
            return
        await passing.machine_sleep(0.02)
    raise AssertionError("it never came to pass")


async def _erased(kind: type[Network], log: pytest.LogCaptureFixture) -> None:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place:
        folder, clock = Path(place) / "house", passing.clock()
        folder.mkdir()
        fresh_database(folder, "desk.db")
        network = kind(clock, Path(place))
        async with network.open(), passing.meanwhile(passing.go_by(0.05)):
            house = House(
                folder,
                network.inbox(),
                clock=clock,
                guards=Guards(),
                environ=network.environ,
                uncertain="ask",
            )
            case = Case(network, house, folder)
            try:
                await case.begin()
                await _stays_away(case, log)
            finally:
                await case.house.end(killed=False)


async def _stays_away(case: Case, log: pytest.LogCaptureFixture) -> None:
    account = case.account(WHO)
    # Of what was edited, an earlier version is there too.
    words = {WHO, ANSWER, *(one.text for one in case.said)}
    words |= {account} if len(account) >= TELLING else set()
    assert case.found(*words) == words, "not found even before"
    await case.house.erase(dict(case.house.ask(_ACCOUNTS))[account])
    assert case.found(*words) == set()
    assert case.stranger() == []
    await case.tell(*case.said)
    await case.house.end(killed=True)
    await case.house.start()
    await case.tell(*case.said, *case.said)
    if case.network.reads:
        case.network.read(next(one for one in case.network.carried() if one.text == ANSWER))
    await case.tell(Said(OTHER, 1))
    await case.is_heard(Said(OTHER, 1))
    assert case.stranger() == []
    assert case.found(*words) == set()
    lines = [one.getMessage() for one in log.records if one.name.startswith(OURS)]
    assert [(line, word) for line in lines for word in words if word in line] == []

    # Whoever writes anew is somebody new, and the old stays away.
    await case.tell(ANEW)
    await case.is_heard(ANEW)
    await case.tell(*case.said, Said(OTHER, 2))
    await case.is_heard(Said(OTHER, 2))
    assert case.kept(WHO) == [ANEW.text]
    assert case.found(*(one.text for one in case.said), ANSWER) == set()


@pytest.mark.slow
@pytest.mark.parametrize("network", NETWORKS, ids=lambda one: one.name)
def test_who_was_erased_stays_away_however_often_their_network_tells_again(
    network: type[Network], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    passing.run(_erased(network, caplog))
