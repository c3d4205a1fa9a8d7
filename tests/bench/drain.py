"""A backlog over every network, each with its limits kept by its model.

In standing time (`tests/standing.py`): what the machine is busy with takes no time, waiting takes
none of the machine's, and the rate is that of the limits alone; so the databases need no turns.
The last lines are by the machine's own time: there the way to the model and to the database and
back counts, and whoever else is busy. The processor's time is that of the program with the model.
"""

import asyncio
import math
from collections.abc import Iterator

from bridge.db import Server
from tests import passing
from tests.bench.both import addresses, shipped
from tests.channels.drain.backlog import Drained, Kind, drained, drained_by
from tests.channels.drain.limited import Mail, Telegram, Viber, Vk
from tests.postgres import Cluster

# With fewer no customer of Viber's would come to the limit. Mails take long to make and to hand
# over, on both sides of the wire.
BACKLOGS: tuple[tuple[Kind, int], ...] = (
    (Telegram, 5_000),
    (Vk, 5_000),
    (Viber, 10_000),
    (Mail, 1_000),
)
# About thirteen seconds at thirty a second.
IN_REAL_TIME = 420
Row = tuple[str, str, str, int, float, float, float, int, float]


async def rows(backlogs: tuple[tuple[Kind, int], ...] = BACKLOGS) -> list[Row]:
    """Return a row of the table for every network and database."""
    with shipped() as server:
        found = []
        for kind, messages in backlogs:
            for database, place in _places(server, kind.name):
                went = await asyncio.to_thread(
                    drained, kind, messages, server=place, within=math.inf
                )
                found.append(_row(kind.name, database, kind.rate, went))
        for database, place in _places(server, "in_real_time"):
            went = await asyncio.to_thread(passing.run, _in_real_time(place))
            found.append(_row("telegram, in real time", database, Telegram.rate, went))
        return found


def _places(server: Cluster, name: str) -> Iterator[tuple[str, Server | None]]:
    for database, address in addresses(server, name).items():
        yield database, Server(address) if address else None


async def _in_real_time(server: Server | None) -> Drained:
    return await drained_by(passing.clock(), Telegram, IN_REAL_TIME, server=server)


def _row(name: str, database: str, limit: str, went: Drained) -> Row:
    share, busy = 100 * went.share, went.busy * 1000
    return name, database, limit, went.sent, went.ideal, went.took, share, went.refused, busy
