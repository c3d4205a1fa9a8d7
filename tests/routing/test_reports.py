"""What networks say became of what we sent: in any order, once, and only by whom it concerns."""

from dataclasses import replace
from typing import Literal

import pytest

from bridge import channel as ch
from bridge.store import messages as m
from bridge.store.transactions import Tx
from routing import outbound
from routing.desk import Desk
from tests.clock import START
from tests.databases import by_hand
from tests.routing.world import World

LONG = "слово " * 40  # Three parts where a part takes 100 characters.


def report(
    state: Literal["delivered", "read", "failed"], *ids: str, who: str = "olena"
) -> ch.DeliveryReport:
    return ch.DeliveryReport(
        recipient=who,
        external_ids=ids,
        state=state,
        at=1,
        reason="rejected" if state == "failed" else None,
    )


async def test_a_part_goes_from_sent_to_delivered_to_read_and_never_back(world: World) -> None:
    ours = await world.replies("anna", await world.begun())
    await world.sent(ours, "n1")
    assert await world.states(ours) == ["sent"]
    for state, now in (("delivered", "delivered"), ("read", "read"), ("delivered", "read")):
        await world.comes(report(state, "n1"))  # type: ignore[arg-type]
        assert await world.states(ours) == [now]


async def test_the_same_report_again_is_a_duplicate_and_tells_nobody(world: World) -> None:
    ours = await world.replies("anna", await world.begun())
    await world.sent(ours, "n1")
    first = await world.comes(report("delivered", "n1"))
    before = await world.last_event()
    again = await world.comes(report("delivered", "n1"))
    assert (first.outcome, again.outcome) == ("stored", "duplicate")
    assert await world.last_event() == before


async def test_a_report_before_the_answer_of_the_send_is_parked_and_applied(world: World) -> None:
    ours = await world.replies("anna", await world.begun())
    assert (await world.comes(report("read", "n1"))).outcome == "parked"
    assert await world.states(ours) == ["queued"]
    await world.sent(ours, "n1")
    assert await world.states(ours) == ["read"]
    assert await world.count("parked_events") == 0


@pytest.mark.parametrize("order", ["drf", "rdf", "fdr", "frd", "dfr", "rfd"])
async def test_proof_of_reading_wins_in_whatever_order_reports_come(
    world: World, order: str
) -> None:
    ours = await world.replies("anna", await world.begun())
    await world.sent(ours, "n1")
    words: dict[str, Literal["delivered", "read", "failed"]] = {
        "d": "delivered",
        "r": "read",
        "f": "failed",
    }
    for letter in order:
        await world.comes(report(words[letter], "n1"))
    assert await world.states(ours) == ["read"]


async def test_a_report_of_failure_says_why(world: World) -> None:
    ours = await world.replies("anna", await world.begun())
    await world.sent(ours, "n1")
    await world.comes(report("failed", "n1"))
    [part] = await world.deliveries(ours)
    assert (part.state, part.reason) == ("failed", "rejected")


async def test_a_failure_told_again_of_an_earlier_attempt_does_not_fail_the_one_after_it(
    world: World,
) -> None:
    ours = await world.replies("anna", await world.begun())
    await world.sent(ours, "n1")
    await world.comes(report("failed", "n1"))
    await world.store.write(outbound.retry, ours)
    await world.sent(ours, "n2")
    assert (await world.comes(report("failed", "n1"))).outcome == "duplicate"
    assert await world.states(ours) == ["sent"]
    await world.comes(report("failed", "n2"))
    assert await world.states(ours) == ["failed"]


async def test_a_failure_without_a_reason_still_has_one(world: World) -> None:
    ours = await world.replies("anna", await world.begun())
    await world.sent(ours, "n1")
    event = ch.DeliveryReport(recipient="olena", external_ids=["n1"], state="failed", at=1)
    await world.comes(event)
    [part] = await world.deliveries(ours)
    assert (part.state, part.reason) == ("failed", "unknown")


async def test_what_is_delivered_is_not_failed_by_a_late_report(world: World) -> None:
    ours = await world.replies("anna", await world.begun())
    await world.sent(ours, "n1")
    await world.comes(report("delivered", "n1"))
    await world.comes(report("failed", "n1"))
    assert await world.states(ours) == ["delivered"]


@pytest.mark.parametrize("state", ["queued", "sending", "failed", "uncertain"])
async def test_proof_of_arrival_overrules_what_we_believed(world: World, state: str) -> None:
    ours = await world.replies("anna", await world.begun())
    await world.sent(ours, "n1")
    by_hand(world.store, "UPDATE deliveries SET state = ?", [state])
    await world.comes(report("delivered", "n1"))
    assert await world.states(ours) == ["delivered"]


