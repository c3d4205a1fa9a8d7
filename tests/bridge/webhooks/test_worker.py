"""What is told to a program outside arrives, signed, in order, and for as long as it is of use."""

import asyncio
from datetime import UTC, datetime
from email.utils import format_datetime

import pytest

from bridge.settings import Secret
from bridge.webhooks.sending import MOST_READ, Sender
from tests.bridge.webhooks.receiver import SECRET, Receiver, Reply, verified
from tests.bridge.webhooks.rig import Rig
from tests.databases import until

OTHER = f"whsec_{'B' * 44}"
DAY = 24 * 3600


def now(rig: Rig) -> float:
    return rig.clock.now() / 1000


async def test_a_call_arrives_signed_as_the_specification_says(rig: Rig) -> None:
    async with rig.working():
        await rig.tell("message.received", text="Привіт 👋")
        await until(lambda: bool(rig.receiver.requests))
    [request] = rig.receiver.requests
    assert verified(request.headers, request.body, SECRET, now(rig))
    assert not verified(request.headers, request.body + b" ", SECRET, now(rig))
    assert not verified(request.headers, request.body, OTHER, now(rig))
    assert request.path == "/desk"
    assert request.headers["Content-Type"] == "application/json"


async def test_what_it_holds_says_what_happened_when_and_in_which_version(rig: Rig) -> None:
    async with rig.working():
        await rig.tell("message.received", text="Привіт 👋")
        await until(lambda: bool(rig.receiver.requests))
    [told] = rig.receiver.told(lambda one: one)
    at = datetime.fromtimestamp(now(rig), UTC).isoformat().replace("+00:00", "Z")
    assert told == {
        "type": "message.received",
        "version": 1,
        "timestamp": at,
        "data": {"text": "Привіт 👋"},
    }


async def test_while_a_secret_is_changed_both_sign(rig: Rig) -> None:
    rig.settings = rig.receiver.webhook(secret=Secret(OTHER), previous_secret=Secret(SECRET))
    async with rig.working():
        await rig.tell("conversation.closed")
        await until(lambda: bool(rig.receiver.requests))
    [request] = rig.receiver.requests
    assert verified(request.headers, request.body, OTHER, now(rig))
    assert verified(request.headers, request.body, SECRET, now(rig))


async def test_what_was_refused_is_sent_again_under_the_same_id_and_signed_anew(rig: Rig) -> None:
    rig.receiver.replies.append(Reply(500, "a bug of ours"))
    async with rig.working() as worker:
        call = await rig.tell("conversation.opened", n=1)
        kept = await rig.becomes(call, "queued", attempts=1)
        assert (kept.status, kept.reason, kept.answer) == (500, "status", "a bug of ours")
        rig.clock.tick(10)
        worker.wake()
        await rig.becomes(call, "sent", attempts=2)
    first, second = rig.receiver.requests
    assert first.id == second.id
    assert first.body == second.body
    assert first.headers["webhook-timestamp"] != second.headers["webhook-timestamp"]
    assert verified(second.headers, second.body, SECRET, now(rig))


async def test_pauses_grow_and_end_after_a_day(rig: Rig) -> None:
    rig.receiver.usual = Reply(503)
    waits: list[float] = []
    async with rig.working() as worker:
        call = await rig.tell("conversation.opened")
        begun = now(rig)
        attempts = 1
        while (kept := await rig.tried(call, attempts)).state == "queued":
            wait = (kept.due_at - rig.clock.now()) / 1000
            waits.append(wait)
            rig.clock.tick(wait)
            worker.wake()
            attempts += 1
    assert kept.state == "failed"
    assert 2 <= waits[0] <= 6
    assert max(waits) > 1800
    assert now(rig) - begun <= DAY
    assert 10 < attempts < 60


async def test_a_receiver_that_asks_for_patience_gets_it_for_all_that_waits(rig: Rig) -> None:
    rig.receiver.replies.append(Reply(429, headers={"Retry-After": "120"}))
    async with rig.working() as worker:
        call = await rig.tell("conversation.opened", n=1)
        await rig.becomes(call, "queued", attempts=1)
        other = await rig.tell("conversation.opened", n=2)
        rig.clock.tick(119)
        worker.wake()
        await asyncio.sleep(0.05)
        assert (await rig.call(other)).attempts == 0
        assert len(rig.receiver.requests) == 1
        rig.clock.tick(2)
        worker.wake()
        await rig.becomes(other, "sent")
        await rig.becomes(call, "sent")


async def test_retry_after_may_be_a_date(rig: Rig) -> None:
    until_then = format_datetime(datetime.fromtimestamp(now(rig) + 600, UTC), usegmt=True)
    rig.receiver.replies.append(Reply(503, headers={"Retry-After": until_then}))
    async with rig.working():
        call = await rig.tell("conversation.opened")
        kept = await rig.becomes(call, "queued", attempts=1)
    assert kept.due_at == rig.clock.now() + 600_000


async def test_what_is_gone_is_not_asked_again(rig: Rig) -> None:
    rig.receiver.usual = Reply(410)
    async with rig.working():
        call = await rig.tell("conversation.opened")
        kept = await rig.becomes(call, "failed")
    assert (kept.reason, kept.attempts) == ("gone", 1)
    assert rig.watcher.seen == [("conversation.opened", "failed")]


