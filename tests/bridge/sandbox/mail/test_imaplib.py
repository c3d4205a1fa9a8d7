"""The account's mailbox by Python's own imaplib."""

import asyncio
import contextlib
import imaplib
import re
import time
from collections.abc import AsyncIterator, Callable, Iterator
from typing import cast

import pytest

from bridge.sandbox.faults import Fault
from bridge.sandbox.mail import Account, Login, MailServer, Person
from tests.bridge.sandbox.mail.conftest import PASSWORD, SHOP, TOKEN

RAW = b"From: a@b.example\r\nMessage-ID: <1@b>\r\nSubject: kept\r\n\r\nas it is\r\n\xff\x00 \r\n"


@contextlib.contextmanager
def signed_in(server: MailServer, word: str = PASSWORD) -> Iterator[imaplib.IMAP4]:
    """A connection of the account's owner."""
    client = imaplib.IMAP4("127.0.0.1", server.imap_port, timeout=20)
    try:
        client.login(SHOP, word)
        yield client
        client.logout()
    except imaplib.IMAP4.abort:
        client.shutdown()
        raise


async def at(server: MailServer, doing: Callable[[imaplib.IMAP4], None]) -> None:
    """Do something with a connection; imaplib blocks, so it has a thread."""

    def work() -> None:
        with signed_in(server) as client:
            doing(client)

    await asyncio.to_thread(work)


def uids(client: imaplib.IMAP4, *criteria: str) -> list[int]:
    """Search by UID."""
    (found,) = client.uid("SEARCH", *criteria)[1]
    return [int(one) for one in found.split()]


async def test_a_wrong_password_is_refused_and_a_right_one_then_taken(provider: MailServer) -> None:
    def work() -> None:
        with imaplib.IMAP4("127.0.0.1", provider.imap_port) as client:
            for user, word in ((SHOP, "wrong"), ("eve@shop.example", PASSWORD)):
                with pytest.raises(imaplib.IMAP4.error, match="AUTHENTICATIONFAILED"):
                    client.login(user, word)
            assert client.login(SHOP, PASSWORD)[0] == "OK"

    await asyncio.to_thread(work)


@pytest.fixture
async def with_token() -> AsyncIterator[MailServer]:
    login = Login(SHOP, TOKEN)
    server = MailServer(Account(address=SHOP, imap=login, smtp=login))
    async with server.running():
        yield server


async def test_a_token_opens_the_mailbox_and_another_does_not(with_token: MailServer) -> None:
    def said(token: str) -> bytes:
        return f"user={SHOP}\x01auth=Bearer {token}\x01\x01".encode()

    def work() -> None:
        with imaplib.IMAP4("127.0.0.1", with_token.imap_port) as client:
            with pytest.raises(imaplib.IMAP4.error, match="AUTHENTICATIONFAILED"):
                client.authenticate("XOAUTH2", lambda _: said("another"))
            assert client.authenticate("XOAUTH2", lambda _: said(TOKEN))[0] == "OK"

    await asyncio.to_thread(work)


async def test_authenticate_plain_opens_the_mailbox(provider: MailServer) -> None:
    def work() -> str:
        with imaplib.IMAP4("127.0.0.1", provider.imap_port) as client:
            return client.authenticate("PLAIN", lambda _: f"\0{SHOP}\0{PASSWORD}".encode())[0]

    assert await asyncio.to_thread(work) == "OK"


async def test_an_authenticate_that_brings_nonsense_along_is_bad(provider: MailServer) -> None:
    def work() -> None:
        with imaplib.IMAP4("127.0.0.1", provider.imap_port) as client:
            for said in ("XOAUTH2 a", "XOAUTH2 =", "PLAIN YQ==", "LOGIN YQ=="):
                with pytest.raises(imaplib.IMAP4.error, match="BAD"):
                    client.xatom("AUTHENTICATE", said)
            assert client.login(SHOP, PASSWORD)[0] == "OK"

    await asyncio.to_thread(work)


