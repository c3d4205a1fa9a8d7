"""A database that was put back from a copy gives no network a key it has seen."""

from pathlib import Path

import pytest

from bridge.cli.config import known_kinds
from bridge.cli.erased import begin_anew
from bridge.delivery import begin_life
from bridge.settings import load
from bridge.start import StartError, lock
from bridge.store import log
from tests.bridge.delivery.rig import Rig
from tests.databases import by_hand


async def test_keys_are_the_numbers_of_the_parts_as_long_as_nothing_was_restored(rig: Rig) -> None:
    async with rig.working():
        await rig.say(await rig.conversation(), "hi")
        await rig.reaches(hi="sent")
    number = (await rig.deliveries())["hi"].id
    assert rig.network.keys["hi"] == {str(number)}


async def test_what_is_queued_after_a_restore_has_a_key_that_no_life_had(rig: Rig) -> None:
    here = await rig.conversation()
    await rig.say(here, "before")
    await rig.store.write(begin_life)
    await rig.say(here, "after")
    await rig.store.write(begin_life)
    await rig.say(here, "later")
    async with rig.working():
        await rig.reaches(before="sent", after="sent", later="sent")
    parts = await rig.deliveries()
    # What was queued in the copy may have gone out since: there the network is to notice.
    assert rig.network.keys["before"] == {str(parts["before"].id)}
    (after,), (later,) = rig.network.keys["after"], rig.network.keys["later"]
    assert after.endswith(f".{parts['after'].id}")
    assert later.endswith(f".{parts['later'].id}")
    assert after.partition(".")[0] != later.partition(".")[0]


async def test_a_key_stays_the_same_over_restarts_of_the_program(rig: Rig) -> None:
    await rig.store.write(begin_life)
    await rig.say(await rig.conversation(), "hi")
    rig.network.fates["hi"] = [TimeoutError()]
    for _ in range(2):
        async with rig.working():
            await rig.a_moment()
        by_hand(rig.store, "UPDATE deliveries SET state = 'queued'")
    assert len(rig.network.called) == 2
    assert len(rig.network.keys["hi"]) == 1


async def test_a_new_life_makes_every_cursor_of_the_log_stale(rig: Rig) -> None:
    await rig.store.write(lambda tx: tx.run(log.PUT_META, key="epoch", value="old"))
    await rig.store.write(begin_life)
    epoch = await rig.store.read(lambda tx: tx.one(log.GET_META, key="epoch"))
    assert epoch not in (None, "old")


async def test_the_command_for_it_is_refused_while_the_program_runs(tmp_path: Path) -> None:
    written = tmp_path / "deskbridge.yaml"
    written.write_text(
        f"version: 1\nstorage: {{database: sqlite:///{tmp_path}/x.db}}\n"
        "channels: {site: {type: widget, key: main}}\nagents: {anna: {name: Anna, role: owner}}\n",
        encoding="utf-8",
    )
    settings = load(written, kinds=known_kinds(), environ={})
    await begin_anew(settings)
    held = lock(tmp_path / "x.db")
    with pytest.raises(StartError, match="already runs"):
        await begin_anew(settings)
    held.close()
