"""A flood on a staff surface: one note in place of what is held, and what began in it later."""

from agent_console.fanout.words import DeskWords
from tests.agent_console.fanout.conftest import PutUp, Wall
from tests.agent_console.test_floods import LIMITS, is_over, pours


async def speaks(wall: Wall) -> None:
    """Have the wall speak as our surfaces do."""
    await wall.stop()
    words = DeskWords(wall.office.settings, wall.office.desk)
    wall.use(words.voice("wall", "slack"), words.press("wall", "slack"))
    await wall.begin()


async def test_a_surface_shows_one_note_instead_of_what_is_held(put_up: PutUp) -> None:
    async with put_up(changes=LIMITS) as wall:
        await speaks(wall)
        await pours(wall.office, 50)
        await wall.settled()
        shown = "\n\n".join(one.text for one in wall.board.topic.posts.values())
        assert "19" in shown
        assert "20" not in shown.split()
        assert shown.count("Flood:") == 1
        await is_over(wall.office)
        await wall.settled()
        posts = [one.text for one in wall.board.topic.posts.values()]
        assert sum("29 messages are held" in one for one in posts) == 1
        assert not any("Flood:" in one for one in posts)
        assert posts[-1].endswith("49")


async def test_a_surface_has_no_thread_for_what_began_in_a_flood_until_it_is_over(
    put_up: PutUp,
) -> None:
    async with put_up(changes={"flood.inbox": {"per_minute": 3}}) as wall:
        for n in range(6):
            await wall.office.customer_writes("x", customer=f"v{n}", thread=f"{n}", after=0)
        await wall.settled()
        assert len(wall.board.topics) == 3
        await is_over(wall.office)
        await wall.settled()
        assert len(wall.board.topics) == 6
