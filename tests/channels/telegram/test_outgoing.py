"""What goes out, as the customer's phone shows it."""

from pathlib import Path
from typing import Any

import pytest
from aiogram import methods
from aiogram.client.default import Default

from bridge.botapi import files
from bridge.channel import (
    Button,
    MediaKind,
    OutboundPart,
    RejectedError,
    UnreachableError,
)
from tests.channels.telegram.desk import Desk
from tests.channels.telegram.files import OGG, media, picture


async def send(desk: Desk, part: OutboundPart) -> list[str]:
    receipt = await desk.channel.send(part, key="k")
    return list(receipt.external_ids)


async def test_our_markup_arrives_as_telegrams_and_no_address_is_opened(polling: Desk) -> None:
    anna = polling.met()
    text = "**Ціни** & <b>: [прайс](https://x.co/?a=1&b=2) 🐤\n> цитата"
    (sent,) = await send(polling, polling.part(anna, text))
    (message,) = anna.received
    assert message["text"] == "Ціни & <b>: прайс 🐤\nцитата"
    assert [one["type"] for one in message["entities"]] == ["bold", "text_link", "blockquote"]
    assert sent == f"{anna.user.id}/{message['message_id']}"
    (call,) = polling.telegram.ledger.of("sendMessage")
    assert call.params["link_preview_options"] == {"is_disabled": True}


async def test_a_plain_text_is_shown_as_it_is(polling: Desk) -> None:
    anna = polling.met()
    await send(polling, polling.part(anna, "**a** <i>b</i> &amp;", format="plain"))
    assert anna.texts == ["**a** <i>b</i> &amp;"]


async def test_the_longest_text_of_the_capabilities_is_taken_and_no_longer_one(
    polling: Desk,
) -> None:
    anna = polling.met()
    await send(polling, polling.part(anna, "🐤" * 2048))
    with pytest.raises(RejectedError) as refused:
        await send(polling, polling.part(anna, "🐤" * 2048 + "!"))
    assert refused.value.reason == "too_long"
    assert len(anna.received) == 1


async def test_an_answer_quotes_what_it_answers(polling: Desk) -> None:
    anna = polling.met()
    asked = anna.write("Коли?")
    await send(
        polling,
        polling.part(anna, "Завтра", reply_to=f"{anna.user.id}/{asked['message_id']}"),
    )
    assert anna.received[0]["reply_to_message"]["text"] == "Коли?"


@pytest.mark.parametrize("gone", ["{0}/99", "5/1", "callback/5", "nonsense", "{0}/x"])
async def test_an_answer_to_what_is_gone_is_sent_all_the_same(polling: Desk, gone: str) -> None:
    anna = polling.met()
    await send(polling, polling.part(anna, "Завтра", reply_to=gone.format(anna.user.id)))
    assert "reply_to_message" not in anna.received[0]


async def test_buttons_stand_one_a_row_under_the_text(polling: Desk) -> None:
    anna = polling.met()
    buttons = [Button(id="y" * 64, text="Так"), Button(id="no", text="Ні")]
    await send(polling, polling.part(anna, "Все добре?", buttons=buttons))
    assert anna.received[0]["reply_markup"]["inline_keyboard"] == [
        [{"text": "Так", "callback_data": "y" * 64}],
        [{"text": "Ні", "callback_data": "no"}],
    ]


FILES: list[tuple[MediaKind, str, bytes, str]] = [
    ("image", "image/png", picture(), "photo"),
    ("image", "image/gif", b"GIF89a", "animation"),
    ("image", "image/heic", b"heic", "document"),
    ("file", "application/pdf", b"%PDF", "document"),
    ("file", "video/mp4", b"ftyp", "document"),
    ("voice", "audio/ogg", OGG, "voice"),
    ("voice", "audio/mpeg", b"ID3", "audio"),
    ("audio", "audio/mpeg", b"ID3", "audio"),
    ("audio", "audio/wav", b"RIFF", "document"),
    ("video", "video/mp4", b"ftyp", "video"),
    ("video", "video/webm", b"webm", "document"),
    ("sticker", "image/webp", picture(), "photo"),
    ("sticker", "image/png", picture(), "photo"),
]


