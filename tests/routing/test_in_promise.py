"""The promise of what comes in, whatever order a network chooses and however often it repeats.

> Each inbound message is stored exactly once by (inbox, external id). Edits and receipts
> may arrive in any order and are never lost.
"""

import asyncio
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bridge import channel as ch
from bridge.models import Message
from bridge.store import messages as m
from bridge.store.transactions import Tx
from tests.clock import ManualClock
from tests.databases import fresh_database
from tests.routing.world import World, living

MESSAGES = 3


def story(number: int, edits: int, *, deleted: bool, customer: str) -> list[ch.InboundEvent]:
    """Return what a network has to say of one message."""
    sender = ch.Sender(external_id=customer)
    said: list[ch.InboundEvent] = [
        ch.InboundMessage(
            sender=sender, external_id=f"{number}", sent_at=1, text=f"слово {number} 🐈"
        )
    ]
    said += [
        ch.MessageEdited(
            sender=sender,
            external_id=f"{number}",
            edited_at=10 * edit,
            text=f"слово {number}, редакція {edit}",
        )
        for edit in range(1, edits + 1)
    ]
    if deleted:
        said.append(ch.MessageDeleted(sender=sender, external_id=f"{number}", deleted_at=99))
    return said


_STORIES = st.lists(
    st.tuples(st.integers(0, 3), st.booleans(), st.sampled_from(["olena", "tom"])),
    min_size=1,
    max_size=MESSAGES,
)


@st.composite
def arrivals(draw: Callable[..., Any]) -> tuple[list[Any], list[list[ch.InboundEvent]]]:
    """Draw stories, and the batches in which their events come: shuffled, and repeated."""
    stories = draw(_STORIES)
    events = [
        event
        for number, (edits, deleted, customer) in enumerate(stories)
        for event in story(number, edits, deleted=deleted, customer=customer)
    ]
    again = draw(st.lists(st.sampled_from(events), max_size=8))
    shuffled = draw(st.permutations(events + again))
    batches, rest = [], list(shuffled)
    while rest:
        size = draw(st.integers(1, len(rest)))
        batches.append(rest[:size])
        rest = rest[size:]
    return stories, batches


async def _arrive(world: World, batches: list[list[ch.InboundEvent]], *, at_once: bool) -> None:
    sink = world.sinks["pager"]
    if at_once:
        await asyncio.gather(*(sink.accept(batch) for batch in batches))
    else:
        for batch in batches:
            await sink.accept(batch)


def _by_external_id(tx: Tx, external_id: str) -> Message:
    return tx.the(m.MESSAGE_BY_EXTERNAL, inbox_id="pager", external_id=external_id)


async def _check(world: World, stories: list[tuple[int, bool, str]]) -> None:
    assert await world.count("messages WHERE kind = 'incoming'") == len(stories)
    assert await world.count("parked_events") == 0
    assert await world.count("quarantine") == 0
    assert await world.count("conversations") == len({customer for _, _, customer in stories})
    for number, (edits, deleted, customer) in enumerate(stories):
        message = await world.store.read(_by_external_id, f"{number}")
        identity = await world.identity(customer)
        assert identity is not None
        assert message.identity_id == identity.id
        assert (message.deleted_at is not None) is deleted
        if not deleted:
            newest = f", редакція {edits}" if edits else " 🐈"
            assert message.text == f"слово {number}{newest}"
            # Every text it ever had is kept, each once.
            assert await world.count(f"message_revisions WHERE message_id = {message.id}") == edits


@given(drawn=arrivals(), at_once=st.booleans())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_in_whatever_order_and_however_often_the_end_is_the_same(
    drawn: tuple[list[Any], list[list[ch.InboundEvent]]], *, at_once: bool
) -> None:
    stories, batches = drawn

    async def scenario() -> None:
        with tempfile.TemporaryDirectory() as folder:
            async with living(fresh_database(Path(folder)), ManualClock()) as world:
                await _arrive(world, batches, at_once=at_once)
                await _check(world, stories)

    asyncio.run(scenario())
