"""Every payload of the fixtures, as events of ours."""

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.channel import (
    ButtonPressed,
    ContactReachable,
    ContactStarted,
    ContactUnreachable,
    DeliveryReport,
    InboundMedia,
    InboundMessage,
    Sender,
)
from channels.viber.translate import UntranslatableError, read, translate

FIXTURES = Path(__file__).parent / "fixtures"
AVATAR = "https://media-direct.cdn.viber.com/download_photo?dlid=0-04-01-abc&fltp=jpg&imsz=0000"
JOHN = Sender(
    external_id="01234567890A=",
    name="Джон Макклейн 🐤",
    language="uk-UA",
    photo=AVATAR,
    attributes={"country": "UA"},
)
UNTRANSLATABLE = {
    "event_unknown": "an unknown event",
    "message_type_missing": "no type",
    "message_text_missing": "no text",
    "message_picture_missing": "no media",
    "message_location_nowhere": "no lat",
    "message_contact_empty": "an empty contact",
    "message_sender_missing": "no sender",
    "message_token_missing": "no message_token",
    "message_time_missing": "no timestamp",
    "receipt_of_nobody": "no user_id",
}


def raw(name: str) -> bytes:
    return (FIXTURES / f"{name}.json").read_bytes()


def events(name: str) -> Any:
    return translate(read(raw(name)))


def message(name: str) -> InboundMessage:
    (event,) = events(name)
    assert isinstance(event, InboundMessage)
    return event


def test_every_fixture_is_translated_or_named_as_one_that_cannot_be() -> None:
    names = sorted(path.stem for path in FIXTURES.glob("*.json"))
    assert len(names) > 30
    for name in names:
        if name not in UNTRANSLATABLE:
            events(name)


@pytest.mark.parametrize(("name", "why"), UNTRANSLATABLE.items())
def test_what_cannot_be_translated_says_why_and_quotes_nobody(name: str, why: str) -> None:
    with pytest.raises(UntranslatableError) as caught:
        events(name)
    assert str(caught.value) == why


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"5", b'"text"', b"\xff", b"[" * 100_000, b"1" * 5000]
)
def test_what_is_no_callback_at_all_is_said_as_such(body: bytes) -> None:
    with pytest.raises(UntranslatableError):
        read(body)


# --- Messages ------------------------------------------------------------------------


def test_a_text_comes_with_its_token_its_time_and_its_sender() -> None:
    assert events("message_text") == [
        InboundMessage(
            sender=JOHN,
            external_id="4912661846655238145",
            sent_at=1457764197627,
            text="Добрий день! Де моє замовлення? 👩‍🚀 𝔘𝔫𝔦𝔠𝔬𝔡𝔢",
            format="plain",
        )
    ]


def test_a_token_is_exact_although_no_float_could_hold_it() -> None:
    token = message("message_text").external_id
    assert int(token) != int(float(token))


def test_a_text_from_right_to_left_and_the_longest_one_survive() -> None:
    assert message("message_text_rtl").text == "שלום עולם\nمرحبا"
    longest = message("message_text_longest").text
    assert len(longest.encode("utf-16-le")) // 2 == 6992


def test_d41_the_customers_name_comes_with_every_message() -> None:
    assert message("message_sticker").sender.name == "Джон Макклейн 🐤"


def test_j11_who_hides_their_name_has_none_rather_than_an_empty_one() -> None:
    sender = message("message_text_anonymous").sender
    assert (sender.name, sender.photo) == (None, None)
    assert (sender.language, sender.attributes) == ("en", {"country": "GB"})


def test_j09_the_customers_picture_is_named_by_its_address() -> None:
    assert message("message_text").sender.photo == AVATAR


def test_d21_a_picture_comes_as_a_file_to_be_fetched() -> None:
    (picture,) = message("message_picture").media
    assert picture == InboundMedia(
        kind="image",
        ref="https://dl-media.viber.com/5/share/2/long/vibes/icon/image/0x0/c1a1/picture.jpg",
        name="picture.jpg",
        mime="image/jpeg",
        size=48210,
    )


def test_words_under_a_picture_stay_with_it() -> None:
    captioned = message("message_picture_captioned")
    assert captioned.text == "Ось чек 🧾"
    assert len(captioned.media) == 1


def test_d21_a_video_and_a_file_come_with_their_names_and_sizes() -> None:
    (video,) = message("message_video").media
    (file,) = message("message_file").media
    assert (video.kind, video.mime, video.size) == ("video", "video/mp4", 1048576)
    assert (file.kind, file.name) == ("file", "Рахунок № 7.pdf")
    assert (file.mime, file.size) == ("application/pdf", 12345)


