"""Reads the folder for as long as it is told to, from where the core has it."""

import asyncio
from typing import Protocol

from bridge.channel import UNWATCHED, Health, Sink
from bridge.clock import Clock, ms
from channels.email import cursor as cursors
from channels.email.answers import Mail
from channels.email.credentials import Credentials
from channels.email.cursor import Cursor
from channels.email.imap import MOST_AT_ONCE, Mailbox, mailbox
from channels.email.pace import Pace
from channels.email.settings import EmailSettings

# Servers and the routers in between forget connections after about ten minutes; with one
# more wait of a minute at most, ours are younger. In seconds.
RECYCLE_AFTER = 500.0
# The folder is asked at least every minute; after two, nobody knows whether mail waits.
SILENCE = 120.0


class Intake(Protocol):
    """Who makes an event of a mail, and stores it together with the cursor."""

    async def take(self, sink: Sink, mail: Mail, cursor: Cursor) -> None:
        """Return once it is synced; raises `StorageUnavailableError`."""
        ...


class Poller:
    """The one reader of a folder."""

    def __init__(
        self,
        settings: EmailSettings,
        intake: Intake,
        clock: Clock,
        *,
        credentials: Credentials | None = None,
        health: Health = UNWATCHED,
    ) -> None:
        """Read as `settings` say, and hand on to `intake`; tell `health` of every look."""
        self._settings = settings
        self._user = settings.imap.user or settings.address
        self._intake = intake
        self._clock = clock
        self._credentials = credentials
        self._health = health
        self._poll = settings.poll.total_seconds()
        backlog = settings.backlog
        self._backlog = ms(backlog) if backlog else 0

    async def run(self, sink: Sink) -> None:
        """Read until cancelled; raises a `SendError` once the server cannot be read."""
        while True:
            async with mailbox(self._settings.imap, self._user, self._credentials) as box:
                await self._read(box, sink)

    async def _read(self, box: Mailbox, sink: Sink) -> None:
        time = asyncio.get_running_loop().time
        until = time() + RECYCLE_AFTER
        cursor = await self._begin(box, sink)
        pace, told = Pace(self._poll), False
        while time() < until:
            before, cursor = cursor, await self._catch_up(box, sink, cursor)
            self._health.well(within=SILENCE)
            pace.looked(took=cursor != before, told=told)
            await asyncio.sleep(pace.rest)
            told = await box.wait(pace.listen)

    async def _begin(self, box: Mailbox, sink: Sink) -> Cursor:
        known = cursors.read(await sink.cursor())
        cursor = cursors.begin(known, box.folder, now=self._clock.now(), backlog=self._backlog)
        if cursor != known:
            await sink.accept([], str(cursor))
        return cursor

    async def _catch_up(self, box: Mailbox, sink: Sink, cursor: Cursor) -> Cursor:
        """Take everything past the cursor, one mail a transaction, in the order of the UIDs.

        One at a time, because where a mail belongs depends on those before it.
        """
        uids = await box.newer(cursor)
        for start in range(0, len(uids), MOST_AT_ONCE):
            for group in await box.groups(uids[start : start + MOST_AT_ONCE]):
                for mail in await box.fetch(group):
                    # A date to come would have a later rescan begin there, and find nothing.
                    cursor = cursor.past(mail.uid, min(mail.received_at, self._clock.now()))
                    await self._intake.take(sink, mail, cursor)
                    self._health.well(within=SILENCE)
        if cursor.rescan:
            cursor = cursor.rescanned()
            await sink.accept([], str(cursor))
            return await self._catch_up(box, sink, cursor)
        return cursor