async def test_nothing_is_read_before_signing_in(provider: MailServer) -> None:
    def work() -> None:
        with imaplib.IMAP4("127.0.0.1", provider.imap_port) as client:
            # imaplib keeps its own books of this; the server is to keep them too.
            client.state = "AUTH"
            with pytest.raises(imaplib.IMAP4.error, match="Must authenticate first"):
                client.select()

    await asyncio.to_thread(work)


async def test_a_mail_is_fetched_byte_for_byte_and_in_pieces(provider: MailServer) -> None:
    def work(client: imaplib.IMAP4) -> None:
        assert client.append("INBOX", "", imaplib.Time2Internaldate(1e9), RAW)[0] == "OK"
        client.select()
        (uid,) = uids(client, "ALL")
        whole = client.uid("FETCH", str(uid), "(UID INTERNALDATE RFC822.SIZE BODY.PEEK[])")[1][0]
        assert whole[1] == RAW
        assert f"RFC822.SIZE {len(RAW)}".encode() in whole[0]
        received = imaplib.Internaldate2tuple(whole[0])
        assert received is not None
        assert time.mktime(received) == 1e9
        piece = client.uid("FETCH", str(uid), "(BODY.PEEK[]<6.9>)")[1][0]
        assert piece[1] == RAW[6:15]
        head = client.uid("FETCH", str(uid), "(BODY.PEEK[HEADER])")[1][0]
        assert head[1] == RAW.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"

    await at(provider, work)


@pytest.mark.parametrize("raw", [RAW, b"From: a@b.example\r\nSubject: all head"])
async def test_a_mail_that_arrives_is_read_as_the_ledger_has_it(
    provider: MailServer, raw: bytes
) -> None:
    await provider.office.deliver("a@b.example", raw)

    def work(client: imaplib.IMAP4) -> None:
        client.select()
        (piece, *_) = client.fetch("1", "(BODY.PEEK[])")[1]
        assert isinstance(piece, tuple)
        assert piece[1] == provider.office.ledger.delivered[0]

    await at(provider, work)


async def test_reading_with_peek_leaves_a_mail_unseen_and_reading_without_does_not(
    provider: MailServer,
) -> None:
    def work(client: imaplib.IMAP4) -> None:
        client.append("INBOX", "", imaplib.Time2Internaldate(0), RAW)
        client.select()
        client.uid("FETCH", "1:*", "(BODY.PEEK[])")
        assert len(uids(client, "UNSEEN")) == 1
        client.uid("FETCH", "1:*", "(BODY[])")
        assert uids(client, "UNSEEN") == []

    await at(provider, work)


async def test_an_envelope_names_who_wrote_and_about_what(
    provider: MailServer, ira: Person
) -> None:
    await ira.write("Hello", "Two jackets")

    def work(client: imaplib.IMAP4) -> None:
        client.select()
        pieces = client.fetch("1", "(ENVELOPE)")[1]
        envelope = b"".join(map(_flat, pieces))
        assert b'"Two jackets"' in envelope
        assert b'"iryna" "example.net"' in envelope

    await at(provider, work)


def _flat(piece: object) -> bytes:
    """Return what imaplib gives as bytes, or as a line and a literal, in one piece."""
    return b"".join(piece) if isinstance(piece, tuple) else cast("bytes", piece)


async def test_search_knows_days_and_ranges_of_uids(provider: MailServer) -> None:
    def work(client: imaplib.IMAP4) -> None:
        for seconds in (1e9, 1.5e9):
            client.append("INBOX", "", imaplib.Time2Internaldate(seconds), RAW)
        client.select()
        first, second = uids(client, "ALL")
        assert uids(client, "UID", f"{first + 1}:*") == [second]
        assert uids(client, "SINCE", "01-Jan-2010") == [second]
        assert uids(client, "UID", "1:*", "SINCE", "01-Jan-2001") == [first, second]
        # As IMAP has it, "9999:*" names the last mail.
        assert uids(client, "UID", "9999:*") == [second]

    await at(provider, work)


