"""What customers do, from their phones to the core, in both ways of receiving."""

import json
import logging

import pytest

from bridge.channel import (
    Button,
    ButtonPressed,
    ContactUnreachable,
    ContactUpdated,
    MediaTooLargeError,
    MessageEdited,
    MisconfiguredError,
    ReactionChanged,
    RejectedError,
    UnavailableError,
)
from bridge.sandbox.faults import Fault
from bridge.sandbox.telegram import entity
from bridge.sandbox.telegram.errors import Refusal
from tests.channels.rig import eventually
from tests.channels.telegram.desk import TOKEN, Desk
from tests.channels.telegram.files import OGG, picture


async def read(desk: Desk, ref: str) -> bytes:
    return b"".join([chunk async for chunk in desk.channel.download(ref)])


async def test_d40_j12_a_message_names_its_customer(desk: Desk) -> None:
    anna = desk.person("анна", last_name="Коваль", username="anna_k", language_code="uk")
    async with desk.running():
        anna.write("Привіт")
        await desk.taken()
    (message,) = desk.core.messages
    assert message.sender.name == "Анна Коваль"
    assert message.sender.username == "anna_k"
    assert message.sender.external_id == str(anna.user.id)


async def test_a_message_that_comes_five_times_is_one(desk: Desk) -> None:
    anna = desk.person()
    async with desk.running():
        message = anna.write("один раз")
        for _ in range(4):
            anna.again(message)
        await desk.taken()
    assert len(desk.core.messages) == 5
    assert len(desk.core.book) == 1


async def test_an_edit_that_comes_before_its_message_waits_for_it(desk: Desk) -> None:
    anna = desk.person()
    message = anna.write("befor")
    desk.bot.updates.pending.clear()
    anna.edit(message["message_id"], "before")
    async with desk.running():
        await desk.taken()
        (edit,) = desk.core.of_type(MessageEdited)
        assert isinstance(edit, MessageEdited)
        anna.again(message)
        await desk.taken()
    assert edit.external_id == desk.core.messages[0].external_id


async def test_messages_out_of_order_are_all_there_under_their_names(desk: Desk) -> None:
    anna = desk.person()
    sent = [anna.write(str(n)) for n in range(6)]
    desk.bot.updates.pending.clear()
    for n in (3, 0, 5, 1, 4, 2):
        anna.again(sent[n])
    async with desk.running():
        await desk.taken()
    ids = {one.text: one.external_id for one in desk.core.messages}
    assert ids == {str(n): f"{anna.user.id}/{sent[n]['message_id']}" for n in range(6)}


async def test_formatting_comes_as_our_markup(desk: Desk) -> None:
    text = "🐤 дуже важно"
    async with desk.running():
        desk.person().write(text, entities=[entity(text, "важно", "bold")])
        await desk.taken()
    (message,) = desk.core.messages
    assert (message.text, message.format) == ("🐤 дуже **важно**", "markdown")


async def test_a_customers_answer_quotes_ours(desk: Desk) -> None:
    anna = desk.met()
    async with desk.running():
        (sent,) = (await desk.channel.send(desk.part(anna, "Чорний?"), key="k")).external_ids
        anna.write("Так", reply_to=int(sent.partition("/")[2]))
        await desk.taken()
    assert desk.core.messages[0].reply_to == sent


async def test_every_item_of_an_album_arrives_whatever_way_it_comes(desk: Desk) -> None:
    async with desk.running():
        desk.person().album([("photo", picture(40 + n)) for n in range(3)], caption="три")
        await desk.taken()
        refs = [one.ref for message in desk.core.messages for one in message.media]
        assert [await read(desk, ref) for ref in refs] == [picture(40 + n) for n in range(3)]
    assert [one.text for one in desk.core.messages if one.text] == ["три"]
    albums = [one.album for one in desk.core.messages if one.album]
    assert len({one.key for one in albums}) == 1
    assert [one.place for one in albums] == sorted({one.place for one in albums})


