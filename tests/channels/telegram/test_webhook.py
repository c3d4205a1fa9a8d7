"""The webhook: who may call, what is answered, and that Telegram is told to call."""

import asyncio
import io
import json
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest

from bridge.channel import MisconfiguredError
from channels.telegram import webhook as module
from channels.telegram.webhook import SECRET_HEADER
from tests.bridge.sandbox.telegram.virtual import VirtualTime
from tests.channels.rig import eventually
from tests.channels.telegram.desk import SECRET, TOKEN, Desk
from tests.channels.telegram.payloads import payload


def secret_of(desk: Desk) -> str:
    """Return what Telegram was told to send."""
    assert desk.bot.courier.webhook is not None
    return desk.bot.courier.webhook.secret


async def post(desk: Desk, body: bytes, headers: Any) -> tuple[int, dict[str, str]]:
    """Call the hook as anybody could."""
    async with (
        aiohttp.ClientSession() as http,
        http.post(desk.hook, data=io.BytesIO(body), headers=headers) as answer,
    ):
        return answer.status, dict(answer.headers)


MESSAGE = json.dumps(payload("message_new")).encode()


async def test_telegram_is_told_where_to_call_with_what_secret_and_of_what(webhook: Desk) -> None:
    async with webhook.running():
        hook = webhook.bot.courier.webhook
        assert hook is not None
        assert hook.url == webhook.hook
        assert len(hook.secret) == 64
        assert webhook.bot.updates.allowed == {
            "message",
            "edited_message",
            "callback_query",
            "message_reaction",
            "my_chat_member",
        }


async def test_the_secret_is_the_inboxs_own_and_says_nothing_of_others(webhook: Desk) -> None:
    async with webhook.running():
        secret = secret_of(webhook)
    assert SECRET.hex() not in secret
    assert TOKEN not in secret
    async with webhook.running(webhook.new_channel(webhook.hook.removesuffix("/hooks/shop_tg"))):
        assert secret_of(webhook) == secret


@pytest.mark.parametrize(
    "given",
    [
        [],
        [""],
        ["wrong"],
        ["{secret}x"],
        ["{short}"],
        ["{upper}"],
        ["секрет"],
        ["wrong", "{secret}"],
        ["{secret}", "wrong"],
    ],
)
async def test_nobody_else_is_let_in(webhook: Desk, given: list[str]) -> None:
    async with webhook.running():
        secret = secret_of(webhook)
        known = {"secret": secret, "short": secret[:-1], "upper": secret.upper()}
        headers = [(SECRET_HEADER, one.format(**known)) for one in given]
        status, _ = await post(webhook, MESSAGE, headers)
    assert status == 401
    assert webhook.core.events == []


async def test_a_stranger_is_turned_away_before_the_body_is_read(webhook: Desk) -> None:
    async with webhook.running():
        port = urlsplit(webhook.hook).port
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(
            f"POST /hooks/shop_tg HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
            f"Content-Length: 900000\r\n{SECRET_HEADER}: wrong\r\n\r\n".encode()
        )
        answered = await asyncio.wait_for(reader.readline(), 30)
        writer.close()
    assert b" 401 " in answered


async def test_with_the_secret_an_update_is_taken(webhook: Desk) -> None:
    async with webhook.running():
        status, _ = await post(webhook, MESSAGE, {SECRET_HEADER: secret_of(webhook)})
    assert status == 200
    assert len(webhook.core.messages) == 1


async def test_the_same_update_played_again_is_one_message(webhook: Desk) -> None:
    async with webhook.running():
        for _ in range(5):
            headers = {SECRET_HEADER: secret_of(webhook)}
            assert (await post(webhook, MESSAGE, headers))[0] == 200
    assert len(webhook.core.book) == 1


@pytest.mark.parametrize(
    "body", [b"", b"not json", b"\xff\xfe", b"[" * 100_000, b"null", b"[]", b'{"message": 1}']
)
async def test_what_is_no_update_is_kept_aside_and_answered_so_that_it_blocks_nobody(
    webhook: Desk, body: bytes
) -> None:
    async with webhook.running():
        status, _ = await post(webhook, body, {SECRET_HEADER: secret_of(webhook)})
    assert status == 200
    assert len(webhook.core.quarantined) == 1


async def test_what_is_too_large_to_be_an_update_is_refused(webhook: Desk) -> None:
    async with webhook.running():
        body = b"x" * (module.LARGEST_UPDATE + 1)
        status, _ = await post(webhook, body, {SECRET_HEADER: secret_of(webhook)})
    assert status == 413


