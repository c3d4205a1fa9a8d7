"""Socket Mode and the Events API: who is let in, and what happens to a line that breaks."""

import asyncio
import json
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import aiohttp
import pytest
from slack_sdk.socket_mode.aiohttp import SocketModeClient

from agent_console.slack import sockets, surface
from agent_console.surface import Said
from bridge.channel import MisconfiguredError, UnavailableError
from bridge.sandbox.faults import Fault
from bridge.sandbox.slack import SIGNING_SECRET, signing
from tests.agent_console.slack.workspace import Workspace
from tests.channels.rig import eventually

EVENT = json.dumps({"type": "event_callback", "event_id": "Ev1", "event": {"type": "message"}})


async def post(workspace: Workspace, body: bytes, headers: dict[str, str]) -> int:
    """Call the hook; return the status."""
    headers = {"Content-Type": "application/json", **headers}
    async with (
        aiohttp.ClientSession() as http,
        http.post(workspace.hook, data=body, headers=headers) as answer,
    ):
        return answer.status


def signed(body: bytes, secret: str = SIGNING_SECRET, age: float = 0) -> dict[str, str]:
    """Return the headers of a signature."""
    return signing.headers(secret, int(time.time() - age), body)


# --- Being called --------------------------------------------------------------------


# Made when they are sent: one that is too early for now is right a quarter of an hour later.
STRANGERS: list[Callable[[], dict[str, str]]] = [
    dict,
    lambda: {"X-Slack-Signature": "v0=00"},
    lambda: {"X-Slack-Request-Timestamp": "abc", "X-Slack-Signature": "v0=00"},
    lambda: {"X-Slack-Request-Timestamp": "²", "X-Slack-Signature": "v0=00"},
    lambda: signed(EVENT.encode(), secret="another"),
    lambda: signed(EVENT.encode(), age=900),
    lambda: signed(EVENT.encode(), age=-900),
    lambda: {**signed(EVENT.encode()), "X-Slack-Signature": "v0=é"},
    lambda: signed(b"another body"),
]


@pytest.mark.parametrize("headers", STRANGERS)
async def test_nobody_but_slack_is_let_in(headers: Callable[[], dict[str, str]]) -> None:
    async with Workspace("hook").open() as workspace, workspace.running():
        assert await post(workspace, EVENT.encode(), headers()) == 401
        assert not workspace.desk.heard
        assert not workspace.desk.aside


async def test_a_body_that_is_no_text_is_no_error_of_ours() -> None:
    body = b"\xff\xfe\x00"
    async with Workspace("hook").open() as workspace, workspace.running():
        assert await post(workspace, body, signed(b"x")) == 401
        status = await post(workspace, body, signed(body))
        assert status in (400, 401)


@pytest.mark.parametrize("body", [b"[]", b"{", b"null", b"5", b"[" * 100_000])
async def test_what_is_none_of_slacks_is_refused(body: bytes) -> None:
    async with Workspace("hook").open() as workspace, workspace.running():
        assert await post(workspace, body, signed(body)) == 400


async def test_the_challenge_is_answered_only_to_slack() -> None:
    body = b'{"type": "url_verification", "challenge": "abc"}'
    async with Workspace("hook").open() as workspace:
        assert await workspace.slack.verify_url(workspace.hook)
        assert await post(workspace, body, {}) == 401


async def test_while_nothing_can_be_stored_slack_comes_again() -> None:
    async with Workspace("hook").open() as workspace, workspace.running():
        thread = await workspace.thread()
        workspace.desk.broken = True
        written = await workspace.anna.writes(thread.place, "Так", thread_ts=thread.id)
        assert not written.answered
        assert workspace.slack.ledger.attempts[-1].answered == 503


async def test_with_a_socket_there_is_no_address_to_be_called_at() -> None:
    async with Workspace("socket").open() as workspace:
        assert await post(workspace, EVENT.encode(), signed(EVENT.encode())) == 404


def _is_new(workspace: Workspace, before: int) -> bool:
    sockets = workspace.slack.sockets
    return sockets.opened > before and bool(sockets.open)


