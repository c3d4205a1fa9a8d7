"""One automatic answer a day, where programs could answer each other for ever."""

from dataclasses import replace

import pytest

from bridge.channel import Capabilities
from bridge.store import conversations as q
from bridge.store import deliveries as d
from bridge.store import messages as m
from bridge.store.transactions import Tx
from routing import automatic, conversations
from routing.desk import Desk
from tests.routing.world import World

DAY = 24 * 3600


@pytest.fixture
def mail(world: World) -> World:
    """A world in which the pager is answered by programs."""
    known = {**world.desk.capabilities, "pager": Capabilities(automatic_every=DAY)}
    world.desk = replace(world.desk, capabilities=known)
    return world


async def may_write(world: World, conversation: int) -> bool:
    return bool(
        await world.store.read(
            lambda tx: automatic.may_write(tx, world.desk, conversations.get(tx, conversation))
        )
    )


async def says_automatically(world: World, conversation: int, *, state: str = "sent") -> None:
    """Store what no agent wrote, with its delivery."""
    await world.store.write(_store, conversation, state)


def _store(tx: Tx, conversation_id: int, state: str) -> None:
    conversation = tx.the(q.CONVERSATION_BY_ID, id=conversation_id)
    message_id = tx.the(
        m.ADD_MESSAGE,
        conversation_id=conversation_id,
        kind="outgoing",
        identity_id=None,
        agent_id=None,
        inbox_id=conversation.inbox_id,
        external_id=None,
        client_key=None,
        text="We are closed.",
        format="markdown",
        reply_to_id=None,
        activity=None,
        created_at=tx.now,
        attachment_count=0,
    )
    tx.the(
        d.ADD_DELIVERY,
        message_id=message_id,
        conversation_id=conversation_id,
        place=conversation.inbox_id,
        part=0,
        action="send",
        revision=1,
        state=state,
        body="{}",
        due_at=tx.now,
        created_at=tx.now,
        changed_at=tx.now,
        expires_at=tx.now,
    )


async def test_the_second_within_a_day_is_kept_back_and_the_next_day_is_another(
    mail: World,
) -> None:
    conversation = await mail.begun()
    assert await may_write(mail, conversation)
    await says_automatically(mail, conversation)
    assert not await may_write(mail, conversation)
    mail.clock.tick(DAY - 1)
    assert not await may_write(mail, conversation)
    mail.clock.tick(1)
    assert await may_write(mail, conversation)


async def test_it_counts_by_address_and_not_by_conversation(mail: World) -> None:
    first = await mail.begun("olena")
    await says_automatically(mail, first)
    await mail.closes("anna", first)
    mail.under(reopen_new_after=0)
    mail.clock.tick(3600)
    second = await mail.begun("olena")
    assert second != first
    assert not await may_write(mail, second)
    assert await may_write(mail, await mail.begun("bohdan"))


async def test_an_agents_answer_and_what_failed_do_not_count(mail: World) -> None:
    conversation = await mail.begun()
    await mail.replies("anna", conversation)
    await says_automatically(mail, conversation, state="failed")
    assert await may_write(mail, conversation)


async def test_elsewhere_nobody_counts(world: World) -> None:
    conversation = await world.begun()
    await says_automatically(world, conversation)
    assert await may_write(world, conversation)


async def test_an_inbox_that_is_gone_is_not_written_to(world: World) -> None:
    conversation = await world.begun()
    world.desk = Desk(world.desk.policy, {})
    assert not await may_write(world, conversation)
