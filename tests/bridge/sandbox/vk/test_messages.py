"""Sending, editing, deleting, looking back."""

import json
from typing import Any

import pytest

from bridge.sandbox.vk import Customer, VkPlatform
from tests.bridge.sandbox.vk.caller import Caller

BUTTON = {"action": {"type": "text", "label": "Yes", "payload": '{"b":1}'}, "color": "primary"}


@pytest.fixture
def anna(platform: VkPlatform) -> Customer:
    anna = platform.customer(1001)
    anna.allow()
    return anna


# --- send ---


async def test_a_message_arrives_and_its_id_is_told(vk: Caller, anna: Customer) -> None:
    message_id = await vk.send("Добрий день 🌷")
    (received,) = anna.received
    assert (received.id, received.text) == (message_id, "Добрий день 🌷")


async def test_a_list_of_recipients_is_answered_one_by_one(vk: Caller, anna: Customer) -> None:
    anna.write("first")
    answer = await vk("messages.send", peer_ids="1001,1002", message="hi", random_id=7)
    assert answer[0] == {"peer_id": 1001, "message_id": 2, "conversation_message_id": 2}
    assert answer[1]["error"]["code"] == 936
    assert len(anna.received) == 1


async def test_a_random_id_that_was_used_before_sends_nothing_and_gives_the_first_id(
    vk: Caller, anna: Customer
) -> None:
    first = await vk.send("once", random_id=5)
    for text in ("once", "another text"):
        assert await vk.send(text, random_id=5) == first
    assert [one.text for one in anna.received] == ["once"]


async def test_a_random_id_counts_for_one_dialog_only(
    vk: Caller, anna: Customer, platform: VkPlatform
) -> None:
    platform.customer(1002).allow()
    await vk.send("to Anna", random_id=5)
    await vk.send("to the other", random_id=5, peer_id=1002)
    assert len(platform.customer(1002).received) == 1


async def test_under_random_id_0_nothing_is_checked(vk: Caller, anna: Customer) -> None:
    await vk.send("same", random_id=0)
    await vk.send("same", random_id=0)
    assert len(anna.received) == 2


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"random_id": None}, 100),
        ({"random_id": 2**31}, 100),
        ({"random_id": "many"}, 100),
        ({"peer_id": None}, 100),
        ({"peer_id": "anna"}, 100),
        ({"message": ""}, 100),
        ({"message": "x" * 9001}, 914),
        ({"attachment": "photo-1_404"}, 100),
        ({"attachment": "nonsense"}, 100),
        ({"attachment": ",".join(["photo1_1"] * 11)}, 100),
        ({"payload": "x" * 1001}, 100),
        ({"peer_id": 2_000_000_001}, 917),
        ({"peer_id": 4040}, 936),
        ({"forward": "{"}, 100),
        ({"forward": json.dumps({"conversation_message_ids": [99], "is_reply": True})}, 921),
        ({"forward": json.dumps({"is_reply": True})}, 100),
        ({"reply_to": 99}, 921),
    ],
)
async def test_what_cannot_be_sent_is_refused(
    vk: Caller, anna: Customer, given: dict[str, Any], code: int
) -> None:
    assert await vk.send_refused(**given) == code
    assert not anna.received


async def test_nine_thousand_characters_are_taken(vk: Caller, anna: Customer) -> None:
    await vk.send("🌷" * 9000)
    assert len(anna.received[0].text) == 9000


@pytest.mark.parametrize(
    ("fact", "code"), [("deleted", 18), ("blacklisted", 900), ("private", 902)]
)
async def test_a_person_may_be_out_of_reach(
    vk: Caller, anna: Customer, fact: str, code: int
) -> None:
    setattr(anna.person, fact, True)
    assert await vk.send_refused() == code


async def test_who_has_not_allowed_messages_is_out_of_reach_until_they_do(
    vk: Caller, anna: Customer
) -> None:
    anna.deny()
    assert await vk.send_refused() == 901
    anna.write("well then")
    await vk.send()


# --- replies, keyboards ---


async def test_a_reply_and_a_forward_carry_the_message(vk: Caller, anna: Customer) -> None:
    asked = anna.write("the question").message
    named: dict[str, Any] = {"peer_id": 1001, "conversation_message_ids": [asked.cmid]}
    await vk.send("answer", forward=json.dumps(named | {"is_reply": True}))
    await vk.send("see", forward=json.dumps(named))
    await vk.send("answer", reply_to=asked.id)
    answer, forward, other = anna.received
    assert answer.reply is asked
    assert other.reply is asked
    assert list(forward.forwarded) == [asked]


@pytest.mark.parametrize(
    "board",
    [
        "nonsense",
        "[]",
        json.dumps({"inline": True}),
        json.dumps({"inline": True, "buttons": [[BUTTON] * 6]}),
        json.dumps({"inline": True, "buttons": [[BUTTON]] * 7}),
        json.dumps({"inline": True, "buttons": [[BUTTON] * 5] * 3}),
        json.dumps({"inline": True, "buttons": [[{"action": {"type": "text", "label": ""}}]]}),
        json.dumps({"buttons": [[{"action": {"type": "text", "label": "x" * 41}}]]}),
        json.dumps({"buttons": [[BUTTON | {"color": "mauve"}]]}),
        json.dumps({"buttons": [[{"action": {"type": "text", "label": "x", "payload": "{"}}]]}),
        json.dumps(
            {"buttons": [[{"action": {"type": "text", "label": "x", "payload": '"' + "x" * 300}}]]}
        ),
        json.dumps({"buttons": [[{"action": {"type": "explode", "label": "x"}}]]}),
        json.dumps({"buttons": [["x"]]}),
    ],
)
async def test_a_keyboard_that_is_none_is_refused(vk: Caller, anna: Customer, board: str) -> None:
    assert await vk.send_refused(keyboard=board) == 911


