"""What aioimaplib lacks or gets wrong on the wire.

No quoting of mailbox names and users, no modified UTF-7 (RFC 3501, 5.1.3), no STARTTLS, no
answer to a refused XOAUTH2, no news but in IDLE, no IDLE that the server ends; and its own
errors and debug lines quote commands, passwords among them. So its logger is silenced here,
and nothing of its exceptions ever leaves.
"""

import asyncio
import base64
import logging
import re
import ssl
from collections.abc import Callable
from typing import Any

from aioimaplib.aioimaplib import (  # type: ignore[import-untyped]  # It has no types.
    IMAP4,
    AioImapException,
    Command,
    IMAP4ClientProtocol,
)

__all__ = ["AioImapException", "Client", "mailbox_name", "quoted"]

# It writes every line it receives at DEBUG and what it does not expect at INFO.
logging.getLogger("aioimaplib").setLevel(logging.CRITICAL + 1)
logging.getLogger("aioimaplib.aioimaplib").setLevel(logging.CRITICAL + 1)

_SIZE = re.compile(rb"\* (\d+) (EXISTS|EXPUNGE)\s*", re.IGNORECASE)


def quoted(text: str) -> str:
    """Return a quoted string of IMAP."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def mailbox_name(name: str) -> str:
    """Return a folder's name as it stands in a command: modified UTF-7, quoted."""
    encoded = re.sub(r"&|[^\x20-\x7e]+", lambda found: _shifted(found[0]), name)
    return quoted(encoded)


def _shifted(run: str) -> str:
    if run == "&":
        return "&-"
    inner = base64.b64encode(run.encode("utf-16-be")).decode().rstrip("=").replace("/", ",")
    return f"&{inner}-"


class Protocol(IMAP4ClientProtocol):  # type: ignore[misc]  # aioimaplib has no types.
    """aioimaplib's reader, which here ends the connection where it would fall over or wait.

    And it hears of news: a server may announce a mail with the answer to any command, where
    aioimaplib lets it pass, and then has nothing more to say to whoever waits.
    """

    def __init__(self, *given: Any) -> None:
        """Prepare to read what aioimaplib connects it to."""
        super().__init__(*given)
        self.news = asyncio.Event()
        """Set when the folder is another size than before; whoever looks clears it first."""
        self._mails: int | None = None

    def data_received(self, data: bytes) -> None:
        """Read; whatever cannot be read is the end of this connection, not of the program."""
        try:
            super().data_received(data)
        except Exception:  # noqa: BLE001  # RecursionError, Abort, UnicodeDecodeError, ...
            self.transport.abort()

    async def welcome(self, command: bytes) -> None:
        """Begin; nobody waits for this task, so a refusal is the end of the connection."""
        try:
            await super().welcome(command)
        except Exception:  # noqa: BLE001  # As above.
            self.transport.abort()

    def _untagged_response(self, line: bytes) -> Any:
        """Keep how many mails there are (RFC 3501, 7.3.1 and 7.4.1).

        That a server says the same size again is no news: it could be said with every answer.
        """
        told = _SIZE.fullmatch(line)
        if told and told[2].upper() == b"EXPUNGE":
            self._mails = None
        elif told and int(told[1]) != self._mails:
            self._mails = int(told[1])
            self.news.set()
        return super()._untagged_response(line)

    def _continuation(self, line: bytes) -> None:
        """Answer the challenge by which a server refuses XOAUTH2; it waits for that.

        https://developers.google.com/workspace/gmail/imap/xoauth2-protocol#error_response_2
        """
        pending = self.pending_sync_command
        if pending is not None and pending.name == "AUTHENTICATE":
            self.transport.write(b"\r\n")
            return
        super()._continuation(line)


class Client(IMAP4):  # type: ignore[misc]  # aioimaplib has no types.
    """An IMAP4 client over `Protocol`."""

    def create_client(
        self,
        host: str,
        port: int,
        loop: asyncio.AbstractEventLoop | None,
        conn_lost_cb: Callable[[Exception | None], None] | None = None,
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        """Begin to connect."""
        loop = loop or asyncio.get_running_loop()
        self.protocol = Protocol(loop, conn_lost_cb)
        connecting = loop.create_connection(lambda: self.protocol, host, port, ssl=ssl_context)
        self._client_task = loop.create_task(connecting)

    async def starttls(self, context: ssl.SSLContext) -> bool:
        """Go on encrypted (RFC 3501, 6.2.1); return whether the server agreed."""
        protocol = self.protocol
        if "STARTTLS" not in protocol.capabilities:
            return False
        answer = await protocol.execute(Command("STARTTLS", protocol.new_tag()))
        if answer.result != "OK" or protocol.incomplete_line:
            # What follows in the clear was put there by somebody in between.
            return False
        protocol.transport = await asyncio.get_running_loop().start_tls(
            protocol.transport, protocol, context, server_hostname=self.host
        )
        await protocol.capability()
        return True

    async def begin_idle(self) -> asyncio.Future[Any]:
        """Begin to be told of news (RFC 2177), and return what is done when that has ended.

        A server may end it, or refuse it, which aioimaplib takes for the connection's end.
        """
        idling: asyncio.Future[Any] = asyncio.ensure_future(self.idle())
        begun = asyncio.ensure_future(self.protocol.wait_for_idle_response())
        for task in (idling, begun):
            self.tasks.add(task)
            task.add_done_callback(self.tasks.discard)
        await asyncio.wait({idling, begun}, return_when=asyncio.FIRST_COMPLETED)
        begun.cancel()
        return idling

    def tasks_left(self) -> list[asyncio.Task[Any]]:
        """Return what it began and may never end (issue #110)."""
        return [self._client_task, *self.tasks, *self.protocol.tasks]

    def drop(self) -> None:
        """End the connection without a word."""
        if self.protocol.transport is not None:
            self.protocol.transport.abort()
