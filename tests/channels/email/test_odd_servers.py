"""Servers that answer as no standard has it: nothing is lost, waits long, or is in the way."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bridge.channel import UnavailableError
from channels.email import cursor as cursors
from channels.email import imap
from channels.email.answers import Mail
from channels.email.cursor import Cursor, place_of
from tests.channels.core import FakeCore
from tests.channels.email.oddserver import Kept, OddServer, Says, polled, poller, serving
from tests.channels.rig import eventually
from tests.clock import START, ManualClock

HERE = place_of("127.0.0.1", "anna", "INBOX")
IDLES = b"IMAP4rev1 IDLE"
PATIENT = timedelta(seconds=60)


def raw(text: str) -> bytes:
    """Return a mail."""
    return f"From: ira@example.net\r\nSubject: {text}\r\n\r\n{text}\r\n".encode()


@pytest.fixture
async def server() -> AsyncIterator[OddServer]:
    """A folder with three mails that were read, and two that were not."""
    async with serving(OddServer({uid: raw(f"mail {uid}") for uid in range(1, 6)})) as server:
        yield server


READ = Cursor(1, 3, START, place=HERE)


# --- where to go on ---


async def test_a_server_that_was_put_back_to_an_earlier_state_is_read_again(
    server: OddServer,
) -> None:
    async with polled(server, Cursor(1, 50_000, START, place=HERE)) as (kept, core):
        await eventually(lambda: cursors.read(core.poller) == Cursor(1, 5, START, place=HERE))
        assert kept.uids == [1, 2, 3, 4, 5]
        server.mails[6] = raw("after that")
        await eventually(lambda: kept.uids[-1] == 6)


async def test_a_mailbox_in_place_of_another_is_read_though_its_uidvalidity_is_the_same(
    server: OddServer,
) -> None:
    elsewhere = place_of("127.0.0.1", "boris", "INBOX")
    async with polled(server, Cursor(1, 3, START, place=elsewhere)) as (kept, _):
        await eventually(lambda: len(kept.uids) == 5)
        # From the day of the last mail on, not from its beginning.
        assert server.count(b"SINCE 29-Oct-2026") == 1


async def test_what_an_older_version_has_read_is_not_read_again(server: OddServer) -> None:
    async with polled(server, Cursor(1, 3, START)) as (kept, core):
        await eventually(lambda: len(kept.uids) == 2)
        assert kept.uids == [4, 5]
        assert cursors.read(core.poller) == Cursor(1, 5, START, place=HERE)


async def test_a_date_to_come_does_not_hide_what_comes_before_it(server: OddServer) -> None:
    server.date = '"01-Jan-2036 00:00:00 +0000"'
    async with polled(server, READ) as (kept, core):
        await eventually(lambda: len(kept.uids) == 2)
        cursor = cursors.read(core.poller)
    assert cursor is not None
    assert cursor.at == START


async def test_a_server_in_a_bad_moment_is_not_taken_for_an_empty_folder(
    server: OddServer,
) -> None:
    def says(tag: bytes, line: bytes) -> bytes | None:
        if b"SELECT" in line:
            return b"* 5 EXISTS\r\n* OK [UIDVALIDITY 1] told\r\n" + tag + b" OK done\r\n"
        return tag + b" NO [UNAVAILABLE] later\r\n" if b"SEARCH UID *" in line else None

    server.says = says
    core = FakeCore(ManualClock())
    with pytest.raises(UnavailableError):
        await poller(server, Kept(), core).run(core)
    assert core.poller is None


# --- what it gives ---


async def test_a_mail_that_is_left_out_among_others_is_asked_for_alone(server: OddServer) -> None:
    server.says = leaving_out(server, b"4,5")
    async with polled(server, READ) as (kept, _):
        await eventually(lambda: len(kept.uids) == 2)
    assert [mail.raw for mail in kept.mails] == [raw("mail 4"), raw("mail 5")]


async def test_a_mail_that_is_never_given_is_set_aside_empty(server: OddServer) -> None:
    server.says = leaving_out(server, b"4,5", b"4")
    async with polled(server, READ) as (kept, _):
        await eventually(lambda: len(kept.uids) == 2)
    assert kept.mails[0] == Mail(4, 0, b"")
    assert kept.mails[1].raw == raw("mail 5")


async def test_a_mail_that_was_deleted_meanwhile_is_none(server: OddServer) -> None:
    def says(_tag: bytes, line: bytes) -> bytes | None:
        if b"BODY" in line:
            server.mails.pop(4, None)
        return None

    server.says = says
    async with polled(server, READ) as (kept, _):
        await eventually(lambda: kept.uids == [5])


async def test_a_mail_without_a_size_does_not_stop_its_neighbours(server: OddServer) -> None:
    server.says = lambda tag, line: (
        tag + b" NO one of them cannot be converted\r\n" if b"SIZE" in line else None
    )
    async with polled(server, READ) as (kept, _):
        await eventually(lambda: kept.uids == [4, 5])


async def test_what_a_mail_says_is_not_the_servers_word(server: OddServer) -> None:
    server.mails[5] = raw("your quota [LIMIT] is [INUSE]")

    def says(tag: bytes, line: bytes) -> bytes | None:
        if b"FETCH 4,5 (UID INTERNALDATE" not in line.replace(b"fetch", b"FETCH"):
            return None
        return server.item(5, line) + tag + b" NO some could not be fetched\r\n"

    server.says = says
    async with polled(server, READ) as (kept, _):
        await eventually(lambda: kept.uids == [4, 5])


@pytest.mark.parametrize("date", ['"01-Foo-2026 00:00:00 +0000"', '"01-Jan-0000 00:00:00 +0000"'])
async def test_a_day_that_there_is_not_stops_nothing(server: OddServer, date: str) -> None:
    server.date = date
    async with polled(server, READ) as (kept, _):
        await eventually(lambda: kept.uids == [4, 5])


# --- when it tells ---


async def test_a_mail_that_nobody_announces_waits_seconds_behind_another(
    server: OddServer,
) -> None:
    server.can = IDLES

    def says(_tag: bytes, line: bytes) -> bytes | None:
        if b"BODY" in line:
            server.mails[6] = raw("behind it")
        return None

    server.says = listening(says)
    async with polled(server, READ, poll=PATIENT) as (kept, _):
        await eventually(lambda: kept.uids == [4, 5, 6])


@pytest.mark.parametrize("ends", [b"OK idled enough", b"NO not now", b"BAD what is that"])
async def test_an_idle_that_the_server_ends_at_once_is_none_and_costs_no_connection(
    server: OddServer, ends: bytes
) -> None:
    server.can = IDLES
    server.says = lambda tag, line: (
        b"%b%b %b\r\n" % (b"+ idling\r\n" if b"OK" in ends else b"", tag, ends)
        if b"IDLE" in line
        else None
    )
    async with polled(server, READ) as (kept, _):
        await eventually(lambda: kept.uids == [4, 5])
        server.mails[6] = raw("found by asking")
        await eventually(lambda: kept.uids[-1] == 6)
    assert server.count(b"IDLE") == 1
    assert server.count(b"LOGIN") == 1
    assert server.count(b"DONE") == 0


async def test_an_idle_that_the_server_ends_later_is_begun_again(
    server: OddServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap, "_TOO_SHORT", 0.0)
    server.can = IDLES
    server.says = lambda tag, line: (
        b"+ idling\r\n" + tag + b" OK idled enough\r\n" if b"IDLE" in line else None
    )
    async with polled(server, READ, poll=PATIENT):
        await eventually(lambda: server.count(b"IDLE") > 2)
    assert server.count(b"LOGIN") == 1
    assert server.count(b"DONE") == 0


async def test_a_server_that_cannot_say_how_many_mails_it_has_is_not_asked_without_end(
    server: OddServer,
) -> None:
    server.can = IDLES

    def says(tag: bytes, line: bytes) -> bytes | None:
        if b"SEARCH" not in line:
            return None
        size = 5 + len(server.lines) % 2
        return b"* SEARCH 3\r\n* %d EXISTS\r\n%b OK done\r\n" % (size, tag)

    server.says = listening(says)
    async with polled(server, READ, poll=PATIENT):
        await asyncio.sleep(3)
    assert 2 <= server.count(b"SEARCH") < 10


def leaving_out(server: OddServer, *sets: bytes) -> Says:
    """Have the server say OK to these sets of UIDs, and give all but the first mail of each."""

    def says(tag: bytes, line: bytes) -> bytes | None:
        words = line.split()
        if b"BODY" not in line or words[3] not in sets:
            return None
        given = [server.item(int(uid), line) for uid in words[3].split(b",")[1:]]
        return b"".join(given) + tag + b" OK done\r\n"

    return says


def listening(says: Says) -> Says:
    """Have the server take an IDLE, and tell of nothing while it lasts."""
    tags: list[bytes] = []

    def answer(tag: bytes, line: bytes) -> bytes | None:
        if b"IDLE" in line:
            tags.append(tag)
            return b"+ idling\r\n"
        return tags.pop() + b" OK done\r\n" if tag == b"DONE" else says(tag, line)

    return answer
