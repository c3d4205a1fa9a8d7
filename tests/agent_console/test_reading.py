"""Read and unread: each agent's own."""

from bridge.store import conversations as q
from bridge.store import log
from bridge.store.transactions import Tx
from tests.agent_console.office import Agent, Office


async def _unread(agent: Agent, conversation: int) -> int:
    row = await agent.row(conversation)
    unread: int = row["conversation"]["incoming_count"] - row["mark"]["seen"]
    return max(0, unread)


async def _read(agent: Agent, conversation: int, message: int) -> None:
    await agent.post(f"/api/conversations/{conversation}/read", {"message_id": message}, expect=204)


async def _set_unread(agent: Agent, conversation: int, message: int | None = None) -> None:
    body = {} if message is None else {"message_id": message}
    await agent.post(f"/api/conversations/{conversation}/unread", body, expect=204)


async def test_s10_marking_unread_changes_nothing_for_the_others(
    office: Office, pavel: Agent, ivan: Agent
) -> None:
    conversation, message = await office.customer_writes()
    for agent in (pavel, ivan):
        await _read(agent, conversation, message)

    await _set_unread(pavel, conversation)

    assert await _unread(pavel, conversation) == 1
    assert await _unread(ivan, conversation) == 0


async def test_s10_unread_from_a_message_counts_all_that_came_after(
    office: Office, pavel: Agent
) -> None:
    conversation, _ = await office.customer_writes("1")
    _, second = await office.customer_writes("2")
    _, third = await office.customer_writes("3")
    await _read(pavel, conversation, third)

    await _set_unread(pavel, conversation, second)

    assert await _unread(pavel, conversation) == 2


async def test_reading_never_goes_back_by_itself(office: Office, pavel: Agent) -> None:
    conversation, first = await office.customer_writes("1")
    _, second = await office.customer_writes("2")
    await _read(pavel, conversation, second)

    await _read(pavel, conversation, first)

    assert await _unread(pavel, conversation) == 0


async def test_what_comes_while_one_reads_stays_unread(office: Office, pavel: Agent) -> None:
    conversation, first = await office.customer_writes("1")
    await office.customer_writes("2")

    await _read(pavel, conversation, first)

    assert await _unread(pavel, conversation) == 1


async def test_answering_counts_everything_before_as_read(office: Office, pavel: Agent) -> None:
    conversation, _ = await office.customer_writes("1")
    await office.customer_writes("2")

    await pavel.says(conversation, "ответ")

    assert await _unread(pavel, conversation) == 0


async def test_a_message_of_another_conversation_marks_nothing(
    office: Office, pavel: Agent
) -> None:
    conversation, _ = await office.customer_writes()
    _, elsewhere = await office.customer_writes(customer="b-customer")

    for verb in ("read", "unread"):
        status, _ = await pavel.refused(
            "POST", f"/api/conversations/{conversation}/{verb}", {"message_id": elsewhere}
        )
        assert status == 404


async def test_reading_twice_writes_once(office: Office, pavel: Agent) -> None:
    conversation, message = await office.customer_writes()
    await _read(pavel, conversation, message)
    before = await office.store.read(_written, conversation)

    office.clock.tick(1)
    await _read(pavel, conversation, message)

    assert await office.store.read(_written, conversation) == before


def _written(tx: Tx, conversation: int) -> object:
    return tx.the(log.LAST_EVENT), tx.all(q.READ_MARKS_IN, conversation_id=conversation)
