"""A visitor writes, leaves, and goes on by mail: the real program between real servers."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bridge.sandbox.telegram import Customer, TelegramServer
from tests.channels.email.dovecot import Dovecot
from tests.channels.email.mails import ANNA, US, letter
from tests.channels.email.postbox import PostBox
from tests.channels.email.site import LEFT, Site, standing
from tests.channels.email.test_intake import dsn

TOKEN = "7000000001:AAtoken-of-the-model-0123456789ab"
OWN = "SELECT state, reason FROM deliveries WHERE action = 'send'"
MAILS = "SELECT state, reason FROM deliveries WHERE action = 'continue'"


@pytest.fixture
async def site(tmp_path: Path, dovecot: Dovecot, box: PostBox) -> AsyncIterator[Site]:
    async with standing(tmp_path, dovecot, box) as site:
        yield site


async def mailed(site: Site) -> str:
    """Have a visitor write and leave, and the answer mailed; return its Message-ID."""
    await site.writes("Where is my order?", email="Anna@Example.net")
    await site.answers("On its **way**")
    await site.until(OWN, [("sent", None)])
    site.passes(60)
    mail = await site.posted(1)
    await site.until(MAILS, [("sent", None)])
    return str(mail["message-id"]).strip("<>")


async def test_o33_o40_s52_a_visitor_who_has_left_goes_on_by_mail_in_the_same_conversation(
    site: Site,
) -> None:
    await site.writes("Where is my order?", email="Anna@Example.net")
    await site.answers("On its **way**")
    await site.until(OWN, [("sent", None)])
    site.passes(LEFT)
    # Who stays away for longer than a reload takes has left, and the agent is told so.
    await site.until(OWN, [("failed", "visitor_left")])
    assert site.box.received == []

    site.passes(60 - LEFT)
    first = await site.posted(1)
    assert site.box.received[0].recipients == (ANNA,)
    assert first["from"].addresses[0].display_name == "Ольга (Крамниця)"
    assert first["from"].addresses[0].addr_spec == US
    words = first.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "On its way" in words
    assert "Where is my order?" not in words
    assert "Simply answer this mail" in words
    await site.until(MAILS, [("sent", None)])
    # The mail is one thing, what the widget has shown another.
    assert site.ask(OWN) == [("failed", "visitor_left")]

    ours = str(first["message-id"]).strip("<>")
    said = "Great!\n\nOn 1 Nov 2026, at 12:00, Olha <help@example.com> wrote:\n> On its way\n"
    site.deliver(letter(said, answers=ours, message_id="anna-1@a.bc", subject="Re: hello"))
    incoming = "SELECT text, inbox_id FROM messages WHERE kind = 'incoming' ORDER BY id"
    await site.until(incoming, [("Where is my order?", "site"), ("Great!", "help_mail")])
    assert site.ask("SELECT count(*) FROM conversations") == [(1,)]
    assert site.ask("SELECT count(*) FROM contacts") == [(1,)]
    assert await site.sees() == [
        ("visitor", "Where is my order?"),
        ("agent", "On its **way**"),
        ("visitor", "Great!"),
    ]

    # Who writes mails is answered by mail without a minute's wait, five after the last one.
    site.passes(240)
    await site.answers("See you")
    site.passes(60)
    second = await site.posted(2)
    assert second["in-reply-to"] == "<anna-1@a.bc>"
    assert second["references"].split() == [f"<{ours}>", "<anna-1@a.bc>"]
    assert second["subject"] == "Re: hello"
    assert "On its way" not in second.get_body(("plain",)).get_content()  # type: ignore[union-attr]


async def test_o33_a_visitor_who_reads_in_time_gets_no_mail(site: Site) -> None:
    await site.writes("Where is my order?", email=ANNA)
    await site.answers("On its way")
    await site.until(OWN, [("sent", None)])
    await site.reads()
    await site.until(OWN, [("read", None)])
    site.passes(60)
    await site.until("SELECT count(*) FROM timers WHERE kind = 'mail_unseen'", [(0,)])
    assert site.ask(MAILS) == []
    assert site.box.received == []


async def test_a_mail_that_comes_back_is_a_failed_mail(site: Site) -> None:
    ours = await mailed(site)
    site.deliver(dsn(ours))
    await site.until(MAILS, [("failed", "no_such_recipient")])


async def test_the_answer_of_a_machine_is_no_message_and_gets_no_answer(site: Site) -> None:
    ours = await mailed(site)
    site.deliver(letter("I am on holiday", answers=ours, Auto_Submitted="auto-replied"))
    await site.until("SELECT count(*) FROM quarantine", [(1,)])
    assert [who for who, _ in await site.sees()] == ["visitor", "agent"]
    site.passes(3600)
    await site.until("SELECT count(*) FROM timers WHERE kind = 'mail_unseen'", [(0,)])
    assert len(site.box.received) == 1


async def test_whoever_else_answers_has_a_conversation_of_their_own(site: Site) -> None:
    ours = await mailed(site)
    site.deliver(letter("It is me, Anna", sender="bohdan@example.org", answers=ours))
    site.deliver(letter("Let me in", answers=ours.replace(".", ".a", 1)))
    await site.until("SELECT count(*) FROM conversations", [(3,)])
    assert [who for who, _ in await site.sees()] == ["visitor", "agent"]


async def test_o40_files_are_in_the_mail_or_behind_a_link_that_opens_them(
    tmp_path: Path, dovecot: Dovecot, box: PostBox
) -> None:
    place = {"host": "127.0.0.1", "tls": "none", "port": box.port, "password": "${SMTP}"}
    small = place | {"max_size": "20kB"}
    async with standing(tmp_path, dovecot, box, help_mail={"smtp": small}) as site:
        await site.writes("Where is my order?", email=ANNA)
        await site.attaches("The bill", "bill.txt", b"5 flowers\n")
        await site.attaches("And the plan", "plan.txt", b"a b c\n" * 5000)
        await site.until(OWN, [("sent", None), ("sent", None)])
        site.passes(60)
        mail = await site.posted(1)
        files = {one.get_filename(): one.get_content() for one in mail.iter_attachments()}
        assert {name: str(one).strip() for name, one in files.items()} == {"bill.txt": "5 flowers"}
        words = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
        (link,) = re.findall(r"http://127.0.0.1:8080(/media/[^\s)]+)", words)
        opened = await site.http.get(link)
        assert (opened.status_code, opened.content) == (200, b"a b c\n" * 5000)


async def test_o29_a_conversation_from_any_channel_is_a_row_in_the_list(
    tmp_path: Path, dovecot: Dovecot, box: PostBox
) -> None:
    telegram = TelegramServer()
    bot = telegram.world.add_bot(TOKEN)
    async with telegram:
        inbox = {"type": "telegram", "token": "${TG}", "api_base": telegram.url}
        secret = {"TG": TOKEN}
        async with standing(tmp_path, dovecot, box, environ=secret, shop_tg=inbox) as site:
            await site.writes("By the widget")
            site.deliver(letter("By mail"))
            user = telegram.world.add_user("Olena")
            Customer(telegram.world, user, bot).write("By Telegram")
            await site.until("SELECT count(*) FROM conversations", [(3,)])
            assert await site.rows() == [
                ("help_mail", "By mail"),
                ("shop_tg", "By Telegram"),
                ("site", "By the widget"),
            ]
