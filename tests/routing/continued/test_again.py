"""What agents do about a mail that failed or may not have arrived."""

from typing import Any

import pytest

from bridge import channel as ch
from bridge.delivery import Body
from routing import outbound
from routing.continued import again
from tests.routing.continued.mailed import OLENA, Mailed, onward
from tests.routing.test_outbound import refused

LOST = ch.OutcomeUnknownError("no answer after the final dot", reason="timeout")
REJECTED = ch.RejectedError("spam", reason="rejected")


async def mailed(world: Mailed, outcome: ch.SendError, *texts: str) -> tuple[int, list[int]]:
    """Have answers mailed, and the mail end so; return the conversation and the answers."""
    here = await world.visitor()
    ours = [await world.answers(here, text) for text in texts or ("Yes",)]
    await world.passes(60)
    await world.posted(here, outcome)
    return here, ours


async def retries(world: Mailed, message_id: int) -> None:
    """Have an agent send the mail of a message again."""
    await world.changes(again.retry, message_id)


async def settles(world: Mailed, message_id: int, *, arrived: bool) -> None:
    """Have an agent say of the mail of a message whether it arrived."""

    def settle(tx: Any, desk: Any, message: Any) -> None:
        again.settle(tx, desk, message, arrived=arrived)

    await world.changes(settle, message_id)


async def test_a_mail_that_failed_goes_again_with_all_its_messages(world: Mailed) -> None:
    here, ours = await mailed(world, REJECTED, "Yes", "Tomorrow")
    await retries(world, ours[0])
    [mail] = await world.mails(here)
    assert (mail.state, mail.reason, mail.doubled_at) == ("queued", None, None)
    assert onward(mail).carries == ours
    assert {one.state for one in (await world.shown(here)).values()} == {"queued"}
    await world.posted(here)
    assert {one.state for one in (await world.shown(here)).values()} == {"sent"}


async def test_everybody_who_shows_one_of_its_messages_is_told(world: Mailed) -> None:
    here, ours = await mailed(world, REJECTED, "Yes", "Tomorrow")
    before = await world.count("events WHERE kind = 'message.changed'")
    await retries(world, ours[1])
    assert await world.count("events WHERE kind = 'message.changed'") == before + 2
    assert len(await world.mails(here)) == 1


async def test_an_uncertain_mail_that_arrived_is_taken_for_sent(world: Mailed) -> None:
    here, [ours] = await mailed(world, LOST)
    await settles(world, ours, arrived=True)
    [mail] = await world.mails(here)
    assert (mail.state, mail.reason) == ("sent", None)
    assert not (await world.shown(here))[ours].may_be_double


async def test_an_uncertain_mail_that_is_sent_again_may_arrive_twice_and_says_so(
    world: Mailed,
) -> None:
    here, [ours] = await mailed(world, LOST)
    await settles(world, ours, arrived=False)
    [mail] = await world.mails(here)
    assert (mail.state, mail.doubled_at) == ("queued", world.clock.now())
    await world.posted(here)
    shown = (await world.shown(here))[ours]
    assert (shown.state, shown.may_be_double) == ("sent", True)


async def test_what_was_taken_back_or_changed_since_goes_as_it_is_now(world: Mailed) -> None:
    here, ours = await mailed(world, REJECTED, "Yes", "Tomorrow", "At noon")
    world.desk = world.with_deletes()
    await world.changes(outbound.delete, ours[0])
    await world.changes(outbound.edit, ours[1], "On Friday")
    await retries(world, ours[2])
    [mail] = await world.mails(here)
    assert onward(mail).carries == ours[1:]
    words = Body.of(mail).text
    assert "On Friday" in words
    assert "At noon" in words
    assert "Yes" not in words
    assert "Tomorrow" not in words


async def test_a_mail_of_which_nothing_is_left_does_not_go(world: Mailed) -> None:
    here, [ours] = await mailed(world, REJECTED)
    world.desk = world.with_deletes()
    await world.changes(outbound.delete, ours)
    await refused(retries(world, ours), "state")
    [mail] = await world.mails(here)
    assert mail.state == "failed"


async def test_an_address_that_was_corrected_since_gets_nothing_more(world: Mailed) -> None:
    here, [ours] = await mailed(world, REJECTED)
    await world.says(
        "olena",
        "I mistyped it",
        inbox="site",
        thread="t1",
        sender=ch.Sender(external_id="olena", email="right@example.net"),
    )
    await refused(retries(world, ours), "state")
    [mail] = await world.mails(here)
    assert (mail.state, onward(mail).to) == ("failed", OLENA)


async def test_a_site_that_goes_on_nowhere_any_more_sends_nothing(world: Mailed) -> None:
    _, [ours] = await mailed(world, REJECTED)
    world.desk = world.without_mailboxes()
    await refused(retries(world, ours), "state")


async def test_of_several_mails_with_a_message_the_last_is_meant(world: Mailed) -> None:
    here, [first] = await mailed(world, REJECTED)
    second = await world.answers(here)
    await world.passes(600)
    await world.posted(here, LOST)
    assert await world.carried(here) == [[first], [first, second]]
    await refused(retries(world, first), "state")
    await settles(world, first, arrived=True)
    assert [one.state for one in await world.mails(here)] == ["failed", "sent"]


async def test_a_message_sent_again_by_an_agent_is_in_no_further_mail(world: Mailed) -> None:
    here, [first] = await mailed(world, REJECTED)
    await retries(world, first)
    await world.posted(here)
    second = await world.answers(here)
    await world.passes(600)
    assert await world.carried(here) == [[first], [second]]


@pytest.mark.parametrize("arrived", [True, False])
async def test_a_mail_that_went_is_neither_retried_nor_settled(
    world: Mailed, *, arrived: bool
) -> None:
    here = await world.visitor()
    ours = await world.answers(here)
    await refused(retries(world, ours), "state")
    await world.passes(60)
    await world.posted(here)
    await refused(retries(world, ours), "state")
    await refused(settles(world, ours, arrived=arrived), "state")