async def test_reading_one_means_having_read_all_before_it(world: World) -> None:
    here = await world.begun()
    older = await world.replies("anna", here)
    lost = await world.replies("anna", here)
    newer = await world.replies("anna", here)
    after = await world.replies("anna", here)
    for ours in (older, newer, after):
        await world.sent(ours, f"n{ours}")
    await world.comes(report("read", f"n{newer}"))
    found = [(await world.states(ours))[0] for ours in (older, lost, newer, after)]
    # What never went out was not read either.
    assert found == ["read", "queued", "read", "sent"]


async def test_a_conversation_read_up_to_a_message_is_read_up_to_it(world: World) -> None:
    here = await world.begun(inbox="site", thread="t1")
    other = await world.begun(inbox="site", thread="t2")
    messages = [await world.replies("anna", here) for _ in range(3)]
    elsewhere = await world.replies("anna", other)
    for ours in (*messages, elsewhere):
        await world.sent(ours, f"{ours}")
    read = ch.ConversationRead(
        sender=ch.Sender(external_id="olena"), thread="t1", message_id=messages[1], at=1
    )
    assert (await world.comes(read, inbox="site")).outcome == "stored"
    found = [(await world.states(ours))[0] for ours in (*messages, elsewhere)]
    assert found == ["read", "read", "sent", "sent"]


async def test_a_thread_is_read_with_the_conversations_that_were_brought_along(
    world: World,
) -> None:
    old = await world.begun("anon", inbox="site", thread="t1")
    earlier = await world.replies("anna", old)
    await world.sent(earlier, f"{earlier}")
    await world.closes("anna", old)
    await world.begun("user", inbox="site", thread="t1")
    join = ch.ContactUpdated(sender=ch.Sender(external_id="user"), absorbs="anon")
    await world.comes(join, inbox="site")
    read = ch.ConversationRead(
        sender=ch.Sender(external_id="user"), thread="t1", message_id=10**6, at=1
    )
    await world.comes(read, inbox="site")
    assert await world.states(earlier) == ["read"]


async def test_a_stranger_reads_nothing(world: World) -> None:
    await world.begun()
    for who, thread in (("mallory", ""), ("olena", "no such thread")):
        read = ch.ConversationRead(
            sender=ch.Sender(external_id=who), thread=thread, message_id=1, at=1
        )
        assert (await world.comes(read)).outcome == "ignored"


async def test_nobody_reports_on_what_was_sent_to_somebody_else(world: World) -> None:
    ours = await world.replies("anna", await world.begun("olena"))
    await world.begun("mallory")
    await world.sent(ours, "n1")
    answer = await world.comes(report("read", "n1", who="mallory"))
    assert (answer.outcome, answer.reason) == ("refused", "not_theirs")
    assert await world.states(ours) == ["sent"]


async def test_nobody_parks_a_report_for_somebody_elses_message(world: World) -> None:
    ours = await world.replies("anna", await world.begun("olena"))
    await world.begun("mallory")
    await world.comes(report("read", "n1", who="mallory"))
    await world.sent(ours, "n1")
    assert await world.states(ours) == ["sent"]


async def test_one_we_never_wrote_to_reports_nothing(world: World) -> None:
    assert (await world.comes(report("read", "n1", who="nobody"))).outcome == "ignored"
    assert await world.count("parked_events") == 0


async def test_an_id_of_another_inbox_is_another_message(world: World) -> None:
    ours = await world.replies("anna", await world.begun("olena"))
    await world.begun("olena", inbox="site")
    await world.sent(ours, "n1")
    await world.comes(report("read", "n1"), inbox="site")
    assert await world.states(ours) == ["sent"]


async def test_one_id_may_stand_for_several_parts(world: World) -> None:
    ours = await world.replies("anna", await world.begun(), LONG)
    for part in range(3):
        await world.sent(ours, "the same", part=part)
    await world.comes(report("delivered", "the same"))
    assert await world.states(ours) == ["delivered"] * 3


# --- parts of one message ---


async def test_a_part_reported_failed_holds_back_the_later_ones(world: World) -> None:
    ours = await world.replies("anna", await world.begun(), LONG)
    await world.sent(ours, "n0", part=0)
    await world.comes(report("failed", "n0"))
    assert await world.count("deliveries WHERE part > 0 AND held_at IS NOT NULL") == 2


async def test_a_report_on_a_good_part_frees_nothing_behind_a_bad_one(world: World) -> None:
    ours = await world.replies("anna", await world.begun(), LONG)
    await world.sent(ours, "n0", part=0)
    await world.sent(ours, "n1", part=1)
    await world.comes(report("failed", "n1"))
    await world.comes(report("delivered", "n0"))
    assert await world.count("deliveries WHERE held_at IS NOT NULL") == 1
    # Proof that it did arrive frees the rest.
    await world.comes(report("delivered", "n1"))
    assert await world.count("deliveries WHERE held_at IS NOT NULL") == 0


