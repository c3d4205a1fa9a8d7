"""Measuring pictures, and drawing them again small: what a browser shows is always ours.

Decoding runs in a process of its own with bounded memory and time: a picture is the most
dangerous thing a stranger can send (RELIABILITY.md, Privacy and abuse).
"""

import asyncio
import io
import resource
import secrets
import sys
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageOps

_BROKEN = (
    OSError,
    ValueError,
    SyntaxError,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
)
_FORMATS = ("PNG", "JPEG", "GIF", "WEBP")
MOST_PIXELS = 40_000_000
SIDE = 1280
_SECONDS = 15
_MEMORY = 1024 * 1024 * 1024


class PictureError(Exception):
    """The picture cannot be drawn: broken, too large, or no picture."""


@dataclass(frozen=True, slots=True)
class Size:
    """In pixels, as it is to be shown."""

    width: int
    height: int


def measure(path: Path) -> Size:
    """Return the size from the picture's head, without decoding it; raises `PictureError`."""
    try:
        with Image.open(path, formats=_FORMATS) as image:
            width, height = image.size
            # EXIF orientations from 5 on lie on their side. Where it does not stand in the
            # head (some PNG), asking for it would decode the whole picture here.
            if "exif" in image.info and image.getexif().get(0x0112, 1) >= 5:
                width, height = height, width
    except _BROKEN as error:
        raise PictureError(type(error).__name__) from error
    if width * height > MOST_PIXELS or not width or not height:
        raise PictureError("too many pixels")
    return Size(width, height)


async def draw_preview(source: Path, target: Path) -> None:
    """Write a WEBP of at most `SIDE` pixels, free of metadata; raises `PictureError`."""
    picture = await drawn(source)
    beside = target.with_name(f"{target.name}.{secrets.token_hex(4)}")
    await asyncio.to_thread(beside.write_bytes, picture)
    beside.rename(target)


async def drawn(source: Path, side: int = SIDE) -> bytes:
    """Return a WEBP of at most `side` pixels, free of metadata; raises `PictureError`."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-I",
        __file__,
        str(source),
        str(side),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        # The secrets that may stand in our environment are none of its business.
        env={},
    )
    try:
        async with asyncio.timeout(_SECONDS):
            picture, _ = await process.communicate()
    except TimeoutError:
        raise PictureError("it took too long") from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode or not picture:
        raise PictureError("it cannot be drawn")
    return picture


def _draw(source: Path, side: int) -> bytes:
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    with Image.open(source, formats=_FORMATS) as image:
        image.draft("RGB", (side, side))
        picture = ImageOps.exif_transpose(image)
        picture.thumbnail((side, side))
        mode = "RGBA" if "A" in picture.getbands() or "transparency" in image.info else "RGB"
        small = io.BytesIO()
        # A new picture of the pixels alone: whatever else was in the file stays behind.
        clean = Image.new(mode, picture.size)
        clean.paste(picture.convert(mode))
        clean.save(small, "WEBP", quality=82, method=2)
        return small.getvalue()


def _main() -> None:
    """Draw one picture to standard output, in a process that may do nothing else."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    sys.stdout.buffer.write(_draw(Path(sys.argv[1]), int(sys.argv[2])))


if __name__ == "__main__":
    _main()
