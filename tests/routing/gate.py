"""Blocking in a world of routing: what tests of it do and look at."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from bridge.models import Block, Message
from bridge.settings import LocalText
from bridge.store import blocks as b
from bridge.store.transactions import Tx
from routing import blocking, blocks, conversations
from routing.blocking import Order
from tests.routing.world import World

HOUR = 3600
TOLD = LocalText(None, {"en": "We take nothing from you.", "uk": "Не приймаємо 🚫"})


def strict(world: World) -> World:
    """Have the program tell the blocked, and `post` be careful with programs, as email is."""
    can = dict(world.desk.capabilities)
    can["post"] = replace(can["post"], automatic_every=24 * 3600.0)
    world.desk = replace(world.desk, says={"blocked": TOLD}, capabilities=can)
    world.sinks = world._sinks()
    return world


async def block(
    world: World,
    here: int,
    *,
    lasts: float | None = HOUR,
    scope: blocks.Scope = "identity",
    reason: str = "Погрожує 😡",
    by: str = "sofia",
) -> None:
    """Block the customer of a conversation for so many seconds, or for ever."""
    until = None if lasts is None else world.clock.now() + round(lasts * 1000)
    order = Order(scope=scope, reason=reason, until=until)

    def now(tx: Tx) -> None:
        blocking.block(tx, world.desk, conversations.get(tx, here), order, by=by)

    await world.store.write(now)


async def unblock(world: World, here: int, *, by: str = "sofia") -> None:
    """Let the customer of a conversation in again."""
    await world.does(blocking.unblock, here, by=by)


async def told(world: World, here: int) -> list[Message]:
    """Return what the program itself has said in a conversation."""
    ours = [one for one in await world.messages(here) if one.kind == "outgoing"]
    return [one for one in ours if one.agent_id is None]


async def history(world: World, customer: str = "olena", inbox: str = "pager") -> Sequence[Block]:
    """Return every block of the person behind an account, the latest first."""
    contact = await world.contact(customer, inbox)
    return await world.store.read(lambda tx: tx.all(b.BLOCKS_OF, contact_id=contact.id))


async def everything(world: World) -> dict[str, Any]:
    """Return how much there is of all that the desk would see."""
    tables = ("conversations", "messages", "attachments", "parked_events", "deliveries", "timers")
    return {one: await world.count(one) for one in tables}
