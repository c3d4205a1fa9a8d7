"""From a network's call to the stored and acknowledged message, over the real program.

Every customer writes one message after the other, sixteen at once, as a network that waits
for each answer would call. The models of the networks answer what the adapters ask on the
way, in the client's process. Mail is timed from the moment it lies in the mailbox of a
Dovecot until it is stored with the cursor: sixteen mails, then the next sixteen. How many a
second is that of 320 that lie there together; the floor is a bare reader that never stops
asking. We are told by IDLE, for which Dovecot itself waits half a second.
"""

import asyncio
import contextlib
import hmac
import imaplib
import json
import sqlite3
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar, Self

from bridge.sandbox.telegram import TelegramServer
from bridge.sandbox.viber import ViberPlatform
from bridge.sandbox.vk import VkPlatform
from tests.bench import desks
from tests.bench.figures import percentile
from tests.bench.ingest import Rate, rate
from tests.bench.people import TEXT
from tests.bench.wire import BadAnswerError, Wire
from tests.channels.email import dovecot
from tests.channels.email.dovecot import Dovecot
from tests.channels.email.mails import US, letter
from tests.channels.rig import eventually
from tests.desk import RunningDesk

AT_ONCE = 16
MAILS = 320
TIMED_MAILS = 5 * AT_ONCE
MAILBOX = "bench"
Call = tuple[Mapping[str, Any], Mapping[str, str]]
"""A body and its headers."""


class Caller(ABC):
    """One network that calls the program."""

    name: ClassVar[str]
    environ: ClassVar[Mapping[str, str]]

    @abstractmethod
    def open(self) -> AbstractAsyncContextManager[Any]:
        """Serve what the adapter asks for."""

    @abstractmethod
    def inbox(self) -> dict[str, Any]:
        """Return the inbox's keys of the YAML."""

    @abstractmethod
    def ready(self) -> bool:
        """Say whether the program has told the network where it is, if it does that."""

    @abstractmethod
    def call(self, person: int, number: int) -> Call:
        """Return how the network tells of somebody's message."""


class TelegramCalls(Caller):
    """A bot's webhook."""

    name = "telegram"
    environ: ClassVar = {"TELEGRAM_TOKEN": "7000000001:AAbench-0123456789abcdefghijklmnop"}

    def open(self) -> AbstractAsyncContextManager[Any]:
        """Serve a bot."""
        self._telegram = TelegramServer(local=True)
        self._bot = self._telegram.world.add_bot(self.environ["TELEGRAM_TOKEN"])
        return self._telegram

    def inbox(self) -> dict[str, Any]:
        """Return the inbox's keys."""
        token, base = "${TELEGRAM_TOKEN}", self._telegram.url  # The token's variable.
        return {"type": "telegram", "token": token, "mode": "webhook", "api_base": base}

    def ready(self) -> bool:
        """Say whether the webhook is set."""
        return self._bot.courier.webhook is not None

    def call(self, person: int, number: int) -> Call:
        """Return an update."""
        webhook = self._bot.courier.webhook
        assert webhook is not None
        facts = {"id": 5_000_000_001 + person, "first_name": f"Customer {person}"}
        message = {
            "message_id": number + 1,
            "from": facts | {"is_bot": False, "language_code": "uk"},
            "chat": facts | {"type": "private"},
            "date": int(time.time()),
            "text": TEXT.format(number),
        }
        body = {"update_id": person * 1_000_000 + number, "message": message}
        return body, {"X-Telegram-Bot-Api-Secret-Token": webhook.secret}


