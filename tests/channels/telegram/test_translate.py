"""Every payload becomes what the core should know, and nothing a stranger sends breaks it."""

import copy
import dataclasses
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.channel import (
    ButtonPressed,
    ContactReachable,
    ContactUnreachable,
    InboundEvent,
    InboundMedia,
    InboundMessage,
    MessageEdited,
    ReactionChanged,
    Sender,
    Visit,
)
from channels.telegram.raw import UntranslatableError
from channels.telegram.translate import translate, translate_all
from tests.channels.telegram.payloads import ANNA, NAMES, body, image, payload, written

NOW = 1_793_448_500_000
CHAT = "5000000101"

EXPECTED: dict[str, list[InboundEvent]] = {
    "message_new": [written("message_new", "Добрый день! Где мой заказ №1024?")],
    "message_formatted": [
        written(
            "message_formatted",
            "Привет 🐤🇺🇦, цена: **жирная и _косая_**, код `x<1`, "
            "[ссылка](https://example.com/?q=1) и https://example.com/a_b?x=1 ~~зачёркнуто~~",
            format="markdown",
        )
    ],
    "message_blocks": [
        written(
            "message_blocks",
            "> цитата\n> ещё\nответ\n```\nprint(1)\n```\nконец",
            format="markdown",
        )
    ],
    "message_unmarked": [written("message_unmarked", "@shop_bot #тег подчёркнуто тайна")],
    "message_rtl": [written("message_rtl", "שלום, היכן ההזמנה שלי? مرحبا 👩‍🚀")],
    "message_longest": [written("message_longest", "🐤" * 2048)],
    "message_empty": [written("message_empty", "❔")],
    "message_photo": [
        written(
            "message_photo",
            "Вот **так** пришло",
            format="markdown",
            media=(image("AgAClarge01", 98765),),
        )
    ],
    "message_document": [
        written(
            "message_document",
            media=(
                InboundMedia(
                    kind="file",
                    ref="BQACdoc001",
                    name="Рахунок №7.pdf",
                    mime="application/pdf",
                    size=54321,
                ),
            ),
        )
    ],
    "message_voice": [
        written(
            "message_voice",
            media=(
                InboundMedia(
                    kind="voice", ref="AwACvoice1", name="voice.ogg", mime="audio/ogg", size=8123
                ),
            ),
        )
    ],
    "message_video": [
        written(
            "message_video",
            "🎬",
            media=(
                InboundMedia(
                    kind="video",
                    ref="BAACvideo1",
                    name="відео.mp4",
                    mime="video/mp4",
                    size=25_000_000,
                ),
            ),
        )
    ],
    "message_video_note": [
        written(
            "message_video_note",
            media=(
                InboundMedia(
                    kind="video",
                    ref="DQACnote01",
                    name="video_note.mp4",
                    mime="video/mp4",
                    size=400_000,
                ),
            ),
        )
    ],
    "message_audio": [
        written(
            "message_audio",
            media=(
                InboundMedia(
                    kind="audio",
                    ref="CQACaudio1",
                    name="song.mp3",
                    mime="audio/mpeg",
                    size=5_000_000,
                ),
            ),
        )
    ],
    "message_animation": [
        written(
            "message_animation",
            media=(
                InboundMedia(
                    kind="video",
                    ref="CgACanim01",
                    name="cat.gif.mp4",
                    mime="video/mp4",
                    size=70_000,
                ),
            ),
        )
    ],
    "message_sticker": [
        written(
            "message_sticker",
            media=(
                InboundMedia(
                    kind="sticker",
                    ref="CAACstick1",
                    name="sticker.webp",
                    mime="image/webp",
                    size=23456,
                ),
            ),
        )
    ],
    "message_sticker_animated": [
        written(
            "message_sticker_animated",
            "🦆",
            media=(
                InboundMedia(
                    kind="sticker",
                    ref="AAMCthumb2",
                    name="sticker.webp",
                    mime="image/webp",
                    size=4444,
                ),
            ),
        )
    ],
    "message_location": [
        written(
            "message_location",
            "📍 50.450001, 30.523333\nhttps://maps.google.com/?q=50.450001,30.523333",
        )
    ],
    "message_venue": [
        written(
            "message_venue",
            "📍 Майдан, Хрещатик, 1\nhttps://maps.google.com/?q=50.45,30.5233",
        )
    ],
    "message_contact_own": [
        written(
            "message_contact_own",
            "👤 Анна 380501234567",
            sender=dataclasses.replace(ANNA, phone="380501234567"),
        )
    ],
    "message_contact_other": [written("message_contact_other", "👤 Пётр Ильин +380671112233")],
    "message_poll": [written("message_poll", "📊 Коли зручно?\n- Зранку\n- Ввечері")],
    "message_dice": [written("message_dice", "🎲 6")],
    "message_story": [written("message_story", "📖 https://t.me/anna_koval/s/12")],
    "message_checklist": [written("message_checklist", "☑ Покупки\n- хліб\n- сіль")],
    "message_rich": [written("message_rich", "Добрый день\nраз")],
    "message_reply": [written("message_reply", "Так, саме цей", reply_to=f"{CHAT}/33")],
    "message_quoted_elsewhere": [written("message_quoted_elsewhere", "» Знижки\n» до 50%\nщо це?")],
    "message_forwarded_user": [
        written("message_forwarded_user", "↪ Іван\\_\\*\n**дивись**", format="markdown")
    ],
    "message_forwarded_hidden": [written("message_forwarded_hidden", "↪ Хтось\nтаємно")],
    "message_forwarded_channel": [
        written("message_forwarded_channel", "↪ Новини", media=(image("AgACfwd001", 5),))
    ],
    "message_start": [written("message_start", "/start")],
    "message_start_payload": [
        written("message_start_payload", "/start", visit=Visit(source="w_3fZk-81token"))
    ],
    "message_pinned": [],
    "message_gift": [written("message_gift", "❔ gift")],
    "message_deleted_account": [
        written("message_deleted_account", "…", sender=Sender(external_id="5000000102"))
    ],
    "message_group": [],
    "message_edited": [
        MessageEdited(
            sender=ANNA,
            external_id=f"{CHAT}/41",
            edited_at=1793448099000,
            text="Добрый день! Где мой заказ №1025?",
        )
    ],
    "message_edited_caption": [
        MessageEdited(
            sender=ANNA,
            external_id=f"{CHAT}/48",
            edited_at=1793448098000,
            text="Пришло вот так",
        )
    ],
    "channel_post": [],
    "album_photo_1": [written("album_photo_1", media=(image("AgACalb001", 1000),))],
    "album_photo_2": [written("album_photo_2", "Три вида", media=(image("AgACalb101", 1001),))],
    "album_photo_3": [written("album_photo_3", media=(image("AgACalb201", 1002),))],
    "button_pressed": [
        ButtonPressed(
            sender=ANNA,
            external_id="callback/4382bfdwdsb323b2d9",
            button="Так, все добре 🙂",
            at=NOW,
            id="yes:1",
        )
    ],
    "button_pressed_under_old": [
        ButtonPressed(
            sender=ANNA,
            external_id="callback/4382bfdwdsb323b2e0",
            button="no:1",
            at=NOW,
            id="no:1",
        )
    ],
    "reaction_changed": [
        ReactionChanged(
            sender=ANNA,
            external_id=f"{CHAT}/77",
            reactions=["👍", "❔", "⭐"],
            at=1793448005000,
        )
    ],
    "reaction_withdrawn": [
        ReactionChanged(sender=ANNA, external_id=f"{CHAT}/77", reactions=[], at=1793448006000)
    ],
    "bot_blocked": [ContactUnreachable(sender=ANNA, at=1793448007000, reason="blocked")],
    "bot_unblocked": [ContactReachable(sender=ANNA, at=1793448007000)],
}
BROKEN = {"update_unknown": "an update of a kind that is not known"}