@pytest.mark.parametrize("body", [MESSAGE, b"not json"])
async def test_while_nothing_can_be_stored_telegram_is_asked_to_come_again(
    webhook: Desk, body: bytes
) -> None:
    webhook.core.down = True
    async with webhook.running():
        status, headers = await post(webhook, body, {SECRET_HEADER: secret_of(webhook)})
    assert status == 503
    assert int(headers["Retry-After"]) > 0


async def test_while_the_channel_does_not_run_telegram_is_asked_to_come_again(
    webhook: Desk,
) -> None:
    async with webhook.running():
        secret = secret_of(webhook)
    assert (await post(webhook, MESSAGE, {SECRET_HEADER: secret}))[0] == 503
    assert webhook.core.events == []


async def test_in_polling_there_is_no_hook(polling: Desk) -> None:
    assert polling.channel.routes() == []
    assert (await post(polling, MESSAGE, {}))[0] == 404


async def test_an_address_telegram_does_not_take_is_told_as_such(webhook: Desk) -> None:
    webhook.telegram.world.local = False
    with pytest.raises(MisconfiguredError) as told:
        await webhook.channel.run(webhook.core)
    assert told.value.reason == "misconfigured"
    assert "https" in str(told.value)


async def test_a_webhook_that_somebody_took_away_is_set_again(
    webhook: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(module, "WATCH", 0.05)
    async with webhook.running():
        await webhook.bot.courier.point_to(None)
        webhook.person().write("meanwhile")
        await eventually(lambda: webhook.core.messages)
    assert "is set again" in caplog.text


async def test_what_waits_at_telegram_makes_the_inbox_down_and_is_told_without_secrets(
    webhook: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "WATCH", 0.05)
    webhook.core.down = True
    async with webhook.running():
        assert webhook.health.state == "well"
        webhook.person().write("канарейка")
        await eventually(lambda: webhook.health.state == "down")
        assert webhook.health.reason == "webhook_failing"
        assert "503 Service Unavailable" in webhook.health.sentence
        for secret in (TOKEN, "канарейка", SECRET.decode()):
            assert secret not in webhook.health.sentence
        webhook.core.down = False
        await eventually(lambda: webhook.health.state == "well")
    assert len(webhook.core.messages) == 1


async def test_an_old_failure_that_telegram_still_tells_of_is_no_trouble(
    webhook: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "WATCH", 0.02)
    async with webhook.running():
        webhook.bot.courier.last_error = "Connection timed out"
        webhook.bot.courier.last_error_at = webhook.telegram.world.time.now() - 3600
        asked = webhook.telegram.arrived["getWebhookInfo"]
        await eventually(lambda: webhook.telegram.arrived["getWebhookInfo"] > asked + 1)
    assert set(webhook.health.words) == {"well"}


async def test_a_token_revoked_while_the_webhook_stands_ends_the_run(
    webhook: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "WATCH", 0.02)
    running = asyncio.create_task(webhook.channel.run(webhook.core))
    await eventually(lambda: webhook.health.state == "well")
    del webhook.telegram.world.bots[TOKEN]
    with pytest.raises(MisconfiguredError) as told:
        await running
    assert told.value.reason == "credentials_refused"


async def test_telegram_that_does_not_answer_is_asked_again_later(
    webhook: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "WATCH", 0.05)
    async with webhook.running():
        await webhook.telegram.stop()
        await asyncio.sleep(0.2)
        await webhook.telegram.start()
        webhook.person().write("hello")
        await eventually(lambda: webhook.core.messages)


async def test_an_hour_in_which_we_store_nothing_loses_nothing_and_keeps_the_order() -> None:
    time = VirtualTime()
    desk = Desk("webhook", time=time)
    async with desk.open(), desk.running():
        anna, bohdan = desk.person("anna"), desk.person("bohdan")

        def settled() -> bool:
            return desk.bot.courier.busy == 0

        desk.core.down = True
        for minute in range(0, 60, 2):
            anna.write(f"anna {minute}")
            await time.pass_by(120, settled)
        bohdan.write("bohdan")
        assert desk.core.messages == []
        desk.core.down = False
        await time.pass_by(125, settled)
        assert desk.bot.updates.pending == []
    texts = [one.text for one in desk.core.messages]
    assert [one for one in texts if one != "bohdan"] == [f"anna {n}" for n in range(0, 60, 2)]
    assert len(desk.core.book) == len(texts) == 31
    assert desk.telegram.ledger.dropped == []
