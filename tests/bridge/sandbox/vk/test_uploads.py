"""Uploading in three steps, and downloading what customers sent."""

from typing import Any

import pytest

from bridge.sandbox.vk import Customer, VkPlatform
from tests.bridge.sandbox.vk.caller import PNG, Caller


@pytest.fixture
def anna(platform: VkPlatform) -> Customer:
    anna = platform.customer(1001)
    anna.allow()
    return anna


async def photo(vk: Caller, data: bytes = PNG) -> Any:
    """Bring a photo through the first two steps."""
    server = await vk("photos.getMessagesUploadServer", peer_id=1001)
    return await vk.upload(server["upload_url"], "photo", "flowers.png", data)


async def document(vk: Caller, name: str, data: bytes, kind: str) -> Any:
    """Bring a document through the first two steps."""
    server = await vk("docs.getMessagesUploadServer", peer_id=1001, type=kind)
    return await vk.upload(server["upload_url"], "file", name, data)


async def test_a_photo_can_be_attached_once_it_is_saved(vk: Caller, anna: Customer) -> None:
    (saved,) = await vk("photos.saveMessagesPhoto", **await photo(vk))
    name = f"photo{saved['owner_id']}_{saved['id']}_{saved['access_key']}"
    await vk.send("look", attachment=name)
    assert anna.received[0].attachments[0]["photo"]["id"] == saved["id"]


async def test_what_is_no_picture_is_no_photo(vk: Caller, anna: Customer) -> None:
    taken = await photo(vk, b"not a picture")
    assert taken["photo"] == "[]"
    assert await vk.refused("photos.saveMessagesPhoto", **taken) == 100


async def test_a_photo_is_saved_once(vk: Caller, anna: Customer) -> None:
    taken = await photo(vk)
    await vk("photos.saveMessagesPhoto", **taken)
    assert await vk.refused("photos.saveMessagesPhoto", **taken) == 129


@pytest.mark.parametrize(("kind", "name"), [("doc", "price.pdf"), ("audio_message", "voice.ogg")])
async def test_a_document_and_a_voice_message_are_attached_alike(
    vk: Caller, anna: Customer, platform: VkPlatform, kind: str, name: str
) -> None:
    taken = await document(vk, name, b"content", kind)
    saved = await vk("docs.save", file=taken["file"], title="Price")
    thing = saved[saved["type"]]
    assert saved["type"] == kind
    await vk.send("", attachment=f"{kind}{thing['owner_id']}_{thing['id']}")
    assert anna.received[0].attachments[0]["type"] == kind
    assert platform.ledger.uploads[0].data == b"content"


async def test_an_empty_file_is_no_document(vk: Caller, anna: Customer) -> None:
    assert await document(vk, "empty.txt", b"", "doc") == {"error": "no_file"}
    assert await vk.refused("docs.save", file="nothing") == 105


async def test_an_address_to_upload_to_is_good_for_one_file(vk: Caller, anna: Customer) -> None:
    server = await vk("docs.getMessagesUploadServer", peer_id=1001)
    await vk.upload(server["upload_url"], "file", "one.txt", b"1")
    again = await vk.upload(server["upload_url"], "file", "two.txt", b"2")
    assert again == {"error": "bad_ticket"}


async def test_nothing_is_uploaded_for_whom_nothing_can_be_sent(vk: Caller, anna: Customer) -> None:
    anna.deny()
    assert await vk.refused("docs.getMessagesUploadServer", peer_id=1001) == 901
    assert await vk.refused("photos.getMessagesUploadServer", peer_id=1001) == 901
    assert await vk.refused("docs.getMessagesUploadServer", type="gif") == 100


async def test_what_a_customer_sent_can_be_downloaded(vk: Caller, anna: Customer) -> None:
    sent = anna.send_photos(PNG).message
    url = sent.attachments[0]["photo"]["sizes"][0]["url"]
    async with vk.http.get(url) as response:
        assert await response.read() == PNG
    async with vk.http.get(f"{vk.platform.url}/files/gone.jpg") as response:
        assert response.status == 404
