"""What every message of the fixtures says; the vendor's library agrees with their shape."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from viberbot.api.viber_requests import create_request  # type: ignore[import-untyped]

from bridge.channel import InboundMessage
from channels.viber.translate import translate
from tests.channels.viber.test_translate import FIXTURES, UNTRANSLATABLE, raw

NAMES = sorted(path.stem for path in FIXTURES.glob("*.json"))
# The words, and the kinds of the files.
SAID: dict[str, tuple[str, tuple[str, ...]]] = {
    "message_contact": ("👤 Богдан, +380501112233", ()),
    "message_contact_phone_only": ("👤 +380501112244", ()),
    "message_file": ("", ("file",)),
    "message_file_rtl": ("", ("file",)),
    "message_gif": ("https://media.giphy.com/media/abc/giphy.gif", ()),
    "message_location": (
        "📍 50.4501, 30.523399\nhttps://www.openstreetmap.org/?mlat=50.4501&mlon=30.523399",
        (),
    ),
    "message_location_named": (
        "📍 вул. Хрещатик, 1, Київ\n50.4501, 30.5234\nhttps://www.openstreetmap.org/?mlat=50.4501&mlon=30.5234",
        (),
    ),
    "message_picture": ("", ("image",)),
    "message_picture_captioned": ("Ось чек 🧾", ("image",)),
    "message_rich_media": ("❔ rich media\nКаталог", ()),
    "message_sticker": ("[sticker 46105]", ()),
    "message_sticker_drawn": ("", ("sticker",)),
    "message_text": ("Добрий день! Де моє замовлення? 👩\u200d🚀 𝔘𝔫𝔦𝔠𝔬𝔡𝔢", ()),
    "message_text_anonymous": ("hello", ()),
    "message_text_beside_buttons": ("не знаю", ()),
    "message_text_emoji": ("(smiley) 👩\u200d🚀🇺🇦👍🏽", ()),
    "message_text_id_only": ("привіт", ()),
    "message_text_rich_media_click": ("https://example.com/catalog/7", ()),
    "message_text_rtl": ("שלום עולם\nمرحبا", ()),
    "message_text_spaces": ("   ", ()),
    "message_text_tracked": ("hello", ()),
    "message_unknown": ("❔ hologram\nдивись\nhttps://dl-media.viber.com/10/share/2/h.bin", ()),
    "message_url": ("https://example.com/смуга?q=1", ()),
    "message_url_described": ("дивіться\nhttps://example.com/", ()),
    "message_video": ("", ("video",)),
    "message_video_captioned": ("ось як працює 🎬", ("video",)),
}
# Has a test of its own.
ELSEWHERE = {"message_text_longest"}
# What no library could read: that is what they are for.
BROKEN = {
    "event_unknown",
    "message_sender_missing",
    "message_time_missing",
    "message_token_missing",
    "message_type_missing",
    "message_unknown",
    "receipt_of_nobody",
}
# What Viber documents in callbacks and the library leaves out of its messages.
# https://developers.viber.com/docs/api/rest-bot-api/#receive-message-from-user
NEWER = {"address", "alt_text", "file_name", "file_size", "media", "size", "text"}


def test_the_table_has_every_message() -> None:
    messages = {
        name
        for name in set(NAMES) - set(UNTRANSLATABLE)
        if any(isinstance(one, InboundMessage) for one in translate(json.loads(raw(name))))
    }
    assert messages == {*SAID, *ELSEWHERE}


@pytest.mark.parametrize("name", SAID)
def test_a_message_says_what_the_table_has(name: str) -> None:
    (said,) = translate(json.loads(raw(name)))
    assert isinstance(said, InboundMessage)
    assert (said.text, tuple(one.kind for one in said.media)) == SAID[name]


@pytest.mark.parametrize("name", sorted(set(NAMES) - BROKEN))
def test_vibers_library_for_python_reads_it(name: str) -> None:
    callback = json.loads(raw(name))
    request = create_request(callback)
    assert (request.event_type, request.timestamp) == (callback["event"], callback["timestamp"])


@pytest.mark.parametrize("name", sorted({*SAID, *ELSEWHERE} - BROKEN))
def test_a_message_has_the_fields_that_vibers_library_knows(name: str) -> None:
    callback = json.loads(raw(name))
    understood = create_request(callback).message.to_dict()
    assert set(_left_out(callback["message"], understood)) <= NEWER


@pytest.mark.parametrize("name", sorted(BROKEN))
def test_what_is_broken_on_purpose_is_broken_to_vibers_library_too(name: str) -> None:
    with pytest.raises(Exception, match=r"supported|missing|type|sender|timestamp|token|user_id"):
        create_request(json.loads(raw(name)))


def _left_out(sent: dict[str, Any], understood: Any) -> Iterator[str]:
    """Yield every field that the library has not taken over."""
    for name, value in sent.items():
        known = understood.get(name) if isinstance(understood, dict) else None
        if isinstance(value, dict):
            yield from _left_out(value, known)
        elif value and known != value:
            yield name