async def test_a_redirect_is_not_followed(rig: Rig) -> None:
    rig.receiver.replies.append(Reply(307, headers={"Location": f"{rig.receiver.url}/elsewhere"}))
    async with rig.working():
        call = await rig.tell("conversation.opened")
        kept = await rig.becomes(call, "queued", attempts=1)
    assert kept.reason == "redirect"
    assert [one.path for one in rig.receiver.requests] == ["/desk"]


async def test_no_more_of_an_answer_is_read_than_is_kept(rig: Rig) -> None:
    rig.receiver.usual = Reply(text="я" * 3_000_000)
    async with rig.working():
        call = await rig.tell("conversation.opened")
        kept = await rig.becomes(call, "sent")
    assert kept.answer is not None
    assert len(kept.answer.encode()) <= MOST_READ + 3


async def test_what_is_told_of_a_conversation_goes_in_its_order_one_at_a_time(rig: Rig) -> None:
    conversation = await rig.conversation("Олена")
    rig.receiver.replies.append(Reply(500))
    async with rig.working() as worker:
        calls = [await rig.tell("message.received", conversation, n=n) for n in range(5)]
        await rig.becomes(calls[0], "queued", attempts=1)
        await asyncio.sleep(0.05)
        assert [one["n"] for one in rig.receiver.told()] == [0]
        rig.clock.tick(10)
        worker.wake()
        await rig.becomes(calls[-1], "sent")
    assert [one["n"] for one in rig.receiver.told()] == [0, 0, 1, 2, 3, 4]
    assert rig.receiver.most_at_once == 1


async def test_a_conversation_that_waits_holds_up_no_other(rig: Rig) -> None:
    stuck, fine = await rig.conversation("Олена"), await rig.conversation("Іван")
    rig.receiver.replies.append(Reply(500))
    async with rig.working():
        first = await rig.tell("message.received", stuck)
        await rig.becomes(first, "queued", attempts=1)
        other = await rig.tell("message.received", fine)
        await rig.becomes(other, "sent")


async def test_only_so_many_are_on_the_wire_at_once(rig: Rig) -> None:
    rig.receiver.held.clear()
    async with rig.working():
        calls = [await rig.tell("conversation.opened", n=n) for n in range(12)]
        await until(lambda: rig.receiver.at_once == 4)
        await asyncio.sleep(0.05)
        assert rig.receiver.most_at_once == 4
        rig.receiver.held.set()
        for call in calls:
            await rig.becomes(call, "sent")
    assert sorted(one["n"] for one in rig.receiver.told()) == list(range(12))


async def test_what_was_on_the_wire_when_the_program_ended_is_sent_again(rig: Rig) -> None:
    rig.receiver.held.clear()
    async with rig.working():
        call = await rig.tell("conversation.opened")
        await until(lambda: len(rig.receiver.requests) == 1)
    assert (await rig.call(call)).state == "queued"
    rig.receiver.held.set()
    async with rig.working():
        await rig.becomes(call, "sent")
    first, second = rig.receiver.requests
    assert first.id == second.id


async def test_a_receiver_that_is_not_there_is_asked_again(rig: Rig) -> None:
    rig.settings = rig.receiver.webhook(url="http://127.0.0.1:9/desk")
    async with rig.working():
        call = await rig.tell("conversation.opened")
        kept = await rig.becomes(call, "queued", attempts=1)
    assert (kept.reason, kept.status) == ("unreachable", None)


async def test_a_receiver_that_says_nothing_is_not_waited_for_for_ever(receiver: Receiver) -> None:
    receiver.held.clear()
    async with Sender(receiver.webhook(), timeout=0.2) as sender:
        answer = await sender.send("msg_1", "{}", 0)
    assert answer.reason == "timeout"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::1]"])
async def test_an_address_in_our_own_network_is_refused(receiver: Receiver, host: str) -> None:
    port = receiver.url.split(":")[2].split("/")[0]
    inside = receiver.webhook().model_copy(
        update={"url": Secret(f"http://{host}:{port}/desk"), "allow_private": False}
    )
    async with Sender(inside) as sender:
        answer = await sender.send("msg_1", "{}", 0)
    # Of some spellings the system makes no address at all.
    assert answer.reason in ("private_address", "unreachable")
    assert receiver.requests == []


async def test_a_call_that_failed_can_be_sent_again_under_its_id(rig: Rig) -> None:
    rig.receiver.replies.append(Reply(410))
    async with rig.working():
        call = await rig.tell("conversation.opened")
        await rig.becomes(call, "failed")
        rig.clock.tick(3 * DAY)
        assert await rig.again(call)
        await rig.becomes(call, "sent", attempts=1)
    first, second = rig.receiver.requests
    assert first.id == second.id


async def test_a_call_that_waits_is_not_queued_twice(rig: Rig) -> None:
    call = await rig.tell("conversation.opened")
    assert not await rig.again(call)


async def test_nothing_that_is_logged_or_shown_holds_the_secret_or_the_address(rig: Rig) -> None:
    said = f"{rig.settings!r} {rig.settings} {rig.settings.model_dump_json()}"
    assert SECRET not in said
    assert rig.receiver.url not in said


async def test_an_unknown_webhook_is_refused(rig: Rig) -> None:
    with pytest.raises(LookupError):
        await rig.tell("conversation.opened", to="erp")
