"""Every event that VK tells of, as the core is to know it."""

import contextlib
import copy
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.channel import (
    ButtonPressed,
    ContactReachable,
    ContactTyping,
    ContactUnreachable,
    DeliveryReport,
    InboundEvent,
    InboundMessage,
    MessageEdited,
    ReactionChanged,
    Sender,
    Visit,
)
from channels.vk.translate import UntranslatableError, translated
from tests.channels.vk.fixtures import load, names

NOW = 1_793_448_123_456
SENT = 1_793_448_000_000
WHO = "5512345"

NOTHING = {
    "message_new_chat",
    "message_new_chat_invite",
    "message_new_from_community",
    "message_edit_ours",
    "message_reply_by_admin",
    "message_new_action",
    "message_read_chat",
    "wall_post_new",
    "wall_reply_new",
    "photo_new",
    "market_order_new",
    "group_join",
    "group_leave",
    "user_block",
    "user_unblock",
}
UNKNOWN = {"message_hologram"}


def only(name: str) -> InboundEvent:
    """Return the one event that a case means."""
    (event,) = translated(load(name), NOW)
    return event


def message(name: str) -> InboundMessage:
    """Return the message that a case means."""
    event = only(name)
    assert isinstance(event, InboundMessage)
    return event


@pytest.mark.parametrize("name", sorted(set(names()) - NOTHING - UNKNOWN))
def test_every_known_case_means_one_thing_of_one_person(name: str) -> None:
    event = only(name)
    whose = event.recipient if isinstance(event, DeliveryReport) else event.sender.external_id
    assert whose == WHO


@pytest.mark.parametrize("name", sorted(NOTHING))
def test_what_is_no_customers_business_means_nothing(name: str) -> None:
    assert list(translated(load(name), NOW)) == []


@pytest.mark.parametrize("name", sorted(UNKNOWN))
def test_what_is_not_understood_is_said_so_without_a_word_of_its_content(name: str) -> None:
    with pytest.raises(UntranslatableError) as caught:
        translated(load(name), NOW)
    assert WHO not in str(caught.value)


# --- messages ---


def test_a_message_has_its_text_its_time_and_an_id_of_its_dialog() -> None:
    said = message("message_new")
    assert said.text == "Здравствуйте! Есть пионы? 🌷"
    assert said.format == "plain"
    assert said.sent_at == SENT
    assert said.external_id == f"{WHO}/7"
    assert (said.thread, said.reply_to, list(said.media)) == ("", None, [])


def test_d39_a_sender_has_the_address_of_their_page_from_the_first_message_on() -> None:
    assert message("message_new").sender.profile_url == f"https://vk.com/id{WHO}"


@pytest.mark.parametrize(
    ("name", "language"),
    [("message_new", "ru"), ("message_new_ukrainian", "uk"), ("message_new_rtl", "en")],
)
def test_the_language_of_their_application_is_theirs(name: str, language: str) -> None:
    assert message(name).sender.language == language


def test_a_language_we_do_not_know_is_not_told() -> None:
    update = load("message_new")
    update["object"]["client_info"]["lang_id"] = 777
    (said,) = translated(update, NOW)
    assert isinstance(said, InboundMessage)
    assert said.sender.language is None


@pytest.mark.parametrize("name", ["ukrainian", "rtl", "longest", "markup", "emoji"])
def test_a_text_comes_as_it_was_written(name: str) -> None:
    raw = load(f"message_new_{name}")["object"]["message"]["text"]
    assert message(f"message_new_{name}").text == raw


def test_the_longest_text_has_nine_thousand_characters() -> None:
    assert len(message("message_new_longest").text) == 9000


def test_an_answer_names_the_message_it_answers() -> None:
    assert message("message_new_reply").reply_to == f"{WHO}/6"


def test_a_message_of_an_older_version_of_the_api_is_understood() -> None:
    said = message("message_new_api_5_80")
    assert (said.text, said.sender.language) == ("старая версия API", None)


def test_the_start_button_is_an_ordinary_message() -> None:
    assert message("message_new_start").text == "Начать"


def test_what_the_link_to_the_dialog_carried_is_where_they_come_from() -> None:
    assert message("message_new_ref").visit == Visit(source="autumn-2026")


@pytest.mark.parametrize("ref", ["", None, 5, {"x": "y"}])
def test_a_link_that_carried_nothing_tells_nothing(ref: object) -> None:
    update = load("message_new_ref")
    update["object"]["message"]["ref"] = ref
    (said,) = translated(update, NOW)
    assert isinstance(said, InboundMessage)
    assert said.visit is None


# --- edits, marks, signs ---


def test_an_edit_names_the_message_and_has_its_new_text_and_time() -> None:
    assert only("message_edit") == MessageEdited(
        sender=Sender(external_id=WHO, profile_url=f"https://vk.com/id{WHO}"),
        external_id=f"{WHO}/7",
        edited_at=SENT + 30_000,
        text="Здравствуйте! Есть розы? 🌹",
        media=[],
    )


def test_an_edit_of_an_album_has_its_new_caption() -> None:
    edited = only("message_edit_album")
    assert isinstance(edited, MessageEdited)
    assert edited.text == "Вот все три"


