"""What is given out, to whom, and as what."""

import io
import os
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from PIL import Image

from bridge.media import AttachmentUnknownError, MediaStore, attach
from bridge.media.links import is_good, sign
from bridge.models import Attachment
from bridge.store import messages as q
from bridge.store.transactions import Store, Tx
from tests.bridge.media.conftest import LIMIT, chunks, picture
from tests.clock import ManualClock

VISITOR = "visitor:site/anon:1"


async def kept(media: MediaStore, content: bytes, name: str = "a.bin") -> Attachment:
    view = await media.receive(chunks(content), name=name, owner=VISITOR, limit=LIMIT)
    row = await media.find(view.id)
    assert row is not None
    return row


@pytest.mark.parametrize(
    ("content", "mime"),
    [
        (b"<!doctype html><script>alert(1)</script>", "text/plain; charset=utf-8"),
        (b"<svg onload='alert(1)'/>", "text/plain; charset=utf-8"),
        (b"%PDF-1.7\n...", "application/octet-stream"),
        (b"MZ\x90\0\x03", "application/octet-stream"),
    ],
)
async def test_a_file_is_served_as_a_download_of_a_harmless_type(
    media: MediaStore, content: bytes, mime: str
) -> None:
    served = await media.open(await kept(media, content, "x.html"), preview=False, download=False)
    assert served.mime == mime
    assert served.headers["Content-Disposition"].startswith("attachment;")
    assert served.headers["X-Content-Type-Options"] == "nosniff"
    assert served.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"


async def test_a_name_cannot_break_out_of_its_header(media: MediaStore) -> None:
    row = await kept(media, b"x", 'a"; filename=evil.exe\r\nX: 1; "Ї🦊.txt')
    served = await media.open(row, preview=False, download=True)
    told = served.headers["Content-Disposition"]
    assert "\r" not in told
    assert "\n" not in told
    assert told.count('"') == 2
    assert "filename*=UTF-8''" in told
    told.encode("latin-1")


async def test_s42_a_preview_is_our_own_small_picture_without_metadata(media: MediaStore) -> None:
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    exif[0x0112] = 6
    row = await kept(media, picture(3000, 1500, "JPEG", exif=exif.tobytes()), "photo.jpg")
    assert (row.width, row.height) == (1500, 3000)
    served = await media.open(row, preview=True, download=False)
    drawn = served.path.read_bytes()
    assert served.mime == "image/webp"
    assert b"taken at home" not in drawn
    with Image.open(io.BytesIO(drawn)) as image:
        assert image.size == (640, 1280)


async def test_a_transparent_picture_keeps_its_transparency(media: MediaStore) -> None:
    clear = io.BytesIO()
    Image.new("RGBA", (10, 10), (0, 0, 0, 0)).save(clear, "PNG")
    served = await media.open(await kept(media, clear.getvalue()), preview=True, download=False)
    with Image.open(served.path) as image:
        assert image.convert("RGBA").getchannel("A").getextrema() == (0, 0)


async def test_a_picture_of_too_many_pixels_is_only_a_file(media: MediaStore) -> None:
    row = await kept(media, picture(9000, 9000, "PNG"), "bomb.png")
    assert row.kind == "file"
    with pytest.raises(FileNotFoundError):
        await media.open(row, preview=True, download=False)


async def test_a_picture_that_breaks_off_has_no_preview_and_does_no_harm(
    media: MediaStore,
) -> None:
    row = await kept(media, picture(400, 400, "PNG")[:-400], "half.png")
    with pytest.raises(FileNotFoundError):
        await media.open(row, preview=True, download=False)


def test_a_signature_opens_its_own_file_until_its_time_and_no_other() -> None:
    query = parse_qs(sign(b"key", "file-a", 5_000))
    exp, sig = query["exp"][0], query["sig"][0]
    assert is_good(b"key", "file-a", exp=exp, sig=sig, now=5_000)
    assert not is_good(b"key", "file-b", exp=exp, sig=sig, now=5_000)
    assert not is_good(b"other", "file-a", exp=exp, sig=sig, now=5_000)
    assert not is_good(b"key", "file-a", exp=exp, sig=sig, now=int(exp) + 1)
    assert not is_good(b"key", "file-a", exp=str(int(exp) + 1), sig=sig, now=5_000)
    assert not is_good(b"key", "file-a", exp="", sig="", now=5_000)
    assert not is_good(b"key", "file-a", exp="٣", sig="я", now=0)


