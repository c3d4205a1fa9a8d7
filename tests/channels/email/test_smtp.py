"""Handing mail to a real SMTP server: once, and with the right word for how it ended."""

import asyncio
import contextlib
import ssl
import time
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bridge.channel import (
    MisconfiguredError,
    OutcomeUnknownError,
    RejectedError,
    SendError,
    UnavailableError,
    UnreachableError,
)
from bridge.settings import Secret
from channels.email import smtp
from channels.email.settings import Smtp
from channels.email.smtp import Outbox
from tests.channels.email.dovecot import Dovecot
from tests.channels.email.mails import ANNA, US
from tests.channels.email.postbox import PASSWORD, TOKEN, PostBox, post_box
from tests.channels.email.rig import EmailRig
from tests.channels.rig import eventually

MAIL = b"From: help@example.com\r\nSubject: hi\r\n\r\nHello\r\n"


def outbox(box: PostBox, **given: object) -> Outbox:
    keys = {"host": "127.0.0.1", "port": box.port, "tls": "none", "password": Secret(PASSWORD)}
    return Outbox(Smtp.model_validate(keys | given), US)


async def begins() -> None:
    """Take no note of it."""


async def test_a_mail_goes_to_its_recipient_and_to_nobody_else(box: PostBox) -> None:
    await outbox(box).send(ANNA, MAIL, begins)
    (received,) = box.received
    assert (received.sender, received.recipients) == (US, (ANNA,))
    assert received.raw == MAIL
    assert box.users == [US]
    assert box.ehlo == ["example.com"]


async def test_lines_that_begin_with_a_dot_arrive_as_they_are(box: PostBox) -> None:
    raw = b"Subject: dots\r\n\r\n.\r\n..\r\n.hidden\r\nend.\r\n.\r\n"
    await outbox(box).send(ANNA, raw, begins)
    assert box.received[0].raw == raw


FAILURES: list[tuple[str, type[SendError], str]] = [
    ("auth 535 5.7.8 wrong", MisconfiguredError, "credentials_refused"),
    ("auth 454 4.7.0 later", UnavailableError, "unavailable"),
    ("mail 451 4.3.0 later", UnavailableError, "unavailable"),
    ("mail 550 5.7.1 not your address", MisconfiguredError, "no_permission"),
    ("mail 552 5.3.4 too big", RejectedError, "too_large"),
    ("rcpt 421 4.7.0 too many", UnavailableError, "unavailable"),
    ("rcpt 450 4.2.1 too fast", UnavailableError, "unavailable"),
    ("rcpt 452 4.2.2 full for now", UnavailableError, "unavailable"),
    ("rcpt 550 5.1.1 who is that", UnreachableError, "no_such_recipient"),
    ("rcpt 550 no code", UnreachableError, "unreachable"),
    ("rcpt 550 5.2.1 closed", UnreachableError, "account_gone"),
    ("rcpt 552 5.2.2 full", UnreachableError, "mailbox_full"),
    ("rcpt 554 5.7.1 blocked", RejectedError, "rejected"),
    ("data 450 4.7.1 greylisted", UnavailableError, "unavailable"),
    ("data 554 5.6.0 spam", RejectedError, "rejected"),
    ("data 552 5.3.4 too big", RejectedError, "too_large"),
    ("drop_at_data", UnavailableError, "unavailable"),
    ("lost_answer", OutcomeUnknownError, "timeout"),
]


@pytest.mark.parametrize(("how", "kind", "reason"), FAILURES, ids=[one[0] for one in FAILURES])
async def test_an_answer_of_the_server_means(
    box: PostBox, how: str, kind: type[SendError], reason: str
) -> None:
    box.fail_next(how)
    with pytest.raises(SendError) as caught:
        await outbox(box).send(ANNA, MAIL, begins)
    assert (type(caught.value), caught.value.reason) == (kind, reason)
    assert str(caught.value).endswith(".")
    assert ANNA not in str(caught.value)
    assert caught.value.__suppress_context__


async def test_after_any_failure_the_next_mail_goes_over_a_fresh_connection(box: PostBox) -> None:
    sender = outbox(box)
    for how, _, _ in FAILURES:
        box.fail_next(how)
        with contextlib.suppress(SendError):
            await sender.send(ANNA, MAIL, begins)
        before = len(box.received)
        await sender.send(ANNA, MAIL, begins)
        assert len(box.received) == before + 1


async def test_what_the_server_does_not_confirm_in_time_is_uncertain(box: PostBox) -> None:
    box.fail_next("silent_answer")
    with pytest.raises(OutcomeUnknownError):
        await outbox(box, timeout=timedelta(seconds=0.2)).send(ANNA, MAIL, begins)
    assert len(box.received) == 1


def test_ten_minutes_are_given_to_the_server_after_the_whole_mail() -> None:
    keys = Smtp.model_validate({"host": "smtp.example.com"})
    assert keys.timeout == timedelta(minutes=10)


