"""A button that another program has put under its message is read as the customer read it."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bridge.channel import ButtonPressed
from bridge.sandbox.faults import Fault
from bridge.sandbox.vk import Customer, Event, VkPlatform
from channels.vk import presses
from channels.vk.presses import label_of
from tests.channels.rig import eventually
from tests.channels.vk.office import Office

SCENARIO: dict[str, Any] = {"scenario": 5}


def callback(label: str, payload: Any = SCENARIO) -> dict[str, Any]:
    return {"action": {"type": "callback", "label": label, "payload": json.dumps(payload)}}


def under(*buttons: dict[str, Any]) -> dict[str, Any]:
    return {"items": [{"keyboard": {"inline": True, "buttons": [list(buttons)]}}]}


@pytest.fixture
async def inbox(platform: VkPlatform) -> AsyncIterator[Office]:
    """An inbox that asks VK."""
    office = Office(platform, mode="longpoll", confirmation=None, secret=None)
    async with office.running():
        await eventually(lambda: office.core.poller, within=10)
        yield office


async def pressed(
    inbox: Office, label: str = "Замовити 🌷", *buttons: dict[str, Any]
) -> tuple[ButtonPressed, Event]:
    """Have a customer press a button of another program; return what came of it."""
    world = inbox.platform.world
    board = {"inline": True, "buttons": [list(buttons or (callback(label),))]}
    customer: Customer = inbox.platform.customer(1001)
    event = customer.press(world.post(1001, -world.group_id, text="?", keyboard=board), label)
    await eventually(lambda: inbox.core.of_type(ButtonPressed), within=10)
    (press,) = inbox.core.of_type(ButtonPressed)
    assert isinstance(press, ButtonPressed)
    return press, event


async def test_the_customer_says_what_the_button_says(inbox: Office) -> None:
    press, event = await pressed(inbox)
    assert (press.button, press.id) == ("Замовити 🌷", '{"scenario": 5}')
    assert press.external_id == f"1001/press-{event.body['object']['event_id']}"
    assert inbox.core.quarantined == []


async def test_the_press_is_answered_so_that_it_stops_waiting(inbox: Office) -> None:
    _, event = await pressed(inbox)
    answered = inbox.platform.messages.answered_presses
    await eventually(lambda: answered, within=5)
    assert answered == [event.body["object"]["event_id"]]


async def test_where_vk_does_not_tell_the_words_the_press_comes_all_the_same(
    inbox: Office,
) -> None:
    inbox.platform.faults.plan("messages.getByConversationMessageId", Fault(error=15))
    press, _ = await pressed(inbox)
    assert press.button == '🔘 {"scenario": 5}'


async def test_nobody_waits_long_for_the_words(
    inbox: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presses, "PATIENCE", 0.05)
    inbox.platform.faults.plan("messages.getByConversationMessageId", Fault(delay=2.0))
    press, _ = await pressed(inbox)
    assert press.button == '🔘 {"scenario": 5}'


async def test_of_our_own_button_nothing_is_asked(inbox: Office) -> None:
    ours = callback("Так", {"button": "still:yes", "label": "Так"})
    press, _ = await pressed(inbox, "Так", ours)
    assert (press.button, press.id) == ("Так", "still:yes")
    assert inbox.platform.ledger.of("messages.getByConversationMessageId") == []


def test_the_button_is_the_one_that_carries_the_same() -> None:
    found = under(callback("Ні", {"scenario": 6}), callback("Так"), callback("Усе", None))
    assert label_of(found, {"scenario": 5}) == "Так"
    assert label_of(found, {"scenario": 7}) is None


def test_of_two_that_carry_the_same_nobody_knows_which_it_was() -> None:
    assert label_of(under(callback("Так"), callback("Ні")), SCENARIO) is None
    assert label_of(under(callback("Так"), callback("Так")), SCENARIO) == "Так"


def test_a_button_of_another_kind_cannot_have_been_pressed_so() -> None:
    text = callback("Так")
    text["action"]["type"] = "text"
    assert label_of(under(text), SCENARIO) is None


@pytest.mark.parametrize("found", [{"items": [{}]}, {"items": [{"keyboard": None}]}, under()])
def test_a_message_that_has_its_buttons_no_longer_tells_nothing(found: Any) -> None:
    assert label_of(found, SCENARIO) is None
