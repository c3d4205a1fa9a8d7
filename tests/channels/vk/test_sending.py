"""What goes out, as the customer sees it at the other end."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from bridge.channel import Button, RejectedError, UnavailableError, UnreachableError
from bridge.pace import Budget
from bridge.sandbox.faults import Fault
from bridge.sandbox.vk import Customer, VkPlatform
from channels.vk import api
from tests.bridge.sandbox.vk.caller import PNG
from tests.channels.vk.office import Office, file_of

ANNA = 1001


@pytest.fixture
def anna(platform: VkPlatform) -> Customer:
    anna = platform.customer(ANNA)
    anna.allow()
    return anna


# --- text ---


async def test_a_message_arrives_under_the_id_of_its_dialog(office: Office, anna: Customer) -> None:
    anna.write("first")
    receipt = await office.channel.send(office.part(ANNA, "Добрий день 🌷"), key="1")
    assert list(receipt.external_ids) == [f"{ANNA}/2"]
    assert receipt.delivered
    assert [one.text for one in anna.received] == ["Добрий день 🌷"]


async def test_our_markup_is_read_as_plain_text(office: Office, anna: Customer) -> None:
    text = "**Hello**, see [the list](https://example.com)\n- _one_\n- two"
    await office.channel.send(office.part(ANNA, text), key="1")
    assert anna.received[0].text == "Hello, see the list (https://example.com)\n- one\n- two"


async def test_a_plain_text_goes_as_it_is(office: Office, anna: Customer) -> None:
    await office.channel.send(office.part(ANNA, "2 * 3 * 4 **", format="plain"), key="1")
    assert anna.received[0].text == "2 * 3 * 4 **"


async def test_nine_thousand_characters_go_and_one_more_is_refused_unasked(
    office: Office, anna: Customer, platform: VkPlatform
) -> None:
    await office.channel.send(office.part(ANNA, "🌷" * 9000), key="1")
    with pytest.raises(RejectedError) as caught:
        await office.channel.send(office.part(ANNA, "🌷" * 9001), key="2")
    assert caught.value.reason == "too_long"
    assert len(platform.ledger.of("messages.send")) == 1


async def test_who_is_no_account_of_vks_gets_nothing(office: Office, platform: VkPlatform) -> None:
    with pytest.raises(RejectedError):
        await office.channel.send(office.part("anna", "hello"), key="1")
    assert platform.ledger.calls == []


async def test_a_number_of_another_network_is_another_person(
    office: Office, anna: Customer, platform: VkPlatform
) -> None:
    with pytest.raises(UnreachableError) as caught:
        await office.channel.send(office.part(ANNA + 1, "hello"), key="1")
    assert caught.value.reason == "no_such_recipient"
    assert not anna.received


# --- answers and buttons ---


async def test_an_answer_quotes_the_customers_message(office: Office, anna: Customer) -> None:
    asked = anna.write("Коли?").message
    part = office.part(ANNA, "Завтра", reply_to=f"{ANNA}/{asked.cmid}")
    await office.channel.send(part, key="1")
    assert anna.received[0].reply is asked


async def test_an_answer_to_a_press_goes_without_a_quote(office: Office, anna: Customer) -> None:
    part = office.part(ANNA, "Дякуємо", reply_to=f"{ANNA}/press-9a3f")
    await office.channel.send(part, key="1")
    assert anna.received[0].reply is None


@pytest.mark.parametrize("count", [1, 2, 6, 7, 10])
async def test_up_to_ten_buttons_go_under_the_message(
    office: Office, anna: Customer, count: int
) -> None:
    buttons = [Button(id=f"id-{n}", text=f"Варіант {n}") for n in range(count)]
    await office.channel.send(office.part(ANNA, "Який?", buttons=buttons), key="1")
    board = anna.received[0].keyboard
    assert board is not None
    labels = [one["action"]["label"] for row in board["buttons"] for one in row]
    assert (labels, board["inline"]) == ([one.text for one in buttons], True)


async def test_a_button_of_the_longest_id_and_words_is_taken(
    office: Office, anna: Customer
) -> None:
    button = Button(id="і" * 32, text="Дуже довга відповідь, що не вміщається на кнопці ніяк")
    await office.channel.send(office.part(ANNA, "?", buttons=[button]), key="1")
    board = anna.received[0].keyboard
    assert board is not None
    action = board["buttons"][0][0]["action"]
    assert (len(action["label"]), action["label"][-1]) == (40, "…")
    assert json.loads(action["payload"])["button"] == button.id


# --- files ---


async def test_d21_files_of_every_kind_go_in_one_message_with_their_text(
    office: Office, anna: Customer, platform: VkPlatform, tmp_path: Path
) -> None:
    media = [
        file_of(tmp_path, "букет.png", PNG, kind="image", mime="image/png"),
        file_of(tmp_path, "ціни.pdf", b"%PDF", mime="application/pdf"),
        file_of(tmp_path, "voice.ogg", b"OggS", kind="voice", mime="audio/ogg"),
        file_of(tmp_path, "anim.gif", b"GIF89a", kind="image", mime="image/gif"),
        file_of(tmp_path, "clip.mp4", b"mp4", kind="video", mime="video/mp4"),
    ]
    receipt = await office.channel.send(office.part(ANNA, "Ось", media=media), key="1")
    (received,) = anna.received
    kinds = [one["type"] for one in received.attachments]
    assert (received.text, kinds) == ("Ось", ["photo", "doc", "audio_message", "doc", "doc"])
    assert len(receipt.external_ids) == 1
    assert [one.data for one in platform.ledger.uploads] == [
        Path(one.path).read_bytes() for one in media
    ]
    assert received.attachments[1]["doc"]["title"] == "ціни.pdf"


async def test_ten_files_are_one_message_and_eleven_are_refused(
    office: Office, anna: Customer, tmp_path: Path
) -> None:
    media = [
        file_of(tmp_path, f"{n}.png", PNG + bytes([n]), kind="image", mime="image/png")
        for n in range(11)
    ]
    await office.channel.send(office.part(ANNA, media=media[:10]), key="1")
    assert len(anna.received[0].attachments) == 10
    with pytest.raises(RejectedError) as caught:
        await office.channel.send(office.part(ANNA, media=media), key="2")
    assert caught.value.reason == "unsupported"


async def test_a_file_that_vk_refuses_is_said_as_such_and_nothing_is_sent(
    office: Office, anna: Customer, platform: VkPlatform, tmp_path: Path
) -> None:
    fake = file_of(tmp_path, "fake.png", b"no picture", kind="image", mime="image/png")
    empty = file_of(tmp_path, "empty.txt", b"")
    for media in (fake, empty):
        with pytest.raises(RejectedError) as caught:
            await office.channel.send(office.part(ANNA, "look", media=[media]), key="1")
        assert caught.value.reason == "file_refused"
    assert platform.ledger.of("messages.send") == []


async def test_a_file_larger_than_vk_takes_is_not_even_begun(
    office: Office, anna: Customer, platform: VkPlatform, tmp_path: Path
) -> None:
    huge: Any = file_of(tmp_path, "huge.bin", b"x")
    huge = type(huge)(**{name: getattr(huge, name) for name in huge.__slots__} | {"size": 2**28})
    with pytest.raises(RejectedError) as caught:
        await office.channel.send(office.part(ANNA, media=[huge]), key="1")
    assert caught.value.reason == "too_large"
    assert platform.ledger.calls == []


# --- edits, deletes, signs ---


async def test_an_edit_keeps_the_files_and_the_buttons(
    office: Office, anna: Customer, tmp_path: Path
) -> None:
    media = [
        file_of(tmp_path, "a.png", PNG, kind="image", mime="image/png"),
        file_of(tmp_path, "b.ogg", b"OggS", kind="voice", mime="audio/ogg"),
    ]
    part = office.part(ANNA, "befor", media=media, buttons=[Button(id="y", text="Yes")])
    receipt = await office.channel.send(part, key="1")
    changed = office.part(ANNA, "**before**", external_ids=receipt.external_ids)
    await office.channel.edit(changed, key="2")
    (seen,) = anna.received
    assert seen.text == "before"
    assert [one["type"] for one in seen.attachments] == ["photo", "audio_message"]
    assert anna.press(seen, "Yes").body["type"] == "message_new"


async def test_an_edit_that_comes_too_late_is_refused_in_words(
    office: Office, anna: Customer
) -> None:
    receipt = await office.channel.send(office.part(ANNA, "befor"), key="1")
    anna.received[0].date -= 100_000
    part = office.part(ANNA, "before", external_ids=receipt.external_ids)
    for change in (office.channel.edit, office.channel.delete):
        with pytest.raises(RejectedError) as caught:
            await change(part, key="2")
        assert caught.value.reason == "not_changeable"
    assert anna.received[0].text == "befor"


async def test_a_message_that_is_taken_back_is_gone_for_the_customer(
    office: Office, anna: Customer, platform: VkPlatform
) -> None:
    receipt = await office.channel.send(office.part(ANNA, "oops"), key="1")
    part = office.part(ANNA, external_ids=receipt.external_ids)
    await office.channel.delete(part, key="2")
    assert list(anna.dialog) == []
    assert platform.ledger.of("messages.delete")[0].given["delete_for_all"] == "1"


async def test_an_id_that_is_none_is_refused_unasked(office: Office, platform: VkPlatform) -> None:
    part = office.part(ANNA, "x", external_ids=["nonsense"])
    for change in (office.channel.edit, office.channel.delete):
        with pytest.raises(RejectedError):
            await change(part, key="1")
    assert platform.ledger.calls == []


async def test_typing_and_reading_are_shown(
    office: Office, anna: Customer, platform: VkPlatform
) -> None:
    written = anna.write("hello").message
    await office.channel.show_typing(str(ANNA), "", "Павел")
    await office.channel.mark_read(str(ANNA), "", f"{ANNA}/{written.cmid}")
    assert platform.messages.activity == [(ANNA, "typing")]
    assert platform.messages.read_up_to == {ANNA: written.cmid}


async def test_typing_that_vk_will_not_show_is_nobodys_loss(
    office: Office, anna: Customer, platform: VkPlatform
) -> None:
    anna.deny()
    await office.channel.show_typing(str(ANNA), "", "Павел")
    await office.channel.show_typing("nobody", "", "Павел")
    assert platform.messages.activity == []


# --- the pace ---


async def test_a_burst_goes_as_fast_as_vk_allows_and_never_faster(
    office: Office, anna: Customer, platform: VkPlatform
) -> None:
    loop = asyncio.get_running_loop()
    begun = loop.time()
    sends = [office.channel.send(office.part(ANNA, f"{n}"), key=f"{n + 1}") for n in range(50)]
    await asyncio.gather(*sends)
    assert platform.ledger.refused(6) == []
    assert len(anna.received) == 50
    # Three times twenty do not fit into less than two seconds; the ideal is two and a half.
    assert 2.0 <= loop.time() - begun < 4.0


async def test_calls_that_are_held_up_and_come_together_are_not_too_many(
    office: Office, anna: Customer, platform: VkPlatform
) -> None:
    platform.faults.plan("messages.send", Fault(delay=0.9), times=15)
    sends = [office.channel.send(office.part(ANNA, f"{n}"), key=f"{n + 1}") for n in range(45)]
    await asyncio.gather(*sends)
    assert platform.ledger.refused(6) == []
    assert len(anna.received) == 45


async def test_a_call_that_was_given_up_takes_its_place_until_vk_has_seen_it(
    office: Office, anna: Customer, platform: VkPlatform
) -> None:
    platform.faults.plan("messages.send", Fault(delay=0.3), times=20)
    parts = [office.part(ANNA, f"{n}") for n in range(40)]
    given_up = [
        asyncio.create_task(office.channel.send(part, key=f"{part.message_id}"))
        for part in parts[:20]
    ]
    await asyncio.sleep(0.05)
    for task in given_up:
        task.cancel()
    others = [office.channel.send(part, key=f"{part.message_id}") for part in parts[20:]]
    await asyncio.gather(*others, *given_up, return_exceptions=True)
    assert platform.ledger.refused(6) == []


@pytest.fixture
def long_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have each call keep its place for longer than a busy machine takes for all of them."""
    monkeypatch.setattr(api, "CALLS", Budget(20, 4.0))


