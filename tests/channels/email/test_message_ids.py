"""Message-IDs that are missing, empty or no ids, and one that two different mails bear.

A mail is known by what it says (`translate.digest`): its id is others' to write.
"""

import re

import pytest

from channels.email.threads import read_trace
from tests.channels.email.mails import ANNA, letter
from tests.channels.email.rig import EmailRig
from tests.channels.email.test_whole import SPOKEN, Whole, whole

__all__ = ["whole"]

NO_IDS = {
    "none": "",
    "empty": "Message-ID:\r\n",
    "angle brackets": "Message-ID: <>\r\n",
    "no brackets": "Message-ID: 20261130\r\n",
    "endless": f"Message-ID: <{'a' * 5_000}@a.bc>\r\n",
}


def _with(head: str, raw: bytes) -> bytes:
    """Return the mail with this in place of its Message-ID."""
    return re.sub(rb"Message-ID: [^\r]*\r\n", head.encode(), raw, count=1)


@pytest.mark.parametrize("head", NO_IDS.values(), ids=NO_IDS.keys())
async def test_mails_without_an_id_are_each_stored_once_however_often_they_come(
    desk: EmailRig, head: str
) -> None:
    one, other = (_with(head, letter(text)) for text in ("one", "other"))
    for raw in (one, other, one, one, other):
        await desk.arrives(raw)
    assert [kept.text for kept in desk.core.book.values()] == ["one", "other"]
    assert desk.core.quarantined == []


async def test_an_answer_goes_out_to_a_mail_that_had_no_id(desk: EmailRig) -> None:
    await desk.arrives(_with("", letter("Where?")))
    (message,) = desk.core.messages
    await desk.channel.send(desk.part(ANNA, "Here", thread=message.thread), key="k")
    (sent,) = desk.box.received
    assert sent.recipients == (ANNA,)
    assert "<>" not in str(sent.mail["references"] or "")


async def test_two_different_mails_of_one_id_are_two_and_neither_is_taken_for_the_other(
    whole: Whole,
) -> None:
    first = letter("the true one", message_id="same@a.bc")
    second = letter("quite another", message_id="same@a.bc")
    for raw in (first, second, second, first):
        whole.deliver(raw)
    whole.deliver(letter("last"))
    await whole.until(SPOKEN, [("the true one",), ("quite another",), ("last",)])
    assert whole.ask("SELECT count(*) FROM quarantine") == [(0,)]


async def test_a_stranger_who_sends_first_under_an_id_does_not_keep_the_true_mail_out(
    whole: Whole,
) -> None:
    whole.deliver(letter("I was first", sender="mallory@example.org", message_id="same@a.bc"))
    whole.deliver(letter("It is me", message_id="same@a.bc"))
    await whole.until(SPOKEN, [("I was first",), ("It is me",)])
    asked = "SELECT count(*) FROM conversations", "SELECT count(*) FROM contacts"
    assert [whole.ask(one) for one in asked] == [[(2,)], [(2,)]]


async def test_an_id_that_two_mails_bear_leads_an_answer_to_who_wrote(desk: EmailRig) -> None:
    await desk.arrives(letter("I was first", sender="mallory@example.org", message_id="same@a.bc"))
    await desk.arrives(letter("It is me", message_id="same@a.bc"))
    mine = desk.core.messages[-1]
    trace = read_trace(mine.external_id)
    assert trace is not None
    assert trace.message_id == "same@a.bc"
    await desk.channel.send(desk.part(ANNA, "Hello, Anna", thread=mine.thread), key="k")
    assert [one.recipients for one in desk.box.received] == [(ANNA,)]
