"""What the program said to a visitor who has left: mailed like an answer, if unseen."""

from dataclasses import replace

import pytest

from bridge.delivery import Body
from bridge.settings import LocalText
from tests.routing.continued.mailed import OLENA, Mailed, onward

MINUTE = 60


@pytest.fixture
def greeting(world: Mailed) -> Mailed:
    """A site that goes on by mail and answers the beginning of a conversation by itself."""
    world.desk = replace(world.desk, says={"begun": LocalText("We have your message.", {})})
    world.world.sinks = world.world._sinks()
    return world


async def said(world: Mailed, here: int) -> int:
    """Return what the program has said, once the widget has taken it."""
    [ours] = [one.id for one in await world.messages(here) if one.kind == "outgoing"]
    await world.sent(ours, str(ours))
    return int(ours)


async def test_o32_an_automatic_answer_not_seen_for_a_minute_is_mailed_then_and_not_before(
    greeting: Mailed,
) -> None:
    here = await greeting.visitor()
    ours = await said(greeting, here)
    await greeting.passes(MINUTE - 0.001)
    assert await greeting.mails(here) == []
    await greeting.passes(0.001)
    [mail] = await greeting.mails(here)
    assert (onward(mail).to, onward(mail).carries) == (OLENA, [ours])
    assert Body.of(mail).text.startswith("We have your message.")


async def test_o32_an_automatic_answer_that_was_seen_is_not_mailed(greeting: Mailed) -> None:
    here = await greeting.visitor()
    await greeting.reads(await said(greeting, here))
    await greeting.passes(10 * MINUTE)
    assert await greeting.mails(here) == []


async def test_o32_of_whom_no_address_is_known_nothing_is_mailed(greeting: Mailed) -> None:
    here = await greeting.visitor(email=None)
    await said(greeting, here)
    await greeting.passes(10 * MINUTE)
    assert await greeting.mails(here) == []


async def test_o32_the_mails_can_be_disabled_and_the_answer_in_the_widget_stays(
    greeting: Mailed,
) -> None:
    greeting.under(email_if_unseen=None)
    here = await greeting.visitor()
    await said(greeting, here)
    await greeting.passes(10 * MINUTE)
    assert await greeting.mails(here) == []


async def test_o33_with_an_agents_answer_within_the_minute_both_are_one_mail(
    greeting: Mailed,
) -> None:
    here = await greeting.visitor()
    ours = await said(greeting, here)
    await greeting.passes(30)
    theirs = await greeting.answers(here)
    await greeting.passes(30)
    assert await greeting.carried(here) == [[ours, theirs]]
