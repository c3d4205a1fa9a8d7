"""Buttons under a message, and a visitor's press: theirs alone, of what was offered, once."""

from typing import Any

import pytest

from bridge.channel import ButtonPressed, ButtonView
from tests.channels.widget.desk import THREAD, Desk, Visitor, client_id, failure

YES, NO = ButtonView(id="q/2/yes", text="Так"), ButtonView(id="q/2/no", text="Ні")


@pytest.fixture
def desk() -> Desk:
    desk = Desk()
    desk.open()
    return desk


@pytest.fixture
async def visitor(desk: Desk) -> Visitor:
    """Return somebody who has been asked something under the message 2."""
    visitor = await desk.visitor()
    await visitor.write("Дякую!")
    kept = await desk.core.says(visitor.customer, THREAD, "Є ще запитання?")
    kept.buttons = [YES, NO]
    return visitor


def press(button: str = NO.id, **more: Any) -> dict[str, Any]:
    return {"client_id": client_id("press"), "message_id": 2, "button": button} | more


async def test_a_message_tells_its_buttons(visitor: Visitor) -> None:
    page = (await visitor.get(f"threads/{THREAD}/messages")).json()["messages"]
    assert "buttons" not in page[0]
    assert page[1]["buttons"] == [
        {"id": "q/2/yes", "text": "Так"},
        {"id": "q/2/no", "text": "Ні"},
    ]


async def test_j24_a_press_is_handed_on_and_answered_with_what_became_of_the_message(
    desk: Desk, visitor: Visitor
) -> None:
    answered = await visitor.post("presses", press())
    assert answered.status_code == 200
    assert answered.json()["message"]["buttons"][1] == {
        "id": "q/2/no",
        "text": "Ні",
        "chosen": True,
    }
    (event,) = desk.core.of_type(ButtonPressed)
    assert isinstance(event, ButtonPressed)
    assert (event.id, event.button, event.thread) == ("q/2/no", "Ні", THREAD)
    assert event.sender.external_id == visitor.customer
    assert event.external_id == f"{visitor.customer}/{client_id('press')}"


async def test_a_press_that_counts_no_more_is_said_to_be_late(visitor: Visitor) -> None:
    await visitor.post("presses", press())
    again = await visitor.post("presses", press(YES.id, client_id=client_id("other")))
    assert (again.status_code, failure(again)["code"]) == (409, "too_late")


@pytest.mark.parametrize("wrong", [{"button": "q/2/maybe"}, {"message_id": 1}, {"message_id": 99}])
async def test_what_was_not_offered_is_not_there(
    desk: Desk, visitor: Visitor, wrong: dict[str, Any]
) -> None:
    answered = await visitor.post("presses", press() | wrong)
    assert answered.status_code == 404
    assert desk.core.of_type(ButtonPressed) == []


async def test_nobody_presses_another_visitors_button(desk: Desk, visitor: Visitor) -> None:
    stranger = await desk.visitor("203.0.113.8")
    await stranger.write("Hello")
    assert (await stranger.post("presses", press())).status_code == 404
    assert desk.core.of_type(ButtonPressed) == []
    visitor.token = "made-up"
    assert (await visitor.post("presses", press())).status_code == 401


@pytest.mark.parametrize(
    "body",
    [{}, press(""), press("x" * 65), press(message_id="2"), press(client_id="1"), press(more=1)],
)
async def test_what_is_no_press_is_refused(visitor: Visitor, body: dict[str, Any]) -> None:
    assert (await visitor.post("presses", body)).status_code in {400, 422}
