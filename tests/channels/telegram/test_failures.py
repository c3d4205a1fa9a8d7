"""Every way in which Telegram says no, or says nothing, and what the core is told."""

import asyncio
import logging
import socket
from typing import Any

import aiohttp
import pytest

from bridge.channel import (
    MisconfiguredError,
    OutcomeUnknownError,
    RejectedError,
    SendError,
    ThrottledError,
    UnavailableError,
    UnreachableError,
)
from bridge.sandbox.faults import GATEWAY_PAGE, Fault
from bridge.sandbox.telegram import errors as model
from bridge.settings import Secret
from channels.telegram import channel as channel_module
from tests.channels.telegram.desk import TOKEN, Desk

TEXT = "канарейка-🐤-canary-text"


async def failure(desk: Desk, fault: Fault | None = None) -> SendError:
    """Send once, with something going wrong; return what is raised."""
    anna = desk.met()
    if fault is not None:
        desk.telegram.faults.plan("sendMessage", fault)
    with pytest.raises(SendError) as raised:
        await desk.channel.send(desk.part(anna, TEXT), key="k")
    return raised.value


REFUSALS = [
    (model.forbidden(model.BLOCKED), UnreachableError, "blocked"),
    (model.forbidden(model.DEACTIVATED), UnreachableError, "account_gone"),
    (model.forbidden(model.NEVER_STARTED), UnreachableError, "blocked"),
    (model.forbidden(model.KICKED), UnreachableError, "unreachable"),
    (model.forbidden(model.KICKED_FROM_GROUP), UnreachableError, "unreachable"),
    (model.forbidden(model.NO_MEMBER), UnreachableError, "unreachable"),
    (model.forbidden(model.GROUP_DELETED), UnreachableError, "unreachable"),
    (model.forbidden("something new"), UnreachableError, "unreachable"),
    (model.bad_request(model.CHAT_NOT_FOUND), UnreachableError, "no_such_recipient"),
    (
        model.bad_request("USER_IS_DEACTIVATED: user is deactivated"),
        UnreachableError,
        "account_gone",
    ),
    (model.migrated(-1001234567890), UnreachableError, "unreachable"),
    (model.bad_request(model.TEXT_TOO_LONG), RejectedError, "too_long"),
    (model.bad_request("Text is too long"), RejectedError, "too_long"),
    (model.bad_request(model.CAPTION_TOO_LONG), RejectedError, "too_long"),
    (model.bad_request("MEDIA_CAPTION_TOO_LONG"), RejectedError, "too_long"),
    (model.bad_request(model.TEXT_EMPTY), RejectedError, "rejected"),
    (model.bad_request("can't parse entities: whatever"), RejectedError, "rejected"),
    (model.bad_request("VOICE_MESSAGES_FORBIDDEN"), RejectedError, "file_refused"),
    (model.bad_request("PHOTO_INVALID_DIMENSIONS"), RejectedError, "file_refused"),
    (model.bad_request("IMAGE_PROCESS_FAILED"), RejectedError, "file_refused"),
    (model.bad_request("file of size 9 bytes is too big for a photo"), RejectedError, "too_large"),
    (model.bad_request("file must be non-empty"), RejectedError, "file_refused"),
    (model.bad_request(model.NO_MESSAGE_TO_EDIT), RejectedError, "not_changeable"),
    (model.bad_request(model.CANNOT_EDIT), RejectedError, "not_changeable"),
    (model.bad_request(model.CANNOT_DELETE), RejectedError, "not_changeable"),
    (model.bad_request("something new"), RejectedError, "rejected"),
    (model.ENTITY_TOO_LARGE, RejectedError, "too_large"),
    (model.UNAUTHORIZED, MisconfiguredError, "credentials_refused"),
    (model.NOT_FOUND, MisconfiguredError, "credentials_refused"),
    (model.conflict(model.OTHER_POLLER), MisconfiguredError, "misconfigured"),
    (model.too_many_requests(35), ThrottledError, "throttled"),
    (model.Refusal(429, "Too Many Requests"), ThrottledError, "throttled"),
    (model.Refusal(500, "Internal Server Error"), UnavailableError, "unavailable"),
    (model.Refusal(502, "Bad Gateway"), UnavailableError, "unavailable"),
    (model.Refusal(500, "Internal Server Error: restart"), UnavailableError, "unavailable"),
]


