"""Fetching what customers sent from their networks, at once: links die within the hour.

An attachment is a row from the start (`pending`), so that people see there is something;
it becomes `ready`, or `failed` when the network will not give it or it is too large.
"""

import asyncio
import logging
from collections.abc import Collection, Mapping

from bridge.channel import (
    Channel,
    MediaRefusedError,
    MediaTooLargeError,
    RejectedError,
    SendError,
    StorageUnavailableError,
)
from bridge.clock import Clock
from bridge.media.kinds import kind_as_told
from bridge.media.rows import Content
from bridge.media.store import MediaStore
from bridge.models import Attachment
from bridge.store import conversations as c
from bridge.store import log
from bridge.store import messages as q
from bridge.store.transactions import Store, Tx
from bridge.underway import UnderWay
from bridge.waking import woken

_log = logging.getLogger(__name__)

FETCH_TOPIC = "fetches"

# Attempts, and the pause before each further one, in seconds: links live about an hour.
_PAUSES = (2.0, 10.0, 60.0, 300.0, 900.0)
# At once for all inboxes; a large file must not hold up every small one.
_WIDTH = 4
_TIMEOUT = 120.0


class Fetcher:
    """Downloads pending attachments through the channels they came from."""

    def __init__(
        self,
        store: Store,
        media: MediaStore,
        channels: Mapping[str, Channel],
        *,
        clock: Clock,
        limit: int,
    ) -> None:
        """Fetch files of at most `limit` bytes; `channels` by inbox id."""
        self._store = store
        self._media = media
        self._channels = channels
        self._clock = clock
        self._limit = limit
        self._awake = asyncio.Event()
        self._attempts: dict[str, int] = {}
        self._not_before: dict[str, float] = {}
        # By the public ids of the rows.
        self._fetching = UnderWay[str](self.wake)

    def wake(self) -> None:
        """Say that something is to be fetched."""
        self._awake.set()

    async def run(self) -> None:
        """Fetch until cancelled; what is on its way then is fetched after the next start."""
        try:
            while True:
                self._awake.clear()
                await self._rest(await self._begin())
        finally:
            await self._fetching.end()

    async def _begin(self) -> float | None:
        """Begin to fetch what may be and has room; return when more may be, if time decides."""
        busy = set(self._fetching.about())
        pending = await self._store.read(_pending)
        self._forget_all_but({row.public_id for row, _ in pending})
        now = self._clock.monotonic()
        due = [
            (row, inbox)
            for row, inbox in pending
            if row.public_id not in busy and self._not_before.get(row.public_id, now) <= now
        ]
        for row, inbox in due[: _WIDTH - len(self._fetching)]:
            self._fetching.begin(self._fetch(row, inbox), row.public_id)
        return min((until for until in self._not_before.values() if until > now), default=None)

    def _forget_all_but(self, pending: Collection[str]) -> None:
        """Wait for nothing that is to be fetched no more: its message may be gone."""
        for known in (self._attempts, self._not_before):
            for gone in known.keys() - pending:
                del known[gone]

    async def _rest(self, until: float | None) -> None:
        pause = None if until is None else max(0.0, until - self._clock.monotonic())
        await woken(self._awake, within=pause)

    async def _fetch(self, row: Attachment, inbox_id: str) -> None:
        try:
            await self._try(row, self._channels.get(inbox_id))
        except StorageUnavailableError as error:
            self._later(row, str(error))
        except Exception:  # noqa: BLE001  # What cannot be put down must not be asked for at once.
            _log.exception("what became of attachment %s was not kept", row.public_id)
            self._later(row, "a bug")

    async def _try(self, row: Attachment, channel: Channel | None) -> None:
        if channel is None:
            await self._end(row, None, "its inbox is gone")
            return
        if row.size > self._limit:
            # Its network has said so: not a byte of it is fetched.
            await self._end(row, None, "it is larger than storage.media.max_inbound", self._limit)
            return
        try:
            async with asyncio.timeout(_TIMEOUT):
                chunks = channel.download(row.fetch_ref or "")
                content = await self._media.keep(chunks, limit=self._limit)
        except MediaTooLargeError as error:
            await self._end(row, None, str(error), error.limit)
        except (MediaRefusedError, RejectedError) as error:
            await self._end(row, None, type(error).__name__)
        except (SendError, OSError, StorageUnavailableError) as error:
            await self._again(row, type(error).__name__)
        except Exception:  # noqa: BLE001  # A bug in one file must not stop the others.
            _log.exception("fetching attachment %s failed", row.public_id)
            await self._again(row, "a bug")
        else:
            await self._end(row, content, "")

    async def _again(self, row: Attachment, why: str) -> None:
        if self._attempts.get(row.public_id, 0) >= len(_PAUSES):
            await self._end(row, None, why)
        else:
            self._later(row, why)

    def _later(self, row: Attachment, why: str) -> None:
        attempt = min(self._attempts.get(row.public_id, 0), len(_PAUSES) - 1)
        _log.warning("attachment %s could not be fetched yet: %s", row.public_id, why)
        self._attempts[row.public_id] = attempt + 1
        self._not_before[row.public_id] = self._clock.monotonic() + _PAUSES[attempt]

    async def _end(
        self, row: Attachment, content: Content | None, why: str, size_limit: int | None = None
    ) -> None:
        if content is None:
            _log.error("attachment %s was given up: %s", row.public_id, why)
        if not await self._store.write(_settle, row, content, size_limit):
            # Whose it was is gone, and may have been erased.
            await self._media.discard(content)
        self._attempts.pop(row.public_id, None)
        self._not_before.pop(row.public_id, None)


def _pending(tx: Tx) -> list[tuple[Attachment, str]]:
    """Return what is to be fetched, with the inbox it came through."""
    found = []
    for row in tx.all(q.PENDING_FETCHES):
        message = tx.the(q.MESSAGE_BY_ID, id=row.message_id)
        found.append((row, message.inbox_id))
    return found


def _settle(tx: Tx, row: Attachment, content: Content | None, size_limit: int | None) -> bool:
    """Record what became of it, and tell everybody who shows the message.

    Its conversation may have been purged meanwhile: then there is nothing to record, and
    the answer is no.
    """
    known = tx.run(
        q.SET_FETCHED,
        of=row.public_id,
        state="ready" if content else "failed",
        size_limit=size_limit,
        sha256=content.sha256 if content else "",
        mime=content.mime if content else row.mime,
        kind=kind_as_told(content.mime, row.kind) if content else row.kind,
        size=content.size if content else row.size,
        width=content.width if content else None,
        height=content.height if content else None,
    )
    message = tx.one(q.MESSAGE_BY_ID, id=row.message_id)
    if message is None:
        return bool(known)
    conversation = tx.the(c.CONVERSATION_BY_ID, id=message.conversation_id)
    log.about(tx, "message.changed", conversation, message_id=message.id)
    return bool(known)
