"""Files on their way out, in VK's three steps: https://dev.vk.com/ru/api/upload/overview.

Nothing reaches the customer before the message itself is sent, so that a failure here is
never uncertain.
"""

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import aiohttp

from bridge.channel import OutboundMedia, RejectedError
from channels.vk import errors
from channels.vk.api import Api
from channels.vk.outgoing import MOST_FILES, saved
from channels.vk.wire import Wire

# Bytes; larger photos go as documents, which VK takes whole.
LARGEST_PHOTO = 50 * 1024**2
LARGEST_FILE = 200 * 1024**2
# Of a GIF as a photo only the first picture is left; WebP is not taken as one.
_PHOTOS = ("image/jpeg", "image/png")


class Uploads:
    """Brings files to VK."""

    def __init__(self, api: Api, wire: Wire) -> None:
        """Ask `api` where to, and bring them over `wire`."""
        self._api = api
        self._wire = wire

    async def attach(self, peer: int, media: Sequence[OutboundMedia]) -> str | None:
        """Upload files for a dialog; return their names for `attachment`, or `None`.

        Raises `SendError`.
        """
        if len(media) > MOST_FILES:
            raise RejectedError(f"VK takes {MOST_FILES} files at most.", reason="unsupported")
        for file in media:
            if file.size > LARGEST_FILE:
                raise RejectedError("VK takes files of 200 MB at most.", reason="too_large")
        return ",".join([await self._attach_one(peer, file) for file in media]) or None

    async def _attach_one(self, peer: int, file: OutboundMedia) -> str:
        kind = _kind_of(file)
        if kind == "photo":
            place = await self._api.call("photos.getMessagesUploadServer", peer_id=peer)
        else:
            place = await self._api.call("docs.getMessagesUploadServer", peer_id=peer, type=kind)
        with _form("photo" if kind == "photo" else "file", file) as form:
            taken = await self._wire.post_form(place["upload_url"], form)
        return await self._save(kind, file, taken)

    async def _save(self, kind: str, file: OutboundMedia, taken: Any) -> str:
        if not isinstance(taken, dict):
            raise errors.malformed(had_effect=False)
        if kind == "photo" and taken.get("photo") not in (None, "", "[]"):
            named = {name: taken.get(name) for name in ("server", "photo", "hash")}
            return saved(kind, await self._api.call("photos.saveMessagesPhoto", **named))
        if kind != "photo" and taken.get("file"):
            answer = await self._api.call("docs.save", file=taken["file"], title=file.name)
            return saved(kind, answer)
        raise RejectedError("VK does not take this file.", reason="file_refused")


def _kind_of(file: OutboundMedia) -> str:
    if file.mime in _PHOTOS and file.size <= LARGEST_PHOTO:
        return "photo"
    # https://dev.vk.com/ru/api/upload/voice-message: Opus in Ogg.
    return "audio_message" if file.kind == "voice" and file.mime == "audio/ogg" else "doc"


@contextlib.contextmanager
def _form(field: str, file: OutboundMedia) -> Iterator[aiohttp.FormData]:
    """Give a form that reads the file as it goes."""
    with Path(file.path).open("rb") as content:
        form = aiohttp.FormData(quote_fields=False)
        form.add_field(field, content, filename=file.name, content_type=file.mime)
        yield form
