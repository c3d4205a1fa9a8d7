"""A mailbox on a real IMAP server and a real SMTP server, for the contract suite and beyond."""

import asyncio
import contextlib
import uuid
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from typing import Any

from bridge.channel import (
    ChannelContext,
    MisconfiguredError,
    OutboundPart,
    OutcomeUnknownError,
    Receipt,
    RejectedError,
    SendError,
    StorageUnavailableError,
    UnavailableError,
    UnreachableError,
)
from bridge.settings import Secret
from channels.email import cursor as cursors
from channels.email.channel import EmailChannel
from channels.email.settings import EmailSettings
from tests.channels.core import FakeCore
from tests.channels.doors import CustomersOf, FakeMedia
from tests.channels.email import dovecot, postbox
from tests.channels.email.dovecot import Dovecot
from tests.channels.email.mails import US, letter
from tests.channels.email.postbox import PostBox
from tests.channels.health import Noted
from tests.channels.rig import Rig, eventually
from tests.clock import ManualClock

SECRET = b"email-inbox-secret-canary-0123456789abcdef"
_CAUSES: dict[type[SendError], str] = {
    UnavailableError: "rcpt 451 4.7.1 greylisted, come again",
    RejectedError: "data 554 5.7.1 this looks like spam",
    UnreachableError: "rcpt 550 5.1.1 no such user here",
    MisconfiguredError: "auth 535 5.7.8 wrong password",
    OutcomeUnknownError: "lost_answer",
}


def settings(server: Dovecot, box: PostBox | None = None, **given: Any) -> EmailSettings:
    """Return the keys of an inbox on these servers; its mailbox is one of its own."""
    imap = {
        "host": "127.0.0.1",
        "port": server.port,
        "user": f"box-{uuid.uuid4().hex[:12]}",
        "password": Secret(dovecot.PASSWORD),
        "tls": "none",
    }
    smtp = {
        "host": "127.0.0.1",
        "port": box.port if box else 1,
        "user": US,
        "password": Secret(postbox.PASSWORD),
        "tls": "none",
    }
    return EmailSettings.model_validate(
        {
            "address": US,
            "imap": imap | given.pop("imap", {}),
            "smtp": smtp | given.pop("smtp", {}),
            "poll": timedelta(seconds=0.25),
            **given,
        }
    )


class EmailRig(Rig):
    """One inbox. Mail is delivered to its mailbox as a delivery agent does."""

    def __init__(self, server: Dovecot, box: PostBox, **given: Any) -> None:
        """Wire it; `given` are keys of the YAML."""
        self.server, self.box = server, box
        self.core = FakeCore(ManualClock())
        self.health = Noted()
        self.media = FakeMedia()
        self.settings = settings(server, box, **given)
        self.user = self.settings.imap.user or US
        self.channel: EmailChannel = self.wired()
        self.secrets: Sequence[str] = [dovecot.PASSWORD, postbox.PASSWORD, SECRET.decode()]
        self.failures: Sequence[type[SendError]] = list(_CAUSES)
        self.delivered = 0
        self.restarts = 0
        self._parts = 0

    def wired(self) -> EmailChannel:
        """Return the adapter as after a restart: it knows nothing but what the core keeps."""
        self.context = ChannelContext(
            inbox_id="help",
            inbox_name="Крамниця",
            clock=self.core.clock,
            public_url="http://127.0.0.1:8080",
            secret=SECRET,
            customers=CustomersOf(self.core),
            media=self.media,
            max_upload=4096,
            max_length=2000,
            locale="en",
            locales=("en", "ru", "uk", "es"),
            health=self.health,
            tries=self.core,
        )
        return EmailChannel(self.settings, self.context)

    # --- running ---

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Run it, and return once it has said where it begins to read."""
        async with super().running():
            await eventually(lambda: self.core.poller or self.core.down)
            yield

    async def _run(self) -> None:
        while True:
            try:
                await self.channel.run(self.core)
            except (StorageUnavailableError, SendError):
                self.restarts += 1
                await asyncio.sleep(0.02)

    @property
    def read_up_to(self) -> int:
        """Return the UID that the core has with its mail."""
        cursor = cursors.read(self.core.poller)
        return cursor.uid if cursor else 0

    # --- in ---

    def deliver(self, raw: bytes, *, at: float | None = None) -> None:
        """Put a mail into the mailbox."""
        self.server.deliver(self.user, raw, at=at)
        self.delivered += 1

    async def arrives(self, raw: bytes, *, within: float = 20.0) -> None:
        """Deliver a mail, and return when it is stored, whatever it has become."""
        self.deliver(raw)
        assert await self.stored(within)

    async def stored(self, within: float = 60.0) -> bool:
        """Say whether everything that was delivered is stored in time."""
        until = asyncio.get_running_loop().time() + within
        while self.read_up_to < self.delivered or self.core.waiting:
            await asyncio.sleep(0.005)
            if asyncio.get_running_loop().time() > until and not self.core.waiting:
                return False
        return True

    async def customer_writes(
        self, text: str, *, message: str = "first", customer: str = "anna"
    ) -> bool:
        """Deliver a mail, unless the very mail waits to be read."""
        if self.read_up_to >= self.delivered:
            address = f"{customer}@example.net"
            self.deliver(letter(text, sender=address, message_id=f"{message}@example.net"))
        return await self.stored(self.patience)

    async def nonsense_comes(self) -> None:
        """Deliver what is no letter."""
        for raw in (b"\x00\xff" * 50, b"\r\n\r\n", b"Subject: who wrote this?\r\n\r\nnobody"):
            await self.arrives(raw)

    async def stranger_writes(self, text: str) -> bool:
        """Read with a password that is not the mailbox's."""
        rig = EmailRig(self.server, self.box, imap={"password": Secret("wrong")})
        rig.core = self.core
        rig.deliver(letter(text))
        before = self.core.poller
        await asyncio.gather(
            asyncio.wait_for(rig.channel.run(self.core), 30), return_exceptions=True
        )
        return self.core.poller != before

    # --- out ---

    async def here(self, customer: str = "anna") -> str:
        """Everybody with an address can be written to."""
        return f"{customer}@example.net"

    def part(self, recipient: str, text: str, **more: Any) -> OutboundPart:
        """Return a part to be sent."""
        self._parts += 1
        given = {"thread": "t1", "author": "Anna"} | more
        return OutboundPart(recipient=recipient, message_id=self._parts, text=text, **given)

    async def fail_next(self, error: type[SendError], recipient: str) -> None:
        """Have the SMTP server say no."""
        self.box.fail_next(_CAUSES[error])

    def attempts(self) -> int:
        """Count the mails that the SMTP server was asked to take."""
        return self.box.offered

    async def report(self, receipt: Receipt, part: OutboundPart, state: str) -> None:
        """Mail tells nobody that it was delivered or read."""
        raise NotImplementedError


def texts(rig: EmailRig) -> list[str]:
    """Return what the core has, in the order it came."""
    return [one.text for one in rig.core.book.values()]