@pytest.mark.parametrize("kind", ["photo", "document", "voice", "audio", "video", "animation"])
async def test_d21_a_file_of_a_customers_can_be_fetched(polling: Desk, kind: str) -> None:
    data = {"photo": picture(), "voice": OGG}.get(kind, b"some bytes" * 1000)
    async with polling.running():
        polling.person().send_file(kind, data, caption="ось")
        await polling.taken()
        (message,) = polling.core.messages
        (media,) = message.media
        assert await read(polling, media.ref) == data
    assert message.text == "ось"


async def test_a_file_past_telegrams_limit_is_told_as_such(polling: Desk) -> None:
    async with polling.running():
        polling.person().send_file("document", b"x", size=20 * 1024 * 1024 + 1)
        await polling.taken()
        with pytest.raises(MediaTooLargeError) as told:
            await read(polling, polling.core.messages[0].media[0].ref)
    assert told.value.limit == 20 * 1024 * 1024


async def test_a_file_that_is_gone_or_not_given_is_classed(polling: Desk) -> None:
    with pytest.raises(RejectedError) as gone:
        await read(polling, "nothing")
    assert gone.value.reason == "media_gone"
    anna = polling.person()
    ref = anna.send_file("document", b"x")["document"]["file_id"]
    for fault, kind in (
        (Fault(status=404), RejectedError),
        (Fault(status=500), UnavailableError),
    ):
        polling.telegram.faults.plan("file", fault)
        with pytest.raises(kind):
            await read(polling, ref)


