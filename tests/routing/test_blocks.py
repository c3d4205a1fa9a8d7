"""A blocked customer: nothing of theirs comes in, nothing goes out, and it ends when it is to."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bridge import channel as ch
from bridge.models import FOREVER, Timer
from routing import automatic, outbound, timers
from routing.policy import BLOCK_ENDS, CLOSE_INACTIVE
from routing.refusal import RefusedError
from tests.routing.gate import (
    HOUR,
    TOLD,
    block,
    everything,
    history,
    strict,
    told,
    unblock,
)
from tests.routing.test_timers import looked, ticking
from tests.routing.test_way_back import Site
from tests.routing.world import World


@pytest.fixture
def shop(world: World) -> World:
    """A world whose program tells customers that they are blocked."""
    return strict(world)


# --- in ---


async def of_blocks(shop: World) -> list[Timer]:
    """Return the timers that end blocks."""
    return [one for one in await shop.timers() if one.kind == BLOCK_ENDS]


async def test_a_blocked_customers_conversation_ends_as_a_silent_ones_does(shop: World) -> None:
    here = await shop.begun()
    await block(shop, here)
    [timer] = [one for one in await shop.timers() if one.kind == CLOSE_INACTIVE]
    shop.clock.tick((timer.due_at - shop.clock.now()) / 1000)
    assert await shop.store.write(timers.fire, shop.desk, timer)
    assert (await shop.conversation(here)).state == "closed"


@pytest.mark.parametrize("inbox", ["pager", "site", "post"])
async def test_d27_what_a_blocked_customer_writes_comes_to_nobody(shop: World, inbox: str) -> None:
    here = await shop.begun(inbox=inbox)
    await block(shop, here)
    before, last = await everything(shop), await shop.last_event()
    answer = await shop.says("olena", "Ви ще пошкодуєте", inbox=inbox)
    assert (answer.outcome, answer.reason) == ("refused", "blocked")
    assert await everything(shop) == before
    assert {one.kind for one in await shop.events(after=last)} == {"contact.changed"}


async def test_d27_a_blocked_customer_begins_no_other_conversation(shop: World) -> None:
    here = await shop.begun(inbox="site", thread="t1")
    await block(shop, here)
    await shop.says("olena", inbox="site", thread="t2")
    assert await shop.count("conversations") == 1


async def test_a_closed_conversation_is_not_opened_again_by_a_blocked_customer(shop: World) -> None:
    here = await shop.begun()
    await shop.closes("anna", here)
    await block(shop, here)
    await shop.says("olena")
    assert (await shop.conversation(here)).state == "closed"


async def test_d27_only_how_often_they_wrote_is_kept_and_told_once_a_minute(shop: World) -> None:
    here = await shop.begun()
    await block(shop, here, lasts=None)
    last = await shop.last_event()
    for _ in range(30):
        await shop.says("olena")
        shop.clock.tick(1)
    [one] = await history(shop)
    assert (one.refused, one.refused_at) == (30, shop.clock.now() - 1000)
    assert len(await shop.events(after=last)) == 1


@pytest.mark.parametrize("text", ["", "x" * 200_000])
async def test_what_nobody_could_take_of_a_blocked_customer_is_called_blocked(
    shop: World, text: str
) -> None:
    """An adapter keeps aside what is refused for what it is, and theirs must not fill the disk."""
    await block(shop, await shop.begun(), lasts=None)
    assert (await shop.says("olena", text)).reason == "blocked"


async def test_files_and_albums_of_a_blocked_customer_are_not_fetched(shop: World) -> None:
    media = ch.InboundMedia(kind="image", name="1.jpg", mime="image/jpeg", ref="f1")
    here = await shop.begun(text="", media=[media], album=ch.Album(key="a1", place=0))
    await block(shop, here)
    before = await everything(shop)
    await shop.says("olena", text="", media=[media], album=ch.Album(key="a1", place=1))
    assert await everything(shop) == before


async def test_what_was_stored_before_the_block_and_comes_again_is_a_duplicate(
    shop: World,
) -> None:
    first = shop.message("olena")
    answer = await shop.comes(first)
    assert answer.conversation_id is not None
    await block(shop, answer.conversation_id)
    again = await shop.comes(first)
    assert (again.outcome, again.message_id) == ("duplicate", answer.message_id)
    assert (await history(shop))[0].refused == 0


OLENA = ch.Sender(external_id="olena", name="Олена 2")
DEEDS: dict[str, ch.InboundEvent] = {
    "edit": ch.MessageEdited(sender=OLENA, external_id="olena/1", text="!", edited_at=2),
    "edit of nothing": ch.MessageEdited(sender=OLENA, external_id="no", text="!", edited_at=2),
    "taking back": ch.MessageDeleted(sender=OLENA, external_id="olena/1", deleted_at=2),
    "reaction": ch.ReactionChanged(sender=OLENA, external_id="olena/1", reactions=["😡"], at=2),
    "press": ch.ButtonPressed(sender=OLENA, external_id="p1", button="Yes", at=2),
    "start": ch.ContactStarted(sender=OLENA, at=2),
    "new name": ch.ContactUpdated(sender=OLENA),
}


@pytest.mark.parametrize("deed", DEEDS)
async def test_nothing_else_that_a_blocked_customer_does_is_passed_on(
    shop: World, deed: str
) -> None:
    here = await shop.begun()
    await block(shop, here)
    before, shown = await everything(shop), await shop.messages(here)
    contact = await shop.contact("olena")
    await shop.comes(DEEDS[deed])
    assert await everything(shop) == before
    assert await shop.messages(here) == shown
    assert await shop.contact("olena") == contact


async def test_that_a_blocked_customer_is_writing_or_has_read_is_not_told(shop: World) -> None:
    here = await shop.begun(inbox="site", thread="t1")
    ours = await shop.replies("anna", here)
    await shop.sent(ours, "m1")
    await block(shop, here)
    last = await shop.last_event()
    sender = ch.Sender(external_id="olena")
    sink = shop.sinks["site"]
    assert (
        await shop.store.read(sink._typed_in, [ch.ContactTyping(sender=sender, thread="t1")]) == []
    )
    read = ch.ConversationRead(sender=sender, thread="t1", message_id=ours, at=2)
    await shop.comes(read, inbox="site")
    report = ch.DeliveryReport(recipient="olena", external_ids=["m1"], state="read", at=2)
    await shop.comes(report, inbox="site")
    assert await shop.states(ours) == ["sent"]
    assert await shop.events(after=last) == []


async def test_that_a_message_of_before_has_arrived_is_still_told(shop: World) -> None:
    here = await shop.begun()
    ours = await shop.replies("anna", here)
    await shop.sent(ours, "m1")
    await block(shop, here)
    report = ch.DeliveryReport(recipient="olena", external_ids=["m1"], state="delivered", at=2)
    await shop.comes(report)
    assert await shop.states(ours) == ["delivered"]


# --- out ---


async def test_s11_a_blocked_customer_is_sent_nothing(shop: World) -> None:
    here = await shop.begun()
    ours = await shop.replies("anna", here)
    await shop.sent(ours, "m1")
    await block(shop, here)
    with pytest.raises(RefusedError, match="blocked"):
        await shop.replies("anna", here, "Ще одне")
    conversation = await shop.conversation(here)
    assert not await shop.store.read(automatic.may_write, shop.desk, conversation)


async def test_what_was_queued_before_the_block_never_goes_by_itself(shop: World) -> None:
    here = await shop.begun()
    ours = await shop.replies("anna", here, "x" * 250)
    await shop.goes_out(ours)
    await block(shop, here)
    parts = await shop.deliveries(ours)
    assert [(one.state, one.reason) for one in parts[1:]] == [("failed", "withheld")] * 2
    assert parts[0].state == "sending"
    await unblock(shop, here)
    assert (await shop.states(ours))[1:] == ["failed", "failed"]


async def test_what_was_withheld_is_sent_again_by_hand_once_they_are_back(shop: World) -> None:
    here = await shop.begun()
    ours = await shop.replies("anna", here)
    await block(shop, here)
    with pytest.raises(RefusedError, match="blocked"):
        await shop.store.write(outbound.retry, ours)
    await unblock(shop, here)
    await shop.store.write(outbound.retry, ours)
    assert await shop.states(ours) == ["queued"]


async def test_an_edit_goes_to_no_blocked_customer_and_a_note_to_colleagues(shop: World) -> None:
    here = await shop.begun()
    ours = await shop.replies("anna", here)
    await shop.sent(ours, "m1")
    await block(shop, here)
    message = next(one for one in await shop.messages(here) if one.id == ours)
    with pytest.raises(RefusedError, match="blocked"):
        await shop.store.write(outbound.edit, shop.desk, message, "Інше")
    await shop.store.write(outbound.delete, shop.desk, message)
    await shop.notes("anna", here, "Він заблокований")
    assert "Він заблокований" in await shop.texts(here)


async def test_nobody_waits_who_cannot_be_answered(shop: World) -> None:
    here = await shop.begun()
    await block(shop, here)
    assert (await shop.conversation(here)).waiting_since is None


# --- told ---


async def test_d26_the_customer_is_told_once_in_their_language(shop: World) -> None:
    sender = ch.Sender(external_id="olena", language="uk")
    here = await shop.begun(sender=sender)
    await block(shop, here)
    for _ in range(3):
        await shop.says("olena", sender=sender)
    [ours] = await told(shop, here)
    assert ours.text == TOLD.pick("uk", "en")
    assert await shop.states(ours.id) == ["queued"]


async def test_d26_each_block_is_told_anew(shop: World) -> None:
    here = await shop.begun()
    await block(shop, here)
    await unblock(shop, here)
    await block(shop, here)
    assert len(await told(shop, here)) == 2


async def test_d26_switched_off_nothing_is_said(world: World) -> None:
    here = await world.begun()
    await block(world, here)
    assert await told(world, here) == []


async def test_by_mail_it_is_one_of_the_automatic_answers(shop: World) -> None:
    here = await shop.begun(inbox="post")
    await block(shop, here)
    [first] = await told(shop, here)
    await shop.sent(first.id, "m1")
    await unblock(shop, here)
    await block(shop, here)
    assert len(await told(shop, here)) == 1


async def test_nobody_is_told_whose_name_was_perhaps_only_used(shop: World) -> None:
    here = await shop.begun(inbox="post", verified=False)
    await block(shop, here)
    assert await told(shop, here) == []


async def test_a_word_that_still_waits_when_they_are_let_in_again_is_not_sent(
    shop: World,
) -> None:
    here = await shop.begun()
    await block(shop, here)
    await unblock(shop, here)
    [ours] = await told(shop, here)
    assert await shop.states(ours.id) == ["failed"]


# --- until when ---


async def test_d29_it_ends_to_the_millisecond_though_nobody_looks_at_the_timer(
    shop: World,
) -> None:
    here = await shop.begun()
    await block(shop, here, lasts=HOUR)
    shop.clock.tick(HOUR - 0.001)
    assert (await shop.says("olena")).outcome == "refused"
    shop.clock.tick(0.001)
    assert (await shop.says("olena")).outcome == "stored"
    assert (await shop.verbs(here))[-1] == "block_ended"


async def test_d29_the_timer_tells_everybody_that_it_is_over(shop: World) -> None:
    here = await shop.begun()
    await block(shop, here, lasts=HOUR)
    last = await shop.last_event()
    async with ticking(shop) as loop:
        shop.clock.tick(HOUR - 1)
        await looked(shop, loop)
        assert "block_ended" not in await shop.verbs(here)
        shop.clock.tick(1)
        await looked(shop, loop)
    assert (await shop.verbs(here)).count("block_ended") == 1
    identity = await shop.identity("olena")
    assert identity is not None
    assert identity.blocked_until is None
    kinds = [one.kind for one in await shop.events(after=last)]
    assert "block.changed" in kinds
    assert "conversation.changed" in kinds


async def test_a_timer_of_a_block_that_was_lifted_does_nothing(shop: World) -> None:
    here = await shop.begun()
    await block(shop, here)
    [timer] = await of_blocks(shop)
    await unblock(shop, here)
    assert await of_blocks(shop) == []
    assert not await shop.store.write(timers.fire, shop.desk, timer)


async def test_d24_forever_has_no_end_and_no_timer(shop: World) -> None:
    here = await shop.begun()
    await block(shop, here, lasts=None)
    shop.clock.tick(50 * 365 * 24 * HOUR)
    assert (await shop.says("olena")).outcome == "refused"
    assert [one.until for one in await history(shop)] == [None]
    identity = await shop.identity("olena")
    assert identity is not None
    assert identity.blocked_until == FOREVER
    assert await of_blocks(shop) == []


async def test_d30_unblocked_by_hand_the_customer_is_heard_at_once(shop: World) -> None:
    here = await shop.begun()
    await block(shop, here, lasts=None)
    await unblock(shop, here, by="anna")
    assert (await shop.says("olena")).conversation_id == here
    assert (await shop.activities(here))[-1] == {
        "verb": "unblocked",
        "by": "anna",
        "scope": "identity",
    }
    [one] = await history(shop)
    assert (one.lifted_by, one.ended_at) == ("anna", shop.clock.now())


# --- how it is asked for ---


async def test_r59_the_history_says_who_blocked_whom_until_when_and_why(shop: World) -> None:
    here = await shop.begun()
    await block(shop, here, lasts=HOUR, reason=" Погрожує \n 😡 ")
    until = shop.clock.now() + HOUR * 1000
    assert (await shop.activities(here))[-1] == {
        "verb": "blocked",
        "by": "sofia",
        "scope": "identity",
        "until": until,
        "reason": "Погрожує 😡",
    }


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"reason": " \n"}, "reason"),
        ({"reason": "x" * 501}, "reason"),
        ({"lasts": 0}, "until"),
        ({"lasts": 100 * 365 * 24 * HOUR}, "until"),
    ],
)
async def test_r58_r59_a_block_without_a_reason_or_a_good_end_is_refused(
    shop: World, given: dict[str, object], field: str
) -> None:
    here = await shop.begun()
    with pytest.raises(RefusedError) as refusal:
        await block(shop, here, **given)  # type: ignore[arg-type]
    assert list(refusal.value.detail["fields"]) == [field]  # type: ignore[call-overload]
    assert await history(shop) == []


async def test_r58_where_the_yaml_wants_an_end_nobody_is_blocked_for_ever(shop: World) -> None:
    shop.under(block_require_end=True)
    here = await shop.begun()
    with pytest.raises(RefusedError, match="invalid"):
        await block(shop, here, lasts=None)


async def test_of_two_who_block_at_once_the_second_is_told(shop: World) -> None:
    here = await shop.begun()
    await block(shop, here)
    with pytest.raises(RefusedError, match="state"):
        await block(shop, here, by="anna")
    await unblock(shop, here)
    with pytest.raises(RefusedError, match="state"):
        await unblock(shop, here)


async def test_d28_the_widget_of_a_blocked_visitor_is_told_at_once_and_until_when(
    shop: World, tmp_path: Path
) -> None:
    site = Site(shop, tmp_path)
    here = await shop.begun(inbox="site", thread="t1")
    await shop.caught_up()
    assert await site.view.block("olena") is None
    changes = site.view.follow("olena", shop.hub.cursor())
    await block(shop, here, lasts=HOUR)
    until = shop.clock.now() + HOUR * 1000
    assert await site.view.block("olena") == ch.BlockView(until=until)
    assert await _next_block(changes) == ch.BlockView(until=until)
    await unblock(shop, here)
    assert await _next_block(changes) is None
    await block(shop, here, lasts=None)
    assert await _next_block(changes) == ch.BlockView(until=None)


async def _next_block(changes: AsyncIterator[ch.CustomerChanges]) -> ch.BlockView | None:
    while not (change := await anext(changes)).block_changed:
        continue
    return change.block
