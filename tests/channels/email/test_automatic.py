"""What the program itself says, between real servers: by mail, and to a visitor who has left."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bridge.app import Program
from tests.channels.email.dovecot import Dovecot
from tests.channels.email.mails import ANNA, letter
from tests.channels.email.postbox import PostBox
from tests.channels.email.site import Site, standing
from tests.channels.email.test_whole import Whole, configured

WORDS = "Thank you, we have your message."
OURS = "SELECT state FROM deliveries ORDER BY id"
CONVERSATIONS = "SELECT count(*) FROM conversations"
SAID = "SELECT count(*) FROM messages WHERE kind = 'outgoing'"


@pytest.fixture
async def whole(tmp_path: Path, dovecot: Dovecot, box: PostBox) -> AsyncIterator[Whole]:
    user = f"says-{tmp_path.name[:40]}"
    program = Program(configured(tmp_path, dovecot, box, user, begun=True))
    async with program.running():
        desk = Whole(program, tmp_path, dovecot, user)
        await desk.until("SELECT count(*) FROM cursors", [(1,)])
        yield desk


async def test_o32_a_letter_is_answered_as_programs_do_and_its_sender_once_a_day(
    whole: Whole, box: PostBox
) -> None:
    whole.deliver(letter("Where is it?", subject="Order 5", message_id="one@a.bc"))
    await whole.until(OURS, [("sent",)])
    [sent] = box.received
    assert sent.recipients == (ANNA,)
    assert (sent.mail["subject"], sent.mail["in-reply-to"]) == ("Re: Order 5", "<one@a.bc>")
    assert sent.mail["auto-submitted"] == "auto-replied"
    assert WORDS in sent.mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]

    whole.deliver(letter("And where is this?", subject="Order 6"))
    await whole.until(CONVERSATIONS, [(2,)])
    assert whole.ask(SAID) == [(1,)]


async def test_o32_two_programs_do_not_answer_each_other(whole: Whole, box: PostBox) -> None:
    whole.deliver(letter("Where is it?"))
    await whole.until(OURS, [("sent",)])
    ours = box.received[0].mail["message-id"].strip("<>")
    away = letter("I am on holiday", answers=ours, Auto_Submitted="auto-replied")
    whole.deliver(away)
    # One that does not say what it is: an answer in the conversation, which begins nothing.
    whole.deliver(letter("I am on holiday", answers=ours))
    await whole.until("SELECT count(*) FROM messages WHERE kind = 'incoming'", [(2,)])
    await whole.until("SELECT count(*) FROM quarantine", [(1,)])
    assert whole.ask(SAID) == [(1,)]
    assert len(box.received) == 1


@pytest.fixture
async def site(tmp_path: Path, dovecot: Dovecot, box: PostBox) -> AsyncIterator[Site]:
    async with standing(tmp_path, dovecot, box, begun=True) as site:
        yield site


async def test_o32_a_visitor_who_has_left_is_mailed_the_automatic_answer_after_a_minute(
    site: Site,
) -> None:
    await site.writes("Where is my order?", email=ANNA)
    await site.until(OURS, [("sent",)])
    [asked, said] = await site.sees()
    assert asked == ("visitor", "Where is my order?")
    assert said[0] == "agent"
    assert said[1].startswith(WORDS)
    assert site.box.received == []
    site.passes(60)
    mail = await site.posted(1)
    assert site.box.received[0].recipients == (ANNA,)
    assert mail["auto-submitted"] == "auto-generated"
    assert WORDS in mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    # For the team nothing has been answered: their words are the last in the list.
    assert await site.rows() == [("site", "Where is my order?")]


async def test_o32_a_visitor_who_has_seen_the_automatic_answer_gets_no_mail(site: Site) -> None:
    await site.writes("Where is my order?", email=ANNA)
    await site.until(OURS, [("sent",)])
    await site.reads()
    await site.until(OURS, [("read",)])
    site.passes(60)
    await site.until("SELECT count(*) FROM timers WHERE kind = 'mail_unseen'", [(0,)])
    assert site.box.received == []
