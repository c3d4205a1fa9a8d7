"""What is purged goes from the surfaces too, and leaves nothing behind here."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from agent_console.fanout.tidying import HEARD_FOR, tidy
from bridge.store.statement import Statement, value
from bridge.store.transactions import Tx
from routing.purging import Purger
from tests.agent_console.fanout.conftest import Wall
from tests.agent_console.fanout.houses import TwoHouses
from tests.channels.rig import eventually

_TABLES = ("surface_threads", "surface_posts", "surface_names", "surface_hints")


def _rows(tx: Tx, tables: Sequence[str] = _TABLES) -> dict[str, int]:
    return {
        one: tx.the(Statement(value, f"SELECT count(*) FROM {one}"))  # noqa: S608
        for one in tables
    }


async def _purged(wall: Wall) -> None:
    conversation_id, _ = await wall.office.customer_writes("my secret")
    await wall.settled()
    await wall.says("acc-anna", "an answer")
    await wall.says("somebody", "a stranger")
    anna = await wall.office.sign_in("anna")
    await anna.act("close", conversation_id)
    await anna.ask("POST", f"/api/conversations/{conversation_id}/delete", {}, expect=204)
    await wall.settled()
    await anna.ask("POST", f"/api/conversations/{conversation_id}/purge", {}, expect=204)
    await Purger(wall.office.store, wall.office.media, kept_for=None).tidy()


async def test_what_is_purged_is_taken_from_the_thread_and_no_row_is_left(wall: Wall) -> None:
    await _purged(wall)
    await wall.settled()
    assert wall.board.topic.posts == {}
    assert await wall.office.store.read(_rows) == dict.fromkeys(_TABLES, 0)


async def test_who_is_erased_is_taken_from_the_thread_and_said_what_agents_wrote_there(
    wall: Wall,
) -> None:
    conversation_id, _ = await wall.office.customer_writes("my secret")
    await wall.settled()
    await wall.says("acc-anna", "an answer")
    await wall.settled()
    anna = await wall.office.sign_in("anna")
    row = await anna.row(conversation_id)
    number = row["conversation"]["contact"]["id"]

    erased = await anna.post(f"/api/contacts/{number}/erase", {"confirm": str(number)})

    (copies,) = erased["surfaces"]
    assert (copies["surface"], copies["staffs"]) == ("wall", 1)
    assert copies["ours"] > 0
    await Purger(wall.office.store, wall.office.media, kept_for=None).tidy()
    await wall.settled()
    assert wall.board.topic.posts == {}
    assert await wall.office.store.read(_rows) == dict.fromkeys(_TABLES, 0)


async def test_what_slack_tells_again_of_somebody_who_was_erased_brings_nothing_of_them_back(
    houses: TwoHouses, tmp_path: Path
) -> None:
    office, slack, place = houses.office, houses.anna, houses.channel.id
    asked, answered, better, noted = "мій договір", "Олено, лист ваш", "Олено, ось він", "Олена"
    number, _ = await office.customer_writes(asked, inbox="blog", sender={"name": "Олена"})
    await eventually(lambda: houses.cards() and houses.in_channel() == [asked])
    thread = houses.cards()[0].ts
    said = await slack.writes(place, answered, thread_ts=thread)
    await houses.is_kept(answered)
    told = [
        said,
        await slack.edits(place, said.ts, better),
        await slack.writes(place, f"// {noted}", thread_ts=thread),
        await slack.reacts(place, thread, "eyes"),
    ]
    await houses.is_kept(noted)
    await slack_has_told(houses)
    anna = await office.sign_in("anna")
    whom = str((await anna.row(number))["conversation"]["contact"]["id"])

    await anna.post(f"/api/contacts/{whom}/erase", {"confirm": whom})
    assert await office.eraser.finish() == 0
    async with asyncio.timeout(20):
        while any((await office.store.read(_rows)).values()):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    # What is ours is gone there, and Slack has told of that too.
    await slack_has_told(houses)
    left = len(houses.channel.messages)
    for one in (*told, *told):
        assert (await houses.slack.telling.again(one.event_id, 1)).ok
    await slack_has_told(houses)

    kept = ("messages", "contacts", "identities", "conversations", "quarantine", *_TABLES)
    assert await office.store.read(_rows, kept) == dict.fromkeys(kept, 0)
    assert len(houses.channel.messages) == left
    content = b"".join(p.read_bytes() for p in tmp_path.rglob("*") if p.is_file())
    words = (asked, answered, better, noted)
    assert [one for one in words if one.encode() in content] == []


async def slack_has_told(houses: TwoHouses) -> None:
    """Wait until all that Slack has told is dealt with."""
    await houses.slack.telling.settled()
    waiting = "SELECT count(*) FROM surface_heard WHERE done_at IS NULL"
    async with asyncio.timeout(20):
        while await houses.office.store.read(lambda tx: tx.the(Statement(value, waiting))):  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_what_was_purged_while_the_program_was_off_goes_at_the_next_start(
    wall: Wall,
) -> None:
    conversation_id, _ = await wall.office.customer_writes("my secret")
    await wall.settled()
    await wall.stop()
    anna = await wall.office.sign_in("anna")
    await anna.act("take", conversation_id)
    await anna.act("close", conversation_id)
    await anna.ask("POST", f"/api/conversations/{conversation_id}/delete", {}, expect=204)
    await anna.ask("POST", f"/api/conversations/{conversation_id}/purge", {}, expect=204)
    await Purger(wall.office.store, wall.office.media, kept_for=None).tidy()
    wall.start()
    await wall.settled()
    assert wall.board.topic.posts == {}
    assert await wall.office.store.read(_rows) == dict.fromkeys(_TABLES, 0)


async def test_a_surface_that_is_gone_keeps_nothing_of_what_was_purged(wall: Wall) -> None:
    await wall.office.customer_writes("kept")
    await wall.settled()
    await wall.stop()
    before = await wall.office.store.read(_rows)
    await wall.office.store.write(tidy, [])
    assert await wall.office.store.read(_rows) == before, "it may come back"
    wall.start()


async def test_what_was_heard_is_forgotten_after_its_words_were_at_once(wall: Wall) -> None:
    await wall.office.customer_writes("Hello")
    await wall.settled()
    await wall.says("acc-pavel", "very private words")

    def kept(tx: Tx) -> list[str]:
        return list(tx.all(Statement(value, "SELECT event FROM surface_heard")))

    assert await wall.office.store.read(kept) == [""]
    wall.office.clock.tick(HEARD_FOR / 1000 + 1)
    await wall.office.store.write(tidy, ["wall"])
    assert await wall.office.store.read(kept) == []