@pytest.mark.parametrize(
    ("refusal", "kind", "reason"), REFUSALS, ids=[one.description for one, _, _ in REFUSALS]
)
async def test_a_refusal_is_classed_by_what_it_says(
    polling: Desk, refusal: model.Refusal, kind: type[SendError], reason: str
) -> None:
    error = await failure(polling, Fault(error=refusal))
    assert (type(error), error.reason) == (kind, reason)
    assert str(error).endswith(".")


@pytest.mark.parametrize(
    ("refusal", "words"),
    [
        (model.forbidden(model.NEVER_STARTED), "never started"),
        (model.forbidden(model.KICKED), "removed"),
        (model.forbidden(model.NO_MEMBER), "removed"),
        (model.forbidden(model.GROUP_DELETED), "deleted"),
        (model.migrated(-1001234567890), "another number"),
        (model.bad_request(model.TEXT_EMPTY), "empty message"),
        (model.bad_request("can't parse entities: whatever"), "formatting"),
        (model.bad_request("VOICE_MESSAGES_FORBIDDEN"), "no voice"),
        (model.bad_request("PHOTO_INVALID_DIMENSIONS"), "as a file"),
        (model.bad_request("IMAGE_PROCESS_FAILED"), "cannot read"),
        (model.bad_request("file must be non-empty"), "empty file"),
        (model.bad_request(model.NO_MESSAGE_TO_EDIT), "not there"),
        (model.bad_request(model.CANNOT_EDIT), "edit"),
        (model.bad_request(model.CANNOT_DELETE), "two days"),
        (model.conflict(model.OTHER_POLLER), "Another program"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_what_the_code_does_not_tell_apart_the_sentence_does(
    polling: Desk, refusal: model.Refusal, words: str
) -> None:
    assert words in str(await failure(polling, Fault(error=refusal)))


async def test_how_long_to_wait_is_what_telegram_says(polling: Desk) -> None:
    error = await failure(polling, Fault(error=model.too_many_requests(35)))
    assert isinstance(error, ThrottledError)
    assert error.after == 35


async def test_a_blocked_bot_is_said_as_such(polling: Desk) -> None:
    polling.met().block()
    error = await failure(polling)
    assert (type(error), error.reason) == (UnreachableError, "blocked")
    assert str(error) == "The customer has blocked the bot."


PAGES = [
    (502, GATEWAY_PAGE, OutcomeUnknownError, "timeout"),
    (504, GATEWAY_PAGE, OutcomeUnknownError, "timeout"),
    (200, GATEWAY_PAGE, OutcomeUnknownError, "timeout"),
    (200, "[]", OutcomeUnknownError, "timeout"),
    (502, '{"ok": false}', OutcomeUnknownError, "timeout"),
    (403, GATEWAY_PAGE, UnavailableError, "unavailable"),
    (407, GATEWAY_PAGE, UnavailableError, "unavailable"),
    (413, GATEWAY_PAGE, RejectedError, "too_large"),
]


@pytest.mark.parametrize(("status", "page", "kind", "reason"), PAGES)
async def test_a_page_of_a_gateway_is_no_refusal_of_telegrams(
    polling: Desk, status: int, page: str, kind: type[SendError], reason: str
) -> None:
    error = await failure(polling, Fault(status=status, body=page))
    assert (type(error), error.reason) == (kind, reason)


async def test_a_line_that_breaks_before_or_after_leaves_nobody_sure(polling: Desk) -> None:
    for after, carried in ((False, 0), (True, 1)):
        error = await failure(polling, Fault(reset=True, after_effect=after))
        assert (type(error), error.reason) == (OutcomeUnknownError, "timeout")
        assert len(polling.person().received) == carried


async def test_an_answer_that_does_not_come_leaves_nobody_sure(
    polling: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channel_module, "TIMEOUT", aiohttp.ClientTimeout(total=0.1))
    error = await failure(polling, Fault(delay=0.3))
    assert (type(error), error.reason) == (OutcomeUnknownError, "timeout")
    await asyncio.sleep(0.4)
    assert len(polling.person().received) == 1


async def test_a_server_that_is_not_there_has_certainly_got_nothing(polling: Desk) -> None:
    await polling.telegram.stop()
    error = await failure(polling)
    assert (type(error), error.reason) == (UnavailableError, "unavailable")


async def test_a_name_that_leads_nowhere_has_certainly_got_nothing(polling: Desk) -> None:
    channel = polling.new_channel(api_base="http://nowhere.invalid")
    with pytest.raises(UnavailableError):
        await channel.send(polling.part(polling.met(), TEXT), key="k")


async def test_a_connection_that_is_not_taken_in_time_has_certainly_carried_nothing(
    polling: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    within = aiohttp.ClientTimeout(total=5, sock_connect=0.1)
    monkeypatch.setattr(channel_module, "TIMEOUT", within)
    with full_listener() as address:
        channel = polling.new_channel(api_base=address)
        with pytest.raises(UnavailableError):
            await channel.send(polling.part(polling.met(), TEXT), key="k")


async def test_an_edit_without_an_answer_may_be_done_again(polling: Desk) -> None:
    anna = polling.met()
    receipt = await polling.channel.send(polling.part(anna, "befor"), key="k")
    part = polling.part(anna, "before", external_ids=receipt.external_ids)
    lost = Fault(reset=True, after_effect=True)
    for method, act in (
        ("editMessageText", polling.channel.edit),
        ("deleteMessage", polling.channel.delete),
    ):
        polling.telegram.faults.plan(method, lost)
        with pytest.raises(UnavailableError):
            await act(part, key="c")
        await act(part, key="c")
    assert anna.received == []


async def test_a_proxy_that_is_not_there_has_certainly_carried_nothing(polling: Desk) -> None:
    channel = polling.new_channel(proxy="http://127.0.0.1:9")
    with pytest.raises(UnavailableError):
        await channel.send(polling.part(polling.met(), TEXT), key="k")
    assert polling.sent_calls() == 0


async def test_calls_go_through_the_proxy_of_the_inbox(polling: Desk) -> None:
    # A server that is asked for a whole address is used as a proxy; the model takes both.
    channel = polling.new_channel(
        proxy=polling.telegram.url, api_base="http://api.telegram.invalid"
    )
    assert await channel.check() == "the bot @shop_bot"


async def test_no_error_holds_what_it_was_caused_by(
    polling: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    faults = [
        Fault(reset=True),
        Fault(error=model.bad_request("x")),
        Fault(status=502),
    ]
    for fault in faults:
        error = await failure(polling, fault)
        logging.getLogger("test").error("failed", exc_info=error)
        assert error.__cause__ is None
        assert error.__context__ is None
    for secret in (TOKEN, TOKEN.partition(":")[2], TEXT):
        assert secret not in caplog.text


async def test_a_wrong_token_is_named_by_the_check(polling: Desk) -> None:
    channel = polling.new_channel(token=Secret("7000000001:AA" + "z" * 30))
    with pytest.raises(MisconfiguredError) as refused:
        await channel.check()
    assert refused.value.reason == "credentials_refused"


async def test_the_check_names_the_bot(polling: Desk) -> None:
    assert await polling.channel.check() == "the bot @shop_bot"


async def test_a_storm_of_429_costs_one_call_each(polling: Desk) -> None:
    storm = Fault(error=model.too_many_requests(1))
    polling.telegram.faults.plan("sendMessage", storm, times=20)
    anna = polling.met()

    async def one(n: int) -> Any:
        return await polling.channel.send(polling.part(anna, str(n)), key=str(n))

    ended = await asyncio.gather(*(one(n) for n in range(20)), return_exceptions=True)
    assert all(isinstance(error, ThrottledError) for error in ended)
    assert polling.telegram.arrived["sendMessage"] == 20
    await one(21)
    assert anna.texts == ["21"]


class full_listener:  # noqa: N801  # Read as a phrase: with full_listener() as address.
    """A port whose queue of connections is full, so that none is taken any more."""

    def __enter__(self) -> str:
        """Fill the queue."""
        self._listening = socket.socket()
        self._listening.bind(("127.0.0.1", 0))
        self._listening.listen(0)
        self._waiting: list[socket.socket] = []
        for _ in range(4):
            one = socket.socket()
            one.settimeout(0)
            one.connect_ex(self._listening.getsockname())
            self._waiting.append(one)
        return f"http://127.0.0.1:{self._listening.getsockname()[1]}"

    def __exit__(self, *_: object) -> None:
        """Close it all."""
        for one in (*self._waiting, self._listening):
            one.close()
