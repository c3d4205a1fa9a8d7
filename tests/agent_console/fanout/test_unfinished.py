"""What a surface was not told of, because the program ended first, is found at its start."""

from agent_console.fanout.unfinished import LATELY
from tests.agent_console.fanout.conftest import Wall


async def _answered(wall: Wall, text: str, customer: str) -> int:
    conversation_id, _ = await wall.office.customer_writes(text, customer=customer)
    pavel = await wall.office.sign_in("pavel")
    await pavel.act("take", conversation_id)
    await pavel.says(conversation_id, "Good day")
    return int(conversation_id)


async def test_what_was_answered_elsewhere_before_its_thread_was_made_has_one_all_the_same(
    wall: Wall,
) -> None:
    await wall.stop()
    await _answered(wall, "Is anybody there?", "visitor-late-00001")
    await wall.begin()
    await wall.settled()
    assert [one.text for one in wall.board.topic.posts.values()] == [
        "Is anybody there?",
        "Good day",
    ]


async def test_what_was_at_rest_before_the_surface_was_ever_shown_stays_so(wall: Wall) -> None:
    await wall.stop()
    await wall.office.store.write(
        lambda tx: tx._connection.execute("DELETE FROM surface_kept")  # As a surface that is new.
    )
    await _answered(wall, "Is anybody there?", "visitor-late-00001")
    wall.office.clock.tick(1)
    await wall.begin()
    await wall.settled()
    assert not wall.board.topics


async def test_what_nothing_has_happened_in_for_a_week_is_not_looked_for(wall: Wall) -> None:
    await wall.stop()
    await _answered(wall, "Is anybody there?", "visitor-late-00001")
    wall.office.clock.tick(LATELY / 1000 + 1)
    await wall.begin()
    await wall.settled()
    assert not wall.board.topics
