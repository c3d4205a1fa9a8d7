"""A backlog over every network, each with its limits kept by its model.

In standing time (tests/standing.py): what the machine is busy with takes no time, waiting
takes none of the machine's, and the rate is that of the limits alone. The last line is by
the machine's own time: there the way to the model and back counts, and whoever else is busy.
"""

import asyncio
import math

from tests import passing
from tests.channels.drain.backlog import Drained, Kind, drained, drained_by
from tests.channels.drain.limited import Mail, Telegram, Viber, Vk

# Mails take long to make and to hand over, on both sides of the wire.
BACKLOGS: tuple[tuple[Kind, int], ...] = (
    (Telegram, 10_000),
    (Vk, 10_000),
    (Viber, 10_000),
    (Mail, 2_000),
)
# About thirteen seconds at thirty a second.
IN_REAL_TIME = 420
Row = tuple[str, str, int, float, float, float, int, float]


async def rows() -> list[Row]:
    """Return a row of the table for every network."""
    found = []
    for kind, messages in BACKLOGS:
        went = await asyncio.to_thread(drained, kind, messages, within=math.inf)
        found.append(_row(kind.name, kind.rate, went))
    went = await asyncio.to_thread(passing.run, _in_real_time())
    return [*found, _row("telegram, in real time", Telegram.rate, went)]


async def _in_real_time() -> Drained:
    return await drained_by(passing.clock(), Telegram, IN_REAL_TIME)


def _row(name: str, limit: str, went: Drained) -> Row:
    share = 100 * went.share
    return name, limit, went.sent, went.ideal, went.took, share, went.refused, went.busy * 1000