def test_a_sticker_is_shown_by_its_picture_or_its_number() -> None:
    assert message("message_sticker").text == "[sticker 46105]"
    drawn = message("message_sticker_drawn")
    assert (drawn.text, [one.kind for one in drawn.media]) == ("", ["sticker"])


def test_a_place_is_shown_with_its_address_and_on_a_map() -> None:
    assert message("message_location").text == (
        "📍 50.4501, 30.523399\nhttps://www.openstreetmap.org/?mlat=50.4501&mlon=30.523399"
    )
    assert message("message_location_named").text.startswith("📍 вул. Хрещатик, 1, Київ\n50.4501")


def test_a_contact_is_shown_with_name_and_number() -> None:
    assert message("message_contact").text == "👤 Богдан, +380501112233"


def test_a_link_is_shown_after_what_was_said_of_it() -> None:
    assert message("message_url").text == "https://example.com/смуга?q=1"
    assert message("message_url_described").text == "дивіться\nhttps://example.com/"


def test_what_has_a_type_we_do_not_know_is_named_and_never_lost() -> None:
    assert message("message_rich_media").text == "❔ rich media\nКаталог"
    assert message("message_unknown").text == (
        "❔ hologram\nдивись\nhttps://dl-media.viber.com/10/share/2/h.bin"
    )


def test_a_press_is_told_from_words_by_what_came_back_with_it() -> None:
    assert events("message_text_press") == [
        ButtonPressed(
            sender=JOHN,
            external_id="4912661846655238145",
            button="Так, будь ласка",
            at=1457764197627,
            id="yes:7",
        )
    ]
    assert message("message_text_beside_buttons").text == "не знаю"
    assert message("message_text_tracked").text == "hello"


@pytest.mark.parametrize(
    "tracking", ["", "{", "[]", '{"buttons": 5}', '{"buttons": {"hello": 5}}', "[" * 4000]
)
def test_what_comes_back_broken_makes_no_press(tracking: str) -> None:
    callback = json.loads(raw("message_text"))
    callback["message"] = {"type": "text", "text": "hello", "tracking_data": tracking}
    (event,) = translate(callback)
    assert isinstance(event, InboundMessage)


# --- Everything else -----------------------------------------------------------------


def test_an_opened_chat_tells_who_came_and_from_where() -> None:
    assert events("conversation_started") == [
        ContactStarted(sender=JOHN, at=1457764197627, source="from=site")
    ]


def test_who_subscribes_can_be_reached_again() -> None:
    (event,) = events("user_subscribed")
    assert isinstance(event, ContactReachable)
    assert event.sender == JOHN


def test_who_unsubscribes_cannot_be_reached() -> None:
    assert events("user_unsubscribed") == [
        ContactUnreachable(
            sender=Sender(external_id="01234567890A="), at=1457764197627, reason="blocked"
        )
    ]


@pytest.mark.parametrize(
    ("name", "state", "reason"),
    [
        ("receipt_delivered", "delivered", None),
        ("receipt_seen", "read", None),
        ("receipt_failed", "failed", "rejected"),
    ],
)
def test_receipts_name_the_message_and_the_reader(name: str, state: Any, reason: Any) -> None:
    assert events(name) == [
        DeliveryReport(
            recipient="01234567890A=",
            external_ids=["4912661846655238149"],
            state=state,
            at=1457764197627,
            reason=reason,
        )
    ]


def test_the_call_that_proves_the_webhook_tells_nothing() -> None:
    assert events("webhook_set") == []


@pytest.mark.parametrize("wrong", [None, True, [], {}, "", 1.5])
@pytest.mark.parametrize("field", ["event", "message_token", "timestamp", "sender", "message"])
def test_a_field_of_another_type_is_never_an_accident(field: str, wrong: object) -> None:
    callback = json.loads(raw("message_text")) | {field: wrong}
    with pytest.raises(UntranslatableError):
        translate(callback)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=10,
)


@given(data=st.data(), name=st.sampled_from(sorted(path.stem for path in FIXTURES.iterdir())))
def test_whatever_stands_in_a_field_is_translated_or_refused(
    data: st.DataObject, name: str
) -> None:
    callback = json.loads(raw(name))
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.sampled_from(list(_places(callback))))
        place[data.draw(st.sampled_from(sorted(place)))] = data.draw(JSON)
    with contextlib.suppress(UntranslatableError):
        translate(callback)


def _places(value: Any) -> Iterator[dict[str, Any]]:
    """Yield every object in it that has a field."""
    if isinstance(value, dict) and value:
        yield value
        for inner in value.values():
            yield from _places(inner)


@given(st.binary(max_size=200))
def test_whatever_bytes_come_are_read_or_refused(body: bytes) -> None:
    with contextlib.suppress(UntranslatableError):
        translate(read(body))
