"""A flood: everything stored, one line in its place, nobody told of each, and an end."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest

from bridge import channel as ch
from bridge.models import Flood, Message
from bridge.settings import LocalText
from bridge.store import deliveries as d
from bridge.store import floods as f
from bridge.store.transactions import Tx
from routing import flooding
from routing.flood import HOUR, MINUTE, Bucket, FloodLimits
from routing.inbound import InboundSink
from routing.policy import FLOOD_ENDS
from routing.timers import fire
from tests.routing.automated import automate, done_by
from tests.routing.gate import block
from tests.routing.world import World

LIMITS = FloodLimits(sender=(Bucket(20, MINUTE), Bucket(200, HOUR)))


@pytest.fixture
def flooded(world: World) -> World:
    world.under(flood=LIMITS)
    return world


async def pours(world: World, number: int, customer: str = "olena", **more: Any) -> int:
    """Have a customer write so many messages at once; return the conversation."""
    answers = [await world.says(customer, f"{n}", **more) for n in range(number)]
    assert {one.outcome for one in answers} == {"stored"}
    [here] = {one.conversation_id for one in answers}
    assert here is not None
    return here


async def goes_on(world: World) -> int:
    """Fire what is due; return how many did anything."""
    fired = 0
    while due := await world.store.read(lambda tx: tx.all(d.DUE_TIMERS, now=tx.now)):
        for timer in due:
            fired += await world.store.write(fire, world.desk, timer)
    return fired


async def line(world: World, here: int) -> Flood:
    [one] = await lines(world, here)
    return one


async def lines(world: World, here: int) -> Sequence[Flood]:
    shown = [one.id for one in await world.messages(here) if one.activity]
    found = await world.store.read(
        lambda tx: [tx.one(f.FLOOD_BY_ID, id=message_id) for message_id in shown]
    )
    return [one for one in found if one is not None]


async def held(world: World, here: int) -> list[Message]:
    flood = (await lines(world, here))[-1].message_id
    given = {"conversation_id": here, "flood": flood, "after": 0, "limit": 10_000}
    return await world.store.read(lambda tx: tx.all(f.HELD_AFTER, **given))


async def test_what_is_over_the_limit_is_stored_and_one_line_stands_for_it(flooded: World) -> None:
    here = await pours(flooded, 50)
    assert await flooded.count("messages WHERE kind = 'incoming'") == 50
    assert await flooded.texts(here) == [f"{n}" for n in range(20)]
    assert [one.text for one in await held(flooded, here)] == [f"{n}" for n in range(20, 50)]
    assert (await line(flooded, here)).held == 30
    assert await flooded.verbs(here) == ["opened", "flood"]


async def test_a_held_message_wakes_nobody(flooded: World) -> None:
    here = await pours(flooded, 20)
    before, last = await flooded.conversation(here), await flooded.last_event()
    timers = len(await flooded.timers())
    await pours(flooded, 30)
    now = await flooded.conversation(here)
    assert (now.incoming_count, now.last_message_id) == (20, before.last_message_id)
    assert (now.waiting_since, now.last_at) == (before.waiting_since, before.last_at)
    told = [one.kind for one in await flooded.events(last)]
    # The line, and that it stands there; nothing for any of the thirty but their own event.
    assert told.count("message.added") == 1
    assert told.count("message.held") == 30
    assert len(await flooded.timers()) == timers + 1


async def test_automations_do_not_run_for_what_is_held(flooded: World) -> None:
    do = [{"notify": {"agents": ["anna"], "text": "said"}}]
    it = {"when": {"event": "message_received"}, "do": do}
    await automate(flooded, {"it": it}, runs=1000)
    here = await pours(flooded, 25)
    assert len(await done_by(flooded, here, "it")) == 20


async def test_within_the_limits_a_message_is_no_more_to_the_database_than_without_them(
    world: World,
) -> None:
    async def statements() -> int:
        await world.says("olena")
        asked: list[str] = []

        def counted(was: Callable[..., Any]) -> Callable[..., Any]:
            def asks(tx: Tx, *given: Any, **more: Any) -> Any:
                asked.append(was.__name__)
                return was(tx, *given, **more)

            return asks

        with pytest.MonkeyPatch.context() as patch:
            kind = await world.store.write(type)
            for name in ("run", "one", "all"):
                patch.setattr(kind, name, counted(getattr(kind, name)))
            await world.says("olena")
        return len(asked)

    # Where it goes, then the message with what follows from it: SQLite is asked for each of
    # those; of a server the first is known with the turn, the rest goes with the commit.
    few = 1 if await world.store.write(lambda tx: tx.asks_afar) else 4
    assert await statements() == few
    world.under(flood=LIMITS)
    assert await statements() == few


async def test_a_flood_is_over_when_nothing_has_come_for_a_quarter_of_a_minute(
    flooded: World,
) -> None:
    here = await pours(flooded, 50)
    flooded.clock.tick(14)
    assert await goes_on(flooded) == 0
    flooded.clock.tick(1)
    await goes_on(flooded)
    assert (await flooded.conversation(here)).flood_id is None
    flood = (await lines(flooded, here))[0]
    assert flood.ended_at == flooded.clock.now()
    assert [one for one in await flooded.timers() if one.kind == FLOOD_ENDS] == []


async def test_the_last_of_a_flood_goes_the_usual_way_when_it_is_over(flooded: World) -> None:
    here = await pours(flooded, 50)
    last = await flooded.last_event()
    flooded.clock.tick(15)
    await goes_on(flooded)
    now = await flooded.conversation(here)
    assert now.incoming_count == 21
    assert (await flooded.texts(here))[-1] == "49"
    assert (await lines(flooded, here))[0].held == len(await held(flooded, here)) == 29
    assert [one.kind for one in await flooded.events(last)].count("message.added") == 1


async def test_who_was_answered_meanwhile_does_not_wait_again(flooded: World) -> None:
    here = await pours(flooded, 30)
    await flooded.takes("anna", here)
    await flooded.replies("anna", here)
    flooded.clock.tick(15)
    await goes_on(flooded)
    now = await flooded.conversation(here)
    assert (now.flood_id, now.waiting_since, now.incoming_count) == (None, None, 20)
    assert (await lines(flooded, here))[0].held == 10


async def test_who_goes_on_after_an_answer_waits_when_the_flood_is_over(flooded: World) -> None:
    here = await pours(flooded, 30)
    await flooded.takes("anna", here)
    await flooded.replies("anna", here)
    await flooded.says("olena", "but wait")
    assert (await flooded.conversation(here)).waiting_since is None
    flooded.clock.tick(15)
    await goes_on(flooded)
    now = await flooded.conversation(here)
    assert now.waiting_since == flooded.clock.now()
    assert (await flooded.texts(here))[-1] == "but wait"


async def test_whoever_goes_on_slowly_stays_held_until_there_is_room(flooded: World) -> None:
    here = await pours(flooded, 30)
    for _ in range(3):
        flooded.clock.tick(4)
        await flooded.says("olena", "slower")
        await goes_on(flooded)
    assert len(await held(flooded, here)) == 13
    flooded.clock.tick(60)
    await goes_on(flooded)
    await flooded.says("olena", "slowly")
    assert (await flooded.texts(here))[-1] == "slowly"


async def test_a_message_within_limits_ends_the_flood_before_its_timer_does(
    flooded: World,
) -> None:
    here = await pours(flooded, 30)
    flooded.clock.tick(40)
    await flooded.says("olena", "sorry")
    now = await flooded.conversation(here)
    assert (now.flood_id, now.incoming_count) == (None, 21)
    assert (await flooded.texts(here))[-1] == "sorry"
    assert await goes_on(flooded) == 0


async def test_a_flood_outlives_a_restart(flooded: World) -> None:
    here = await pours(flooded, 30)
    flooded.sinks = {
        one: InboundSink(flooded.store, flooded.hub, flooded.desk, one) for one in flooded.sinks
    }
    flooded.clock.tick(5)
    await flooded.says("olena", "still here")
    assert len(await held(flooded, here)) == 11
    flooded.clock.tick(15)
    await goes_on(flooded)
    assert (await flooded.conversation(here)).flood_id is None


async def test_setting_the_clock_makes_a_flood_neither_longer_nor_shorter(flooded: World) -> None:
    here = await pours(flooded, 30)
    flooded.clock.jump(-3600)
    await flooded.says("olena", "still here")
    flooded.clock.tick(14)
    await goes_on(flooded)
    assert (await flooded.conversation(here)).flood_id is not None
    flooded.clock.tick(1)
    await goes_on(flooded)
    assert (await flooded.conversation(here)).flood_id is None


async def test_a_flood_of_one_customer_holds_nobody_else(flooded: World) -> None:
    await pours(flooded, 30)
    other = await flooded.begun("petro")
    assert (await flooded.conversation(other)).incoming_count == 1


async def test_the_same_message_again_and_again_is_no_flood(flooded: World) -> None:
    message = flooded.message("olena")
    for _ in range(50):
        await flooded.comes(message)
    answer = await flooded.says("olena", "next")
    assert (await flooded.message_of(answer)).flood_id is None


async def test_what_the_database_would_not_take_does_not_count(flooded: World) -> None:
    def fails(*_: object) -> None:
        raise ch.StorageUnavailableError("no")

    write = flooded.store.write
    for _ in range(50):
        with pytest.MonkeyPatch.context() as patch:

            async def then_fails(work: Any, *given: Any) -> Any:
                def undone(tx: Tx) -> Any:
                    work(tx, *given)
                    fails()

                return await write(undone)

            patch.setattr(flooded.store, "write", then_fails)
            with pytest.raises(ch.StorageUnavailableError):
                await flooded.says("olena")
    here = await pours(flooded, 20)
    assert (await flooded.conversation(here)).flood_id is None


async def test_many_at_once_are_counted_one_by_one(flooded: World) -> None:
    here = await flooded.begun("olena")
    await asyncio.gather(*(flooded.says("olena", f"{n}") for n in range(60)))
    assert len(await held(flooded, here)) == 41
    assert (await flooded.conversation(here)).incoming_count == 20


# --- crowds ---


async def test_an_inbox_over_its_limit_holds_whoever_begins_and_nobody_is_told(
    world: World,
) -> None:
    here = await world.begun("petro")
    await world.takes("anna", here)
    world.under(flood=FloodLimits(inbox=(Bucket(5, MINUTE),)))
    for n in range(5):
        await world.says(f"bot{n}")
    last = await world.last_event()
    late = await world.begun("bot9")
    now = await world.conversation(late)
    assert flooding.is_untold(now)
    assert (now.state, now.waiting_since, now.incoming_count) == ("open", None, 0)
    # The line of the flood alone: neither that it was opened, nor what was said.
    told = [one for one in await world.events(last) if one.kind == "message.added"]
    assert [one.message_id for one in told] == [(await line(world, late)).message_id]
    # Whom an agent has is not held for what others write.
    answer = await world.says("petro", "and I?")
    assert (await world.message_of(answer)).flood_id is None


async def test_what_began_in_a_flood_is_received_when_it_is_over(world: World) -> None:
    world.under(flood=FloodLimits(inbox=(Bucket(5, MINUTE),)))
    for n in range(5):
        await world.says(f"bot{n}")
    late = await world.begun("olena", text="Please")
    last = await world.last_event()
    world.clock.tick(15)
    await goes_on(world)
    now = await world.conversation(late)
    assert (now.incoming_count, now.waiting_since) == (1, world.clock.now())
    added = [one.message_id for one in await world.events(last) if one.kind == "message.added"]
    [opened] = [one.id for one in await world.messages(late) if '"opened"' in (one.activity or "")]
    assert opened in added
    assert (await world.texts(late))[-1] == "Please"


async def test_an_address_over_its_limit_holds_its_visitors_and_no_others(world: World) -> None:
    world.under(flood=FloodLimits(address=(Bucket(3, MINUTE),)))
    given: dict[str, Any] = {"inbox": "site", "thread": "t", "address": "203.0.113.7"}
    answers = [await world.says(f"v{n}", **given) for n in range(4)]
    assert (await world.message_of(answers[2])).flood_id is None
    assert (await world.message_of(answers[3])).flood_id is not None
    other = await world.says("w", inbox="site", thread="t", address="198.51.100.1")
    assert (await world.message_of(other)).flood_id is None


async def test_an_inbox_tells_that_it_is_in_a_flood_until_it_is_over(world: World) -> None:
    world.under(flood=FloodLimits(sender=(Bucket(1, MINUTE),), inbox=(Bucket(5, MINUTE),)))
    for _ in range(3):
        await world.says("olena")
    assert not world.sinks["pager"].is_crowded()
    for n in range(3):
        await world.says(f"bot{n}")
    assert world.sinks["pager"].is_crowded()
    assert not world.sinks["site"].is_crowded()
    world.clock.tick(15)
    assert not world.sinks["pager"].is_crowded()


async def test_how_many_are_held_is_a_figure(flooded: World) -> None:
    await pours(flooded, 30)
    assert await flooded.store.read(lambda tx: tx.all(f.RUNNING)) == [("pager", 1, 10)]


async def test_what_is_held_reopens_nothing_until_the_flood_is_over(flooded: World) -> None:
    here = await pours(flooded, 30)
    await flooded.closes("anna", here)
    await flooded.says("olena", "more")
    assert (await flooded.conversation(here)).state == "closed"
    flooded.clock.tick(15)
    await goes_on(flooded)
    assert (await flooded.conversation(here)).state == "open"
    assert (await flooded.texts(here))[-1] == "more"


# --- the customer ---


def told(world: World) -> None:
    words = LocalText("Slowly, please.", {})
    world.desk = replace(world.desk, says={"flood": words})
    world.sinks = world._sinks()


async def test_the_customer_is_told_once_where_the_configuration_says_so(flooded: World) -> None:
    told(flooded)
    here = await pours(flooded, 60)
    assert [one for one in await flooded.texts(here) if not one.isdigit()] == ["Slowly, please."]


async def test_the_customer_is_told_nothing_where_it_does_not(flooded: World) -> None:
    here = await pours(flooded, 60)
    assert all(one.isdigit() for one in await flooded.texts(here))


async def test_no_customer_is_told_of_a_crowd_they_are_in(world: World) -> None:
    world.under(flood=FloodLimits(inbox=(Bucket(5, MINUTE),)))
    told(world)
    for n in range(5):
        await world.says(f"bot{n}")
    late = await world.begun("olena", text="1")
    assert await world.texts(late) == []


async def test_an_edit_of_what_is_held_changes_it_where_it_is(flooded: World) -> None:
    here = await pours(flooded, 20)
    message = flooded.message("olena", "wrong")
    await flooded.comes(message)
    await flooded.comes(
        ch.MessageEdited(
            sender=message.sender,
            external_id=message.external_id,
            edited_at=flooded.clock.now(),
            text="right",
        )
    )
    assert [one.text for one in await held(flooded, here)] == ["right"]


async def test_a_block_ends_the_pouring_and_the_flood_ends_by_itself(flooded: World) -> None:
    here = await pours(flooded, 30)
    await block(flooded, here)
    answer = await flooded.says("olena", "and more")
    assert answer.reason == "blocked"
    assert len(await held(flooded, here)) == 10
    flooded.clock.tick(15)
    await goes_on(flooded)
    assert (await flooded.conversation(here)).flood_id is None
    assert await flooded.store.read(lambda tx: tx.all(f.RUNNING)) == []