async def test_a_customers_link_is_signed_and_works_under_whatever_name_the_page_is_open(
    media: MediaStore, clock: ManualClock
) -> None:
    row = await kept(media, b"x")
    link = urlsplit(media.view(row, signed=True).url)
    query = parse_qs(link.query)
    assert not link.netloc
    given = {"exp": query["exp"][0], "sig": query["sig"][0]}
    assert media.may_open(row.public_id, **given)
    clock.tick(26 * 3600)
    assert not media.may_open(row.public_id, **given)


async def test_only_its_owner_can_attach_an_upload_and_only_once(
    media: MediaStore, store: Store
) -> None:
    row = await kept(media, b"x")
    message_id = await store.write(_a_message)
    with pytest.raises(AttachmentUnknownError):
        await store.write(attach, [row.public_id], ["visitor:site/anon:2"], message_id)
    assert await store.write(attach, [row.public_id], [VISITOR], message_id)
    with pytest.raises(AttachmentUnknownError):
        await store.write(attach, [row.public_id], [VISITOR], message_id)


async def test_a_file_of_a_message_that_was_taken_back_is_given_to_nobody(
    media: MediaStore, store: Store
) -> None:
    row = await kept(media, b"x")
    message_id = await store.write(_a_message)
    await store.write(attach, [row.public_id], [VISITOR], message_id)
    assert await media.find(row.public_id) is not None
    await store.write(lambda tx: tx.run(q.MARK_DELETED, of=message_id, at=tx.now))
    assert await media.find(row.public_id) is None


async def test_an_upload_nobody_used_goes_and_what_is_used_or_new_stays(
    media: MediaStore, store: Store, clock: ManualClock, tmp_path: Path
) -> None:
    used, unused = await kept(media, b"used"), await kept(media, b"unused")
    await store.write(attach, [used.public_id], [VISITOR], await store.write(_a_message))
    _age(tmp_path / "media", clock)
    assert await media.sweep(older_than=3_600_000) == 0
    clock.tick(7200)
    fresh = await kept(media, b"fresh")
    _touch(tmp_path / "media", fresh, clock)
    assert await media.sweep(older_than=3_600_000) == 1
    assert await media.find(unused.public_id) is None
    assert (await media.open(used, preview=False, download=True)).path.is_file()
    assert (await media.open(fresh, preview=False, download=True)).path.is_file()


def _age(folder: Path, clock: ManualClock) -> None:
    for path in folder.rglob("*"):
        if path.is_file():
            os.utime(path, (clock.now() / 1000, clock.now() / 1000))


def _touch(folder: Path, row: Attachment, clock: ManualClock) -> None:
    (path,) = folder.rglob(row.sha256)
    os.utime(path, (clock.now() / 1000, clock.now() / 1000))


def _a_message(tx: Tx) -> int:
    """Put the rows there that an attachment's message needs."""
    run = tx._connection.execute
    run("INSERT OR IGNORE INTO inboxes (id, kind, name) VALUES ('site', 'widget', 'Site')")
    run("INSERT OR IGNORE INTO contacts (id, created_at) VALUES (1, 0)")
    run(
        "INSERT OR IGNORE INTO identities (id, inbox_id, external_id, contact_id, created_at) "
        "VALUES (1, 'site', 'anon:1', 1, 0)"
    )
    run(
        "INSERT OR IGNORE INTO conversations (id, inbox_id, identity_id, contact_id, thread, "
        "state, created_at, last_at) VALUES (1, 'site', 1, 1, '', 'open', 0, 0)"
    )
    message_id: int = tx.the(
        q.ADD_MESSAGE,
        conversation_id=1,
        kind="incoming",
        identity_id=1,
        agent_id=None,
        inbox_id="site",
        external_id=None,
        client_key=None,
        text="",
        format="plain",
        reply_to_id=None,
        activity=None,
        created_at=tx.now,
        attachment_count=1,
    )
    return message_id
