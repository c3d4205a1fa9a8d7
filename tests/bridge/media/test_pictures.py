"""Pictures that strangers made to hurt."""

import asyncio
import io
import random
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image

from bridge.channel import AttachmentView
from bridge.media import MediaStore, pictures
from bridge.media.pictures import PictureError, draw_preview, measure
from bridge.models import Attachment
from tests.bridge.media.conftest import LIMIT, chunks, picture

ANNA = "agent:anna"


async def row_of(media: MediaStore, content: bytes) -> Attachment:
    view: AttachmentView = await media.receive(
        chunks(content), name="a.png", owner=ANNA, limit=LIMIT
    )
    row = await media.find(view.id)
    assert row is not None
    return row


def png(width: int, height: int, rows: bytes = b"") -> bytes:
    """Return a PNG of any claimed size, with whatever is given for its pixels."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + body


@pytest.mark.parametrize(
    ("width", "height"), [(50_000, 50_000), (2**31 - 1, 1), (6400, 6400), (0, 10), (12_000, 10_000)]
)
def test_a_picture_that_claims_too_many_pixels_is_not_measured(
    tmp_path: Path, width: int, height: int
) -> None:
    (tmp_path / "a").write_bytes(png(width, height))
    with pytest.raises(PictureError):
        measure(tmp_path / "a")


def test_a_picture_is_measured_without_decoding_it(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(png(6000, 6000))
    assert measure(tmp_path / "a") == pictures.Size(6000, 6000)


@pytest.mark.parametrize("form", ["JPEG", "WEBP", "PNG"])
def test_a_picture_that_lies_on_its_side_is_measured_upright(tmp_path: Path, form: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    (tmp_path / "a").write_bytes(picture(30, 20, form, exif=exif.tobytes()))
    assert measure(tmp_path / "a") == pictures.Size(20, 30)


@pytest.mark.parametrize("form", ["JPEG", "WEBP"])
@pytest.mark.parametrize("kind", [1, 2, 7])
def test_a_picture_that_tells_by_no_number_how_it_lies_is_measured_as_it_is(
    tmp_path: Path, form: str, kind: int
) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    # The orientation as bytes, a text, or of no type, where a short number belongs.
    told = exif.tobytes().replace(b"\x01\x12\0\x03", struct.pack(">HH", 0x0112, kind))
    (tmp_path / "a").write_bytes(picture(30, 20, form, exif=told))
    assert measure(tmp_path / "a") == pictures.Size(30, 20)


@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF", "WEBP"])
def test_a_damaged_picture_is_measured_or_refused(tmp_path: Path, form: str) -> None:
    chance = random.Random(form)
    whole = picture(64, 48, form)
    for _ in range(300):
        damaged = bytearray(whole)
        for _ in range(chance.randint(1, 6)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        (tmp_path / "a").write_bytes(damaged[: chance.randint(8, len(damaged))])
        try:
            size = measure(tmp_path / "a")
        except PictureError:
            continue
        assert 0 < size.width * size.height <= pictures.MOST_PIXELS


@pytest.mark.parametrize("form", ["BMP", "TIFF", "ICO", "PPM", "TGA"])
async def test_other_formats_are_only_files(media: MediaStore, form: str) -> None:
    assert (await row_of(media, picture(form=form))).kind == "file"


async def test_the_drawing_process_sees_none_of_our_secrets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: dict[str, object] = {}
    real = asyncio.create_subprocess_exec

    async def noted(*command: str, **options: object) -> asyncio.subprocess.Process:
        seen.update(options)
        return await real(*command, **options)  # type: ignore[arg-type]

    monkeypatch.setenv("DESKBRIDGE_SECRET", "canary")
    monkeypatch.setattr(asyncio, "create_subprocess_exec", noted)
    (tmp_path / "a").write_bytes(picture())
    await draw_preview(tmp_path / "a", tmp_path / "b.webp")
    assert seen["env"] == {}
    assert (tmp_path / "b.webp").stat().st_size


async def test_a_picture_that_cannot_be_drawn_is_tried_once(
    media: MediaStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries = 0

    async def fails(*_: Path) -> None:
        nonlocal tries
        tries += 1
        raise PictureError("broken")

    monkeypatch.setattr(pictures, "draw_preview", fails)
    row = await row_of(media, picture())
    for _ in range(3):
        with pytest.raises(FileNotFoundError):
            await media.open(row, preview=True, download=False)
    assert tries == 1


async def test_a_picture_that_many_ask_for_at_once_is_drawn_for_all(media: MediaStore) -> None:
    row = await row_of(media, picture(2000, 1000))
    served = await asyncio.gather(
        *(media.open(row, preview=True, download=False) for _ in range(8))
    )
    assert len({one.path for one in served}) == 1
    with Image.open(served[0].path) as image:
        assert image.size == (1280, 640)
    assert list(served[0].path.parent.iterdir()) == [served[0].path]


@pytest.mark.slow
async def test_a_picture_of_the_most_pixels_there_may_be_is_drawn(media: MediaStore) -> None:
    row = await row_of(media, picture(8000, 5000))
    served = await media.open(row, preview=True, download=False)
    with Image.open(served.path) as image:
        assert image.size == (1280, 800)


async def test_a_picture_that_moves_shows_its_first_frame(media: MediaStore) -> None:
    moving = io.BytesIO()
    frames = [Image.new("RGB", (20, 20), color) for color in ("red", "blue")]
    frames[0].save(moving, "GIF", save_all=True, append_images=frames[1:])
    served = await media.open(await row_of(media, moving.getvalue()), preview=True, download=False)
    with Image.open(served.path) as image:
        red, green, blue = image.convert("RGB").resize((1, 1)).tobytes()
        assert red > 200
        assert max(green, blue) < 60