@pytest.mark.parametrize("name", NAMES)
def test_a_payload_becomes_what_the_core_should_know(name: str) -> None:
    if name in BROKEN:
        with pytest.raises(UntranslatableError, match=BROKEN[name]):
            translate(payload(name), NOW)
    else:
        assert translate(payload(name), NOW) == EXPECTED[name]


def test_every_payload_has_what_is_expected_of_it() -> None:
    assert {*EXPECTED, *BROKEN} == set(NAMES)


def test_d40_j11_j12_a_customer_comes_with_name_username_and_link() -> None:
    (event,) = translate(payload("message_new"), NOW)
    assert isinstance(event, InboundMessage)
    assert event.sender.name == "Анна Коваль"
    assert event.sender.username == "anna_koval"
    assert event.sender.profile_url == "https://t.me/anna_koval"


def test_d40_who_has_no_username_has_no_link_either() -> None:
    update = payload("message_new")
    del update["message"]["from"]["username"]
    (event,) = translate(update, NOW)
    assert isinstance(event, InboundMessage)
    assert (event.sender.username, event.sender.profile_url) == (None, None)


def test_j16_the_language_of_the_app_is_the_customers() -> None:
    (event,) = translate(payload("message_new"), NOW)
    assert isinstance(event, InboundMessage)
    assert event.sender.language == "uk"


