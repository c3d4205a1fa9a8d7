"""Every payload becomes what the core should know, and nothing a stranger sends breaks it."""

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.botapi.raw import UntranslatableError, as_raw, from_raw
from bridge.channel import (
    InboundMessage,
)
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


def test_half_a_character_in_an_update_costs_no_more_than_itself() -> None:
    update = from_raw(b'{"update_id": 1, "message": {"text": "half \\ud83d"}}')
    assert update == {"update_id": 1, "message": {"text": "half \ud83d"}}
    assert from_raw(as_raw(update)) == update
    assert from_raw(b'{"text": "\xed\xa0\xbd"}') == {"text": "\ud83d"}
    with pytest.raises(ValueError, match="Expecting value"):
        from_raw(b'{"update_id": ')


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