async def test_a_line_that_breaks_in_a_file_shows_no_token(
    polling: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    ref = polling.person().send_file("document", b"x" * 100)["document"]["file_id"]
    # Asking for the same file once more does no harm, and aiohttp does.
    polling.telegram.faults.plan("file", Fault(reset=True), times=2)
    with pytest.raises(Exception, match=r"did not answer") as raised:
        await read(polling, ref)
    logging.getLogger("test").error("failed", exc_info=raised.value)
    assert TOKEN not in caplog.text


async def test_a_server_that_keeps_its_files_to_itself_is_told_as_such(polling: Desk) -> None:
    told = {"ok": True, "result": {"file_id": "a", "file_path": "/var/lib/bot/secret"}}
    polling.telegram.faults.plan(
        "getFile", Fault(status=200, body=json.dumps(told), content_type="application/json")
    )
    with pytest.raises(MisconfiguredError) as refused:
        await read(polling, "a")
    assert refused.value.reason == "misconfigured"
    assert "--local" in str(refused.value)


async def test_a_press_is_answered_when_it_is_stored(desk: Desk) -> None:
    anna = desk.met()
    async with desk.running():
        part = desk.part(anna, "Все добре?", buttons=[Button(id="yes:1", text="Так 🙂")])
        receipt = await desk.channel.send(part, key="k")
        desk.core.gate.clear()
        query = anna.press(int(receipt.external_ids[0].partition("/")[2]), "Так 🙂")
        await eventually(lambda: desk.core.waiting)
        assert desk.bot.queries[query] is None
        desk.core.gate.set()
        await eventually(lambda: desk.bot.queries[query] is not None)
    (press,) = desk.core.of_type(ButtonPressed)
    assert isinstance(press, ButtonPressed)
    assert (press.button, press.id, press.external_id) == ("Так 🙂", "yes:1", f"callback/{query}")
    assert press.sender.external_id == str(anna.user.id)


async def test_a_press_that_cannot_be_answered_any_more_is_kept_all_the_same(desk: Desk) -> None:
    anna = desk.met()
    async with desk.running():
        part = desk.part(anna, "?", buttons=[Button(id="y", text="Так")])
        receipt = await desk.channel.send(part, key="k")
        refusal = Refusal(400, "Bad Request: query is too old")
        desk.telegram.faults.plan("answerCallbackQuery", Fault(error=refusal))
        anna.press(int(receipt.external_ids[0].partition("/")[2]), "Так")
        await eventually(lambda: desk.telegram.arrived["answerCallbackQuery"])
        anna.write("далі")
        await desk.taken()
    assert len(desk.core.of_type(ButtonPressed)) == 1


async def test_the_payload_of_a_deep_link_is_where_the_customer_comes_from(desk: Desk) -> None:
    async with desk.running():
        desk.person().start("w_3fZk-81")
        await desk.taken()
    (message,) = desk.core.messages
    assert message.text == "/start"
    assert message.visit is not None
    assert message.visit.source == "w_3fZk-81"


async def test_a_customer_who_blocks_the_bot_is_unreachable(desk: Desk) -> None:
    anna = desk.met()
    async with desk.running():
        anna.block()
        anna.unblock()
        anna.write("передумала")
        await desk.taken()
    (gone,) = desk.core.of_type(ContactUnreachable)
    assert isinstance(gone, ContactUnreachable)
    assert (gone.reason, gone.sender.external_id) == ("blocked", str(anna.user.id))
    assert len(desk.core.messages) == 1


async def test_reactions_come_with_the_message_they_are_to(desk: Desk) -> None:
    anna = desk.met()
    async with desk.running():
        (sent,) = (await desk.channel.send(desk.part(anna, "ok"), key="k")).external_ids
        anna.react(int(sent.partition("/")[2]), "👍")
        await desk.taken()
    (reaction,) = desk.core.of_type(ReactionChanged)
    assert isinstance(reaction, ReactionChanged)
    assert (reaction.external_id, list(reaction.reactions)) == (sent, ["👍"])


async def test_j09_a_customers_picture_has_a_handle_and_can_be_fetched(desk: Desk) -> None:
    anna = desk.person()
    anna.user.photos.append(desk.telegram.world.files.keep(picture(), name="me.png"))
    async with desk.running():
        anna.write("hello")
        await eventually(lambda: desk.core.of_type(ContactUpdated))
        (told,) = desk.core.of_type(ContactUpdated)
        assert isinstance(told, ContactUpdated)
        assert told.sender.external_id == str(anna.user.id)
        assert told.sender.photo is not None
        assert await read(desk, told.sender.photo) == picture()
        # It is not asked for again with every message.
        anna.write("again")
        await desk.taken()
        assert desk.telegram.arrived["getUserProfilePhotos"] == 2
        anna.user.photos.append(desk.telegram.world.files.keep(picture(9), name="new.png"))
        with pytest.raises(RejectedError):
            await read(desk, told.sender.photo)


async def test_j09_a_customer_without_a_picture_has_none(desk: Desk) -> None:
    async with desk.running():
        desk.person().write("hello")
        await eventually(lambda: desk.telegram.arrived["getUserProfilePhotos"])
        await desk.taken()
    assert desk.core.of_type(ContactUpdated) == []


async def test_a_message_never_waits_for_the_picture(desk: Desk) -> None:
    desk.telegram.faults.plan("getUserProfilePhotos", Fault(delay=120.0))
    async with desk.running():
        desk.person().write("hello")
        await desk.taken()
    assert len(desk.core.messages) == 1


async def test_what_is_said_in_groups_and_channels_is_passed_over(desk: Desk) -> None:
    async with desk.running():
        desk.bot.tell("message", {"chat": {"id": -5, "type": "group"}, "text": "a"}, queue="g")
        desk.bot.tell_raw({"channel_post": {"chat": {"id": -6, "type": "channel"}}}, queue="c")
        await desk.taken()
    assert desk.core.events == []
    assert desk.core.quarantined == []


async def test_a_channel_names_its_kind_and_its_inbox(desk: Desk) -> None:
    assert desk.channel.kind == "telegram"
    assert repr(desk.channel) == "TelegramChannel('shop_tg')"
