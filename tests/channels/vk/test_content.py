"""Attachments, places and forwarded messages, as files and lines."""

from typing import Any

import pytest

from bridge.channel import InboundMedia
from channels.vk.content import LONGEST_TEXT, content_of
from tests.channels.vk.fixtures import load


def content(name: str) -> Any:
    """Return what a case says."""
    return content_of(load(f"message_new_{name}")["object"]["message"])


def test_d21_a_photo_is_taken_in_its_largest_size() -> None:
    (photo,) = content("photo").media
    assert (photo.kind, photo.mime) == ("image", "image/jpeg")
    assert "/1w.jpg" in photo.ref


def test_an_original_is_taken_before_any_size() -> None:
    raw = load("message_new_photo")["object"]["message"]
    raw["attachments"][0]["photo"]["orig_photo"] = {
        "url": "https://sun9-41.userapi.com/original.jpg",
        "width": 4000,
        "height": 3000,
    }
    assert content_of(raw).media[0].ref.endswith("/original.jpg")


def test_an_album_is_one_message_with_its_photos_in_order() -> None:
    album = content("album")
    assert album.text == "Вот все"
    assert [one.ref.rpartition("/")[2].partition("w")[0] for one in album.media] == [
        str(n) for n in range(1, 11)
    ]


def test_d21_a_document_has_its_name_and_size() -> None:
    (document,) = content("document").media
    assert (document.kind, document.name, document.size) == ("file", "Замовлення №17 🌷.pdf", 48213)
    assert document.ref.startswith("https://vk.com/doc5512345_661234567?hash=")


def test_a_document_whose_title_lacks_the_ending_gets_it() -> None:
    raw = load("message_new_document")["object"]["message"]
    raw["attachments"][0]["doc"]["title"] = "Счёт"
    assert content_of(raw).media[0].name == "Счёт.pdf"


@pytest.mark.parametrize(
    ("name", "kind", "ending"),
    [("voice", "voice", ".ogg"), ("sticker", "sticker", ".png"), ("graffiti", "image", ".png")],
)
def test_what_can_be_downloaded_is_a_file_of_its_kind(name: str, kind: str, ending: str) -> None:
    (file,) = content(name).media
    assert isinstance(file, InboundMedia)
    assert (file.kind, file.name.endswith(ending)) == (kind, True)
    assert content(name).text == ""


def test_a_sticker_is_taken_in_its_largest_size() -> None:
    assert content("sticker").media[0].ref.endswith("-512")


def test_things_of_all_kinds_in_one_message_all_arrive() -> None:
    mixed = content("mixed")
    assert [one.kind for one in mixed.media] == ["image", "file"]
    assert mixed.text.split("\n") == [
        "всякое",
        "🎵 ДахаБраха — Весна",
        "📊 Пионы или розы?",
        "📖 https://vk.com/story5512345_456239020",
        "🎁",
        "📞",
    ]


def test_forwarded_messages_are_quoted_under_their_authors_with_their_files() -> None:
    forwarded = content("forwarded")
    assert forwarded.text.split("\n") == [
        "Мне переслали",
        "↪ https://vk.com/club99",
        "> две строки",
        "> вторая",
        "> ↪ https://vk.com/id777",
        "> > адрес: вул. Хрещатик, 1",
    ]
    assert len(forwarded.media) == 1


def test_forwarded_ones_inside_forwarded_ones_end_somewhere() -> None:
    raw: dict[str, Any] = {"from_id": 1, "text": "the innermost"}
    for _ in range(50):
        raw = {"from_id": 1, "text": "", "fwd_messages": [raw]}
    text = content_of(raw).text
    assert "the innermost" not in text
    assert text.endswith("> …")


@pytest.mark.parametrize("thing", [None, 5, [1], {"title": {"ru": "x"}, "name": 7, "url": []}])
def test_what_we_do_not_know_is_named_whatever_it_holds(thing: object) -> None:
    attachment = {"type": "hologram", "hologram": thing}
    assert content_of({"text": "a", "attachments": [attachment]}).text == "a\n📎 hologram"


def test_a_pile_of_forwarded_messages_is_cut_where_the_core_would_refuse_it() -> None:
    one = {"from_id": 1, "text": "дуже довго " * 800}
    text = content_of({"from_id": 1, "text": "see", "fwd_messages": [one] * 100}).text
    assert len(text) == LONGEST_TEXT
    assert text.endswith("…")


def test_a_place_without_a_name_has_its_numbers() -> None:
    geo = {"type": "point", "coordinates": {"latitude": 1.5, "longitude": -2.25}}
    assert content_of({"text": "", "geo": geo}).text.startswith("📍 1.5, -2.25\n")
