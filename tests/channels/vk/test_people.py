"""Who has written, asked after they were heard; presses and marks that need a second look."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bridge.channel import (
    Button,
    ButtonPressed,
    ContactUnreachable,
    ContactUpdated,
    DeliveryReport,
    ReactionChanged,
    Sender,
    UnavailableError,
)
from bridge.sandbox.faults import Fault
from bridge.sandbox.vk import Customer, VkPlatform
from channels.vk import errands
from tests.bridge.sandbox.vk.caller import PNG
from tests.channels.rig import eventually
from tests.channels.vk.office import Office
from tests.clock import ManualClock


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
async def inbox(platform: VkPlatform, clock: ManualClock) -> AsyncIterator[Office]:
    """An inbox that asks VK."""
    office = Office(platform, mode="longpoll", clock=clock)
    async with office.running():
        await eventually(lambda: office.core.poller)
        yield office


@pytest.fixture
def anna(platform: VkPlatform) -> Customer:
    return platform.customer(
        1001,
        first_name="Анна",
        last_name="Коваль",
        screen_name="anna.koval",
        photo_200="https://sun.userapi.com/anna.jpg",
    )


async def told(office: Office) -> Sender:
    """Wait until the core was told who somebody is."""
    await eventually(lambda: office.core.of_type(ContactUpdated))
    updated = office.core.of_type(ContactUpdated)[-1]
    assert isinstance(updated, ContactUpdated)
    return updated.sender


# --- who it is ---


async def test_d39_a_customer_has_a_name_and_the_address_of_their_page(
    inbox: Office, anna: Customer
) -> None:
    anna.write("hello")
    sender = await told(inbox)
    assert (sender.name, sender.username) == ("Анна Коваль", "anna.koval")
    assert sender.profile_url == "https://vk.com/id1001"
    assert inbox.core.people["1001"].name == "Анна Коваль"


async def test_j09_a_customers_picture_can_be_downloaded_by_its_handle(
    inbox: Office, anna: Customer, platform: VkPlatform
) -> None:
    anna.person.photo_200 = platform.uploads.publish("anna.png", PNG, "image/png")
    anna.write("hello")
    photo = (await told(inbox)).photo
    assert photo is not None
    assert b"".join([chunk async for chunk in inbox.channel.download(photo)]) == PNG


async def test_who_has_left_vk_is_called_by_no_name_of_vks(inbox: Office, anna: Customer) -> None:
    anna.person.deleted = True
    anna.write("hello")
    sender = await told(inbox)
    assert (sender.external_id, sender.name) == ("1001", None)
    assert sender.profile_url == "https://vk.com/id1001"


async def test_the_message_does_not_wait_for_the_name(
    inbox: Office, anna: Customer, platform: VkPlatform
) -> None:
    platform.faults.plan("users.get", Fault(delay=120.0))
    anna.write("hello")
    await eventually(lambda: inbox.core.messages)
    assert not inbox.core.of_type(ContactUpdated)


async def test_a_person_is_asked_about_once_a_day(
    inbox: Office, anna: Customer, platform: VkPlatform, clock: ManualClock
) -> None:
    for _ in range(3):
        anna.write("again")
        await told(inbox)
    await eventually(lambda: len(inbox.core.messages) == 3)
    assert len(platform.ledger.of("users.get")) == 1
    clock.tick(86_401)
    anna.person.last_name = "Мельник"
    anna.write("a day later")
    await eventually(lambda: len(inbox.core.of_type(ContactUpdated)) == 2)
    assert (await told(inbox)).name == "Анна Мельник"


async def test_a_name_that_could_not_be_asked_is_asked_at_the_next_message(
    inbox: Office, anna: Customer, platform: VkPlatform
) -> None:
    platform.faults.plan("users.get", Fault(status=502))
    anna.write("one")
    await eventually(lambda: inbox.core.messages)
    anna.write("two")
    assert (await told(inbox)).name == "Анна Коваль"


async def test_many_people_are_asked_about_at_once(inbox: Office, platform: VkPlatform) -> None:
    platform.faults.plan("users.get", Fault(delay=0.2))
    for person in range(2000, 2150):
        platform.customer(person).write("hello")

    def everybody() -> bool:
        return len(inbox.core.of_type(ContactUpdated)) == 150

    await eventually(everybody)
    assert len(platform.ledger.of("users.get")) <= 4


async def test_who_has_left_vk_keeps_the_name_they_had(inbox: Office, anna: Customer) -> None:
    anna.person.deleted = True
    anna.write("gone")
    sender = await told(inbox)
    assert (sender.name, sender.profile_url) == (None, "https://vk.com/id1001")


async def test_only_so_many_people_are_remembered(
    inbox: Office, platform: VkPlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(errands, "_MOST_KNOWN", 1)
    for asked, person in enumerate((2000, 2001, 2000), 1):
        platform.customer(person).write("hello")
        await _asked_about(inbox, asked)
    assert len(platform.ledger.of("users.get")) == 3


async def _asked_about(office: Office, count: int) -> None:
    """Wait until the core was told of so many people."""
    await eventually(lambda: len(office.core.of_type(ContactUpdated)) == count)


# --- buttons, reactions, leaving ---


async def test_a_press_of_our_button_comes_back_with_its_id(inbox: Office, anna: Customer) -> None:
    anna.allow()
    buttons = [Button(id="still:yes", text="Так"), Button(id="still:no", text="Ні")]
    await inbox.channel.send(inbox.part(1001, "Ще питання?", buttons=buttons), key="1")
    anna.press(anna.received[0], "Ні")
    await eventually(lambda: inbox.core.of_type(ButtonPressed))
    (pressed,) = inbox.core.of_type(ButtonPressed)
    assert isinstance(pressed, ButtonPressed)
    assert (pressed.id, pressed.button) == ("still:no", "Ні")


async def test_a_callback_button_is_answered_so_that_it_stops_waiting(
    inbox: Office, anna: Customer, platform: VkPlatform
) -> None:
    payload = json.dumps({"button": "yes", "label": "Так"}, ensure_ascii=False)
    action = {"type": "callback", "label": "Так", "payload": payload}
    world = platform.world
    board: dict[str, Any] = {"inline": True, "buttons": [[{"action": action}]]}
    asked = world.post(1001, -world.group_id, text="?", keyboard=board)
    event = anna.press(asked, "Так")
    await eventually(lambda: platform.messages.answered_presses)
    assert platform.messages.answered_presses == [event.body["object"]["event_id"]]
    assert inbox.core.of_type(ButtonPressed)


async def test_a_mark_of_reading_without_the_dialogs_number_is_looked_up(
    inbox: Office, anna: Customer
) -> None:
    anna.write("hello")
    receipt = await inbox.channel.send(inbox.part(1001, "answer"), key="1")
    anna.read(with_cmid=False)

    def read() -> bool:
        last = inbox.core.of_type(DeliveryReport)[-1:]
        return any(isinstance(one, DeliveryReport) and one.state == "read" for one in last)

    await eventually(read)
    report = inbox.core.of_type(DeliveryReport)[-1]
    assert isinstance(report, DeliveryReport)
    assert list(report.external_ids) == list(receipt.external_ids)


async def test_reactions_and_leaving_are_told(inbox: Office, anna: Customer) -> None:
    anna.allow()
    receipt = await inbox.channel.send(inbox.part(1001, "hello"), key="1")
    anna.react(anna.received[0], 1)
    anna.deny()
    await eventually(lambda: inbox.core.of_type(ContactUnreachable))
    (reacted,) = inbox.core.of_type(ReactionChanged)
    assert isinstance(reacted, ReactionChanged)
    assert (reacted.external_id, list(reacted.reactions)) == (receipt.external_ids[0], ["❤"])


# --- files ---


async def test_d21_what_a_customer_sends_can_be_downloaded_by_its_handle(
    inbox: Office, anna: Customer
) -> None:
    sent = {
        "image": (anna.send_photos, (PNG,)),
        "file": (anna.send_document, ("ціни.pdf", b"%PDF")),
        "voice": (anna.speak, (b"OggS",)),
        "sticker": (anna.send_sticker, (PNG,)),
    }
    for send, given in sent.values():
        send(*given)  # type: ignore[operator]
    await eventually(lambda: len(inbox.core.messages) == 4)
    for message, (kind, (_, given)) in zip(inbox.core.messages, sent.items(), strict=True):
        (media,) = message.media
        assert media.kind == kind
        content = b"".join([chunk async for chunk in inbox.channel.download(media.ref)])
        assert content == given[-1]


async def test_a_file_that_is_gone_is_said_so(inbox: Office, platform: VkPlatform) -> None:
    with pytest.raises(UnavailableError):
        await anext(aiter(inbox.channel.download(f"{platform.url}/files/gone.jpg")))
