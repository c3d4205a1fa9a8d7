"""Files, both ways, with their limits."""

import io
import struct
import zlib

import pytest
from PIL import Image

from bridge.sandbox.telegram import Customer, TelegramServer, files
from tests.bridge.sandbox.telegram.conftest import Api, picture
from tests.bridge.sandbox.telegram.virtual import VirtualTime


async def download(api: Api, path: str) -> tuple[int, bytes]:
    async with api.http.get(f"{api.url}/file/bot{api.token}/{path}") as answer:
        return answer.status, await answer.read()


@pytest.mark.parametrize(
    ("method", "field", "data", "shown"),
    [
        ("sendPhoto", "photo", picture(), "photo"),
        ("sendDocument", "document", b"%PDF-1.7", "document"),
        ("sendVoice", "voice", b"OggS voice", "voice"),
        ("sendVoice", "voice", b"ID3 music", "audio"),
        ("sendVideo", "video", b"\0\0\0\x18ftypmp42", "video"),
        ("sendAudio", "audio", b"ID3 music", "audio"),
        ("sendAnimation", "animation", b"GIF89a", "animation"),
        ("sendSticker", "sticker", b"RIFF....WEBP", "sticker"),
    ],
)
async def test_every_kind_of_file_reaches_the_phone(
    api: Api, anna: Customer, method: str, field: str, data: bytes, shown: str
) -> None:
    answered = await api.upload(method, {field: data}, chat_id=anna.user.id, caption="вот")
    assert shown in answered["result"]
    (message,) = anna.received
    assert anna.bytes_of(message) == data
    assert message.get("caption", "") == ("" if field == "sticker" else "вот")


def whole(format: str) -> bytes:
    """Return a picture of noise, which no codec makes small."""
    made = io.BytesIO()
    Image.effect_noise((64, 64), 90).save(made, format)
    return made.getvalue()


def claiming(width: int, height: int) -> bytes:
    """Return a PNG of one pixel whose head claims more."""
    head = b"IHDR" + struct.pack(">II", width, height) + b"\x08\x02\0\0\0"
    small = picture(1, 1)
    return small[:12] + head + struct.pack(">I", zlib.crc32(head)) + small[33:]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "file must be non-empty"),
        (b"no picture", "IMAGE_PROCESS_FAILED"),
        (whole("PNG")[: len(whole("PNG")) // 2], "IMAGE_PROCESS_FAILED"),
        (whole("JPEG")[: len(whole("JPEG")) // 2], "IMAGE_PROCESS_FAILED"),
        (whole("PNG").replace(b"IDAT", b"JDAT"), "IMAGE_PROCESS_FAILED"),
        (picture(900, 20), "PHOTO_INVALID_DIMENSIONS"),
        (picture(9_990, 20), "PHOTO_INVALID_DIMENSIONS"),
        (claiming(60_000, 60_000), "PHOTO_INVALID_DIMENSIONS"),
    ],
)
async def test_a_picture_that_is_none_is_refused(
    api: Api, anna: Customer, data: bytes, why: str
) -> None:
    answered = await api.upload("sendPhoto", {"photo": data}, chat_id=anna.user.id)
    assert answered["description"] == f"Bad Request: {why}"


async def test_a_file_past_the_limit_is_refused_as_too_large(
    api: Api, anna: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert files.LARGEST_UPLOAD == 50 * 1024 * 1024
    monkeypatch.setattr(files, "LARGEST_UPLOAD", 10)
    answered = await api.upload("sendDocument", {"document": b"0" * 11}, chat_id=anna.user.id)
    assert (answered["error_code"], answered["description"]) == (413, "Request Entity Too Large")
    answered = await api.upload("sendDocument", {"document": b"0" * 10}, chat_id=anna.user.id)
    of = answered["result"]["document"]["file_id"]
    monkeypatch.setattr(files, "LARGEST_PHOTO", 9)
    refused = await api.refused("sendPhoto", chat_id=anna.user.id, photo=of)
    assert refused == "Bad Request: file of size 10 bytes is too big for a photo"


async def test_a_file_that_is_known_is_sent_by_its_id(api: Api, anna: Customer) -> None:
    file_id = anna.send_file("document", b"%PDF", name="a.pdf")["document"]["file_id"]
    await api.call("sendDocument", chat_id=anna.user.id, document=file_id)
    assert anna.bytes_of(anna.received[0]) == b"%PDF"


async def test_a_customers_file_is_fetched_by_a_link_that_dies(
    api: Api, anna: Customer, time: VirtualTime
) -> None:
    sizes = anna.send_file("photo", picture())["photo"]
    found = await api.call("getFile", file_id=sizes[-1]["file_id"])
    assert found["file_size"] == len(picture())
    assert await download(api, found["file_path"]) == (200, picture())
    await time.pass_by(3601, lambda: True)
    assert (await download(api, found["file_path"]))[0] == 404


async def test_a_link_is_of_no_use_with_another_token(api: Api, anna: Customer) -> None:
    file_id = anna.send_file("document", b"secret")["document"]["file_id"]
    found = await api.call("getFile", file_id=file_id)
    api.token = "7000000001:wrong"
    assert (await download(api, found["file_path"]))[0] == 401


async def test_bots_get_no_file_of_more_than_twenty_megabytes(api: Api, anna: Customer) -> None:
    most = 20 * 1024 * 1024
    large = anna.send_file("document", b"x", size=most + 1)["document"]["file_id"]
    assert await api.refused("getFile", file_id=large) == "Bad Request: file is too big"
    fits = anna.send_file("document", b"x", size=most)["document"]["file_id"]
    assert (await api.call("getFile", file_id=fits))["file_size"] == most


async def test_a_file_nobody_knows_is_refused(api: Api) -> None:
    refused = await api.refused("getFile", file_id="nothing")
    assert refused == "Bad Request: wrong file_id or the file is temporarily unavailable"


async def test_a_persons_pictures_come_newest_first(
    api: Api, telegram: TelegramServer, anna: Customer
) -> None:
    for name in ("old.png", "new.png"):
        anna.user.photos.append(telegram.world.files.keep(picture(), name=name))
    found = await api.call("getUserProfilePhotos", user_id=anna.user.id, limit=1)
    assert found["total_count"] == 2
    assert found["photos"][0][-1]["file_id"] == anna.user.photos[-1].file_id
