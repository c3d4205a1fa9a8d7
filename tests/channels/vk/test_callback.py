"""The Callback API's address: who is let in, and when VK is told `ok`."""

import asyncio
import io
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from bridge.channel import DeliveryReport, InboundMessage, MessageEdited
from bridge.sandbox.faults import Fault
from bridge.sandbox.vk import Customer, Notice, VkPlatform, shapes
from channels.vk import servers
from channels.vk.hook import LARGEST_BODY
from tests.channels.rig import eventually
from tests.channels.vk.fixtures import load
from tests.channels.vk.office import SECRET, Office


@pytest.fixture
async def inbox(platform: VkPlatform) -> AsyncIterator[Office]:
    """An inbox that VK calls."""
    office = Office(platform)
    async with office.served(), office.running():
        assert await platform.callback.connect(office.url, SECRET)
        yield office


@pytest.fixture
def anna(platform: VkPlatform) -> Customer:
    return platform.customer(1001, first_name="Анна", last_name="Коваль")


async def post(office: Office, body: Any) -> tuple[int, str]:
    """Call the address with a body of one's own."""
    status, answer, _ = await office.platform.callback.post(office.url, body)
    return status, answer


def event(**changed: Any) -> dict[str, Any]:
    """Return an event as VK tells it to this inbox."""
    return load("message_new") | {"group_id": 123456, "secret": SECRET} | changed


async def told(office: Office, count: int = 1) -> list[Notice]:
    """Wait until VK has told so many events; return what it heard."""
    notices = office.platform.ledger.notices
    await eventually(lambda: len(notices) >= count)
    return notices


# --- who is let in ---


async def test_the_address_confirms_itself_with_the_code(inbox: Office) -> None:
    body = {"type": "confirmation", "group_id": 123456}
    assert await post(inbox, body) == (200, "a1b2c3d4")


async def test_another_communitys_confirmation_is_not_ours(inbox: Office) -> None:
    status, answer = await post(inbox, {"type": "confirmation", "group_id": 5})
    assert status == 403
    assert "a1b2c3d4" not in answer


@pytest.mark.parametrize(
    "changed",
    [
        {"secret": "another"},
        {"secret": ""},
        {"secret": None},
        {"secret": 5},
        {"secret": "пароль"},
        {"secret": SECRET[:-1]},
        {"secret": SECRET + "x"},
        {"secret": "\ud800"},
        {"group_id": 5},
        {"group_id": None},
        {"group_id": "123456 "},
    ],
    ids=repr,
)
async def test_who_does_not_know_the_secret_is_turned_away(
    inbox: Office, changed: dict[str, Any]
) -> None:
    body = json.dumps(event(**changed)).encode()
    async with _http() as http, http.post(inbox.url, data=body) as response:
        assert response.status == 403
    assert inbox.core.events == []
    assert inbox.core.quarantined == []


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"ok"', b"\xff\xfe", b"[" * 100_000], ids=repr)
async def test_what_is_no_event_at_all_is_a_bad_request(inbox: Office, body: bytes) -> None:
    async with _http() as http, http.post(inbox.url, data=body) as response:
        assert response.status == 400


@pytest.mark.parametrize("depth", [100, 900, 950, 975, 1000, 100_000])
async def test_however_deep_a_strangers_event_is_it_is_turned_away(
    inbox: Office, depth: int
) -> None:
    body = b'{"type":"confirmation","group_id":' + b"[" * depth + b"]" * depth + b"}"
    async with _http() as http, http.post(inbox.url, data=body) as response:
        assert response.status in (400, 403)
        assert b"a1b2c3d4" not in await response.read()


async def test_a_body_larger_than_any_event_is_not_even_read(inbox: Office) -> None:
    body = io.BytesIO(b"x" * (LARGEST_BODY + 1))
    async with (
        _http() as http,
        http.post(inbox.url, data=body, expect100=True) as response,
    ):
        assert response.status == 413


