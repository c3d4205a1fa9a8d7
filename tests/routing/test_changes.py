"""Edits and deletions of what customers wrote, in whatever order they come."""

import pytest

from bridge import channel as ch
from bridge import search
from routing.housekeeping import prune
from routing.parked import PATIENCE, expire
from routing.policy import LONGEST_TEXT
from tests.databases import by_hand
from tests.routing.world import World
from tests.sights import WHOLE

WHO = ch.Sender(external_id="olena")


def edited(text: str, *, message: str = "77", at: int = 1) -> ch.MessageEdited:
    return ch.MessageEdited(sender=WHO, external_id=message, edited_at=at, text=text)


def deleted(message: str = "77") -> ch.MessageDeleted:
    return ch.MessageDeleted(sender=WHO, external_id=message, deleted_at=5)


async def found(world: World, word: str) -> int:
    await search.brought_up_to_date(world.store)
    hits = await world.store.read(
        lambda tx: search.search(tx, word, filters=search.Filters(), sight=WHOLE, limit=10)
    )
    return len([hit for hit in hits if hit.message_id is not None])


async def test_an_edit_changes_the_text_and_keeps_what_it_was(world: World) -> None:
    first = await world.says("olena", "чорнело", external_id="77")
    answer = await world.comes(edited("червоне 🍷"))
    assert (answer.outcome, answer.message_id) == ("stored", first.message_id)
    message = await world.message_of(first)
    assert (message.text, message.revision, message.edited_at) == ("червоне 🍷", 2, 1)
    assert await world.count("message_revisions WHERE text = 'чорнело' AND revision = 1") == 1
    assert [event.kind for event in await world.events()][-1] == "message.changed"


async def test_the_search_finds_the_new_words_and_not_the_old(world: World) -> None:
    await world.says("olena", "чорнело", external_id="77")
    await world.comes(edited("червоне"))
    assert (await found(world, "чорнело"), await found(world, "червоне")) == (0, 1)
    await world.comes(deleted())
    assert await found(world, "червоне") == 0


async def test_a_caption_given_to_a_file_without_words_is_found(world: World) -> None:
    photo = [ch.InboundMedia(kind="image", ref="f1")]
    await world.says("olena", "", media=photo, external_id="77")
    await world.comes(edited("підпис"))
    assert await found(world, "підпис") == 1
    await world.comes(edited("", at=2))
    assert await found(world, "підпис") == 0
    await world.comes(deleted())
    await world.says("olena", "далі")
    assert await found(world, "далі") == 1


async def test_the_same_edit_again_is_a_duplicate(world: World) -> None:
    await world.says("olena", "a", external_id="77")
    assert (await world.comes(edited("b"))).outcome == "stored"
    assert (await world.comes(edited("b"))).outcome == "duplicate"
    assert await world.count("message_revisions") == 1


async def test_an_older_edit_that_comes_late_is_kept_but_does_not_win(world: World) -> None:
    first = await world.says("olena", "v1", external_id="77")
    await world.comes(edited("v3", at=30))
    assert (await world.comes(edited("v2", at=20))).outcome == "stored"
    message = await world.message_of(first)
    assert (message.text, message.edited_at) == ("v3", 30)
    assert await world.count("message_revisions WHERE text IN ('v1', 'v2')") == 2


async def test_two_edits_in_one_second_both_count_in_the_order_they_came(world: World) -> None:
    first = await world.says("olena", "v1", external_id="77")
    await world.comes(edited("v2", at=20))
    await world.comes(edited("v3", at=20))
    assert (await world.message_of(first)).text == "v3"


async def test_an_edit_from_the_future_blocks_no_later_one(world: World) -> None:
    first = await world.says("olena", "v1", external_id="77")
    await world.comes(edited("v2", at=2**60))
    world.clock.tick(1)
    await world.comes(edited("v3", at=world.clock.now()))
    assert (await world.message_of(first)).text == "v3"


async def test_an_edit_that_would_fill_the_disk_is_refused(world: World) -> None:
    await world.says("olena", "a", external_id="77")
    answer = await world.comes(edited("я" * (LONGEST_TEXT + 1)))
    assert (answer.outcome, answer.reason) == ("refused", "too_long")


async def test_a_message_taken_back_is_marked_once_and_no_edit_brings_it_back(
    world: World,
) -> None:
    first = await world.says("olena", "a", external_id="77")
    assert (await world.comes(deleted())).outcome == "stored"
    assert (await world.comes(deleted())).outcome == "duplicate"
    assert (await world.comes(edited("b"))).outcome == "duplicate"
    message = await world.message_of(first)
    assert (message.deleted_at, message.text) == (5, "a")


async def test_what_comes_before_its_message_waits_and_is_applied_in_its_order(
    world: World,
) -> None:
    assert (await world.comes(edited("v2", at=20))).outcome == "parked"
    assert (await world.comes(edited("v3", at=30))).outcome == "parked"
    first = await world.says("olena", "v1", external_id="77")
    message = await world.message_of(first)
    assert (message.text, message.revision) == ("v3", 3)
    assert await world.count("parked_events") == 0


async def test_a_deletion_before_its_message_leaves_it_deleted(world: World) -> None:
    await world.comes(deleted())
    first = await world.says("olena", "a", external_id="77")
    assert (await world.message_of(first)).deleted_at == 5
    assert await found(world, "a") == 0


async def test_what_waits_for_one_inbox_is_not_given_to_another(world: World) -> None:
    await world.comes(edited("v2"), inbox="pager")
    first = await world.says("olena", "v1", external_id="77", inbox="site")
    assert (await world.message_of(first)).text == "v1"
    assert await world.count("parked_events") == 1


async def test_what_has_waited_for_a_day_is_forgotten(world: World) -> None:
    await world.comes(edited("v2"))
    world.clock.tick(PATIENCE / 1000)
    assert await world.store.write(expire) == 0
    world.clock.tick(0.001)
    assert await world.store.write(expire) == 1
    first = await world.says("olena", "v1", external_id="77")
    assert (await world.message_of(first)).text == "v1"


async def test_what_waits_and_turns_out_broken_does_not_take_the_message_with_it(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    await world.comes(edited("v2"))
    by_hand(world.store, 'UPDATE parked_events SET event = \'{"kind": "Gone"}\'')
    first = await world.says("olena", "v1", external_id="77")
    assert first.outcome == "stored"
    assert (await world.message_of(first)).text == "v1"
    assert await world.count("quarantine") == 1
    assert "broken" in caplog.text


async def test_pruning_forgets_old_events_from_the_start_and_never_the_last(world: World) -> None:
    await world.begun("olena")
    old = await world.last_event()
    world.clock.tick(7 * 24 * 3600 + 1)
    await world.begun("tom")
    young = await world.last_event()
    while await world.store.write(prune):
        continue
    assert [event.id for event in await world.events()] == list(range(old + 1, young + 1))
    world.clock.tick(8 * 24 * 3600)
    while await world.store.write(prune):
        continue
    assert [event.id for event in await world.events()] == [young]


async def test_a_clock_that_was_ahead_for_a_while_leaves_no_hole_in_the_log(world: World) -> None:
    await world.begun("first")
    world.clock.jump(30 * 24 * 3600)
    await world.begun("from the future")
    ahead = await world.last_event()
    world.clock.jump(-30 * 24 * 3600)
    await world.begun("last")
    world.clock.tick(8 * 24 * 3600)
    await world.begun("fresh")
    while await world.store.write(prune):
        continue
    left = [event.id for event in await world.events()]
    assert left == list(range(left[0], left[-1] + 1))
    assert left[0] <= ahead
