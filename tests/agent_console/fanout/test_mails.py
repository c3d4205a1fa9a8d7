"""Answers that go by mail to a visitor who has left: what goes wrong is told in the thread."""

from collections.abc import AsyncIterator
from typing import Any, cast

import pytest

from agent_console.fanout.words import DeskVoice
from agent_console.surface import Answer, Press
from bridge import channel as ch
from bridge.models import Delivery
from bridge.store import deliveries as d
from routing.continued.mailing import mail_unseen
from routing.desk import Mailbox
from tests.agent_console.fanout.conftest import PutUp, Wall
from tests.routing.continued.mailed import Mailed

PAVEL = "222222222"
OLENA = {"name": "Олена", "email": "olena@example.net"}
FULL = ch.UnreachableError("The mailbox is full.", reason="mailbox_full")
LOST = ch.OutcomeUnknownError("no answer", reason="timeout")


class Mails:
    """A thread of which the answers go by mail."""

    def __init__(self, wall: Wall) -> None:
        """Have the site's conversations go on by another inbox."""
        self.wall = wall
        mailboxes = cast("dict[str, Mailbox]", wall.office.desk.mailboxes)
        mailboxes["site"] = Mailbox("blog", "Shop")
        self.world = Mailed(cast("Any", wall.office))
        self.id = 0

    async def answered(self, *texts: str) -> list[str]:
        """Answer in the thread somebody who is not there to read it, and have it mailed."""
        self.id, _ = await self.wall.office.customer_writes("Hello", sender=OLENA)
        await self.wall.settled()
        said = [await self.wall.says(PAVEL, text) for text in texts]
        for message in await self.outgoing():
            await self.wall.office.delivered(message["id"], "sent")
        await self.mailed()
        return said

    async def outgoing(self) -> list[Any]:
        """Return what the agent has said."""
        pavel = await self.wall.office.sign_in("pavel")
        return [one for one in await pavel.thread(self.id) if one["kind"] == "outgoing"]

    async def mailed(self) -> None:
        """Let the time pass after which what was not seen is mailed."""
        self.wall.office.clock.tick(3600)
        await self.wall.office.store.write(mail_unseen, self.wall.office.desk, self.id)

    async def became(self, outcome: ch.Receipt | ch.SendError | None) -> Delivery:
        """Have the mail server answer; return the mail."""
        await self.world.posted(self.id, outcome)
        await self.wall.settled()
        return (await self.world.mails(self.id))[-1]

    async def press(self, button: Press) -> Answer:
        """Press a button below a hint."""
        person = self.wall.by(PAVEL)
        answer = await self.wall.desk.press(
            person, button.verb, conversation_id=self.id, value=button.value
        )
        await self.wall.settled()
        return answer

    @property
    def hints(self) -> list[Any]:
        """Return what the thread was told."""
        return self.wall.board.topic.hints


@pytest.fixture
async def mails(put_up: PutUp) -> AsyncIterator[Mails]:
    """Return a board that speaks as a Telegram group does, and its mails."""
    async with put_up(changes={"agents.pavel.telegram": int(PAVEL)}) as wall:
        await wall.stop()
        voice = DeskVoice(wall.office.settings, wall.office.desk, "telegram")
        wall.use(voice, voice.press)
        await wall.begin()
        yield Mails(wall)


async def test_a_mail_that_failed_is_told_below_the_answer_and_goes_again_at_a_press(
    mails: Mails,
) -> None:
    [said] = await mails.answered("Good day")
    await mails.became(FULL)

    [hint] = mails.hints
    assert hint.about == said
    assert hint.text.startswith("The mail to o…@example.net has failed: the customer's mailbox is")
    assert [(one.verb, one.label) for one in hint.buttons] == [("retry", "Retry")]

    answer = await mails.press(hint.buttons[0])
    assert (answer.refused, answer.text) == (False, "It is being sent again.")
    [mail] = await mails.world.mails(mails.id)
    assert mail.state == "queued"
    assert (await mails.became(None)).state == "sent"
    assert len(mails.hints) == 1, "what has arrived is no trouble"
    assert (await mails.press(hint.buttons[0])).refused