async def test_long_poll_has_no_address_to_call(platform: VkPlatform) -> None:
    office = Office(platform, mode="longpoll")
    assert list(office.channel.routes()) == []


def _http() -> aiohttp.ClientSession:
    return aiohttp.ClientSession()


# --- ok, and not ok ---


async def test_ok_comes_as_those_two_letters_once_the_message_is_stored(
    inbox: Office, anna: Customer
) -> None:
    inbox.core.gate.clear()
    anna.write("Добрий день")
    await eventually(lambda: inbox.core.waiting)
    await asyncio.sleep(0.05)
    assert inbox.platform.ledger.notices == []
    inbox.core.gate.set()
    (notice,) = await told(inbox)
    assert (notice.status, notice.answer) == (200, "ok")


async def test_while_nothing_can_be_stored_vk_is_asked_to_come_again(
    inbox: Office, anna: Customer
) -> None:
    inbox.core.down = True
    written = anna.write("Добрий день")
    (notice,) = await told(inbox)
    assert notice.status == 503
    assert notice.retry_after
    inbox.core.down = False
    assert (await inbox.platform.callback.attempt(written.event, 1)).taken
    assert [one.text for one in inbox.core.book.values()] == ["Добрий день"]


async def test_before_the_inbox_runs_vk_is_asked_to_come_again(
    platform: VkPlatform, anna: Customer
) -> None:
    office = Office(platform)
    async with office.served():
        assert await platform.callback.connect(office.url, SECRET)
        anna.write("early")
        (notice,) = await told(office)
        assert (notice.status, notice.retry_after) == (503, 5.0)


async def test_an_hour_without_a_database_is_outlasted_by_vks_few_attempts(anna: Customer) -> None:
    passed = 0.0
    cores: list[Any] = []

    async def passes(seconds: float) -> None:
        nonlocal passed
        passed += seconds
        cores[0].down = passed < 3600
        await asyncio.sleep(0)

    async with VkPlatform(sleep=passes) as platform:
        office = Office(platform)
        cores.append(office.core)
        office.core.down = True
        async with office.served(), office.running():
            assert await platform.callback.connect(office.url, SECRET)
            platform.customer(1001).write("Добрий день")
            await eventually(lambda: office.core.book or platform.ledger.dropped)
    assert [one.text for one in office.core.book.values()] == ["Добрий день"]
    assert passed >= 3600
    assert platform.ledger.dropped == []


@pytest.mark.parametrize("counter", ["", "x", "-1", "99999999999"])
async def test_a_retry_counter_that_is_none_begins_with_the_shortest_pause(
    inbox: Office, counter: str
) -> None:
    inbox.core.down = True
    headers = {"X-Retry-Counter": counter}
    async with _http() as http, http.post(inbox.url, json=event(), headers=headers) as response:
        assert response.headers["Retry-After"] == "5"


async def test_a_poisoned_event_is_set_aside_answered_with_ok_and_holds_up_nobody(
    inbox: Office, anna: Customer
) -> None:
    poisoned = {"type": "message_new", "object": {"message": {"text": "💥"}}, "group_id": 123456}
    inbox.platform.events.tell(poisoned)
    anna.write("after it")
    notices = await told(inbox, 2)
    assert all(one.taken for one in notices)
    ((raw, why),) = inbox.core.quarantined
    assert "💥".encode() in raw
    assert "message_new" in why
    assert SECRET.encode() not in raw
    assert [one.text for one in inbox.core.messages] == ["after it"]


async def test_what_cannot_even_be_set_aside_is_not_acknowledged(inbox: Office) -> None:
    inbox.core.down = True
    inbox.platform.events.tell({"type": "message_x", "object": {}, "group_id": 123456})
    (notice,) = await told(inbox)
    assert notice.status == 503


async def test_events_that_are_no_messages_are_answered_and_forgotten(inbox: Office) -> None:
    inbox.platform.events.emit("wall_post_new", {"id": 1, "text": "news"})
    (notice,) = await told(inbox)
    assert notice.taken
    assert inbox.core.events == []
    assert inbox.core.quarantined == []


