"""One conversation in the widget, a Slack thread, a forum topic and the console at once."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.e2e.staff_house import House, opened, until
from tests.e2e.strangers import Anybody

pytestmark = pytest.mark.slow


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """Return the program with both surfaces."""
    async with opened(tmp_path) as one:
        yield one


def heard(visitor: Anybody) -> list[str]:
    """Return what agents have said to the visitor."""
    found = visitor.get(f"threads/{visitor.thread}/messages").json()["messages"]
    return [one["text"] for one in found if one["from"] == "agent"]


async def test_one_truth_in_three_places(house: House) -> None:
    with Anybody.arrive(house.desk) as visitor:
        visitor.write("Добрый день, есть ли доставка?")
        await until(lambda: bool(house.group.topics) and len(house.in_topic()) > 1)
        await until(lambda: any("есть ли доставка" in one for one in house.in_thread()))

        house.pavel.say("Да, завтра", topic=house.topic())
        await until(lambda: "Да, завтра" in heard(visitor))
        await until(lambda: any("Да, завтра" in one for one in house.in_thread()))
        shown = next(one for one in house.in_thread() if "Да, завтра" in one)
        assert "Павел" in shown or "Pavel" in shown

        note, thread = "// дорогой клиент", house.root().ts
        await house.anna.writes(house.channel.id, note, thread_ts=thread)
        await until(lambda: any("дорогой клиент" in one for one in house.in_topic()))

        visitor.write("Спасибо!")
        await until(lambda: any("Спасибо!" in one for one in house.in_thread()))
        await until(lambda: any("Спасибо!" in one for one in house.in_topic()))
        assert not [one for one in heard(visitor) if "дорогой" in one]


async def test_what_is_said_while_the_program_is_killed_is_shown_once_it_is_back(
    house: House,
) -> None:
    with Anybody.arrive(house.desk) as visitor:
        visitor.write("one")
        await until(lambda: bool(house.group.topics) and len(house.in_topic()) > 1)
        await until(lambda: any("one" in one for one in house.in_thread()))
        await asyncio.to_thread(house.desk.kill)
        house.pavel.say("while you were away", topic=house.topic())
        await house.anna.writes(house.channel.id, "// noted while away", thread_ts=house.root().ts)
        await asyncio.to_thread(house.desk.start)
        await until(lambda: "while you were away" in heard(visitor))
        await until(lambda: any("while you were away" in one for one in house.in_thread()))
        await until(lambda: any("noted while away" in one for one in house.in_topic()), 60)
        assert len([one for one in house.in_topic() if one.endswith("\none")]) == 1, "shown once"