@pytest.mark.parametrize(("kind", "mime", "data", "shown"), FILES)
async def test_a_file_arrives_whole_with_its_words_as_what_telegram_can_show(
    polling: Desk, tmp_path: Path, kind: MediaKind, mime: str, data: bytes, shown: str
) -> None:
    anna = polling.met()
    file = media(tmp_path, data, kind=kind, mime=mime, name="звіт «7».bin")
    await send(polling, polling.part(anna, "**ось**", media=[file]))
    (message,) = anna.received
    assert shown in message
    assert (message["caption"], anna.bytes_of(message)) == ("ось", data)
    if shown == "document":
        assert message["document"]["file_name"] == "звіт «7».bin"


async def test_a_sticker_without_words_is_a_sticker(polling: Desk, tmp_path: Path) -> None:
    anna = polling.met()
    file = media(tmp_path, b"RIFF....WEBP", kind="sticker", mime="image/webp")
    await send(polling, polling.part(anna, media=[file]))
    assert "sticker" in anna.received[0]


async def test_a_picture_too_large_for_a_photo_goes_as_a_file(
    polling: Desk, tmp_path: Path
) -> None:
    anna = polling.met()
    file = media(tmp_path, picture(), size=files.LARGEST_PICTURE + 1)
    await send(polling, polling.part(anna, media=[file]))
    assert "document" in anna.received[0]


@pytest.mark.parametrize(("width", "height"), [(1000, 9001), (9001, 1000), (20, 401)])
async def test_a_picture_of_a_shape_that_telegram_does_not_show_goes_as_a_file(
    polling: Desk, tmp_path: Path, width: int, height: int
) -> None:
    anna = polling.met()
    data = picture(width, height)
    await send(polling, polling.part(anna, "увесь чек", media=[media(tmp_path, data)]))
    (message,) = anna.received
    assert (message["document"]["file_name"], message["caption"]) == ("фото.png", "увесь чек")
    assert anna.bytes_of(message) == data


@pytest.mark.parametrize(("width", "height"), [(1000, 9000), (20, 400)])
async def test_a_picture_that_just_fits_is_a_photo(
    polling: Desk, tmp_path: Path, width: int, height: int
) -> None:
    anna = polling.met()
    await send(polling, polling.part(anna, media=[media(tmp_path, picture(width, height))]))
    assert "photo" in anna.received[0]


async def test_an_album_with_such_a_picture_goes_as_files(polling: Desk, tmp_path: Path) -> None:
    anna = polling.met()
    files = [media(tmp_path, picture()), media(tmp_path, picture(20, 401))]
    await send(polling, polling.part(anna, media=files))
    assert ["document" in one for one in anna.received] == [True, True]


async def test_a_broken_picture_is_said_as_such_and_not_sent(polling: Desk, tmp_path: Path) -> None:
    anna = polling.met()
    half = picture(300, 300)[:150]
    for sent in ([half], [half, picture()]):
        part = polling.part(anna, media=[media(tmp_path, one) for one in sent])
        with pytest.raises(RejectedError, match="cannot read the picture") as refused:
            await send(polling, part)
        assert refused.value.reason == "file_refused"
    assert anna.received == []


async def test_several_pictures_are_one_album_with_one_caption(
    polling: Desk, tmp_path: Path
) -> None:
    anna = polling.met()
    files = [media(tmp_path, picture(40 + n), name=f"{n}.png") for n in range(3)]
    ids = await send(polling, polling.part(anna, "три", media=files))
    assert len(ids) == 3 == len(anna.received)
    assert len({one["media_group_id"] for one in anna.received}) == 1
    assert [one.get("caption") for one in anna.received] == ["три", None, None]
    assert [one["photo"][-1]["width"] for one in anna.received] == [40, 41, 42]
    assert polling.telegram.arrived["sendMediaGroup"] == 1


