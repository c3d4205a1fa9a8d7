"""What is kept of a file, and what is not."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bridge.channel import AttachmentView, MediaRefusedError, MediaTooLargeError
from bridge.media import MediaStore
from bridge.media.kinds import LONGEST_NAME, shown_name
from bridge.store.transactions import Store
from tests.bridge.media.conftest import LIMIT, chunks, everything_below, picture

ANNA = "agent:anna"
HOSTILE_NAMES = [
    "../../etc/passwd",
    "..\\..\\boot.ini",
    "\u200b.htaccess",
    "CON",
    "shell.php\0.png",
    "\u202egnp.exe",
    "<img onerror=alert(1)>.png",
    "звіт\n.pdf",
    "🦊" * 400,
]


async def receive(media: MediaStore, content: bytes, name: str = "a.bin") -> AttachmentView:
    return await media.receive(chunks(content), name=name, owner=ANNA, limit=LIMIT)


async def test_d20_a_file_of_exactly_the_limit_passes_and_one_byte_more_is_refused(
    media: MediaStore, tmp_path: Path
) -> None:
    whole = b"x" * LIMIT
    kept = await receive(media, whole)
    assert kept.size == LIMIT
    before = set(everything_below(tmp_path / "media"))
    with pytest.raises(MediaTooLargeError) as refused:
        await receive(media, whole + b"y")
    assert refused.value.limit == LIMIT
    assert set(everything_below(tmp_path / "media")) == before


async def test_an_empty_file_is_refused_and_leaves_nothing(
    media: MediaStore, tmp_path: Path
) -> None:
    with pytest.raises(MediaRefusedError):
        await receive(media, b"")
    assert not any("incoming/" in path for path in everything_below(tmp_path / "media"))


async def test_an_upload_that_breaks_off_leaves_nothing(media: MediaStore, tmp_path: Path) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield b"half"
        raise ConnectionError

    with pytest.raises(ConnectionError):
        await media.receive(broken(), name="a", owner=ANNA, limit=LIMIT)
    assert not any("incoming/" in path for path in everything_below(tmp_path / "media"))


@pytest.mark.parametrize("name", HOSTILE_NAMES)
async def test_no_file_name_of_a_customer_reaches_the_disk(
    media: MediaStore, tmp_path: Path, name: str
) -> None:
    kept = await receive(media, name.encode() + b"content", name)
    for path in everything_below(tmp_path / "media"):
        assert re.fullmatch(r"incoming|previews|[0-9a-f]{2}(/[0-9a-f]{2}(/[0-9a-f]{64})?)?", path)
    assert "/" not in kept.name
    assert "\\" not in kept.name


@given(st.text(max_size=400))
@settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow])
def test_any_name_becomes_one_that_fits_a_header_and_a_row(name: str) -> None:
    shown = shown_name(name)
    assert 0 < len(shown) <= LONGEST_NAME
    assert not set(shown) & set('/\\\n\r\0\u202e\u200b"') - {'"'} - {"\u200b"}
    shown.encode()


def test_the_ending_survives_the_cutting_of_a_long_name() -> None:
    assert shown_name("a" * 500 + ".pdf").endswith("a.pdf")


@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF", "WEBP"])
async def test_a_picture_is_known_by_its_content_and_measured(media: MediaStore, form: str) -> None:
    kept = await receive(media, picture(64, 48, form), "photo.exe")
    assert (kept.kind, kept.width, kept.height) == ("image", 64, 48)
    assert kept.mime == f"image/{form.lower()}"


@pytest.mark.parametrize(
    "content",
    [
        b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
        b'<?xml version="1.0"?><svg/>',
        b"<!doctype html><script>alert(1)</script>",
        b"\n\n  <HTML><body>",
        b"GIF87",
        b"\x89PNG\r\n\x1a\nand then nothing of a picture",
    ],
)
async def test_a_page_or_a_false_picture_is_only_a_file(media: MediaStore, content: bytes) -> None:
    kept = await receive(media, content, "photo.png")
    assert kept.kind == "file"
    assert kept.preview_url is None
    assert kept.mime in ("text/plain", "application/octet-stream")


async def test_the_same_content_is_kept_once_under_two_ids(
    media: MediaStore, tmp_path: Path
) -> None:
    first, second = await receive(media, b"the same"), await receive(media, b"the same")
    assert first.id != second.id
    assert sum(len(path) > 60 for path in everything_below(tmp_path / "media")) == 1


async def test_ids_cannot_be_guessed_from_each_other(media: MediaStore) -> None:
    ids = [(await receive(media, b"%d" % n)).id for n in range(20)]
    assert all(re.fullmatch(r"[0-9a-f]{32}", one) for one in ids)
    assert len({one[:6] for one in ids}) == 20


async def test_who_sends_a_file_on_is_told_the_size_of_a_picture_and_of_nothing_else(
    media: MediaStore, store: Store
) -> None:
    kept = [await receive(media, one) for one in (picture(64, 48), b"%PDF-1.7")]
    ids = [one.id for one in kept]
    sent = await store.read(lambda tx: media.outbound(tx, ids))
    assert [(one.width, one.height) for one in sent] == [(64, 48), (None, None)]
