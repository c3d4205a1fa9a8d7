"""The account's way out by aiosmtplib and Python's own smtplib."""

import asyncio
import contextlib
import smtplib
from collections.abc import AsyncIterator
from email.message import EmailMessage

import aiosmtplib
import pytest

from bridge.sandbox.faults import Fault
from bridge.sandbox.mail import Account, Login, MailServer, Person
from tests.bridge.sandbox.mail.conftest import PASSWORD, SHOP, TOKEN

IRA = "iryna@example.net"


def letter(to: str = IRA, text: str = "Вже йдемо.\n", **more: str) -> EmailMessage:
    """Return a mail of the shop's."""
    mail = EmailMessage()
    mail["From"] = f"Квіти <{SHOP}>"
    mail["To"] = to
    mail["Subject"] = "Re: Дві куртки"
    mail["Message-ID"] = "<1@shop.example>"
    for name, value in more.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return mail


@contextlib.asynccontextmanager
async def connected(server: MailServer) -> AsyncIterator[aiosmtplib.SMTP]:
    """A connection of somebody who has not signed in yet."""
    client = aiosmtplib.SMTP(
        hostname="127.0.0.1", port=server.smtp_port, start_tls=False, timeout=20
    )
    await client.connect()
    try:
        yield client
    finally:
        client.close()


@pytest.fixture
async def client(provider: MailServer) -> AsyncIterator[aiosmtplib.SMTP]:
    async with connected(provider) as one:
        await one.login(SHOP, PASSWORD)
        yield one


async def test_a_mail_arrives_with_its_words_and_its_thread(
    client: aiosmtplib.SMTP, ira: Person
) -> None:
    asked = await ira.write("Де вона?", "Дві куртки")
    await client.send_message(letter(In_Reply_To=asked.message_id, References=asked.message_id))
    arrived = ira.letters[-1]
    assert (arrived.mine, arrived.subject, arrived.text) == (False, "Re: Дві куртки", "Вже йдемо.")
    assert arrived.sender == ("Квіти", SHOP)
    assert arrived.answers == asked.message_id


async def test_whoever_is_written_to_has_a_mailbox(
    client: aiosmtplib.SMTP, provider: MailServer
) -> None:
    await client.send_message(letter("Olha <olha@example.org>"))
    olha = provider.office.people["olha@example.org"]
    assert (olha.name, len(olha.letters)) == ("Olha", 1)


async def test_a_mail_to_ones_own_address_lies_in_the_folder(
    client: aiosmtplib.SMTP, provider: MailServer
) -> None:
    await client.send_message(letter(SHOP))
    (lies,) = provider.office.ledger.delivered
    assert f"Return-Path: <{SHOP}>".encode() in lies


async def test_a_closed_address_does_not_exist(client: aiosmtplib.SMTP, ira: Person) -> None:
    ira.closed = True
    with pytest.raises(aiosmtplib.SMTPRecipientsRefused) as refused:
        await client.send_message(letter())
    (one,) = refused.value.recipients
    assert (one.code, "5.1.1" in one.message) == (550, True)
    assert ira.letters == []


async def test_nobody_sends_as_somebody_else(client: aiosmtplib.SMTP) -> None:
    with pytest.raises(aiosmtplib.SMTPSenderRefused) as refused:
        await client.send_message(letter(), sender="boss@shop.example")
    assert refused.value.code == 553


async def test_what_is_no_mail_is_refused(client: aiosmtplib.SMTP) -> None:
    nameless, unsigned = letter(), letter()
    del nameless["From"]
    del unsigned["Message-ID"]
    raws = [
        nameless.as_bytes(),
        unsigned.as_bytes(),
        b"From: <a@b.example>\r\nMessage-ID: <1@b>\r\n\r\n" + b"a" * 999 + b"\r\n",
    ]
    for raw in raws:
        with pytest.raises(aiosmtplib.SMTPDataError) as refused:
            await client.sendmail(SHOP, [IRA], raw)
        assert refused.value.code == 550


@pytest.mark.parametrize("word", ["wrong", PASSWORD])
async def test_a_wrong_password_is_refused_by_smtplib_too(provider: MailServer, word: str) -> None:
    def work() -> int:
        with smtplib.SMTP("127.0.0.1", provider.smtp_port, timeout=20) as client:
            try:
                client.login(SHOP, word)
            except smtplib.SMTPAuthenticationError as refused:
                return refused.smtp_code
            return 235

    assert await asyncio.to_thread(work) == (235 if word == PASSWORD else 535)


async def test_nothing_is_taken_from_who_has_not_signed_in(provider: MailServer) -> None:
    def work() -> int:
        with smtplib.SMTP("127.0.0.1", provider.smtp_port, timeout=20) as client:
            client.ehlo()
            return client.mail(SHOP)[0]

    assert await asyncio.to_thread(work) == 530


async def test_a_token_signs_in_and_another_does_not() -> None:
    login = Login(SHOP, TOKEN)
    server = MailServer(Account(address=SHOP, imap=login, smtp=login))
    async with server.running(), connected(server) as client:
        with pytest.raises(aiosmtplib.SMTPAuthenticationError):
            await client.auth_xoauth2(SHOP, "another")
        assert (await client.auth_xoauth2(SHOP, TOKEN)).code == 235


async def test_a_sign_in_can_fail_for_now(provider: MailServer) -> None:
    provider.office.faults.plan("AUTH", Fault(error="454 4.7.0 Temporary failure"))
    async with connected(provider) as client:
        await client.ehlo()
        with pytest.raises(aiosmtplib.SMTPAuthenticationError) as refused:
            await client.auth_plain(SHOP, PASSWORD)
        assert refused.value.code == 454
        await client.auth_plain(SHOP, PASSWORD)


@pytest.mark.parametrize(
    ("fault", "code"),
    [(Fault(error="451 4.7.1 Too many messages"), 451), (Fault(status=502), 450)],
)
async def test_who_is_told_to_wait_may_try_again(
    client: aiosmtplib.SMTP, provider: MailServer, ira: Person, fault: Fault, code: int
) -> None:
    provider.office.faults.plan("DATA", fault)
    with pytest.raises(aiosmtplib.SMTPDataError) as refused:
        await client.send_message(letter())
    assert refused.value.code == code
    await client.send_message(letter())
    assert len(ira.letters) == 1


@pytest.mark.parametrize("arrived", [0, 1])
async def test_a_connection_that_is_lost_tells_nobody_whether_the_mail_went(
    client: aiosmtplib.SMTP, provider: MailServer, ira: Person, arrived: int
) -> None:
    provider.office.faults.plan("DATA", Fault(reset=True, after_effect=arrived == 1))
    with pytest.raises(aiosmtplib.SMTPServerDisconnected):
        await client.send_message(letter())
    assert len(ira.letters) == arrived


async def test_a_slow_server_takes_the_mail_all_the_same(
    client: aiosmtplib.SMTP, provider: MailServer, ira: Person
) -> None:
    provider.office.faults.plan(("AUTH", "DATA"), Fault(delay=0.05), times=1)
    await client.send_message(letter())
    assert (len(ira.letters), provider.office.faults.left) == (1, 0)


async def test_the_ledger_keeps_what_was_carried_as_it_was(
    client: aiosmtplib.SMTP, provider: MailServer
) -> None:
    await client.send_message(letter())
    (carried,) = provider.office.ledger.carried
    assert (carried.sender, carried.recipients) == (SHOP, (IRA,))
    assert b"Message-ID: <1@shop.example>" in carried.raw
    methods = [one.method for one in provider.office.ledger.calls]
    assert methods == ["AUTH", "MAIL", "RCPT", "DATA"]