class VkCalls(Caller):
    """A community's Callback API."""

    name = "vk"
    environ: ClassVar = {"VK_TOKEN": "vk1.a.bench", "VK_SECRET": "benchCallbackSecret0123456789"}

    def open(self) -> AbstractAsyncContextManager[Any]:
        """Serve a community."""
        self._vk = VkPlatform(token=self.environ["VK_TOKEN"])
        for person in range(AT_ONCE):
            self._vk.customer(1001 + person)
        return self._vk

    def inbox(self) -> dict[str, Any]:
        """Return the inbox's keys."""
        return {
            "type": "vk",
            "group_id": self._vk.world.group_id,
            "token": "${VK_TOKEN}",
            "mode": "callback",
            "confirmation": self._vk.callback.code,
            "secret": "${VK_SECRET}",
            "api_base": self._vk.url,
        }

    def ready(self) -> bool:
        """Nothing is told to VK: its administrator does that."""
        return True

    def call(self, person: int, number: int) -> Call:
        """Return an event."""
        message = {
            "id": person * 1_000_000 + number + 1,
            "conversation_message_id": number + 1,
            "from_id": 1001 + person,
            "peer_id": 1001 + person,
            "date": int(time.time()),
            "text": TEXT.format(number),
            "out": 0,
            "attachments": [],
            "fwd_messages": [],
        }
        return {
            "type": "message_new",
            "group_id": self._vk.world.group_id,
            "event_id": f"{person:020}{number:020}",
            "v": "5.199",
            "secret": self.environ["VK_SECRET"],
            "object": {"message": message, "client_info": {"keyboard": True}},
        }, {}


class ViberCalls(Caller):
    """A bot's webhook, signed."""

    name = "viber"
    environ: ClassVar = {"VIBER_TOKEN": "445da6az1s345z78-bench-e0vc5fva17480im9"}

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Serve a bot."""
        self._viber = ViberPlatform(self.environ["VIBER_TOKEN"])
        async with self._viber.running():
            yield

    def inbox(self) -> dict[str, Any]:
        """Return the inbox's keys."""
        return {"type": "viber", "token": "${VIBER_TOKEN}", "api_base": self._viber.url}

    def ready(self) -> bool:
        """Say whether the webhook is set."""
        return bool(self._viber.account.webhook)

    def call(self, person: int, number: int) -> Call:
        """Return a callback."""
        body = {
            "event": "message",
            "timestamp": time.time_ns() // 1_000_000,
            "message_token": 5_000_000_000_000_000_000 + person * 1_000_000 + number,
            "sender": {"id": f"person{person:05}A=", "name": f"Customer {person}"},
            "message": {"type": "text", "text": TEXT.format(number)},
            "silent": False,
        }
        key = self.environ["VIBER_TOKEN"].encode()
        proof = hmac.digest(key, json.dumps(body).encode(), "sha256").hex()
        return body, {"X-Viber-Content-Signature": proof}


CALLERS = (TelegramCalls, VkCalls, ViberCalls)


async def called() -> list[tuple[str, Rate]]:
    """Measure the networks that call, one after the other on one program."""
    callers = [kind() for kind in CALLERS]
    async with contextlib.AsyncExitStack() as stack:
        for one in callers:
            await stack.enter_async_context(one.open())
        changes = {f"channels.{one.name}": one.inbox() for one in callers}
        environ = {key: word for one in callers for key, word in one.environ.items()}
        desk = await stack.enter_async_context(desks.desk(changes, environ))
        return [(one.name, await _called(one, desk)) for one in callers]


async def _called(caller: Caller, desk: RunningDesk) -> Rate:
    await eventually(caller.ready)
    wires = [await Wire.open(desk.url) for _ in range(AT_ONCE)]
    writers = [_Writer(caller, wire, person) for person, wire in enumerate(wires)]
    for writer in writers:
        await writer.write()
    found = await rate([writer.write for writer in writers])
    _check(desk, caller.name, sum(writer.written for writer in writers))
    return found


class _Writer:
    """One customer, and the connection by which the network tells of them."""

    def __init__(self, caller: Caller, wire: Wire, person: int) -> None:
        self._caller, self._wire, self._person = caller, wire, person
        self.written = 0

    async def write(self) -> None:
        """Have one message told, and acknowledged."""
        body, headers = self._caller.call(self._person, self.written)
        path = f"/hooks/{self._caller.name}"
        status, answer, _ = await self._wire.ask("POST", path, body, headers=dict(headers))
        if status != 200:
            raise BadAnswerError(f"{path}: {status} {answer[:300]!r}")
        self.written += 1


def _check(desk: RunningDesk, inbox: str, acknowledged: int) -> None:
    """Raise unless every acknowledged message is there, once."""
    stored = _stored(desk.database, inbox)
    if stored != acknowledged:
        raise BadAnswerError(f"{inbox}: {acknowledged} were acknowledged, {stored} are stored")


def _stored(database: Path, inbox: str) -> int:
    with contextlib.closing(sqlite3.connect(database)) as connection:
        found: int = connection.execute(
            "SELECT count(*) FROM messages WHERE inbox_id = ? AND kind = 'incoming'", (inbox,)
        ).fetchone()[0]
    return found


