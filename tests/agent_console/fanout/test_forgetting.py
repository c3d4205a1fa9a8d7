"""What is purged goes from the surfaces too, and leaves nothing behind here."""

from agent_console.fanout.tidying import HEARD_FOR, tidy
from bridge.store.statement import Statement, value
from bridge.store.transactions import Tx
from routing.purging import Purger
from tests.agent_console.fanout.conftest import Wall

_TABLES = ("surface_threads", "surface_posts", "surface_names", "surface_hints")


def _rows(tx: Tx) -> dict[str, int]:
    return {
        one: tx.the(Statement(value, f"SELECT count(*) FROM {one}"))  # noqa: S608
        for one in _TABLES
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
