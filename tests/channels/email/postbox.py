"""A real SMTP server for the tests, aiosmtpd, that can be told to fail in every way.

aiosmtpd finds its handlers by names that it makes of SMTP's commands.
"""

# ruff: noqa: N802

import asyncio
import base64
import contextlib
import ssl
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, cast

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

PASSWORD = "smtp-password-canary"
TOKEN = "smtp-token-canary"


@dataclass(frozen=True, slots=True)
class Received:
    """A mail that the server took."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes
    options: tuple[str, ...] = ()
    at: float = 0.0
    """When, in seconds of the loop's."""

    @property
    def mail(self) -> EmailMessage:
        """Return it as Python reads it."""
        return message_from_bytes(self.raw, policy=policy.default)


@dataclass(slots=True)
class PostBox:
    """The server. `failures` names what the next connections meet, one each.

    `mail`, `rcpt`, `data` with an answer as `rcpt 550 5.1.1 no such user`; `auth 535 ...`;
    `drop_at_data` ends the connection before the mail, `lost_answer` after it, and
    `silent_answer` says nothing after it.
    """

    port: int = 0
    received: list[Received] = field(default_factory=list)
    connections: int = 0
    offered: int = 0
    """How often it was asked to take a mail."""
    failures: deque[str] = field(default_factory=deque)
    closed: bool = False
    """Whether every connection is dropped as soon as it is made."""
    users: list[str] = field(default_factory=list)
    ehlo: list[str] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    most: int | None = None
    """So many connections are served at once; one more is turned away with 421."""
    takes: float = 0.0
    """Seconds that the server works on a mail before it answers."""
    open: int = 0
    turned_away: list[float] = field(default_factory=list)

    def fail_next(self, how: str) -> None:
        """Have the next connection meet this."""
        self.failures.append(how)

    # --- what aiosmtpd calls ---

    async def handle_EHLO(
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        hostname: str,
        responses: list[str],
    ) -> list[str]:
        """Remember how we are greeted."""
        session.host_name = hostname
        self.ehlo.append(hostname)
        return responses

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take a sender."""
        self.offered += 1
        if refusal := _told(server, "mail"):
            return refusal
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take a recipient."""
        if refusal := _told(server, "rcpt"):
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Take the mail itself."""
        if refusal := _told(server, "data"):
            return refusal
        assert envelope.mail_from is not None
        content = cast("bytes", envelope.content)
        options, recipients = tuple(map(str, envelope.mail_options)), tuple(envelope.rcpt_tos)
        if self.takes:
            await asyncio.sleep(self.takes)
        now = asyncio.get_running_loop().time()
        self.received.append(Received(envelope.mail_from, recipients, content, options, now))
        self.encrypted.append(session.ssl is not None)
        failure = _failure(server)
        if failure == "lost_answer":
            _abort(server)
        elif failure == "silent_answer":
            await asyncio.sleep(30)
        return "250 2.0.0 OK"

    async def auth_XOAUTH2(self, server: SMTP, args: list[str]) -> AuthResult:
        """Know one token, and refuse any other as Gmail does: with a challenge first."""
        said = base64.b64decode(args[1]).decode()
        user, _, rest = said.partition("\x01")
        if rest == f"auth=Bearer {TOKEN}\x01\x01":
            self.users.append(user.removeprefix("user="))
            return AuthResult(success=True)
        await server.challenge_auth(b'{"status":"401"}', log_client_response=False)
        return AuthResult(success=False, handled=False)

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
    ) -> AuthResult:
        """Know one password, unless this connection is to be refused."""
        if refusal := _told(server, "auth"):
            return AuthResult(success=False, handled=False, message=refusal)
        self.users.append(data.login.decode())
        return AuthResult(success=data.password == PASSWORD.encode(), handled=False)


class _Server(SMTP):
    """One connection, and the failure that it meets."""

    failure: str = ""
    turns_away = False

    async def end(self) -> None:
        """Drop the connection, and whatever is done for it."""
        _abort(self)
        if self._handler_coroutine is not None:
            self._handler_coroutine.cancel()
            await asyncio.gather(self._handler_coroutine, return_exceptions=True)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Turn the client away, if nobody is to be served, or too many are."""
        box = cast("PostBox", self.event_handler)
        box.open += 1
        if box.most is not None and box.open > box.most:
            box.turned_away.append(asyncio.get_running_loop().time())
            cast("asyncio.WriteTransport", transport).write(b"421 4.7.0 too many connections\r\n")
            transport.close()
        super().connection_made(transport)
        if self.turns_away:
            _abort(self)

    def connection_lost(self, error: Exception | None) -> None:
        """Serve one less."""
        cast("PostBox", self.event_handler).open -= 1
        super().connection_lost(error)

    async def smtp_DATA(self, arg: str) -> None:
        """End the connection before the mail, if told to."""
        if self.failure == "drop_at_data":
            _abort(self)
            return
        await super().smtp_DATA(arg)


def _abort(server: SMTP) -> None:
    if isinstance(server.transport, asyncio.WriteTransport):
        server.transport.abort()


def _failure(server: SMTP) -> str:
    return cast("_Server", server).failure


def _told(server: SMTP, where: str) -> str:
    """Return the refusal that this connection meets here, if any."""
    at, _, answer = _failure(server).partition(" ")
    return answer if at == where else ""


@contextlib.asynccontextmanager
async def post_box(
    *, certificate: ssl.SSLContext | None = None, starttls: bool = False, **options: Any
) -> AsyncIterator[PostBox]:
    """Run a server; with a certificate, encrypted from the first byte or by STARTTLS."""
    box = PostBox()
    servers: list[_Server] = []

    def connected() -> _Server:
        server = _Server(
            box,
            hostname="post.test",
            authenticator=box.authenticate,
            auth_require_tls=False,
            enable_SMTPUTF8=True,
            tls_context=certificate if starttls else None,
            require_starttls=starttls,
            loop=asyncio.get_running_loop(),
            **options,
        )
        servers.append(server)
        box.connections += 1
        server.turns_away = box.closed
        server.failure = box.failures.popleft() if box.failures and not box.closed else ""
        return server

    at_once = None if starttls else certificate
    listening = await asyncio.get_running_loop().create_server(
        connected, "127.0.0.1", 0, ssl=at_once
    )
    box.port = listening.sockets[0].getsockname()[1]
    try:
        yield box
    finally:
        listening.close()
        await listening.wait_closed()
        for server in servers:
            await server.end()
        # A socket that was dropped is closed a turn of the loop later.
        await asyncio.sleep(0.01)
