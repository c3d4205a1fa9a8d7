"""The account's mailbox by aioimaplib, which waits for news."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aioimaplib import IMAP4  # type: ignore[import-untyped]  # It has no types.

from bridge.sandbox.faults import Fault
from bridge.sandbox.mail import Account, Login, MailServer, Person
from tests.bridge.sandbox.mail.conftest import PASSWORD, SHOP


async def connected(server: MailServer) -> Any:
    """Connect without signing in."""
    client = IMAP4("127.0.0.1", server.imap_port, timeout=20)
    await client.wait_hello_from_server()
    return client


@pytest.fixture
async def client(provider: MailServer) -> AsyncIterator[Any]:
    one = await connected(provider)
    assert (await one.login(SHOP, PASSWORD)).result == "OK"
    assert (await one.select("INBOX")).result == "OK"
    yield one
    await one.logout()


async def test_it_says_what_it_can_do_after_signing_in(client: Any) -> None:
    for one in ("IDLE", "UIDPLUS", "LITERAL+"):
        assert client.has_capability(one)


async def test_a_wrong_password_is_refused(provider: MailServer) -> None:
    client = await connected(provider)
    assert (await client.login(SHOP, "wrong")).result == "NO"
    await client.logout()


async def test_who_waits_is_told_of_a_mail_at_once(client: Any, ira: Person) -> None:
    idle = await client.idle_start(timeout=20)
    await ira.write("Добрий день", "Дві куртки")
    news = await client.wait_server_push()
    assert b"1 EXISTS" in news
    client.idle_done()
    await asyncio.wait_for(idle, 20)


async def test_a_provider_that_goes_away_ends_the_connection_of_who_waits() -> None:
    login = Login(SHOP, PASSWORD)
    server = MailServer(Account(address=SHOP, imap=login, smtp=login))
    lost = asyncio.Event()
    async with server.running():
        client = IMAP4("127.0.0.1", server.imap_port, conn_lost_cb=lambda _: lost.set())
        await client.wait_hello_from_server()
        await client.login(SHOP, PASSWORD)
        await client.select("INBOX")
        idle = await client.idle_start(timeout=20)
    await asyncio.wait_for(lost.wait(), 20)
    idle.cancel()


async def test_a_mail_is_found_and_fetched(client: Any, ira: Person) -> None:
    await ira.write("Добрий день", "Дві куртки")
    assert b"1 EXISTS" in (await client.noop()).lines
    found = await client.uid_search("UID", "1:*", charset=None)
    (uid,) = found.lines[0].split()
    fetched = await client.uid("fetch", uid.decode(), "(UID BODY.PEEK[])")
    assert bytes(fetched.lines[1]).endswith(ira.letters[0].raw)


async def test_a_mail_that_is_appended_in_cyrillic_is_there(client: Any) -> None:
    raw = "From: a@b.example\r\nSubject: Привіт\r\n\r\nТак\r\n".encode()
    assert (await client.append(raw, mailbox="INBOX")).result == "OK"
    fetched = await client.fetch("1", "(BODY.PEEK[])")
    assert bytes(fetched.lines[1]) == raw


@pytest.mark.parametrize(
    ("fault", "code"),
    [(Fault(status=502), "UNAVAILABLE"), (Fault(error="451 4.7.1 slow down"), "LIMIT")],
)
async def test_a_server_in_trouble_says_no_for_now(
    provider: MailServer, client: Any, fault: Fault, code: str
) -> None:
    provider.office.faults.plan("NOOP", fault)
    answer = await client.noop()
    assert (answer.result, code in answer.lines[-1].decode()) == ("NO", True)
    assert (await client.noop()).result == "OK"


async def test_the_ledger_has_every_command_and_no_password(
    provider: MailServer, client: Any
) -> None:
    await client.noop()
    calls = provider.office.ledger.calls
    assert [one.method for one in calls][-4:] == ["CAPABILITY", "LOGIN", "SELECT", "NOOP"]
    assert PASSWORD not in str(calls)