async def test_what_fails_again_is_told_again_and_nothing_is_told_twice(mails: Mails) -> None:
    await mails.answered("Good day")
    await mails.became(FULL)
    mails.wall.fanout.look(mails.id)
    await mails.wall.settled()
    assert len(mails.hints) == 1

    mails.wall.office.clock.tick(60)
    await mails.press(mails.hints[0].buttons[0])
    await mails.became(FULL)
    assert len(mails.hints) == 2


async def test_a_mail_with_several_answers_is_told_of_once_below_the_last(mails: Mails) -> None:
    said = await mails.answered("Good day", "It is here")
    await mails.became(FULL)
    assert [one.about for one in mails.hints] == [said[-1]]


@pytest.mark.parametrize(("label", "state"), [("It arrived", "sent"), ("Send again", "queued")])
async def test_an_uncertain_mail_is_settled_by_a_person(
    mails: Mails, label: str, state: str
) -> None:
    await mails.answered("Good day")
    await mails.became(LOST)
    [hint] = mails.hints
    assert hint.text == "The mail to o…@example.net may not have arrived."
    [button] = [one for one in hint.buttons if one.label == label]

    assert not (await mails.press(button)).refused
    [mail] = await mails.world.mails(mails.id)
    assert mail.state == state
    assert (mail.doubled_at is None) == (state == "sent")


async def test_after_a_kill_before_it_was_told_it_is_told_all_the_same(mails: Mails) -> None:
    await mails.answered("Good day")
    await mails.wall.stop()
    await mails.world.posted(mails.id, FULL)
    await mails.wall.begin()
    mails.wall.fanout.look(mails.id)
    await mails.wall.settled()
    assert len(mails.hints) == 1


async def test_that_a_visitor_has_left_is_no_failure_where_a_mail_goes_on(mails: Mails) -> None:
    await mails.answered("Good day")
    [message] = await mails.outgoing()
    await mails.wall.office.delivered(message["id"], "failed", "visitor_left")
    mails.wall.fanout.look(mails.id)
    await mails.wall.settled()
    assert mails.hints == []


async def test_where_nothing_is_mailed_a_visitor_who_has_left_is_told_of(mails: Mails) -> None:
    cast("dict[str, Mailbox]", mails.wall.office.desk.mailboxes).clear()
    await mails.answered("Good day")
    [message] = await mails.outgoing()
    await mails.wall.office.delivered(message["id"], "failed", "visitor_left")
    mails.wall.fanout.look(mails.id)
    await mails.wall.settled()
    [hint] = mails.hints
    assert "has left the site" in hint.text
    assert [one.value for one in hint.buttons] == [str(message["id"])]


# --- a conversation that is by mail from the beginning ---


@pytest.mark.parametrize(
    "outcome",
    [
        ch.UnreachableError("no such address", reason="no_such_recipient"),
        ch.RejectedError("spam", reason="rejected"),
        ch.MisconfiguredError("may not send as this", reason="misconfigured"),
    ],
)
async def test_an_answer_by_mail_that_failed_goes_again_from_the_thread(
    mails: Mails, outcome: ch.SendError
) -> None:
    mails.id, _ = await mails.wall.office.customer_writes(
        "Hello", customer="olena@example.net", inbox="blog", sender=OLENA
    )
    await mails.wall.settled()
    said = await mails.wall.says(PAVEL, "Good day")
    delivery = await only_delivery(mails)
    await mails.wall.office.store.write(mails.world._posted, delivery, outcome)
    await mails.wall.settled()

    [hint] = mails.hints
    assert (hint.about, mails.wall.board.topic.marks[said]) == (said, "failed")
    assert not (await mails.press(hint.buttons[0])).refused
    again = await only_delivery(mails)
    assert (again.state, again.reason) == ("queued", None)
    assert mails.wall.board.topic.marks[said] == "queued"
    receipt = ch.Receipt(external_ids=["mail-1@example.com"])
    await mails.wall.office.store.write(mails.world._posted, again, receipt)
    await mails.wall.settled()
    assert mails.wall.board.topic.marks[said] == "accepted"
    assert len(mails.hints) == 1


async def only_delivery(mails: Mails) -> Delivery:
    """Return the one part of the one answer."""
    [message] = await mails.outgoing()
    of = {"message_id": message["id"]}
    [found] = await mails.wall.office.store.read(lambda tx: tx.all(d.DELIVERIES_OF, **of))
    return found
