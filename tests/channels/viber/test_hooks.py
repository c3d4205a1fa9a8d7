"""The webhook: who may call it, what is stored before it answers, what it answers."""

import asyncio
import json
import random
from typing import Any

import aiohttp
import pytest

from bridge.channel import ContactReachable, ContactStarted, ContactUnreachable, DeliveryReport
from bridge.sandbox.viber.callbacks import SIGNATURE, sign
from tests.channels.rig import eventually
from tests.channels.viber.desk import INBOX, ViberDesk


async def post(desk: ViberDesk, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{desk.url}/hooks/{INBOX}", data=body, headers=headers) as response,
    ):
        return response.status, await response.read()


def text(desk: ViberDesk, words: str = "Hello", token: int = 1) -> bytes:
    user = {"id": "01234567890A=", "name": "Anna"}
    event = desk.viber.world.event(
        "message", message_token=token, sender=user, message={"type": "text", "text": words}
    )
    return json.dumps(event).encode()


# --- Who may call --------------------------------------------------------------------


def headers_of_strangers(desk: ViberDesk, body: bytes) -> list[dict[str, str]]:
    good = sign(desk.viber.account.token, body)
    wrong = [
        "",
        " ",
        "0" * 64,
        good[:-1],
        good + "0",
        good.upper(),
        "я" * 64,
        "é" * 64,
        sign("another token", body),
        sign("", body),
        sign(desk.viber.account.token, body + b" "),
        f"sha256={good}",
    ]
    return [{}, {"X-Viber-Auth-Token": desk.viber.account.token}] + [
        {SIGNATURE: one} for one in wrong
    ]


async def test_who_has_not_signed_the_very_body_is_refused(desk: ViberDesk) -> None:
    body = text(desk)
    for headers in headers_of_strangers(desk, body):
        status, answer = await post(desk, body, headers)
        assert (status, json.loads(answer)["error"]["code"]) == (401, "unsigned"), headers
    assert desk.core.events == []
    assert desk.core.quarantined == []
    assert (await post(desk, body, {SIGNATURE: sign(desk.viber.account.token, body)}))[0] == 200


async def test_without_a_signature_not_even_the_body_is_read(desk: ViberDesk) -> None:
    async def endless() -> Any:
        while True:
            yield b"x" * 65536
            await asyncio.sleep(0.01)

    status = None
    async with aiohttp.ClientSession() as session, asyncio.timeout(30):
        try:
            async with session.post(f"{desk.url}/hooks/{INBOX}", data=endless()) as response:
                status = response.status
        except aiohttp.ClientError:
            status = 401
    assert status == 401


async def test_a_body_larger_than_any_callback_is_refused(desk: ViberDesk) -> None:
    body = text(desk, "x" * 300_000)
    status, _ = await post(desk, body, {SIGNATURE: sign(desk.viber.account.token, body)})
    assert status == 413
    assert desk.core.events == []


async def test_a_call_of_another_kind_finds_nothing(desk: ViberDesk) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{desk.url}/hooks/{INBOX}") as response,
    ):
        assert response.status == 405


# --- Stored, then answered -----------------------------------------------------------


async def test_while_nothing_can_be_stored_the_answer_is_503(desk: ViberDesk) -> None:
    body = text(desk)
    headers = {SIGNATURE: sign(desk.viber.account.token, body)}
    desk.core.down = True
    assert (await post(desk, body, headers))[0] == 503
    desk.core.down = False
    assert (await post(desk, body, headers))[0] == 200
    assert len(desk.core.messages) == 1


async def test_before_the_channel_runs_the_answer_is_503() -> None:
    desk = ViberDesk()
    await desk.start()
    body = text(desk)
    status, _ = await post(desk, body, {SIGNATURE: sign(desk.viber.account.token, body)})
    assert status == 503
    await desk.stop()


async def test_a_poisoned_callback_is_kept_aside_and_acknowledged(desk: ViberDesk) -> None:
    anna = await desk.anna()
    poisoned = await anna.sends({"type": "location", "text": "💥"})
    after = await anna.writes("after")
    assert poisoned.answered
    assert after.answered
    ((kept, why),) = desk.core.quarantined
    assert "💥".encode() in kept
    assert why == "no location"
    assert [one.text for one in desk.core.messages] == ["Добрий день", "after"]


async def test_a_poisoned_callback_that_cannot_be_kept_comes_again(desk: ViberDesk) -> None:
    anna = await desk.anna()
    desk.core.down = True
    poisoned = await anna.sends({"type": "location"})
    assert not poisoned.answered
    desk.core.down = False
    assert (await desk.viber.world.callbacks.again(poisoned.token)).ok
    assert len(desk.core.quarantined) == 1


