"""What a visitor who has left is asked goes to them by mail, in words, and is answered there."""

from dataclasses import replace

import pytest

from bridge import channel as ch
from bridge.delivery import Body
from bridge.store.continued import CONTINUED
from routing.desk import Mailbox
from tests.routing.told.life import MINUTE, Life

OLENA = "olena@example.net"


@pytest.fixture
def mailing(life: Life) -> Life:
    """A site that goes on by mail, and rates."""
    life.says_on("closed", "rating")
    post = replace(life.desk.capabilities["post"], automatic_every=None)
    can = {**life.desk.capabilities, "post": post}
    mailboxes = {"site": Mailbox("post", "Shop")}
    life.world.desk = replace(life.world.desk, capabilities=can, mailboxes=mailboxes)
    life.world.sinks = life.world._sinks()
    return life


async def left(life: Life, *, email: str | None = OLENA) -> int:
    """Have a visitor write, be answered, and leave the site; return the conversation."""
    sender = ch.Sender(external_id="olena", email=email, language="uk")
    here = await life.answered(inbox="site", thread="t1", sender=sender)
    gone = ch.ContactUnreachable(sender=sender, at=life.clock.now(), reason="visitor_left")
    await life.comes(gone, inbox="site")
    return here


async def mail_of(life: Life, here: int) -> Body:
    """Return what the one mail of a conversation holds."""
    [mail] = await life.store.read(lambda tx: tx.all(CONTINUED, conversation_id=here))
    return Body.of(mail)


async def test_a_question_nobody_has_seen_is_mailed_with_how_to_answer_it(mailing: Life) -> None:
    here = await left(mailing)
    await mailing.closes("anna", here)
    await mailing.passes(MINUTE)
    text = (await mail_of(mailing, here)).text
    assert "closed uk" in text
    assert "rating uk of 5" in text
    assert text.count("Дайте відповідь числом від 1 до 5.") == 1


async def test_j25_the_answer_by_mail_rates_and_opens_nothing(mailing: Life) -> None:
    here = await left(mailing)
    await mailing.closes("anna", here)
    await mailing.passes(MINUTE)
    onward = (await mail_of(mailing, here)).onward
    assert onward is not None
    sender = ch.Sender(external_id=OLENA, email=OLENA, verified=True)
    answer = await mailing.says(
        OLENA, "4\nThank you", inbox="post", sender=sender, thread=onward.thread, continues=True
    )
    assert (answer.outcome, answer.conversation_id) == ("stored", here)
    assert await mailing.ratings() == [("anna", 4, 5, "Thank you")]
    assert (await mailing.conversation(here)).state == "closed"


async def test_who_has_left_without_an_address_is_told_nothing(mailing: Life) -> None:
    here = await left(mailing, email=None)
    await mailing.closes("anna", here)
    assert await mailing.said(here) == []