def test_a_card_of_somebody_else_is_nobodys_own_number() -> None:
    (event,) = translate(payload("message_contact_other"), NOW)
    assert isinstance(event, InboundMessage)
    assert event.sender.phone is None


def test_the_payload_of_a_link_is_never_shown_as_words() -> None:
    (event,) = translate(payload("message_start_payload"), NOW)
    assert isinstance(event, InboundMessage)
    assert "w_3fZk" not in event.text


# --- together ---


def test_the_items_of_an_album_have_its_key_and_their_own_names() -> None:
    found = translate_all([payload(f"album_photo_{n}") for n in (1, 2, 3)], NOW).events
    items = [one for one in found if isinstance(one, InboundMessage)]
    assert [one.external_id for one in items] == [f"{CHAT}/{n}" for n in (201, 202, 203)]
    assert [one.album and one.album.place for one in items] == [201, 202, 203]
    assert len({one.album and one.album.key for one in items}) == 1


def test_albums_of_two_customers_have_nothing_in_common() -> None:
    theirs, ours = payload("album_photo_1"), payload("album_photo_1")
    theirs["message"]["chat"]["id"] = theirs["message"]["from"]["id"] = 5000000999
    first, second = translate_all([ours, theirs], NOW).events
    assert isinstance(first, InboundMessage)
    assert isinstance(second, InboundMessage)
    assert first.album != second.album


def test_what_is_broken_takes_nothing_with_it() -> None:
    broken: list[Any] = [None, [], "text", {}, {"message": 5}, {"message": {"chat": {}}}]
    found = translate_all([payload("message_new"), *broken, payload("message_reply")], NOW)
    assert len(found.events) == 2
    assert [update for update, _ in found.broken] == broken
    assert all(why for _, why in found.broken)


def test_why_something_is_broken_never_quotes_it() -> None:
    update = payload("message_new")
    update["message"]["text"] = {"secret": "канарейка"}
    ((_, why),) = translate_all([update], NOW).broken
    assert why == "text is no text"


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return every place in a payload."""
    if not isinstance(value, dict | list):
        return [path]
    children = value.items() if isinstance(value, dict) else enumerate(value)
    return [path, *(found for key, one in children for found in _places(one, (*path, key)))]


NONSENSE = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=8),
    st.just([]),
    st.just({}),
    st.just([[{}]]),
)


@given(st.data())
def test_no_nonsense_anywhere_in_a_payload_raises(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(NAMES))
    update = copy.deepcopy(payload(name))
    *path, last = data.draw(st.sampled_from(_places(update)[1:]))
    holder = update
    for key in path:
        holder = holder[key]
    holder[last] = data.draw(NONSENSE)
    found = translate_all([update, payload("message_new")], NOW)
    assert found.events[-1:] == [written("message_new", body("message_new")["text"])]
