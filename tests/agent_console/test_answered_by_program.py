"""What agents see where so far only the program has answered."""

import pytest

from tests.agent_console.conftest import OpenOffice
from tests.agent_console.office import Agent, Office

GREETING = {"system_messages.begun": {"text": "We have **it** 👋"}}


async def _answered_by(agent: Agent, conversation: int) -> object:
    return (await agent.row(conversation))["conversation"].get("answered_by")


async def test_j01_the_row_says_that_only_the_program_has_answered_until_an_agent_does(
    an_office: OpenOffice,
) -> None:
    async with an_office(GREETING) as office:
        pavel = await office.sign_in("pavel")
        conversation, _ = await office.customer_writes()
        assert await _answered_by(pavel, conversation) == "program"
        await pavel.act("take", conversation)
        assert await _answered_by(pavel, conversation) == "program"
        await pavel.says(conversation, "Слухаю вас")
        assert await _answered_by(pavel, conversation) == "agent"


async def test_j01_a_row_that_nobody_has_answered_says_nothing_of_it(
    office: Office, pavel: Agent
) -> None:
    conversation, _ = await office.customer_writes()
    assert await _answered_by(pavel, conversation) is None


async def test_j01_the_badge_goes_from_an_open_console_with_an_agents_answer(
    an_office: OpenOffice,
) -> None:
    async with an_office(GREETING) as office, office.listening() as address:
        pavel, ivan = await office.sign_in("pavel"), await office.sign_in("ivan")
        async with ivan.live(address) as view:
            conversation, _ = await office.customer_writes()
            [row] = (await view.until("changes"))["rows"]
            assert row["conversation"]["answered_by"] == "program"
            await pavel.act("take", conversation)
            [row] = (await view.until("changes"))["rows"]
            assert row["conversation"]["answered_by"] == "program"
            await pavel.says(conversation, "Слухаю вас")
            [row] = (await view.until("changes"))["rows"]
            assert row["conversation"]["answered_by"] == "agent"


async def test_j01_the_thread_shows_it_as_the_programs_own(an_office: OpenOffice) -> None:
    async with an_office(GREETING) as office:
        pavel = await office.sign_in("pavel")
        conversation, _ = await office.customer_writes()
        ours = (await pavel.thread(conversation))[-1]
        assert (ours["kind"], ours["author"]) == ("outgoing", {"kind": "system"})
        assert ours["text"] == "We have **it** 👋"
        assert ours["mark"]["state"] == "queued"


@pytest.mark.parametrize("greets", [True, False])
async def test_o32_for_the_list_the_counters_and_the_order_nothing_is_different(
    an_office: OpenOffice, *, greets: bool
) -> None:
    async with an_office(GREETING if greets else {}) as office:
        pavel = await office.sign_in("pavel")
        conversation, message = await office.customer_writes("Де моє замовлення?")
        shown = await pavel.row(conversation)
        told = shown["conversation"]
        assert (told["last"]["text"], told["last"]["message_id"]) == ("Де моє замовлення?", message)
        assert (told["is_new"], told["assignee"], told["incoming_count"]) == (True, None, 1)
        assert told["waiting_since"] == told["last_at"] == office.clock.now()
        assert shown["mark"]["seen"] == 0
        assert await pavel.listed("new") == [conversation]
        assert await pavel.listed("mine") == []
