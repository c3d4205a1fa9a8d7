"""What no agent wrote: it says so, and comes once a day where programs answer each other."""

from pathlib import Path

from bridge.store.transactions import Store
from tests.bridge.delivery.rig import Rig
from tests.clock import ManualClock
from tests.databases import by_hand


async def test_only_what_no_agent_wrote_goes_out_as_automatic(rig: Rig) -> None:
    here = await rig.conversation()
    async with rig.working():
        await rig.say(here, "by an agent")
        await rig.reaches(**{"by an agent": "sent"})
    await rig.say(here, "by a program")
    by_hand(rig.store, "UPDATE messages SET agent_id = NULL")
    async with rig.working():
        await rig.reaches(**{"by a program": "sent"})
    assert [one.automatic for one in rig.network.parts] == [False, True]


async def test_a_second_automatic_message_within_a_day_never_leaves_whoever_queued_it(
    store: Store, clock: ManualClock, tmp_path: Path
) -> None:
    rig = Rig(store, clock, tmp_path, automatic_every=86_400.0)
    here = await rig.conversation()
    for text in ("first", "second"):
        await rig.say(here, text)
    by_hand(rig.store, "UPDATE messages SET agent_id = NULL")
    async with rig.working():
        await rig.reaches(first="sent", second="failed")
    assert rig.network.called == ["first"]
    assert rig.network.parts[0].automatic
    assert (await rig.deliveries())["second"].reason == "rejected"