def test_an_edit_names_each_file_as_the_message_did_whatever_its_address() -> None:
    told = load("message_new_album")
    (said,) = translated(told, NOW)
    told["type"], told["object"] = "message_edit", told["object"]["message"]
    for one in told["object"]["attachments"]:
        for size in one["photo"]["sizes"]:
            size["url"] += "&cs=another"
    (edited,) = translated(told, NOW)
    assert isinstance(said, InboundMessage)
    assert isinstance(edited, MessageEdited)
    assert edited.media is not None
    assert len({one.key for one in said.media}) == 10
    assert [one.key for one in edited.media] == [one.key for one in said.media]
    assert {one.ref for one in edited.media}.isdisjoint(one.ref for one in said.media)


def test_our_message_in_the_dialog_proves_that_it_arrived() -> None:
    assert only("message_reply") == DeliveryReport(
        recipient=WHO, external_ids=(f"{WHO}/8",), state="delivered", at=NOW
    )


def test_read_up_to_a_message_is_a_report_on_it() -> None:
    assert only("message_read") == DeliveryReport(
        recipient=WHO, external_ids=(f"{WHO}/8",), state="read", at=NOW
    )


def test_what_a_colleague_read_in_vk_is_no_mark_of_the_customers() -> None:
    update = load("message_read")
    update["object"]["from_id"] = -123456
    assert list(translated(update, NOW)) == []


def test_typing_is_a_sign_of_life() -> None:
    assert isinstance(only("message_typing_state"), ContactTyping)


def test_who_denies_messages_cannot_be_reached() -> None:
    denied = only("message_deny")
    assert isinstance(denied, ContactUnreachable)
    assert (denied.reason, denied.at) == ("blocked", NOW)


def test_who_allows_messages_can_be_reached_again() -> None:
    assert isinstance(only("message_allow"), ContactReachable)


@pytest.mark.parametrize(
    ("name", "reactions"),
    [("message_reaction_event", ["👍"]), ("message_reaction_event_removed", [])],
)
def test_a_reaction_is_a_picture_or_none(name: str, reactions: list[str]) -> None:
    changed = only(name)
    assert isinstance(changed, ReactionChanged)
    assert (list(changed.reactions), changed.external_id) == (reactions, f"{WHO}/8")


def test_a_reaction_without_a_known_picture_has_its_number() -> None:
    update = load("message_reaction_event")
    update["object"]["reaction_id"] = 400
    (changed,) = translated(update, NOW)
    assert isinstance(changed, ReactionChanged)
    assert list(changed.reactions) == ["#400"]


@pytest.mark.parametrize(
    ("name", "button", "words", "external_id"),
    [
        ("message_new_button", "still:yes", "Да", f"{WHO}/7"),
        ("message_event", "still:no", "Нет", f"{WHO}/press-9a3f"),
        ("message_event_foreign", '{"scenario": 5}', '🔘 {"scenario": 5}', f"{WHO}/press-9a40"),
    ],
)
def test_a_press_has_its_buttons_id_and_words(
    name: str, button: str, words: str, external_id: str
) -> None:
    pressed = only(name)
    assert isinstance(pressed, ButtonPressed)
    assert (pressed.id, pressed.button, pressed.external_id) == (button, words, external_id)


# --- what was never agreed upon ---


@pytest.mark.parametrize("raw", [None, 5, "x", [], {}, {"type": None}, {"type": ["message_new"]}])
def test_an_update_that_is_none_is_said_so(raw: Any) -> None:
    with pytest.raises(UntranslatableError):
        translated(raw, NOW)


@pytest.mark.parametrize("name", names())
@settings(max_examples=30)
@given(data=st.data())
def test_a_broken_update_is_understood_or_set_aside_and_never_breaks_us(
    name: str, data: st.DataObject
) -> None:
    update = copy.deepcopy(load(name))
    _break_something(update, data)
    with contextlib.suppress(UntranslatableError):
        assert isinstance(translated(update, NOW), Sequence)


def _break_something(thing: Any, data: st.DataObject) -> None:
    """Walk into the update and replace or remove one thing in it."""
    while True:
        keys = list(thing) if isinstance(thing, dict) else list(range(len(thing)))
        key = data.draw(st.sampled_from(keys))
        inner = thing[key]
        if isinstance(inner, dict | list) and inner and data.draw(st.booleans()):
            thing = inner
            continue
        if isinstance(thing, dict) and data.draw(st.booleans()):
            del thing[key]
        else:
            thing[key] = data.draw(
                st.none() | st.booleans() | st.integers() | st.text() | st.just([]) | st.just({})
            )
        return


@pytest.mark.parametrize(
    ("payload", "words", "button"),
    [
        ("меню", "🔘 меню", "меню"),
        ({"назва": "🌷"}, '🔘 {"назва": "🌷"}', '{"назва": "🌷"}'),
        (
            {"button": 5, "label": "x"},
            '🔘 {"button": 5, "label": "x"}',
            '{"button": 5, "label": "x"}',
        ),
        ([1], "🔘 [1]", "[1]"),
        ({}, "🔘", ""),
        (None, "🔘", ""),
    ],
)
def test_a_press_of_anothers_button_shows_what_it_carries(
    payload: object, words: str, button: str
) -> None:
    update = load("message_event_foreign")
    update["object"]["payload"] = payload
    (pressed,) = translated(update, NOW)
    assert isinstance(pressed, ButtonPressed)
    assert (pressed.button, pressed.id) == (words, button)


@pytest.mark.parametrize("name", ["message_event", "message_event_foreign"])
def test_a_press_in_a_chat_of_several_people_is_nobodys_message(name: str) -> None:
    update = load(name)
    update["object"]["peer_id"] = 2_000_000_001
    assert translated(update, NOW) == ()
