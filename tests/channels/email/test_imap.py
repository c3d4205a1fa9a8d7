"""Reading a real mailbox: what may go wrong between us and the server, and loses nothing."""

import asyncio
import base64
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import timedelta
from unittest import mock

import jwt
import pytest

from bridge.channel import MisconfiguredError, UnavailableError
from bridge.settings import Secret
from channels.email import imap, poller
from channels.email.imap import Mailbox, mailbox
from channels.email.wire import mailbox_name, quoted
from tests.channels.email.dovecot import OAUTH_KEY, Dovecot, running
from tests.channels.email.mails import letter
from tests.channels.email.postbox import PostBox
from tests.channels.email.proxy import Proxy, proxy_to
from tests.channels.email.rig import EmailRig, settings, texts
from tests.channels.rig import eventually

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a connection count as dead after a moment."""
    monkeypatch.setattr(imap, "PATIENCE", 3.0)


# --- what is read ---


async def test_what_lay_there_before_the_first_start_is_left_alone(rig: EmailRig) -> None:
    rig.deliver(letter("old news"))
    async with rig.running():
        await rig.arrives(letter("new"))
    assert texts(rig) == ["new"]


async def test_a_backlog_takes_what_is_young_enough_at_the_first_start(
    dovecot: Dovecot, box: PostBox
) -> None:
    rig = EmailRig(dovecot, box, backlog=timedelta(days=7))
    now = time.time()
    rig.core.clock.jump(now - rig.core.clock.now() / 1000)  # type: ignore[attr-defined]
    rig.deliver(letter("from last year"), at=now - 300 * 86400)
    rig.deliver(letter("from yesterday"), at=now - 86400)
    rig.deliver(letter("from today"), at=now)
    async with rig.running():
        assert await rig.stored()
        await rig.arrives(letter("from a moment ago"))
    assert texts(rig) == ["from yesterday", "from today", "from a moment ago"]


async def test_what_came_while_we_were_away_is_read_at_the_next_start(rig: EmailRig) -> None:
    async with rig.running():
        await rig.arrives(letter("one"))
    for text in ("two", "three"):
        rig.deliver(letter(text))
    rig.channel = rig.wired()
    async with rig.running():
        assert await rig.stored()
    assert texts(rig) == ["one", "two", "three"]


async def test_sixty_mails_at_once_are_read_in_order_and_none_twice(rig: EmailRig) -> None:
    async with rig.running():
        await rig.arrives(letter("first"))
    for n in range(60):
        rig.deliver(letter(f"number {n}"))
    async with rig.running():
        assert await rig.stored()
    assert texts(rig) == ["first", *(f"number {n}" for n in range(60))]
    assert len(rig.core.messages) == 61


async def test_people_may_read_and_delete_in_the_same_mailbox(desk: EmailRig) -> None:
    for n in range(3):
        await desk.arrives(letter(f"number {n}"))
    async with mailbox(desk.settings.imap, desk.user) as other:
        client = other._live
        await client.store("1", "+FLAGS", r"(\Seen)")
        await client.store("2", "+FLAGS", r"(\Deleted)")
        await client.expunge()
    await desk.arrives(letter("number 3"))
    assert texts(desk) == [f"number {n}" for n in range(4)]


async def test_reading_leaves_a_mail_unread_for_the_people(desk: EmailRig) -> None:
    await desk.arrives(letter("hello"))
    async with mailbox(desk.settings.imap, desk.user) as other:
        answer = await other._live.uid_search("UNSEEN", charset=None)
    assert b"1" in answer.lines[0]


async def test_a_mail_of_megabytes_arrives_whole(desk: EmailRig) -> None:
    content = bytes(range(256)) * 20_000
    await desk.arrives(letter("see below", files={"big.bin": content}), within=20)
    (stored,) = desk.media.files.values()
    assert stored == content


async def test_a_folder_of_any_name_is_read(dovecot: Dovecot, box: PostBox) -> None:
    folder = 'Підтримка & "друзі"'
    rig = EmailRig(dovecot, box, imap={"folder": folder})
    encoded = mailbox_name(folder)[1:-1].replace('\\"', '"')
    dovecot.maildir(rig.user, encoded)
    async with rig.running():
        dovecot.deliver(rig.user, letter("in its own folder"), folder=encoded)
        await eventually(lambda: rig.core.book)
    assert texts(rig) == ["in its own folder"]


async def test_a_folder_that_is_not_there_is_named_as_the_trouble(
    dovecot: Dovecot, box: PostBox
) -> None:
    rig = EmailRig(dovecot, box, imap={"folder": "Nowhere"})
    with pytest.raises(MisconfiguredError) as caught:
        await rig.channel.check()
    assert caught.value.reason == "misconfigured"
    assert "folder" in str(caught.value)


@pytest.mark.parametrize(
    ("name", "wire"),
    [
        ("INBOX", '"INBOX"'),
        ("A & B", '"A &- B"'),
        ("Вхідні", '"&BBIERQRWBDQEPQRW-"'),
        ("台北", '"&U,BTFw-"'),
        ('a"b\\c', '"a\\"b\\\\c"'),
        ("🐤", '"&2D3cJA-"'),
    ],
)
def test_a_folders_name_is_written_in_modified_utf_7(name: str, wire: str) -> None:
    assert mailbox_name(name) == wire


def test_a_user_is_quoted() -> None:
    assert quoted('a "b" \\') == '"a \\"b\\" \\\\"'


# --- signing in ---


async def test_a_wrong_password_is_said_as_such(dovecot: Dovecot, box: PostBox) -> None:
    rig = EmailRig(dovecot, box, imap={"password": Secret("wrong-canary")})
    with pytest.raises(MisconfiguredError) as caught:
        await rig.channel.run(rig.core)
    assert caught.value.reason == "credentials_refused"
    assert "wrong-canary" not in repr(caught.value)


@pytest.mark.parametrize("how", ["tls", "starttls"])
async def test_the_connection_is_encrypted_and_the_server_proves_itself(
    dovecot: Dovecot, box: PostBox, how: str
) -> None:
    port = dovecot.tls_port if how == "tls" else dovecot.port
    place = {"host": "localhost", "port": port, "tls": how}
    rig = EmailRig(dovecot, box, imap=place | {"ca_file": str(dovecot.cert)})
    async with rig.running():
        await rig.arrives(letter("under cover"))
    async with mailbox(rig.settings.imap, rig.user) as other:
        transport = other._live.protocol.transport
        assert transport.get_extra_info("ssl_object").version().startswith("TLS")
    assert texts(rig) == ["under cover"]


@pytest.mark.parametrize("how", ["tls", "starttls"])
async def test_a_server_that_cannot_prove_itself_is_told_nothing(
    dovecot: Dovecot, box: PostBox, how: str
) -> None:
    port = dovecot.tls_port if how == "tls" else dovecot.port
    rig = EmailRig(dovecot, box, imap={"host": "localhost", "port": port, "tls": how})
    with mock.patch("channels.email.imap.Mailbox._sign_in") as sign_in:
        with pytest.raises(MisconfiguredError) as caught:
            await rig.channel.check()
        assert not sign_in.called
    assert caught.value.reason == "misconfigured"
    assert "certificate" in str(caught.value)


async def test_a_server_without_starttls_is_told_nothing() -> None:
    async with _scripted(_greeting) as port:
        given = {"host": "127.0.0.1", "port": port, "tls": "starttls"}
        box = Mailbox(settings(_nobody(), imap=given).imap)
        with pytest.raises(MisconfiguredError) as caught:
            await box.open("anna")
        await box.close()
    assert caught.value.reason == "misconfigured"
    assert "STARTTLS" in str(caught.value)


def _token(user: str, *, key: bytes = OAUTH_KEY) -> Secret:
    claims = {"sub": user, "exp": int(time.time()) + 600, "iat": int(time.time())}
    return Secret(jwt.encode(claims, key, algorithm="HS256"))


async def test_an_access_token_opens_the_mailbox(dovecot: Dovecot, box: PostBox) -> None:
    given = {"auth": "xoauth2", "user": "oauth-anna", "token": _token("oauth-anna")}
    rig = EmailRig(dovecot, box, imap=given)
    async with rig.running():
        await rig.arrives(letter("by token"))
    assert texts(rig) == ["by token"]


async def test_a_token_that_is_refused_is_said_at_once(dovecot: Dovecot, box: PostBox) -> None:
    bad = _token("oauth-anna", key=b"somebody else's key, of a decent length")
    rig = EmailRig(dovecot, box, imap={"auth": "xoauth2", "user": "oauth-anna", "token": bad})
    begun = time.monotonic()
    with pytest.raises(MisconfiguredError) as caught:
        await rig.channel.check()
    assert caught.value.reason == "credentials_refused"
    assert time.monotonic() - begun < 5


# --- connections that are lost ---


@pytest.fixture
def own_dovecot() -> Iterator[Dovecot]:
    """Run a server that may be killed."""
    with running() as server:
        yield server


async def test_a_server_killed_while_we_wait_loses_nothing_and_doubles_nothing(
    own_dovecot: Dovecot, box: PostBox, impatient: None
) -> None:
    rig = EmailRig(own_dovecot, box)
    async with rig.running():
        await rig.arrives(letter("before"))
        restarts = rig.restarts
        own_dovecot.kill()
        rig.deliver(letter("while it was dead"))
        await eventually(lambda: rig.restarts > restarts)
        own_dovecot.start()
        assert await rig.stored()
        await rig.arrives(letter("after"))
    assert texts(rig) == ["before", "while it was dead", "after"]
    assert len(rig.core.messages) == 3


async def test_a_line_that_goes_silent_is_noticed_and_a_new_one_made(
    dovecot: Dovecot, box: PostBox, impatient: None
) -> None:
    async with proxy_to(dovecot.port) as proxy:
        rig = EmailRig(dovecot, box, imap={"port": proxy.port})
        async with rig.running():
            await rig.arrives(letter("before"))
            made, restarts = proxy.connections, rig.restarts
            proxy.go_silent()
            rig.deliver(letter("into the silence"))
            await eventually(lambda: rig.restarts > restarts)
            proxy.speak_again()
            assert await rig.stored()
            assert proxy.connections > made
    assert texts(rig) == ["before", "into the silence"]


async def test_a_dead_line_is_noticed_within_two_minutes_as_configured() -> None:
    longest_poll = 60
    assert longest_poll + 2 * imap.PATIENCE < 120


async def test_a_connection_is_replaced_within_ten_minutes(
    dovecot: Dovecot, box: PostBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert poller.RECYCLE_AFTER + 60 + 2 * imap.PATIENCE < 620
    monkeypatch.setattr(poller, "RECYCLE_AFTER", 0.3)
    async with proxy_to(dovecot.port) as proxy:
        rig = EmailRig(dovecot, box, imap={"port": proxy.port})
        async with rig.running():
            await eventually(lambda: proxy.connections >= 3)
            await rig.arrives(letter("on the way"))
    assert rig.restarts == 0
    assert texts(rig) == ["on the way"]


async def test_nobody_at_the_port_is_unavailable_not_misconfigured(box: PostBox) -> None:
    given = {"host": "127.0.0.1", "port": 1}
    with pytest.raises(UnavailableError):
        async with mailbox(settings(_nobody(), imap=given).imap, "anna"):
            raise AssertionError


# --- servers that misbehave ---


async def test_a_mail_that_the_server_cannot_give_does_not_stop_its_neighbours(
    rig: EmailRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with rig.running():
        await rig.arrives(letter("one"))
    for text in ("two", "three", "four"):
        rig.deliver(letter(text))
    real = Mailbox._fetch

    async def corrupt(self: Mailbox, uids: list[int], items: str) -> object:
        if "BODY" in items and 3 in uids:
            return mock.Mock(result="NO", lines=[b"[SERVERBUG?] corrupted"])
        return await real(self, uids, items)

    monkeypatch.setattr(Mailbox, "_fetch", corrupt)
    async with rig.running():
        assert await rig.stored()
    assert texts(rig) == ["one", "two", "four"]
    assert [why for _, why in rig.core.quarantined] == ["it names no sender"]


async def _greeting(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"* OK hello\r\n")
    while line := await reader.readline():
        tag, command, *_ = line.split()
        if command == b"CAPABILITY":
            writer.write(b"* CAPABILITY IMAP4rev1\r\n")
        writer.write(tag + b" OK done\r\n")


async def _noise(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"* OK hello\r\n* CAPABILITY IMAP4rev1\r\n")
    line = await reader.readline()
    writer.write(
        line.split()[0] + b" OK done\r\nXYZ9 OK nobody asked canary\r\n" + b"* \xff\r\n" * 3000
    )
    await reader.read()


async def _nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()


async def _hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.close()


@contextlib.asynccontextmanager
async def _scripted(serve: Serve) -> AsyncIterator[int]:
    async def serving(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            await serve(reader, writer)
        writer.close()

    server = await asyncio.start_server(serving, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


def _nobody() -> Dovecot:
    return mock.Mock(port=1)


@pytest.mark.parametrize("serve", [_noise, _nothing, _hang_up])
async def test_a_server_that_talks_nonsense_or_not_at_all_is_given_up_in_time(
    serve: Serve, impatient: None, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    before = asyncio.all_tasks()
    async with _scripted(serve) as port:
        given = {"host": "127.0.0.1", "port": port}
        with pytest.raises(UnavailableError):
            async with mailbox(settings(_nobody(), imap=given).imap, "anna"):
                raise AssertionError
        await asyncio.sleep(0.05)
    left = {task for task in asyncio.all_tasks() - before if "channels" in repr(task.get_coro())}
    assert not left
    assert "canary" not in caplog.text
    assert "never retrieved" not in caplog.text


async def test_no_command_is_quoted_in_what_is_raised_or_logged(
    dovecot: Dovecot, box: PostBox, caplog: pytest.LogCaptureFixture, impatient: None
) -> None:
    caplog.set_level(logging.DEBUG)
    async with proxy_to(dovecot.port) as proxy:
        rig = EmailRig(dovecot, box, imap={"port": proxy.port})
        await _die_at_login(rig, proxy)
    shown = caplog.text
    for secret in (*rig.secrets, base64.b64encode(rig.secrets[0].encode()).decode()):
        assert secret not in shown


async def _die_at_login(rig: EmailRig, proxy: Proxy) -> None:
    real = Mailbox._sign_in

    async def sign_in(self: Mailbox, user: str) -> None:
        proxy.go_silent()
        await real(self, user)

    with mock.patch.object(Mailbox, "_sign_in", sign_in), pytest.raises(UnavailableError) as caught:
        await rig.channel.run(rig.core)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


async def test_each_look_into_the_folder_is_a_sign_of_life_that_must_come_within_two_minutes(
    desk: EmailRig,
) -> None:
    await eventually(lambda: desk.health.state == "well")
    assert desk.health.within == 120
    desk.health.words.clear()
    await eventually(lambda: desk.health.words)