@pytest.mark.parametrize(
    ("mimes", "shown"),
    [
        ((("image", "image/png"), ("video", "video/mp4")), ["photo", "video"]),
        ((("audio", "audio/mpeg"), ("audio", "audio/mpeg")), ["audio", "audio"]),
        ((("image", "image/png"), ("file", "application/pdf")), ["document", "document"]),
        ((("image", "image/gif"), ("image", "image/png")), ["document", "document"]),
        ((("voice", "audio/ogg"), ("voice", "audio/ogg")), ["document", "document"]),
    ],
)
async def test_what_does_not_mix_in_an_album_goes_as_files(
    polling: Desk, tmp_path: Path, mimes: Any, shown: list[str]
) -> None:
    anna = polling.met()
    files = [media(tmp_path, picture(), kind=kind, mime=mime) for kind, mime in mimes]
    await send(polling, polling.part(anna, media=files))
    kinds = ("photo", "video", "audio", "document")
    assert [kind for one in anna.received for kind in kinds if kind in one] == shown


async def test_what_cannot_be_sent_is_refused_before_anything_goes_out(
    polling: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna = polling.met()
    gone = media(tmp_path, b"x")
    Path(gone.path).unlink()
    pair = [media(tmp_path, picture()) for _ in range(2)]
    buttons = [Button(id="a", text="a")]
    large = media(tmp_path, b"12345678901")
    monkeypatch.setattr(files, "LARGEST_FILE", 10)
    cases = {
        "media_gone": polling.part(anna, media=[gone]),
        "too_large": polling.part(anna, media=[large]),
    }
    for reason, part in cases.items():
        with pytest.raises(RejectedError) as refused:
            await send(polling, part)
        assert refused.value.reason == reason
    monkeypatch.undo()
    with pytest.raises(RejectedError) as refused:
        await send(polling, polling.part(anna, media=pair, buttons=buttons))
    assert refused.value.reason == "unsupported"
    assert polling.sent_calls() == 0


async def test_a_recipient_that_is_no_chat_is_unreachable(polling: Desk) -> None:
    with pytest.raises(UnreachableError) as refused:
        await send(polling, polling.part("anna", "a"))
    assert refused.value.reason == "no_such_recipient"


async def test_a_text_is_edited_and_an_edit_that_changes_nothing_is_no_error(
    polling: Desk,
) -> None:
    anna = polling.met()
    ids = await send(polling, polling.part(anna, "befor"))
    for _ in range(2):
        part = polling.part(anna, "**before**", external_ids=ids)
        receipt = await polling.channel.edit(part, key="e")
        assert list(receipt.external_ids) == ids
    assert anna.texts == ["before"]


async def test_the_words_under_an_album_are_edited_where_they_stand(
    polling: Desk, tmp_path: Path
) -> None:
    anna = polling.met()
    files = [media(tmp_path, picture()) for _ in range(2)]
    ids = await send(polling, polling.part(anna, "двi", media=files))
    part = polling.part(anna, "дві", media=files, external_ids=ids)
    await polling.channel.edit(part, key="e")
    assert anna.texts == ["дві", ""]


async def test_an_album_is_taken_back_whole_and_again_without_an_error(
    polling: Desk, tmp_path: Path
) -> None:
    anna = polling.met()
    files = [media(tmp_path, picture()) for _ in range(2)]
    album = await send(polling, polling.part(anna, media=files))
    text = await send(polling, polling.part(anna, "text"))
    for ids in (album, album, text, text):
        await polling.channel.delete(polling.part(anna, external_ids=ids), key="d")
    assert anna.received == []


async def test_that_somebody_is_writing_is_shown_and_its_failure_is_nobodys_loss(
    polling: Desk,
) -> None:
    anna = polling.met()
    await polling.channel.show_typing(str(anna.user.id), "", "Павел")
    assert anna.chat.actions == ["typing"]
    anna.block()
    await polling.channel.show_typing(str(anna.user.id), "", "Павел")
    await polling.channel.show_typing("nobody", "", "Павел")


def test_no_call_of_the_library_says_anything_that_was_not_said_to_it() -> None:
    # Or a field that nobody sets would have to go out as well.
    calls = [getattr(methods, name) for name in methods.__all__]
    said = [
        (call.__name__, name)
        for call in calls
        for name, field in getattr(call, "model_fields", {}).items()
        if not (field.is_required() or field.default is None or isinstance(field.default, Default))
    ]
    assert len(calls) > 100
    assert said == []