async def test_an_agents_retry_frees_the_later_parts(world: World) -> None:
    ours = await world.replies("anna", await world.begun(), LONG)
    await world.sent(ours, "n0", part=0)
    await world.comes(report("failed", "n0"))
    await world.store.write(outbound.retry, ours)
    assert await world.states(ours) == ["queued"] * 3
    assert await world.count("deliveries WHERE held_at IS NOT NULL") == 0


async def test_proof_of_what_was_to_be_tried_again_calls_up_what_waits_behind_it(
    world: World,
) -> None:
    here = await world.begun()
    ours, behind = await world.replies("anna", here), await world.replies("anna", here)
    await world.sent(ours, "n1")
    by_hand(world.store, "UPDATE deliveries SET due_at = due_at + 300000, state = 'queued'")
    await world.comes(report("delivered", "n1"))
    [part] = await world.deliveries(behind)
    assert (part.state, part.due_at) == ("queued", world.clock.now())


# --- nobody there any more ---


def gone(who: str = "olena") -> ch.ContactUnreachable:
    return ch.ContactUnreachable(sender=ch.Sender(external_id=who), at=START, reason="visitor_left")


def confirms(world: World) -> None:
    """Have the network say what has arrived."""
    known = world.desk.capabilities
    can = {key: replace(one, reports_delivered=True) for key, one in known.items()}
    world.desk = replace(world.desk, capabilities=can)
    world.sinks = world._sinks()


async def test_s52_what_was_accepted_and_never_confirmed_fails_when_the_visitor_has_left(
    world: World,
) -> None:
    confirms(world)
    here = await world.begun()
    confirmed, unconfirmed = await world.replies("anna", here), await world.replies("anna", here)
    await world.sent(confirmed, "n1")
    await world.sent(unconfirmed, "n2")
    await world.comes(report("delivered", "n1"))
    assert (await world.comes(gone())).outcome == "stored"
    assert await world.states(confirmed) == ["delivered"]
    [part] = await world.deliveries(unconfirmed)
    assert (part.state, part.reason) == ("failed", "visitor_left")
    identity = await world.identity("olena")
    assert identity is not None
    assert (identity.unreachable_at, identity.unreachable_reason) == (START, "visitor_left")


async def test_a_change_that_was_accepted_is_not_waited_for_when_the_visitor_has_left(
    world: World,
) -> None:
    ours = await world.replies("anna", await world.begun(), "один")
    await world.sent(ours, "n1")
    await world.comes(report("delivered", "n1"))
    await world.store.write(_change_text, world.desk, ours, "два")
    await world.sent(ours, "n1", action="edit")
    await world.comes(gone())
    assert await world.states(ours) == ["delivered", "sent"]


def _change_text(tx: Tx, desk: Desk, message_id: int, text: str) -> None:
    outbound.edit(tx, desk, tx.the(m.MESSAGE_BY_ID, id=message_id), text)


async def test_somebody_elses_messages_do_not_fail_with_them(world: World) -> None:
    ours = await world.replies("anna", await world.begun("tom"))
    await world.sent(ours, "n1")
    await world.begun("olena")
    await world.comes(gone("olena"))
    assert await world.states(ours) == ["sent"]


async def test_who_writes_again_is_reachable_again_and_proof_still_counts(world: World) -> None:
    ours = await world.replies("anna", await world.begun())
    await world.sent(ours, "n1")
    await world.comes(gone())
    await world.comes(report("read", "n1"))
    assert await world.states(ours) == ["read"]
    await world.says("olena")
    identity = await world.identity("olena")
    assert identity is not None
    assert identity.unreachable_at is None


async def test_a_stranger_who_leaves_changes_nothing(world: World) -> None:
    assert (await world.comes(gone("nobody"))).outcome == "ignored"


async def test_what_a_network_took_that_confirms_nothing_has_not_failed_when_it_is_blocked(
    world: World,
) -> None:
    ours = await world.replies("anna", await world.begun())
    await world.sent(ours, "n1")
    assert (await world.comes(gone())).outcome == "stored"
    assert await world.states(ours) == ["sent"]


async def test_a_block_that_is_told_again_takes_nothing_from_who_has_come_back_since(
    world: World,
) -> None:
    confirms(world)
    here = await world.begun()
    await world.comes(gone())
    world.clock.tick(600)
    await world.says("olena", "I am back")
    ours = await world.replies("anna", here)
    await world.sent(ours, "n1")
    assert (await world.comes(gone())).outcome == "ignored"
    identity = await world.identity("olena")
    assert identity is not None
    assert (identity.unreachable_at, await world.states(ours)) == (None, ["sent"])


async def test_what_was_sent_after_somebody_was_told_to_be_gone_does_not_fail_when_it_is_told_late(
    world: World,
) -> None:
    confirms(world)
    here = await world.begun()
    before = await world.replies("anna", here)
    await world.sent(before, "n1")
    world.clock.tick(600)
    after = await world.replies("anna", here)
    await world.sent(after, "n2")
    await world.comes(gone())
    assert await world.states(before) == ["failed"]
    assert await world.states(after) == ["sent"]
