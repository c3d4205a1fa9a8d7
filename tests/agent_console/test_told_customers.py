"""What an agent's verbs at the console tell the customer, and what agents see of the answers."""

from typing import Any

from tests.agent_console.conftest import OpenOffice
from tests.agent_console.office import Agent

SPEAKING = {
    "system_messages.agent_joined": {"enabled": True},
    "system_messages.agent_changed": {"enabled": True},
    "system_messages.closed": {"enabled": True},
    "conversation.rating": {"scale": 5},
}


async def _ours(agent: Agent, conversation: int) -> list[str]:
    """Return what stands in the thread as the program's own."""
    thread: list[Any] = await agent.thread(conversation)
    ours = [one for one in thread if one["kind"] == "outgoing"]
    return [one["text"] for one in ours if one["author"] == {"kind": "system"}]


async def test_j23_taking_assigning_and_reopening_name_the_agent_to_the_customer(
    an_office: OpenOffice,
) -> None:
    async with an_office(SPEAKING | {"system_messages.closed": {"enabled": False}}) as office:
        pavel, anna = await office.sign_in("pavel"), await office.sign_in("anna")
        here, _ = await office.customer_writes()
        await pavel.act("take", here)
        await pavel.act("take", here)
        await anna.act("assign", here, {"agent": "anna"})
        await anna.act("close", here)
        await pavel.act("reopen", here)
        said = await _ours(pavel, here)
    assert [one.split()[0] for one in said] == ["Павел", "Анна", "Павел"]


async def test_o39_closing_at_the_console_tells_the_customer_and_asks_for_a_rating(
    an_office: OpenOffice,
) -> None:
    async with an_office(SPEAKING) as office:
        pavel = await office.sign_in("pavel")
        here, _ = await office.customer_writes()
        await pavel.says(here, "Слухаю вас")
        await pavel.act("close", here)
        end = (await _ours(pavel, here))[-1]
        assert end.startswith("This conversation is closed.")
        assert "1 is bad, 5 is very good." in end


async def test_j25_the_rating_is_in_the_row_and_in_the_thread(an_office: OpenOffice) -> None:
    async with an_office(SPEAKING) as office:
        pavel = await office.sign_in("pavel")
        here, _ = await office.customer_writes()
        await pavel.says(here, "Слухаю вас")
        await pavel.act("close", here)
        assert "rated" not in (await pavel.row(here))["conversation"]
        await office.customer_writes("4")
        row = (await pavel.row(here))["conversation"]
        assert (row["rated"], row["state"], row["incoming_count"]) == (4, "closed", 1)
        happened = [one["activity"] for one in await pavel.thread(here) if "activity" in one]
        assert {"verb": "rated", "data": {"score": 4, "scale": 5}} in happened
