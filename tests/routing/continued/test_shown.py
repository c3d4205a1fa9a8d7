"""What agents are shown: when a message goes by mail, that it went, that it failed."""

from bridge import channel as ch
from routing.continued.shown import masked
from tests.routing.continued.mailed import Mailed

MINUTE = 60
TO = "o…@example.net"


async def test_s52_while_its_time_runs_a_message_is_planned_for_then(world: Mailed) -> None:
    here = await world.visitor()
    begun = world.clock.now()
    ours = await world.answers(here)
    shown = (await world.shown(here))[ours]
    assert (shown.state, shown.at, shown.to) == ("planned", begun + MINUTE * 1000, TO)


async def test_s52_a_message_that_went_by_mail_says_so_and_when(world: Mailed) -> None:
    here = await world.visitor()
    ours = await world.answers(here)
    await world.passes(MINUTE)
    assert (await world.shown(here))[ours].state == "queued"
    await world.passes(1)
    await world.posted(here)
    shown = (await world.shown(here))[ours]
    assert (shown.state, shown.at, shown.to) == ("sent", world.clock.now(), TO)


async def test_s52_a_mail_that_failed_says_why_on_each_message_in_it(world: Mailed) -> None:
    here = await world.visitor()
    both = [await world.answers(here), await world.answers(here)]
    await world.passes(MINUTE)
    await world.posted(here, ch.UnreachableError("nobody", reason="no_such_recipient"))
    shown = await world.shown(here)
    assert [shown[one].state for one in both] == ["failed", "failed"]
    assert {shown[one].reason for one in both} == {"no_such_recipient"}


async def test_what_waits_for_the_next_mail_is_told_apart_from_what_went(world: Mailed) -> None:
    here = await world.visitor()
    first = await world.answers(here)
    await world.passes(MINUTE)
    await world.posted(here)
    mailed_at = world.clock.now()
    await world.passes(10)
    second = await world.answers(here)
    shown = await world.shown(here)
    assert [shown[one].state for one in (first, second)] == ["sent", "planned"]
    assert shown[second].at == mailed_at + 5 * MINUTE * 1000


async def test_without_an_address_there_is_nothing_to_show(world: Mailed) -> None:
    here = await world.visitor(email=None)
    await world.answers(here)
    assert await world.shown(here) == {}


async def test_what_was_said_before_the_address_was_given_is_not_planned(world: Mailed) -> None:
    here = await world.visitor(email=None)
    before = await world.answers(here)
    await world.passes(1)
    told = ch.Sender(external_id="olena", email="olena@example.net")
    await world.comes(ch.ContactUpdated(sender=told), inbox="site")
    after = await world.answers(here)
    assert set(await world.shown(here)) == {after}
    assert before != after


def test_an_address_is_shown_without_most_of_its_name() -> None:
    assert masked("anna.koval@example.com") == "a…@example.com"