async def test_flags_are_set_and_taken_away_and_a_mail_expunged(provider: MailServer) -> None:
    def work(client: imaplib.IMAP4) -> None:
        client.append("INBOX", r"(\Flagged)", imaplib.Time2Internaldate(0), RAW)
        client.select()
        (uid,) = uids(client, "FLAGGED")
        client.uid("STORE", str(uid), "-FLAGS", r"(\Flagged)")
        client.uid("STORE", str(uid), "+FLAGS", r"(\Deleted)")
        assert uids(client, "FLAGGED") == []
        assert client.close()[0] == "OK"
        assert client.status("INBOX", "(MESSAGES)")[1] == [b"INBOX (MESSAGES 0)"]

    await at(provider, work)


async def test_the_uidvalidity_is_steady_and_a_uid_is_never_given_twice(
    provider: MailServer, ira: Person
) -> None:
    told: list[tuple[int, int]] = []

    def work(client: imaplib.IMAP4) -> None:
        (line,) = client.status("INBOX", "(UIDVALIDITY UIDNEXT)")[1]
        validity, uid = re.findall(rb"\d+", _flat(line))
        told.append((int(validity), int(uid)))

    for text in ("one", "two"):
        await ira.write(text)
        await at(provider, work)
    (before, first), (after, second) = told
    assert before == after
    assert second == first + 1


async def test_two_clients_see_the_same(provider: MailServer, ira: Person) -> None:
    await ira.write("Hello", "Here")

    def work() -> None:
        with signed_in(provider) as one, signed_in(provider) as other:
            for client in (one, other):
                client.select()
            assert uids(one, "ALL") == uids(other, "ALL")
            one.uid("STORE", "1:*", "+FLAGS", r"(\Answered)")
            other.noop()
            assert uids(other, "ANSWERED") == uids(one, "ALL")

    await asyncio.to_thread(work)


async def test_what_nobody_understands_is_bad_and_what_is_not_there_is_no(
    provider: MailServer,
) -> None:
    def work(client: imaplib.IMAP4) -> None:
        with pytest.raises(imaplib.IMAP4.error, match="BAD"):
            client.xatom("FROBNICATE")
        with pytest.raises(imaplib.IMAP4.error, match="BAD"):
            # A name in modified UTF-7 that ends in the middle of a letter.
            client.status("&BB8ERAQ-", "(MESSAGES)")
        assert client.select("Nowhere")[0] == "NO"
        client.select()
        with pytest.raises(imaplib.IMAP4.error, match="BAD"):
            client.uid("FETCH", "x", "(UID)")
        assert client.noop()[0] == "OK"

    await at(provider, work)


@pytest.mark.parametrize("kept", [0, 1])
async def test_a_connection_that_is_cut_tells_nobody_whether_there_was_an_effect(
    provider: MailServer, kept: int
) -> None:
    provider.office.faults.plan("APPEND", Fault(reset=True, after_effect=kept == 1))

    def work() -> None:
        with (
            pytest.raises(imaplib.IMAP4.abort),
            signed_in(provider) as client,
        ):
            client.append("INBOX", "", imaplib.Time2Internaldate(0), RAW)
        with signed_in(provider) as client:
            assert client.select()[1] == [str(kept).encode()]

    await asyncio.to_thread(work)


async def test_mail_arrives_in_the_folder_that_the_account_has_for_it() -> None:
    login = Login("shop", PASSWORD)
    folder = "Підтримка"
    server = MailServer(Account(address=SHOP, imap=login, smtp=login, folder=folder))
    async with server.running():
        await server.office.person("Ira", "ira@example.net").write("Hello")

        def work() -> None:
            with imaplib.IMAP4("127.0.0.1", server.imap_port) as client:
                client.login("shop", PASSWORD)
                names = [_flat(one).split()[-1] for one in client.list()[1]]
                assert names == [b"INBOX", b"&BB8EVgQ0BEIEQAQ4BDwEOgQw-"]
                assert client.select("&BB8EVgQ0BEIEQAQ4BDwEOgQw-")[1] == [b"1"]

        await asyncio.to_thread(work)
