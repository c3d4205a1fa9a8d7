"""The media store: receives, describes, serves and tidies up."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ParamSpec, TypeVar
from urllib.parse import quote

from bridge.channel import (
    AttachmentView,
    MediaRefusedError,
    MediaTooLargeError,
    OutboundMedia,
    StorageUnavailableError,
)
from bridge.clock import Clock
from bridge.media import links, pictures
from bridge.media.files import Files, Incoming, forget_content
from bridge.media.kinds import PICTURES, PLAYABLE, kind_of, public_name, shown_name, type_of
from bridge.media.rows import Content, add_upload
from bridge.models import Attachment
from bridge.store import messages as q
from bridge.store.transactions import Store, Tx

P = ParamSpec("P")
T = TypeVar("T")

# How long a signed address in a customer's page works, in ms; a page loaded anew has a
# fresh one.
LINK_LIFE = 24 * 3_600_000
# How long a network may fetch a file that was sent through it, in ms: a phone that was off
# gets its messages for two weeks.
PUBLIC_LINK_LIFE = 14 * LINK_LIFE
# An agent's picture is never shown larger, on a screen of several pixels a point; in pixels.
PORTRAIT_SIDE = 320
# Pictures drawn at once: each is a process, on a machine with few cores.
_DRAWERS = 2
_MOST_UNDRAWABLE = 1000


@dataclass(frozen=True, slots=True)
class ServedFile:
    """A file to send, and the headers that keep it from being anything but a file."""

    path: Path
    mime: str
    headers: dict[str, str]


class MediaStore:
    """All attachments of the installation."""

    def __init__(self, store: Store, directory: Path, *, clock: Clock, secret: bytes) -> None:
        """Keep files in `directory`; `secret` signs customers' links."""
        self._store = store
        self._files = Files(directory)
        self._clock = clock
        self._secret = secret
        self._drawing = asyncio.Semaphore(_DRAWERS)
        self._undrawable: set[str] = set()

    # --- in ---

    async def receive(
        self, chunks: AsyncIterator[bytes], *, name: str, owner: str, limit: int
    ) -> AttachmentView:
        """Keep a file as an upload of `owner`; see `bridge.channel.MediaDoor`."""
        content = await self.keep(chunks, limit=limit)
        row = await self._store.write(_add, owner, shown_name(name), content)
        return self.view(row, signed=owner.startswith("visitor:"))

    async def keep_portrait(self, chunks: AsyncIterator[bytes], *, limit: int) -> Content:
        """Keep our own small drawing of a picture, and nothing else that was in it.

        Customers are shown it, and could otherwise read where it was taken. Raises as
        `receive`, and `MediaRefusedError` for what is no picture that can be drawn.
        """
        content = await self.keep(chunks, limit=limit)
        if content.mime not in PICTURES:
            raise MediaRefusedError("it is no picture")
        try:
            async with self._drawing:
                small = await pictures.drawn(self._files.path(content.sha256), PORTRAIT_SIDE)
        except pictures.PictureError as error:
            raise MediaRefusedError(str(error)) from error
        return await self.keep(_one(small), limit=len(small))

    async def keep(self, chunks: AsyncIterator[bytes], *, limit: int) -> Content:
        """Keep a file nobody owns yet; raises as `receive`."""
        incoming = await _on_disk(Incoming, self._files)
        try:
            await _fill(incoming, chunks, limit)
            sha256 = await _on_disk(incoming.keep)
        except BaseException:
            incoming.drop()
            raise
        return await asyncio.to_thread(self._look_at, incoming, sha256)

    def _look_at(self, incoming: Incoming, sha256: str) -> Content:
        """Tell what was kept; a picture that cannot be measured is just a file."""
        mime = type_of(incoming.head)
        if kind_of(mime) != "image":
            return Content(sha256, mime, incoming.size)
        try:
            size = pictures.measure(self._files.path(sha256))
        except pictures.PictureError:
            return Content(sha256, "application/octet-stream", incoming.size)
        return Content(sha256, mime, incoming.size, size.width, size.height)

    # --- described ---

    def view(self, row: Attachment, *, signed: bool) -> AttachmentView:
        """Describe an attachment; `signed` for customers, who have no session."""
        query = links.sign(self._secret, row.public_id, self._clock.now() + LINK_LIFE)
        sign = f"&{query}" if signed else ""
        # Without a host: a page of ours may be open under any of our names.
        address = f"/media/{row.public_id}"
        drawable = _is_drawable(row)
        return AttachmentView(
            id=row.public_id,
            name=row.name,
            mime=row.mime,
            size=row.size,
            kind=row.kind,
            state=row.state,
            url=f"{address}?download=1{sign}",
            preview_url=f"{address}?preview=1{sign}" if drawable else None,
            width=row.width,
            height=row.height,
            size_limit=row.size_limit,
        )

    def outbound(self, tx: Tx, public_ids: Sequence[str]) -> list[OutboundMedia]:
        """Return what an adapter needs to send these files."""
        rows = [tx.the(q.ATTACHMENT_BY_PUBLIC_ID, public_id=one) for one in public_ids]
        return [
            OutboundMedia(
                public_id=row.public_id,
                kind=row.kind,
                name=row.name,
                mime=row.mime,
                size=row.size,
                path=str(self._files.path(row.sha256)),
                width=row.width,
                height=row.height,
            )
            for row in rows
        ]

    def path(self, row: Attachment) -> Path:
        """Return where the content of an attachment lies; only a ready one has any."""
        return self._files.path(row.sha256)

    def download_path(self, public_id: str, until: int) -> str:
        """Return the signed path under which anybody saves the file until `until` (ms)."""
        return f"/media/{public_id}?download=1&{links.sign(self._secret, public_id, until)}"

    def portrait_path(self, public_id: str) -> str:
        """Return the signed path under which customers see an agent's picture.

        It is the same for a day, and good for one more: a browser asks for it once a day.
        """
        until = (self._clock.now() // LINK_LIFE + 2) * LINK_LIFE
        return f"/media/{public_id}?preview=1&{links.sign(self._secret, public_id, until)}"

    def public_path(self, media: OutboundMedia | Attachment) -> str:
        """Return the signed path under which a network fetches a file, with its ending."""
        query = links.sign(self._secret, media.public_id, self._clock.now() + PUBLIC_LINK_LIFE)
        return f"/media/{media.public_id}/{public_name(media.mime, media.name)}?{query}"

    # --- out ---

    async def find(self, public_id: str) -> Attachment | None:
        """Return the attachment's row; `None` for none, or one whose message was taken back."""
        return await self._store.read(_find, public_id)

    def may_open(self, public_id: str, *, exp: str, sig: str) -> bool:
        """Say whether a signed address opens the file now."""
        return links.is_good(self._secret, public_id, exp=exp, sig=sig, now=self._clock.now())

    async def open(
        self, row: Attachment, *, preview: bool, download: bool, named: bool = False
    ) -> ServedFile:
        """Return what to send: our own drawing of a picture, or the file itself.

        `named` is for a network, which must see what a picture is and shows it by itself.
        Raises `FileNotFoundError` for a preview that cannot be drawn, or a file that is
        not there (any more, or yet).
        """
        if preview:
            return await self._open_preview(row)
        path = self._files.path(row.sha256)
        if row.state != "ready" or not await asyncio.to_thread(path.is_file):
            raise FileNotFoundError(row.public_id)
        inline = row.mime in PLAYABLE and not download
        told = inline or (named and row.mime in PICTURES)
        mime = row.mime if told else _harmless(row.mime)
        return ServedFile(path, mime, _headers("inline" if inline else "attachment", row.name))

    async def _open_preview(self, row: Attachment) -> ServedFile:
        if not _is_drawable(row) or row.sha256 in self._undrawable:
            raise FileNotFoundError(row.public_id)
        drawn = self._files.preview_path(row.sha256)
        if not await asyncio.to_thread(drawn.is_file):
            async with self._drawing:
                if not await asyncio.to_thread(drawn.is_file):
                    await self._draw(row, drawn)
        name = f"{row.name.rpartition('.')[0] or row.name}.webp"
        return ServedFile(drawn, "image/webp", _headers("inline", name))

    async def can_draw(self, content: Content) -> bool:
        """Draw the preview of a file that was kept, and say whether it could be drawn."""
        if content.mime not in PICTURES:
            return False
        source, target = self._files.path(content.sha256), self._files.preview_path(content.sha256)
        try:
            async with self._drawing:
                if not await asyncio.to_thread(target.is_file):
                    await pictures.draw_preview(source, target)
        except pictures.PictureError:
            return False
        return True

    async def _draw(self, row: Attachment, target: Path) -> None:
        try:
            await pictures.draw_preview(self._files.path(row.sha256), target)
        except pictures.PictureError as error:
            # Each try is a process: nobody may have us try one picture again and again.
            if len(self._undrawable) >= _MOST_UNDRAWABLE:
                self._undrawable.clear()
            self._undrawable.add(row.sha256)
            raise FileNotFoundError(row.public_id) from error

    # --- tidying up ---

    async def sweep(self, *, older_than: int) -> int:
        """Remove uploads nobody used for `older_than` ms, and files no row names.

        Returns how many files went. A file just written is never touched: its row may
        not be there yet.
        """
        before = self._clock.now() - older_than
        while await self._store.write(_drop_abandoned, before):
            continue
        await _on_disk(self._files.drop_left)
        age, now = older_than / 1000, await self._now()
        old = await asyncio.to_thread(list, self._files.older_than(age, now))
        return await self.forget(old, older_than=older_than)

    async def discard(self, content: Content | None) -> None:
        """Remove a file that was kept for a row that is gone, however young, unless it is used."""
        if content is not None and not await self._store.read(_is_named, content.sha256):
            await _on_disk(forget_content, self._files.root, content.sha256)

    async def forget(self, contents: Iterable[str], *, older_than: int) -> int:
        """Remove these files where no row names them and none was written for `older_than` ms.

        Returns how many went.
        """
        removed = 0
        age, now = older_than / 1000, await self._now()
        for sha256 in contents:
            if not await self._store.read(_is_named, sha256):
                removed += await asyncio.to_thread(self._files.remove_old, sha256, age, now)
        return removed

    async def _now(self) -> float:
        """Return the time that files are old by, in s: the folder may go by another clock.

        Of the two the one that is behind, so that a file is never thought old that is new.
        """
        return min(self._clock.now() / 1000, await _on_disk(self._files.now))


async def _on_disk(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run in a thread what writes to disk; a full disk is a passing trouble, not a bug."""
    try:
        return await asyncio.to_thread(work, *args, **kwargs)
    except OSError as error:
        raise StorageUnavailableError(error.strerror or type(error).__name__) from error


async def _one(content: bytes) -> AsyncIterator[bytes]:
    yield content


async def _fill(incoming: Incoming, chunks: AsyncIterator[bytes], limit: int) -> None:
    async for chunk in chunks:
        if incoming.size + len(chunk) > limit:
            raise MediaTooLargeError(limit)
        await _on_disk(incoming.write, chunk)
    if not incoming.size:
        raise MediaRefusedError("the file is empty")


def _add(tx: Tx, owner: str, name: str, content: Content) -> Attachment:
    return add_upload(tx, owner, name, kind_of(content.mime), content)


def _is_drawable(row: Attachment) -> bool:
    return row.state == "ready" and row.mime in PICTURES


def _find(tx: Tx, public_id: str) -> Attachment | None:
    if tx.one(q.IS_TAKEN_BACK, public_id=public_id) is not None:
        return None
    return tx.one(q.ATTACHMENT_BY_PUBLIC_ID, public_id=public_id)


def _drop_abandoned(tx: Tx, before: int) -> int:
    return tx.run(q.DROP_ABANDONED, before=before)


def _is_named(tx: Tx, sha256: str) -> bool:
    return tx.one(q.NAMES_CONTENT, sha256=sha256) is not None


def _harmless(mime: str) -> str:
    """Return a type that no browser runs, even if it ignores the other headers."""
    return "text/plain; charset=utf-8" if mime == "text/plain" else "application/octet-stream"


def _headers(disposition: str, name: str) -> dict[str, str]:
    plain = "".join(c if c.isascii() and c not in '"\\%' else "_" for c in name)
    told = f"{disposition}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    return {
        "Content-Disposition": told,
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "private, max-age=86400, immutable",
    }