# --- twice, and in any order ---


async def test_an_event_that_comes_five_times_is_answered_each_time_and_kept_once(
    inbox: Office, anna: Customer
) -> None:
    written = anna.write("once")
    await told(inbox)
    for attempt in range(1, 5):
        assert (await inbox.platform.callback.attempt(written.event, attempt)).taken
    assert len(inbox.core.messages) == 5
    assert len(inbox.core.book) == 1


async def test_an_edit_may_come_before_its_message(inbox: Office, anna: Customer) -> None:
    inbox.core.down = True
    written = anna.write("befor")
    await told(inbox)
    inbox.core.down = False
    anna.edit(written.message, "before")
    await told(inbox, 2)
    await inbox.platform.callback.attempt(written.event, 1)
    kinds = [type(one) for one in inbox.core.events if not isinstance(one, DeliveryReport)][:2]
    assert kinds == [MessageEdited, InboundMessage]
    edited, said = inbox.core.events[:2]
    assert isinstance(edited, MessageEdited)
    assert isinstance(said, InboundMessage)
    assert edited.external_id == said.external_id


async def test_events_in_any_order_are_the_same_messages(inbox: Office, anna: Customer) -> None:
    inbox.core.down = True
    written = [anna.write(f"number {n}") for n in range(6)]
    await told(inbox, 6)
    inbox.core.down = False
    for n in (3, 0, 5, 1, 4, 2):
        assert (await inbox.platform.callback.attempt(written[n].event, 1)).taken
    ids = {one.external_id: one.text for one in inbox.core.messages}
    assert ids == {f"1001/{n + 1}": f"number {n}" for n in range(6)}


# --- reports ---


async def test_a_report_names_the_receipts_id_and_read_follows_delivered(
    inbox: Office, anna: Customer
) -> None:
    anna.allow()
    receipt = await inbox.channel.send(inbox.part(1001, "hello"), key="1")
    anna.read()
    await eventually(lambda: len(inbox.core.of_type(DeliveryReport)) == 2)
    reports = inbox.core.of_type(DeliveryReport)
    found = [(r.state, list(r.external_ids)) for r in reports if isinstance(r, DeliveryReport)]
    ids = list(receipt.external_ids)
    assert found == [("delivered", ids), ("read", ids)]


async def test_what_a_colleague_writes_in_vk_is_no_report(inbox: Office, anna: Customer) -> None:
    world = inbox.platform.world
    by_hand = world.post(1001, -world.group_id, text="by hand", admin_author_id=7)
    inbox.platform.events.emit("message_reply", shapes.message(by_hand, world.group_id))
    await told(inbox)
    assert inbox.core.events == []


async def test_an_inbox_that_vk_has_confirmed_is_well_and_one_it_does_not_call_is_down(
    inbox: Office, platform: VkPlatform
) -> None:
    look = inbox.channel._servers.look
    await look()
    platform.callback.servers[inbox.url] = "failed"
    await look()
    assert inbox.health.reason == "webhook_failing"
    platform.callback.servers.clear()
    await look()
    assert await platform.callback.connect(inbox.url, SECRET)
    await look()
    assert inbox.health.words == ["well", "well", "down", "down", "well"]


@pytest.mark.parametrize(("code", "words"), [(7, []), (15, []), (10, ["degraded"])])
async def test_a_token_that_may_not_ask_about_servers_says_nothing_of_them(
    inbox: Office, platform: VkPlatform, monkeypatch: pytest.MonkeyPatch, code: int, words: Any
) -> None:
    monkeypatch.setattr(servers, "WATCH", 0.01)
    inbox.health.words.clear()
    platform.faults.plan("groups.getCallbackServers", Fault(error=code), times=50)
    watching = asyncio.create_task(inbox.channel._servers.run())
    await eventually(lambda: platform.ledger.of("groups.getCallbackServers"))
    await eventually(lambda: inbox.health.words[:1] == words)
    assert not watching.done()
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)
