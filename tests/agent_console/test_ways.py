"""How often a server is asked for what agents do all day: whoever forgets to ask ahead is told."""

import pytest

from tests.agent_console.office import Agent, Office
from tests.databases import DATABASES
from tests.ways import ways

__all__ = ["ways"]

pytestmark = [
    pytest.mark.skipif("postgresql" not in DATABASES, reason="PostgreSQL is left out"),
    # A file is asked in no time.
    pytest.mark.parametrize("database", ["postgresql"], indirect=True),
]


@pytest.fixture
async def talk(office: Office, pavel: Agent) -> int:
    """Return one of a dozen conversations in which everybody has said something."""
    conversation = 0
    for number in range(12):
        customer, thread = f"visitor-{number:06}", f"t{number}"
        conversation, _ = await office.customer_writes(customer=customer, thread=thread)
        await pavel.says(conversation, "Слухаю")
        await office.customer_writes(customer=customer, thread=thread)
    return conversation


@pytest.mark.parametrize(
    ("path", "most"),
    [
        # Who asks is looked up first, in three ways, as for every request.
        pytest.param("conversations?folder=all", 11, id="a list"),
        pytest.param("conversations/{talk}", 11, id="a conversation with its panel"),
        pytest.param("conversations/{talk}/messages", 10, id="a page of messages"),
    ],
)
async def test_what_agents_look_at_is_asked_for_in_few_ways(
    pavel: Agent, talk: int, ways: list[int], path: str, most: int
) -> None:
    address = f"/api/{path.format(talk=talk)}"
    await pavel.ask("GET", address, expect=200)
    ways.clear()
    await pavel.ask("GET", address, expect=200)
    assert len(ways) <= most, ways


async def test_what_a_customer_writes_is_two_ways(
    office: Office, talk: int, ways: list[int]
) -> None:
    await office.customer_writes(customer="visitor-000003", thread="t3")
    ways.clear()
    await office.customer_writes(customer="visitor-000003", thread="t3")
    assert len(ways) == 2, ways


async def test_what_an_agent_answers_is_stored_in_few_ways(
    pavel: Agent, talk: int, ways: list[int]
) -> None:
    await pavel.says(talk, "Дивлюсь")
    ways.clear()
    await pavel.says(talk, "Готово")
    # With who asks, and with what comes back of it: the row and the message.
    assert len(ways) <= 28, ways
