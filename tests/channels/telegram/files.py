"""Files for parts, on disk as the media store has them."""

import io
import uuid
from pathlib import Path

from PIL import Image

from bridge.channel import MediaKind, OutboundMedia
from bridge.media.pictures import PictureError, measure

OGG = b"OggS\0\2OpusHead"


def picture(width: int = 40, height: int = 30) -> bytes:
    """Return a small PNG."""
    made = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(made, "PNG")
    return made.getvalue()


def media(
    folder: Path,
    data: bytes,
    *,
    kind: MediaKind = "image",
    mime: str = "image/png",
    name: str = "фото.png",
    size: int | None = None,
) -> OutboundMedia:
    """Return a file to send; `size` is what the store says it has."""
    public_id = uuid.uuid4().hex
    path = folder / public_id
    path.write_bytes(data)
    width, height = _pixels(path)
    return OutboundMedia(
        public_id=public_id,
        kind=kind,
        name=name,
        mime=mime,
        size=len(data) if size is None else size,
        path=str(path),
        width=width,
        height=height,
    )


def _pixels(path: Path) -> tuple[int | None, int | None]:
    """Measure as the media store does when a file is uploaded."""
    try:
        size = measure(path)
    except PictureError:
        return None, None
    return size.width, size.height
