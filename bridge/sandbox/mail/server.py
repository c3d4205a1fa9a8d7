"""The model provider on loopback: a port for IMAP, a port for SMTP, both without encryption."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from bridge.sandbox.mail.imap import ImapServer
from bridge.sandbox.mail.office import Account, PostOffice
from bridge.sandbox.mail.smtp import SmtpServer


class MailServer:
    """A provider with one account, for as long as `running` lasts."""

    def __init__(self, account: Account) -> None:
        """Prepare the account; nothing listens yet."""
        self.office = PostOffice(account)
        self.imap_port = 0
        self.smtp_port = 0
        self._imap = ImapServer(self.office)
        self._smtp = SmtpServer(self.office)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Serve for as long as the context lasts."""
        await self.office.open()
        imap, smtp = await self._imap.start(), await self._smtp.start()
        self.imap_port, self.smtp_port = _port(imap), _port(smtp)
        try:
            yield
        finally:
            for listening in (imap, smtp):
                listening.close()
            await self._imap.stop()
            await self._smtp.stop()
            for listening in (imap, smtp):
                await listening.wait_closed()


def _port(listening: asyncio.Server) -> int:
    port: int = listening.sockets[0].getsockname()[1]
    return port
