"""Files on the model server, and how they show in messages.

Limits: core.telegram.org/bots/api#sending-files and #getfile.
"""

import io
import secrets
from dataclasses import dataclass, field
from typing import Any

from PIL import Image

from bridge.sandbox.telegram.errors import (
    ENTITY_TOO_LARGE,
    FILE_TOO_BIG,
    NO_SUCH_FILE,
    bad_request,
)
from bridge.sandbox.telegram.params import Params, Upload

LARGEST_DOWNLOAD = 20 * 1024 * 1024
LARGEST_UPLOAD = 50 * 1024 * 1024
LARGEST_PHOTO = 10 * 1024 * 1024
# The longer side of the smallest size of a picture, in pixels.
SMALLEST = 90
# A link to a file is good for at least an hour.
LINK_LIFE = 3600.0


@dataclass(slots=True)
class StoredFile:
    """One file. `size` may be told larger than what is kept of it."""

    file_id: str
    unique_id: str
    name: str
    mime: str
    data: bytes
    size: int
    kind: str = "documents"
    linked_until: float = 0.0

    @property
    def path(self) -> str:
        """Return where the file lies, as `getFile` tells."""
        ending = self.name.rpartition(".")[2] if "." in self.name else "bin"
        return f"{self.kind}/file_{self.unique_id}.{ending}"

    @property
    def facts(self) -> dict[str, Any]:
        """Return what every kind of file tells of itself."""
        return {
            "file_id": self.file_id,
            "file_unique_id": self.unique_id,
            "file_size": self.size,
        }


@dataclass(slots=True)
class Files:
    """All files of a server, by id."""

    by_id: dict[str, StoredFile] = field(default_factory=dict)

    def keep(
        self,
        data: bytes,
        *,
        name: str,
        mime: str = "application/octet-stream",
        size: int | None = None,
        kind: str = "documents",
    ) -> StoredFile:
        """Keep a file and give it an id."""
        stored = StoredFile(
            file_id=f"AgACAgI{secrets.token_urlsafe(24)}",
            unique_id=f"AQAD{secrets.token_hex(5)}",
            name=name,
            mime=mime,
            data=data,
            size=len(data) if size is None else size,
            kind=kind,
        )
        self.by_id[stored.file_id] = stored
        return stored

    def get(self, file_id: str, now: float) -> dict[str, Any]:
        """Answer `getFile`; raises `Refusal`."""
        stored = self.by_id.get(file_id)
        if stored is None:
            raise bad_request(NO_SUCH_FILE)
        if stored.size > LARGEST_DOWNLOAD:
            raise bad_request(FILE_TOO_BIG)
        stored.linked_until = now + LINK_LIFE
        return stored.facts | {"file_path": stored.path}

    def at(self, path: str, now: float) -> StoredFile | None:
        """Return the file that lies there, while its link lives."""
        found = (one for one in self.by_id.values() if one.path == path)
        return next((one for one in found if now <= one.linked_until), None)

    def given(self, params: Params, field_name: str) -> StoredFile:
        """Return the file that a call sends: an upload, or one known here; raises `Refusal`."""
        upload = params.uploads.get(field_name)
        value = params.text(field_name)
        if upload is None and value.startswith("attach://"):
            upload = params.uploads.get(value.removeprefix("attach://"))
        if upload is not None:
            return self._uploaded(upload)
        if not value:
            raise bad_request(f"there is no {field_name} in the request")
        if value not in self.by_id:
            raise bad_request("wrong file identifier/HTTP URL specified")
        return self.by_id[value]

    def _uploaded(self, upload: Upload) -> StoredFile:
        if not upload.data:
            raise bad_request("file must be non-empty")
        if len(upload.data) > LARGEST_UPLOAD:
            raise ENTITY_TOO_LARGE
        return self.keep(upload.data, name=upload.name)


def photo(stored: StoredFile) -> dict[str, Any]:
    """Return a picture's sizes, the smallest first; raises `Refusal` for what is none."""
    if stored.size > LARGEST_PHOTO:
        raise bad_request(f"file of size {stored.size} bytes is too big for a photo")
    width, height = _pixels(stored.data)
    whole = stored.facts | {"width": width, "height": height}
    longer = max(width, height)
    if longer <= SMALLEST:
        return {"photo": [whole]}
    small = {
        "file_id": f"thumb{stored.file_id}",
        "file_unique_id": f"t{stored.unique_id}",
        "file_size": min(1200, stored.size),
        "width": max(1, width * SMALLEST // longer),
        "height": max(1, height * SMALLEST // longer),
    }
    return {"photo": [small, whole]}


def _pixels(data: bytes) -> tuple[int, int]:
    """Return width and height; raises `Refusal` unless all of the picture can be drawn."""
    try:
        with Image.open(io.BytesIO(data)) as picture:
            width, height = picture.size
            if width + height > 10_000 or max(width, height) > 20 * min(width, height):
                raise bad_request("PHOTO_INVALID_DIMENSIONS")
            picture.load()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise bad_request("PHOTO_INVALID_DIMENSIONS") from None
    except (OSError, ValueError, SyntaxError):
        raise bad_request("IMAGE_PROCESS_FAILED") from None
    return width, height


def document(stored: StoredFile) -> dict[str, Any]:
    """Return a file as a file."""
    return {"document": stored.facts | {"file_name": stored.name, "mime_type": stored.mime}}


def voice(stored: StoredFile) -> dict[str, Any]:
    """Return a voice message, or, of what is no OGG, a piece of music."""
    if not stored.data.startswith(b"OggS"):
        return audio(stored)
    return {"voice": stored.facts | {"duration": 1, "mime_type": "audio/ogg"}}


def audio(stored: StoredFile) -> dict[str, Any]:
    """Return a piece of music."""
    shown = {"duration": 1, "file_name": stored.name, "mime_type": "audio/mpeg"}
    return {"audio": stored.facts | shown}


def video(stored: StoredFile) -> dict[str, Any]:
    """Return a film."""
    shown = {
        "width": 640,
        "height": 480,
        "duration": 1,
        "file_name": stored.name,
        "mime_type": "video/mp4",
    }
    return {"video": stored.facts | shown}


def animation(stored: StoredFile) -> dict[str, Any]:
    """Return a silent film, which is a file too (core.telegram.org/bots/api#message)."""
    shown = {
        "width": 320,
        "height": 240,
        "duration": 1,
        "file_name": stored.name,
        "mime_type": "video/mp4",
    }
    return {"animation": stored.facts | shown} | document(stored)


def sticker(stored: StoredFile) -> dict[str, Any]:
    """Return a sticker."""
    shown = {
        "type": "regular",
        "width": 512,
        "height": 512,
        "is_animated": False,
        "is_video": False,
        "emoji": "🙂",
    }
    return {"sticker": stored.facts | shown}