async def test_a_mistake_of_our_own_loses_nothing_and_quotes_nobody(
    desk: ViberDesk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def mistaken(callback: Any) -> Any:
        raise LookupError(callback["message"]["text"])

    monkeypatch.setattr("channels.viber.hooks.translate", mistaken)
    assert (await desk.viber.customer().writes("канарейка-canary")).answered
    ((kept, why),) = desk.core.quarantined
    assert "канарейка-canary".encode() in kept
    assert why == "LookupError"
    assert "canary" not in caplog.text


async def test_the_same_callback_five_times_at_once_is_one_message(desk: ViberDesk) -> None:
    anna = await desk.anna()
    told = await anna.writes("once")
    again = desk.viber.world.callbacks.again
    answers = await asyncio.gather(*(again(told.token) for _ in range(4)))
    assert all(answer.ok for answer in answers)
    assert len(desk.core.messages) == 6
    assert [kept.text for kept in desk.core.book.values()] == ["Добрий день", "once"]


async def test_an_old_callback_replayed_much_later_is_still_a_duplicate(desk: ViberDesk) -> None:
    anna = await desk.anna()
    told = await anna.writes("once")
    desk.clock.tick(30 * 86_400)
    assert (await desk.viber.world.callbacks.again(told.token)).ok
    assert len(desk.core.book) == 2


async def test_callbacks_in_any_order_are_all_kept(desk: ViberDesk) -> None:
    anna, order = await desk.anna(), list(range(20))
    random.Random(7).shuffle(order)
    first = desk.viber.world.next_token() + 100
    for n in order:
        await anna.writes(f"number {n}", token=first + n)
    kept = {one.text for one in desk.core.book.values()}
    assert kept == {"Добрий день", *(f"number {n}" for n in order)}


# --- What is told --------------------------------------------------------------------


async def test_a_receipt_may_come_before_the_answer_of_the_send(desk: ViberDesk) -> None:
    anna = await desk.anna()
    await anna.gets(desk.viber.world.next_token() + 1)
    receipt = await desk.channel.send(desk.part(anna.id, "Hello"), key="k")
    (report,) = desk.core.of_type(DeliveryReport)
    assert isinstance(report, DeliveryReport)
    assert list(report.external_ids) == list(receipt.external_ids)


async def test_who_leaves_the_bot_is_unreachable_and_who_comes_back_is_reachable(
    desk: ViberDesk,
) -> None:
    anna = await desk.anna()
    await anna.unsubscribes()
    await anna.subscribes()
    await anna.opens_chat()
    kinds = [type(one) for one in desk.core.events[1:]]
    assert kinds == [ContactUnreachable, ContactReachable, ContactStarted]


async def test_a_callback_is_answered_with_nothing_but_200(desk: ViberDesk) -> None:
    body = text(desk)
    answer = await post(desk, body, {SIGNATURE: sign(desk.viber.account.token, body)})
    assert answer == (200, b"")


# --- Greeting ------------------------------------------------------------------------


async def test_by_default_nobody_is_greeted(desk: ViberDesk) -> None:
    anna = desk.viber.customer()
    assert (await anna.opens_chat()).answered
    assert anna.inbox == []
    assert desk.core.book == {}


@pytest.mark.parametrize(
    ("language", "greeting"),
    [
        ("uk", "Вітаю!"),
        ("uk-UA", "Вітаю!"),
        ("EN", "Welcome!"),
        ("pl", "Welcome!"),
        ("", "Welcome!"),
    ],
)
async def test_a_configured_greeting_speaks_the_customers_language(
    language: str, greeting: str
) -> None:
    desk = ViberDesk(welcome={"en": "Welcome!", "uk": "Вітаю!"})
    await desk.start()
    async with desk.running():
        anna = desk.viber.customer(language=language)
        await anna.opens_chat()
        assert anna.texts == [greeting]
        assert anna.inbox[0].message["sender"]["name"] == "Крамниця"
    await desk.stop()


# --- Setting it ----------------------------------------------------------------------


async def test_the_webhook_asks_for_every_event_and_for_names_and_pictures(
    desk: ViberDesk,
) -> None:
    assert desk.viber.account.webhook == f"{desk.url}/hooks/{INBOX}"
    assert desk.viber.account.send_name
    assert desk.viber.account.send_photo
    assert "failed" in desk.viber.account.event_types


async def test_it_answers_during_the_call_that_sets_it(desk: ViberDesk) -> None:
    probes = [one for one in desk.viber.ledger.attempts if one.event == "webhook"]
    assert [one.answered for one in probes] == [200]
    assert desk.core.events == []


async def test_what_comes_while_the_webhook_is_being_set_is_taken() -> None:
    desk = ViberDesk()
    await desk.start()
    async with desk.running():
        pass
    await desk.viber.go_down()
    running = asyncio.create_task(desk.channel.run(desk.core))
    await asyncio.sleep(0.05)
    assert (await desk.viber.customer().writes("Hello")).answered
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await eventually(lambda: desk.core.messages)
    await desk.stop()
