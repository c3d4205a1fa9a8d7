"""What every message of the fixtures says; the vendor's library agrees with their shape."""

import pytest
from vk_api.bot_longpoll import (  # type: ignore[import-untyped]
    VkBotEventType,
    VkBotLongPoll,
    VkBotMessageEvent,
)

from bridge.channel import InboundMessage, MessageEdited
from channels.vk.content import LONGEST_TEXT
from channels.vk.translate import UntranslatableError, translated
from tests.channels.vk.fixtures import load, names

# The words, and the kinds of the files.
SAID: dict[str, tuple[str, tuple[str, ...]]] = {
    "message_edit": ("Здравствуйте! Есть розы? 🌹", ()),
    "message_edit_album": ("Вот все три", ("image",) * 3),
    "message_edit_photo": ("", ("image",)),
    "message_edit_place": (
        "новое место\n📍 Київ\nhttps://www.openstreetmap.org/?mlat=50.45&mlon=30.5#map=16/50.45/30.5",
        (),
    ),
    "message_edit_rtl": ("ההזמנה №7 👩\u200d🚀 مرحبا", ()),
    "message_new": ("Здравствуйте! Есть пионы? 🌷", ()),
    "message_new_album": (
        "Вот все",
        ("image", "image", "image", "image", "image", "image", "image", "image", "image", "image"),
    ),
    "message_new_api_5_80": ("старая версия API", ()),
    "message_new_article": (
        "📎 article · Как ухаживать за пионами\nhttps://m.vk.com/@shop-peonies",
        (),
    ),
    "message_new_audio": ("🎵 ДахаБраха — Весна", ()),
    "message_new_call": ("📞", ()),
    "message_new_deleted_author": ("↪ https://vk.com/id7777\n> я удалён", ()),
    "message_new_document": ("", ("file",)),
    "message_new_emoji": ("👩\u200d🚀🇺🇦👍🏽 ❤️\u200d🔥", ()),
    "message_new_empty": ("❔", ()),
    "message_new_event": ("📎 event · ждём вас", ()),
    "message_new_expired": ("❔", ()),
    "message_new_expiring": ("исчезнет", ()),
    "message_new_forwarded": (
        (
            "Мне переслали\n↪ https://vk.com/club99\n> две строки\n> вторая\n"
            "> ↪ https://vk.com/id777\n> > адрес: вул. Хрещатик, 1"
        ),
        ("image",),
    ),
    "message_new_gif": ("лови", ("file",)),
    "message_new_gift": ("С праздником! 🎉\n🎁", ()),
    "message_new_graffiti": ("", ("image",)),
    "message_new_link": (
        "https://example.com/catalog?id=5&x=1\n🔗 Каталог\nhttps://example.com/catalog?id=5&x=1",
        (),
    ),
    "message_new_location": (
        "📍 Андріївський узвіз, Київ\nhttps://www.openstreetmap.org/?mlat=50.4593&mlon=30.5169#map=16/50.4593/30.5169",
        (),
    ),
    "message_new_market": (
        "Хочу этот\n🛍 Букет «Весна» · 1 200 ₽\nhttps://vk.com/market-123456?w=product-123456_1007",
        (),
    ),
    "message_new_market_album": ("📎 market_album · Букеты", ()),
    "message_new_markup": ("<b>x</b> &amp; **y** [id1|Павел]", ()),
    "message_new_money_transfer": ("💸 100 ₽\nза доставку", ()),
    "message_new_payload_foreign": ("Начать", ()),
    "message_new_photo": ("Такой?", ("image",)),
    "message_new_place_bare": (
        "я тут\n📍 -33.5, 151.0\nhttps://www.openstreetmap.org/?mlat=-33.5&mlon=151.0#map=16/-33.5/151.0",
        (),
    ),
    "message_new_podcast": ("📎 podcast · Выпуск 5\nhttps://vk.com/podcast-99_5", ()),
    "message_new_poll": ("что выбрать?\n📊 Пионы или розы?\n- Пионы\n- Розы 🌹", ()),
    "message_new_ref": ("Здравствуйте, я с сайта", ()),
    "message_new_reply": ("Да, его", ()),
    "message_new_reply_forwarded": ("вот этот\n↪ https://vk.com/id777\n> пионы 🌸", ("image",)),
    "message_new_rtl": ("שלום, יש לכם ורדים?", ()),
    "message_new_start": ("Начать", ()),
    "message_new_sticker": ("", ("sticker",)),
    "message_new_story": ("📖 https://vk.com/story5512345_456239020", ()),
    "message_new_ukrainian": ("Добрий день, де моє замовлення? 👩\u200d🚀🫠", ()),
    "message_new_unknown_attachment": ("а это?\n📎 mini_app", ()),
    "message_new_video": (
        "смотрите\n🎬 Розпаковка букета\nhttps://vk.com/video5512345_456239017?list=71de0",
        (),
    ),
    "message_new_voice": ("", ("voice",)),
    "message_new_voice_transcribed": ("", ("voice",)),
    "message_new_wall": ("📰 Новые пионы!\nЗаходите\nhttps://vk.com/wall-123456_842", ()),
    "message_new_wall_reply": ("📰 сколько стоит?\nhttps://vk.com/wall-123456_842?reply=12", ()),
    "message_new_wall_repost": ("📰 Оригинал\nhttps://vk.com/wall-123456_842", ()),
}
# These have tests of their own.
ELSEWHERE = {"message_new_longest", "message_new_mixed"}
# What came after the library's last version; it gives such events their bare name.
NEWER = {"message_read", "message_reaction_event", "market_order_new", "message_hologram"}


def _messages(name: str) -> list[InboundMessage | MessageEdited]:
    try:
        found = translated(load(name), 0)
    except UntranslatableError:
        return []
    return [one for one in found if isinstance(one, InboundMessage | MessageEdited)]


def test_the_table_has_every_message() -> None:
    assert {name for name in names() if _messages(name)} == {*SAID, *ELSEWHERE}


@pytest.mark.parametrize("name", SAID)
def test_a_message_says_what_the_table_has(name: str) -> None:
    (said,) = _messages(name)
    assert (said.text, tuple(one.kind for one in said.media or ())) == SAID[name]


@pytest.mark.parametrize("name", sorted({*SAID, *ELSEWHERE}))
def test_no_message_arrives_empty(name: str) -> None:
    (said,) = _messages(name)
    assert isinstance(said, MessageEdited) or said.text.strip() or said.media
    assert len(said.text) <= LONGEST_TEXT


@pytest.mark.parametrize("name", names())
def test_vks_library_for_python_reads_it_as_an_event_of_its_type(name: str) -> None:
    raw = load(name)
    event = VkBotLongPoll._parse_event(object.__new__(VkBotLongPoll), raw)
    assert event.group_id == raw["group_id"]
    known = isinstance(event.type, VkBotEventType)
    assert known == (raw["type"] not in NEWER)


@pytest.mark.parametrize("name", sorted({*SAID, *ELSEWHERE}))
def test_what_is_a_customers_message_to_us_is_a_users_to_vks_library(name: str) -> None:
    event = VkBotLongPoll._parse_event(object.__new__(VkBotLongPoll), load(name))
    assert isinstance(event, VkBotMessageEvent)
    assert event.from_user
