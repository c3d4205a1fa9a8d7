"""The account's way out, by SMTP submission: aiosmtpd's server, with our faults and our ledger.

aiosmtpd finds its handlers by names that it makes of SMTP's commands.
"""

# ruff: noqa: N802

import asyncio
import base64
import binascii
import logging
from collections.abc import Awaitable, Callable
from typing import Any, cast
from weakref import WeakSet

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from bridge.sandbox.faults import Fault
from bridge.sandbox.mail.ledger import Call
from bridge.sandbox.mail.office import LARGEST_MAIL, PostOffice

# At INFO it writes every line of a connection, with the passwords in them.
logging.getLogger("mail.log").setLevel(logging.ERROR)

_UNAVAILABLE = "450 4.3.2 The service takes no mail now"


class SmtpConnection(SMTP):
    """One client's connection."""

    def __init__(self, office: PostOffice) -> None:
        """Serve the account of this office."""
        super().__init__(
            _Desk(office),
            hostname=office.account.authserv_id,
            ident="The model mail server is ready.",
            authenticator=self._is_right,
            auth_require_tls=False,
            enable_SMTPUTF8=True,
            data_size_limit=LARGEST_MAIL,
            loop=asyncio.get_running_loop(),
        )
        self._office = office

    def cut(self) -> None:
        """End the connection without a word."""
        if isinstance(self.transport, asyncio.WriteTransport):
            self.transport.abort()

    async def end(self) -> None:
        """Drop the connection, and whatever is done for it."""
        self.cut()
        if self._handler_coroutine is not None:
            self._handler_coroutine.cancel()
            await asyncio.gather(self._handler_coroutine, return_exceptions=True)

    async def smtp_AUTH(self, arg: str) -> None:
        """Sign in."""

        async def sign_in() -> str:
            await super(SmtpConnection, self).smtp_AUTH(arg)
            return "AUTH"

        if (words := await self.answered("AUTH", sign_in)) != "AUTH":
            await self.push(words)

    def _is_right(
        self,
        _server: SMTP,
        _session: Session,
        _envelope: Envelope,
        _mechanism: str,
        data: LoginPassword,
    ) -> AuthResult:
        login = self._office.account.smtp
        right = (data.login, data.password) == (login.user.encode(), login.word.encode())
        return AuthResult(success=right, handled=False)

    async def answered(
        self, call: str, answer: Callable[[], Awaitable[str]], mail: bytes = b""
    ) -> str:
        """Return the answer, unless something is planned to go wrong with this command."""
        words = ""
        try:
            words = await self._office.faults.over(call, answer, self._failed)
        finally:
            self._office.ledger.note(Call(call, words, self._office.now()), mail)
        return words

    def _failed(self, fault: Fault) -> str | None:
        if fault.reset:
            self.cut()
            raise asyncio.CancelledError
        if fault.status:
            return _UNAVAILABLE
        return None if fault.error is None else str(fault.error)


class _Desk:
    """What is done with a mail that is handed in, command by command."""

    def __init__(self, office: PostOffice) -> None:
        self._office = office

    async def auth_XOAUTH2(self, _server: SMTP, args: list[str]) -> AuthResult:
        """Compare a token: https://developers.google.com/workspace/gmail/imap/xoauth2-protocol."""
        login = self._office.account.smtp
        wanted = f"user={login.user}\x01auth=Bearer {login.word}\x01\x01"
        try:
            right = base64.b64decode(args[1]) == wanted.encode()
        except (IndexError, binascii.Error):
            right = False
        return AuthResult(success=right, handled=False)

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take the sender, who is the account's own address and nobody else."""

        async def answer() -> str:
            if not session.authenticated:
                return "530 5.7.0 Authentication required"
            if address.lower() != self._office.account.address.lower():
                return "553 5.7.1 Sender address rejected: not owned by user"
            envelope.mail_from = address
            envelope.mail_options.extend(options)
            return "250 2.1.0 OK"

        return await _of(server).answered("MAIL", answer)

    async def handle_RCPT(
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, _options: Any
    ) -> str:
        """Take a recipient."""

        async def answer() -> str:
            if refused := self._office.refuses(address):
                return refused
            envelope.rcpt_tos.append(address)
            return "250 2.1.5 OK"

        return await _of(server).answered("RCPT", answer)

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:
        """Take the mail itself."""
        raw = cast("bytes", envelope.content)

        async def answer() -> str:
            return await self._office.take(envelope.mail_from or "", tuple(envelope.rcpt_tos), raw)

        return await _of(server).answered("DATA", answer, raw)


def _of(server: SMTP) -> SmtpConnection:
    return cast("SmtpConnection", server)


class SmtpServer:
    """Listens for clients."""

    def __init__(self, office: PostOffice) -> None:
        """Serve the account of this office."""
        self._office = office
        self._connections: WeakSet[SmtpConnection] = WeakSet()

    async def start(self) -> asyncio.Server:
        """Begin to listen, at any port."""
        return await asyncio.get_running_loop().create_server(self._connect, "127.0.0.1", 0)

    async def stop(self) -> None:
        """End every connection."""
        for one in list(self._connections):
            await one.end()

    def _connect(self) -> SmtpConnection:
        connection = SmtpConnection(self._office)
        self._connections.add(connection)
        return connection
