"""An IMAP server that says what no good one would, by a script of a few words.

It knows as many commands as the poller gives, and has mails by their UIDs.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

from bridge.channel import Sink
from channels.email.answers import Mail
from channels.email.cursor import Cursor
from channels.email.poller import Poller
from tests.channels.core import FakeCore
from tests.channels.email.dovecot import Dovecot
from tests.channels.email.rig import settings
from tests.clock import ManualClock

DATE = '"01-Jan-2026 00:00:00 +0000"'
Says = Callable[[bytes, bytes], bytes | None]
"""What is said to a command, of which there are the tag and the line; nothing for the usual."""


def _the_usual(_tag: bytes, _line: bytes) -> None:
    return None


@dataclass
class OddServer:
    """The folder. `says` may answer in place of it."""

    mails: dict[int, bytes] = field(default_factory=dict)
    validity: int = 1
    can: bytes = b"IMAP4rev1"
    date: str = DATE
    says: Says = _the_usual
    port: int = 0
    lines: list[bytes] = field(default_factory=list)
    """Everything that it was told."""

    @property
    def next_uid(self) -> int:
        """The UID of a mail that would come now."""
        return max(self.mails, default=0) + 1

    def count(self, words: bytes) -> int:
        """Say how often it was told something that contains these words."""
        return sum(words in line for line in self.lines)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one client until it goes."""
        writer.write(b"* OK hello\r\n")
        while line := await reader.readline():
            self.lines.append(line)
            tag = line.split()[0]
            said = self.says(tag, line)
            writer.write(said if said is not None else b"".join(self._usual(tag, line)))
        writer.close()

    def _usual(self, tag: bytes, line: bytes) -> Iterator[bytes]:
        words = line.split()
        match [word.upper() for word in words[1:3]]:
            case [b"CAPABILITY"]:
                yield b"* CAPABILITY %b\r\n" % self.can
            case [b"SELECT", _]:
                yield b"* %d EXISTS\r\n" % len(self.mails)
                yield b"* OK [UIDVALIDITY %d] told\r\n" % self.validity
                yield b"* OK [UIDNEXT %d] told\r\n" % self.next_uid
            case [b"UID", b"SEARCH"]:
                yield b"* SEARCH %b\r\n" % b" ".join(b"%d" % uid for uid in sorted(self.mails))
            case [b"UID", b"FETCH"]:
                wanted = [int(uid) for uid in words[3].split(b",")]
                yield from (self.item(uid, line) for uid in wanted if uid in self.mails)
        yield tag + b" OK done\r\n"

    def item(self, uid: int, line: bytes) -> bytes:
        """Return what a FETCH of a mail says."""
        raw = self.mails[uid]
        if b"SIZE" in line:
            return b"* %d FETCH (UID %d RFC822.SIZE %d)\r\n" % (uid, uid, len(raw))
        head = f"* {uid} FETCH (UID {uid} INTERNALDATE {self.date} BODY[]<0> {{{len(raw)}}}\r\n"
        return head.encode() + raw + b")\r\n"


@contextlib.asynccontextmanager
async def serving(server: OddServer) -> AsyncIterator[OddServer]:
    """Let it listen for as long as the context lasts."""
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    server.port = listening.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listening.close()


class Kept:
    """An `Intake` that keeps every mail."""

    def __init__(self) -> None:
        """Begin with none."""
        self.mails: list[Mail] = []

    async def take(self, sink: Sink, mail: Mail, cursor: Cursor) -> None:
        """Keep it."""
        self.mails.append(mail)
        await sink.accept([], str(cursor))

    @property
    def uids(self) -> list[int]:
        """Which mails came, in their order."""
        return [mail.uid for mail in self.mails]


def poller(server: OddServer, kept: Kept, core: FakeCore, **given: Any) -> Poller:
    """Return what reads the server's folder; `given` are keys of the YAML."""
    nobody: Dovecot = mock.Mock(port=1)
    imap = {"host": "127.0.0.1", "port": server.port, "user": "anna"}
    return Poller(settings(nobody, imap=imap, **given), kept, core.clock)


@contextlib.asynccontextmanager
async def polled(
    server: OddServer, cursor: Cursor, **given: Any
) -> AsyncIterator[tuple[Kept, FakeCore]]:
    """Read the server's folder from a cursor on, for as long as the context lasts."""
    core, kept = FakeCore(ManualClock()), Kept()
    core.poller = str(cursor)
    reading = asyncio.create_task(poller(server, kept, core, **given).run(core))
    try:
        yield kept, core
    finally:
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)