async def test_nobody_at_the_port_is_certainly_not_sent() -> None:
    with pytest.raises(UnavailableError):
        await outbox(PostBox(port=1)).send(ANNA, MAIL, begins)


async def test_a_server_that_says_nothing_is_certainly_not_sent_to(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(smtp, "PATIENCE", 0.2)

    left = asyncio.Event()

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()
        await writer.wait_closed()
        left.set()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    async with server:
        begun = time.monotonic()
        with pytest.raises(UnavailableError):
            await outbox(PostBox(port=server.sockets[0].getsockname()[1])).send(ANNA, MAIL, begins)
        assert time.monotonic() - begun < 5
        await asyncio.wait_for(left.wait(), 30)


async def test_a_send_that_is_cancelled_leaves_no_connection(box: PostBox) -> None:
    box.fail_next("silent_answer")
    before = asyncio.all_tasks()
    sending = asyncio.create_task(outbox(box).send(ANNA, MAIL, begins))
    await eventually(lambda: box.received)
    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sending
    left = asyncio.all_tasks() - before
    assert not [task for task in left if "aiosmtplib" in repr(task.get_coro())]


async def test_an_address_in_another_script_is_sent_as_such(box: PostBox) -> None:
    await outbox(box).send("анна@xn--e1afmkfd.xn--p1ai", MAIL, begins)
    (received,) = box.received
    assert received.recipients == ("анна@xn--e1afmkfd.xn--p1ai",)
    assert "SMTPUTF8" in received.options


@pytest.mark.parametrize("bad", ["a b@c.de", "a@b.de>", "a@b.de\r\nRCPT TO:<x@y.z>", "", "<>"])
async def test_an_address_that_would_end_the_command_is_refused(
    dovecot: Dovecot, box: PostBox, bad: str
) -> None:
    rig = EmailRig(dovecot, box)
    with pytest.raises(RejectedError):
        await rig.channel.send(rig.part(bad, "hello"), key="k")
    assert box.connections == 0


# --- encryption and ways to sign in ---


@pytest.fixture
def certificate(dovecot: Dovecot) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(dovecot.cert, dovecot.directory / "key.pem")
    return context


@contextlib.asynccontextmanager
async def _encrypted(how: str, certificate: ssl.SSLContext) -> AsyncIterator[PostBox]:
    async with post_box(certificate=certificate, starttls=how == "starttls") as box:
        yield box


@pytest.mark.parametrize("how", ["tls", "starttls"])
async def test_mail_goes_encrypted_to_a_server_that_proves_itself(
    dovecot: Dovecot, certificate: ssl.SSLContext, how: str
) -> None:
    async with _encrypted(how, certificate) as box:
        given = {"host": "localhost", "tls": how, "ca_file": str(dovecot.cert)}
        await outbox(box, **given).send(ANNA, MAIL, begins)
    assert len(box.received) == 1
    assert box.users == [US]


@pytest.mark.parametrize("how", ["tls", "starttls"])
async def test_a_server_that_cannot_prove_itself_gets_neither_password_nor_mail(
    certificate: ssl.SSLContext, how: str
) -> None:
    async with _encrypted(how, certificate) as box:
        with pytest.raises(UnavailableError):
            await outbox(box, host="localhost", tls=how).send(ANNA, MAIL, begins)
    assert (box.users, box.received) == ([], [])


async def test_starttls_is_never_skipped_where_it_is_not_offered(box: PostBox) -> None:
    with pytest.raises(MisconfiguredError) as caught:
        await outbox(box, tls="starttls").send(ANNA, MAIL, begins)
    assert caught.value.reason == "misconfigured"
    assert (box.users, box.received) == ([], [])


async def test_an_access_token_signs_in(box: PostBox) -> None:
    given = {"auth": "xoauth2", "token": Secret(TOKEN), "user": "bot@example.com"}
    await outbox(box, **given).send(ANNA, MAIL, begins)
    assert box.users == ["bot@example.com"]


async def test_a_token_that_is_refused_is_said_as_such(box: PostBox) -> None:
    with pytest.raises(MisconfiguredError) as caught:
        await outbox(box, auth="xoauth2", token=Secret("expired-canary")).send(ANNA, MAIL, begins)
    assert caught.value.reason == "credentials_refused"
    assert "canary" not in repr(caught.value)


async def test_a_relay_on_this_machine_needs_no_password(box: PostBox) -> None:
    await outbox(box, password=None).send(ANNA, MAIL, begins)
    assert len(box.received) == 1
    assert box.users == []


async def test_a_few_mails_go_at_once_and_no_more(box: PostBox) -> None:
    sender = outbox(box)
    most = 0
    real = sender._connect

    async def counted(session: smtp.Session) -> None:
        nonlocal most
        most = max(most, smtp.MOST_AT_ONCE - sender._room._value)
        await real(session)

    sender._connect = counted  # type: ignore[method-assign]
    await asyncio.gather(*(sender.send(ANNA, MAIL, begins) for _ in range(12)))
    assert len(box.received) == 12
    assert most == smtp.MOST_AT_ONCE
