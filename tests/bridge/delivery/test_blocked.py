"""A customer who is blocked while something is on its way to them."""

import pytest

from bridge.store.blocks import SET_BLOCKED_UNTIL
from tests.bridge.delivery.rig import Rig

HOUR = 3_600_000


async def blocked(rig: Rig, until: int) -> None:
    """Have the only customer there is be blocked, as routing marks it."""
    await rig.store.write(lambda tx: tx.run(SET_BLOCKED_UNTIL, of=1, until=until))


async def test_s11_nothing_leaves_for_a_blocked_customer_whoever_queued_it(rig: Rig) -> None:
    await rig.say(await rig.conversation(), "Добрий день")
    await blocked(rig, rig.store.clock.now() + HOUR)
    async with rig.working():
        await rig.reaches(**{"Добрий день": "failed"})
    assert rig.network.called == []
    assert (await rig.deliveries())["Добрий день"].reason == "withheld"


async def test_what_they_have_can_still_be_taken_back(rig: Rig) -> None:
    here = await rig.conversation()
    async with rig.working():
        number = await rig.say(here, "Добрий день")
        await rig.reaches(**{"Добрий день": "sent"})
        await blocked(rig, rig.store.clock.now() + HOUR)
        await rig.change(number, "delete")
        await rig.reaches(**{"delete: ": "sent"})


@pytest.mark.parametrize("ago", [0, 1])
async def test_d29_a_block_that_is_over_holds_nothing_back(rig: Rig, ago: int) -> None:
    await rig.say(await rig.conversation(), "Добрий день")
    await blocked(rig, rig.store.clock.now() - ago)
    async with rig.working():
        await rig.reaches(**{"Добрий день": "sent"})
