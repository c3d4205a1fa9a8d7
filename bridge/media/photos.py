"""Pictures of people: fetched when a network tells of one, and shown once they can be drawn (J09).

They have a lane of their own: customers' files die within the hour, and wait for no picture.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping

from bridge.channel import Channel, InboundMedia, StorageUnavailableError
from bridge.media.rows import Content, fetch_later
from bridge.media.store import MediaStore
from bridge.models import Attachment, Identity
from bridge.store import log
from bridge.store import messages as q
from bridge.store import people as p
from bridge.store.transactions import Store, Tx

_log = logging.getLogger(__name__)

PHOTO_TOPIC = "photos"
LARGEST = 2 * 1024 * 1024
TIMEOUT = 10.0
# What could not be had is asked for again when it is told of again, but not every time.
TRY_AGAIN_AFTER = 24 * 3_600_000
_WIDTH = 2
_PAUSE = 5.0


def told(tx: Tx, identity: Identity, ref: str | None) -> None:
    """Take note of the picture a network tells of: `None` is "not told", "" is "none any more"."""
    if ref is None:
        return
    if ref == "":
        _remove(tx, identity)
    elif ref != identity.photo_ref or _may_try_again(tx, identity):
        _drop_pending(tx, identity.id)
        tx.run(p.SET_PHOTO_REF, of=identity.id, ref=ref, at=tx.now)
        fetch_later(tx, InboundMedia(kind="image", ref=ref), identity_id=identity.id)
        tx.wake(PHOTO_TOPIC)


def _may_try_again(tx: Tx, identity: Identity) -> bool:
    waited = tx.now - (identity.photo_at or 0)
    return identity.photo_id is None and waited >= TRY_AGAIN_AFTER


def _remove(tx: Tx, identity: Identity) -> None:
    if identity.photo_ref is None:
        return
    tx.run(p.SET_PHOTO_REF, of=identity.id, ref=None, at=None)
    for row in tx.all(q.PHOTOS_OF, identity_id=identity.id):
        tx.run(q.DROP_ATTACHMENT, public_id=row.public_id)
    if identity.photo_id is not None:
        tx.run(p.SET_PHOTO, of=identity.id, photo_id=None)
        log.contact_changed(tx, identity.contact_id)


def _drop_pending(tx: Tx, identity_id: int) -> None:
    for row in tx.all(q.PHOTOS_OF, identity_id=identity_id):
        if row.state == "pending":
            tx.run(q.DROP_ATTACHMENT, public_id=row.public_id)


class PhotoFetcher:
    """Downloads pending pictures through the channels they were told of by."""

    def __init__(self, store: Store, media: MediaStore, channels: Mapping[str, Channel]) -> None:
        """Fetch pictures of at most `LARGEST` bytes; `channels` by inbox id."""
        self._store = store
        self._media = media
        self._channels = channels
        self._awake = asyncio.Event()

    def wake(self) -> None:
        """Say that there is one to be fetched."""
        self._awake.set()

    async def run(self) -> None:
        """Fetch until cancelled."""
        self._awake.set()
        while True:
            await self._awake.wait()
            self._awake.clear()
            try:
                await self._fetch_all()
            except StorageUnavailableError:
                _log.warning("pictures of people wait for the database")
                await asyncio.sleep(_PAUSE)
                self._awake.set()

    async def _fetch_all(self) -> None:
        while pending := await self._store.read(_pending):
            some = pending[:_WIDTH]
            await asyncio.gather(*(self._fetch(row, inbox) for row, inbox in some))

    async def _fetch(self, row: Attachment, inbox_id: str) -> None:
        content = None
        channel = self._channels.get(inbox_id)
        if channel is not None:
            content = await self._kept(channel.download(row.fetch_ref or ""), row)
        await self._store.write(settle, row, content)
        # What is shown already, or whose row is gone, needs no file of its own.
        await self._media.discard(content)

    async def _kept(self, chunks: AsyncIterator[bytes], row: Attachment) -> Content | None:
        """Return the picture, or `None` for what cannot be had or is none that can be drawn."""
        try:
            async with asyncio.timeout(TIMEOUT):
                content = await self._media.keep(chunks, limit=LARGEST)
        except StorageUnavailableError:
            raise
        except Exception as error:  # noqa: BLE001  # A picture is nobody's loss, whatever breaks.
            _log.info("picture %s cannot be had: %s", row.public_id, type(error).__name__)
            return None
        return content if await self._media.can_draw(content) else None


def _pending(tx: Tx) -> list[tuple[Attachment, str]]:
    """Return what is to be fetched, with the inbox it was told of in."""
    return [
        (row, tx.the(p.IDENTITY_BY_ID, id=row.identity_id).inbox_id)
        for row in tx.all(q.PENDING_PHOTOS)
    ]


def settle(tx: Tx, row: Attachment, content: Content | None) -> None:
    """Show the picture in place of the one before, unless it is the same or none at all."""
    if tx.one(q.ATTACHMENT_BY_PUBLIC_ID, public_id=row.public_id) is None:
        # Another one was told of meanwhile.
        return
    identity = tx.the(p.IDENTITY_BY_ID, id=row.identity_id)
    before = _shown(tx, identity)
    if content is None or (before is not None and before.sha256 == content.sha256):
        tx.run(q.DROP_ATTACHMENT, public_id=row.public_id)
        return
    tx.run(
        q.SET_FETCHED,
        of=row.public_id,
        state="ready",
        size_limit=None,
        kind="image",
        **_facts(content),
    )
    tx.run(p.SET_PHOTO, of=identity.id, photo_id=row.public_id)
    if before is not None:
        tx.run(q.DROP_ATTACHMENT, public_id=before.public_id)
    log.contact_changed(tx, identity.contact_id)


def _shown(tx: Tx, identity: Identity) -> Attachment | None:
    if identity.photo_id is None:
        return None
    return tx.one(q.ATTACHMENT_BY_PUBLIC_ID, public_id=identity.photo_id)


def _facts(content: Content) -> dict[str, str | int | None]:
    return {
        "sha256": content.sha256,
        "mime": content.mime,
        "size": content.size,
        "width": content.width,
        "height": content.height,
    }