async def test_what_was_lost_on_the_way_to_our_address_is_found_without_a_start(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(surface, "WATCH", 0.05)
    async with Workspace("hook").open() as workspace:
        thread = await workspace.thread()
        async with workspace.running():
            workspace.slack.webhooks.events = ""
            missed = await workspace.anna.writes(thread.place, "Так", thread_ts=thread.id)
            assert not missed.answered
            await eventually(lambda: workspace.desk.heard)
    said, *again = workspace.desk.heard
    assert not again
    assert isinstance(said, Said)
    assert said.external_id == missed.ts


# --- Sockets -------------------------------------------------------------------------


@pytest.fixture
def _brisk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have pings and pauses in tenths of seconds."""
    monkeypatch.setattr(sockets, "PING", 0.1)
    monkeypatch.setattr(sockets, "PAUSES", (0.01, 0.02, 0.03))
    monkeypatch.setattr(sockets, "CONNECTS_WITHIN", 1.0)


@pytest.mark.usefixtures("_brisk")
async def test_a_broken_line_is_mended_and_what_was_missed_is_found() -> None:
    async with Workspace().open() as workspace:
        thread = await workspace.thread()
        async with workspace.running():
            await workspace.slack.sockets.stop()
            missed = await workspace.anna.writes(thread.place, "Так", thread_ts=thread.id)
            assert not missed.answered
            await eventually(lambda: workspace.slack.sockets.opened == 2)
            await eventually(lambda: workspace.desk.heard)
    (said,) = workspace.desk.heard
    assert isinstance(said, Said)
    assert said.external_id == missed.ts


async def test_a_connection_given_up_while_it_is_made_leaves_nothing_open(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made: list[SocketModeClient] = []

    def given_up(**given: Any) -> SocketModeClient:
        client = SocketModeClient(**given)
        session = client.aiohttp_client_session
        close, ends = session.close, [asyncio.CancelledError()]

        async def closes() -> None:
            if ends:
                raise ends.pop()
            await close()

        monkeypatch.setattr(session, "close", closes, raising=False)
        made.append(client)
        return client

    monkeypatch.setattr(sockets, "SocketModeClient", given_up)
    async with Workspace().open() as workspace:
        with pytest.raises(asyncio.CancelledError):
            await workspace.surface.run()
    (client,) = made
    assert client.closed
    assert client.aiohttp_client_session.closed


@pytest.mark.usefixtures("_brisk")
async def test_slack_may_ask_for_a_new_connection_at_any_time() -> None:
    async with Workspace().open() as workspace:
        thread = await workspace.thread()
        async with workspace.running():
            for _ in range(3):
                before = workspace.slack.sockets.opened
                await workspace.slack.sockets.refresh()
                await eventually(partial(_is_new, workspace, before))
            written = await workspace.anna.writes(thread.place, "Так", thread_ts=thread.id)
            assert written.answered


@pytest.mark.usefixtures("_brisk")
async def test_a_silent_line_is_left_for_a_new_one(monkeypatch: pytest.MonkeyPatch) -> None:
    async with Workspace().open() as workspace:
        thread = await workspace.thread()
        async with workspace.running():
            (line,) = workspace.slack.sockets.open
            # It is there, and answers nothing any more.
            assert line._req is not None
            assert line._req.transport is not None
            line._req.transport.pause_reading()
            await eventually(lambda: workspace.slack.sockets.opened >= 2, within=15)
            workspace.slack.sockets.open[:] = workspace.slack.sockets.open[-1:]
            written = await workspace.anna.writes(thread.place, "Так", thread_ts=thread.id)
            assert written.answered
            workspace.slack.sockets.open.append(line)


@pytest.mark.usefixtures("_brisk")
async def test_a_line_that_stays_broken_is_the_supervisors() -> None:
    async with Workspace().open() as workspace:
        workspace.slack.faults.plan("apps.connections.open", Fault(status=502), times=20)
        with pytest.raises(UnavailableError):
            await workspace.surface.run()


async def test_a_token_that_is_refused_stops_it_at_once() -> None:
    async with Workspace().open() as workspace:
        workspace.slack.faults.plan("apps.connections.open", Fault(error="invalid_auth"))
        with pytest.raises(MisconfiguredError):
            await workspace.surface.run()


async def test_it_is_well_for_as_long_as_slack_answers() -> None:
    async with Workspace().open() as workspace, workspace.running():
        await eventually(lambda: workspace.health.state == "well")
        assert workspace.health.within == sockets.SILENCE


async def test_a_revoked_token_is_told(workspace: Workspace) -> None:
    async with workspace.running():
        await workspace.slack.telling.event("message", {"channel": workspace.support.id})
        workspace.slack.telling.subscriptions.add("tokens_revoked")
        await workspace.slack.telling.event("tokens_revoked", {"tokens": {"bot": ["U0DESKBOT1"]}})
        assert (workspace.health.words.count("down"), workspace.asked("auth.test")) == (1, 1)


async def test_a_slow_desk_keeps_nobody_from_an_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    from agent_console.slack import dispatch  # noqa: PLC0415  # Its patience is shortened.

    monkeypatch.setattr(dispatch, "PATIENCE", 0.05)
    async with Workspace().open() as workspace, workspace.running():
        thread = await workspace.thread()
        pressed = asyncio.Event()
        press = workspace.desk.press

        async def slowly(*args: object, **more: object) -> object:
            await asyncio.sleep(0.3)
            pressed.set()
            return await press(*args, **more)  # type: ignore[arg-type]

        monkeypatch.setattr(workspace.desk, "press", slowly)
        assert (await workspace.anna.presses(thread.place, thread.id, "do:take:0")).ok
        assert not pressed.is_set()
        await eventually(lambda: workspace.desk.presses)


async def test_a_second_program_that_listens_with_the_same_token_is_warned_of(
    silent: Workspace, caplog: pytest.LogCaptureFixture
) -> None:
    async with silent.running():
        assert "connections of this app" not in caplog.text
        async with silent.running(silent.new_surface()):
            await eventually(lambda: "Slack has 2 connections of this app" in caplog.text)