# --- mail ---


async def mailed() -> tuple[Rate, Rate]:
    """Measure mail, and a bare reader of the same mailbox."""
    with dovecot.running() as server:
        imap = {"host": "127.0.0.1", "tls": "none", "port": server.port, "user": MAILBOX}
        inbox = {
            "type": "email",
            "address": US,
            "imap": imap | {"password": "${IMAP}"},
            "smtp": {"host": "127.0.0.1", "port": 1, "tls": "none"},
        }
        server.maildir(MAILBOX)
        async with desks.desk({"channels.email": inbox}, {"IMAP": dovecot.PASSWORD}) as desk:
            await eventually(lambda: _cursor(desk.database))
            # A mail before the first sixteen, so that everybody has met.
            await _delivered(server, 1, lambda: _stored(desk.database, "email"))
            ours = await _mail_rate(server, lambda: _stored(desk.database, "email"))
            if str(1 + TIMED_MAILS + MAILS) not in (_cursor(desk.database) or ""):
                raise BadAnswerError("the cursor is not where the mails end")
        with _BareReader(server) as bare:
            floor = await _mail_rate(server, bare.read)
    return ours, floor


async def _mail_rate(server: Dovecot, stored: Callable[[], int]) -> Rate:
    few = await _delivered(server, TIMED_MAILS, stored)
    many = await _delivered(server, MAILS, stored, at_once=MAILS)
    return replace(few, per_second=many.per_second)


def _cursor(database: Path) -> str | None:
    with contextlib.closing(sqlite3.connect(database)) as connection:
        row = connection.execute("SELECT value FROM cursors WHERE inbox_id = 'email'").fetchone()
    return row and str(row[0])


async def _delivered(
    server: Dovecot, mails: int, stored: Callable[[], int], *, at_once: int = AT_ONCE
) -> Rate:
    """Deliver so many at a time, and wait for each to be stored."""
    times: list[float] = []
    before, begun = stored(), time.perf_counter()
    while len(times) < mails:
        some = min(at_once, mails - len(times))
        lying = [_deliver(server, len(times) + n) for n in range(some)]
        while lying:
            await asyncio.sleep(0.001)
            now, done = time.perf_counter(), stored() - before - len(times)
            times += [(now - at) * 1000 for at in lying[:done]]
            del lying[:done]
    took = time.perf_counter() - begun
    return Rate(at_once, mails / took, percentile(times, 50), percentile(times, 99))


def _deliver(server: Dovecot, number: int) -> float:
    sender = f"customer{number % AT_ONCE}@example.net"
    server.deliver(MAILBOX, letter(TEXT.format(number), sender=sender, subject=f"№{number}"))
    return time.perf_counter()


class _BareReader:
    """Asks for what is new, and commits each mail."""

    def __init__(self, server: Dovecot) -> None:
        self._imap = imaplib.IMAP4("127.0.0.1", server.port)
        self._imap.login(MAILBOX, dovecot.PASSWORD)
        self._folder = tempfile.TemporaryDirectory()
        self._database = sqlite3.connect(f"{self._folder.name}/floor.db", isolation_level=None)

    def __enter__(self) -> Self:
        self._database.execute("PRAGMA journal_mode=WAL")
        self._database.execute("PRAGMA synchronous=FULL")
        self._database.execute("CREATE TABLE mails (uid INTEGER PRIMARY KEY, raw BLOB)")
        self._imap.select("INBOX", readonly=True)
        self._before = self._last = self._exist(0)
        return self

    def __exit__(self, *_: object) -> None:
        self._imap.logout()
        self._database.close()
        self._folder.cleanup()

    def read(self) -> int:
        """Store what is new; return how many there are."""
        self._imap.noop()
        exists = self._exist(self._last)
        for number in range(self._last + 1, exists + 1):
            _, found = self._imap.fetch(str(number), "(BODY.PEEK[])")
            assert isinstance(found[0], tuple)
            self._database.execute("INSERT INTO mails VALUES (?, ?)", (number, found[0][1]))
        self._last = exists
        return self._last - self._before

    def _exist(self, known: int) -> int:
        """Return how many mails there are, as the server has said last if it has."""
        said: list[Any] = self._imap.response("EXISTS")[1]
        return known if said[-1] is None else int(said[-1])
