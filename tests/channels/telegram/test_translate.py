"""Every payload becomes what the core should know, and nothing a stranger sends breaks it."""

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.channel import (
    InboundMessage,
)
from channels.telegram.raw import UntranslatableError
from channels.telegram.translate import translate, translate_all
from tests.channels.telegram.expected import BROKEN, CHAT, EXPECTED, NOW
from tests.channels.telegram.payloads import NAMES, body, payload, written


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


def test_an_album_that_comes_together_is_one_message_named_by_its_words() -> None:
    found = translate_all([payload(f"album_photo_{n}") for n in (1, 2, 3)], NOW)
    (event,) = found.events
    assert isinstance(event, InboundMessage)
    assert (event.text, event.external_id) == ("Три вида", f"{CHAT}/202")
    assert [one.ref for one in event.media] == ["AgACalb001", "AgACalb101", "AgACalb201"]


def test_an_album_without_words_is_named_by_its_first_item() -> None:
    album = [payload("album_photo_1"), payload("album_photo_3")]
    (event,) = translate_all(album, NOW).events
    assert isinstance(event, InboundMessage)
    assert (event.external_id, len(event.media)) == (f"{CHAT}/201", 2)


def test_where_several_items_have_words_each_stays_a_message() -> None:
    album = [payload(f"album_photo_{n}") for n in (1, 2, 3)]
    album[2]["message"]["caption"] = "и сзади"
    found = translate_all(album, NOW).events
    assert [one.external_id for one in found if isinstance(one, InboundMessage)] == [
        f"{CHAT}/201",
        f"{CHAT}/202",
        f"{CHAT}/203",
    ]


def test_albums_of_two_customers_that_come_mixed_are_kept_apart() -> None:
    theirs = [payload(f"album_photo_{n}") for n in (1, 3)]
    for one in theirs:
        one["message"]["chat"]["id"] = one["message"]["from"]["id"] = 5000000999
    ours = [payload(f"album_photo_{n}") for n in (1, 3)]
    mixed = [ours[0], theirs[0], payload("message_new"), ours[1], theirs[1]]
    events = [one for one in translate_all(mixed, NOW).events if isinstance(one, InboundMessage)]
    assert [one.sender.external_id for one in events] == [CHAT, "5000000999", CHAT]
    assert [len(one.media) for one in events] == [2, 2, 0]


def test_the_order_of_one_customer_is_kept_around_an_album() -> None:
    updates = [payload("message_new"), payload("album_photo_1"), payload("album_photo_2")]
    updates += [payload("message_reply")]
    texts = [one.text for one in translate_all(updates, NOW).events if hasattr(one, "text")]
    assert texts == ["Добрый день! Где мой заказ №1024?", "Три вида", "Так, саме цей"]


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