@pytest.mark.usefixtures("long_memory")
async def test_an_edit_lets_replies_pass_that_are_written_after_it(
    office: Office, anna: Customer, platform: VkPlatform
) -> None:
    receipt = await office.channel.send(office.part(ANNA, "0"), key="1")
    sends = [office.channel.send(office.part(ANNA, f"{n}"), key=f"{n + 1}") for n in range(1, 20)]
    await asyncio.gather(*sends)
    changed = office.part(ANNA, "changed", external_ids=receipt.external_ids)
    edit = asyncio.create_task(office.channel.edit(changed, key="30"))
    await asyncio.sleep(0)
    await asyncio.gather(edit, office.channel.send(office.part(ANNA, "reply"), key="31"))
    methods = [one.method for one in platform.ledger.calls]
    assert methods[20] == "messages.send"
    assert set(methods[21:]) == {"messages.getByConversationMessageId", "messages.edit"}
    assert platform.ledger.refused(6) == []


async def test_signs_give_way_to_messages_when_half_of_the_allowance_is_taken(
    office: Office, anna: Customer, platform: VkPlatform
) -> None:
    sends = [office.channel.send(office.part(ANNA, f"{n}"), key=f"{n + 1}") for n in range(15)]
    await asyncio.gather(*sends)
    await office.channel.show_typing(str(ANNA), "", "Павел")
    with pytest.raises(UnavailableError):
        await office.channel.mark_read(str(ANNA), "", f"{ANNA}/1")
    assert platform.messages.activity == []
    await asyncio.sleep(1.1)
    await office.channel.show_typing(str(ANNA), "", "Павел")
    assert platform.messages.activity == [(ANNA, "typing")]