async def test_a_button_of_text_says_its_words_and_carries_its_payload(
    vk: Caller, anna: Customer, platform: VkPlatform
) -> None:
    await vk.send("?", keyboard=json.dumps({"inline": True, "buttons": [[BUTTON]]}))
    event = anna.press(anna.received[0], "Yes")
    told = event.body["object"]["message"]
    assert (told["text"], told["payload"]) == ("Yes", '{"b":1}')
    with pytest.raises(LookupError):
        anna.press(anna.received[0], "No")


async def test_a_callback_button_tells_of_its_press_and_waits_for_an_answer(
    vk: Caller, anna: Customer, platform: VkPlatform
) -> None:
    action = {"type": "callback", "label": "Yes", "payload": '{"b":1}'}
    await vk.send("?", keyboard=json.dumps({"inline": True, "buttons": [[{"action": action}]]}))
    event = anna.press(anna.received[0], "Yes")
    assert event.body["type"] == "message_event"
    told = event.body["object"]
    assert told["payload"] == {"b": 1}
    named = {name: told[name] for name in ("event_id", "user_id", "peer_id")}
    await vk("messages.sendMessageEventAnswer", **named)
    assert platform.messages.answered_presses == [told["event_id"]]


# --- edit, delete ---


async def test_an_edit_replaces_everything_it_is_not_given_again(
    vk: Caller, anna: Customer
) -> None:
    board = json.dumps({"inline": True, "buttons": [[BUTTON]]})
    await vk.send("befor", keyboard=board)
    await vk("messages.edit", peer_id=1001, cmid=1, message="before")
    (changed,) = anna.received
    assert (changed.text, changed.keyboard) == ("before", None)
    assert changed.update_time


async def test_only_ones_own_message_can_be_edited_and_for_a_day(
    vk: Caller, anna: Customer, platform: VkPlatform
) -> None:
    anna.write("mine")
    edit = {"peer_id": 1001, "message": "ours now"}
    assert await vk.refused("messages.edit", cmid=1, **edit) == 920
    assert await vk.refused("messages.edit", cmid=9, **edit) == 100
    await vk.send("ours")
    anna.received[0].date -= 86_401
    assert await vk.refused("messages.edit", cmid=2, **edit) == 909


async def test_a_delete_says_of_each_message_what_became_of_it(vk: Caller, anna: Customer) -> None:
    anna.write("mine")
    await vk.send("ours")
    answer = await vk("messages.delete", peer_id=1001, cmids="1,2,9", delete_for_all=1)
    assert [one["response"] for one in answer] == [0, 1, 0]
    assert answer[0]["error"]["code"] == 924
    assert [one.text for one in anna.dialog] == ["mine"]


# --- looking back ---


async def test_a_dialog_is_read_page_by_page_the_latest_first(vk: Caller, anna: Customer) -> None:
    for n in range(5):
        anna.write(f"number {n}")
    page = await vk("messages.getHistory", peer_id=1001, count=2, offset=1)
    assert (page["count"], [one["text"] for one in page["items"]]) == (5, ["number 3", "number 2"])
    oldest = await vk("messages.getHistory", peer_id=1001, count=1, rev=1)
    assert oldest["items"][0]["text"] == "number 0"
    assert await vk.refused("messages.getHistory", peer_id=1001, count=201) == 100


async def test_dialogs_are_listed_the_latest_first(
    vk: Caller, anna: Customer, platform: VkPlatform
) -> None:
    anna.write("early")
    platform.customer(1002).write("late")
    listed = await vk("messages.getConversations")
    assert [one["conversation"]["peer"]["id"] for one in listed["items"]] == [1002, 1001]
    assert listed["items"][0]["last_message"]["text"] == "late"


async def test_a_message_is_found_by_either_of_its_numbers(vk: Caller, anna: Customer) -> None:
    written = anna.write("find me").message
    by_number = await vk(
        "messages.getByConversationMessageId", peer_id=1001, conversation_message_ids=written.cmid
    )
    by_id = await vk("messages.getById", message_ids=written.id)
    assert by_number == by_id
    assert by_id["items"][0]["text"] == "find me"


async def test_typing_and_reading_are_shown_to_the_customer(
    vk: Caller, anna: Customer, platform: VkPlatform
) -> None:
    anna.write("one")
    await vk("messages.setActivity", peer_id=1001, type="typing")
    await vk("messages.markAsRead", peer_id=1001, up_to_cmid=1)
    assert platform.messages.activity == [(1001, "typing")]
    assert platform.messages.read_up_to == {1001: 1}
    assert await vk.refused("messages.setActivity", peer_id=1001, type="dancing") == 100
