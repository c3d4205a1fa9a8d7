"""The vendor's own client and sockets against the model."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.signature import SignatureVerifier
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from bridge.sandbox.slack import APP_TOKEN, BOT_TOKEN, SIGNING_SECRET, SlackPlatform
from tests.bridge.sandbox.slack.app import App
from tests.bridge.sandbox.slack.test_web_api import BUTTON, MODAL, SECTION
from tests.channels.rig import eventually


@pytest.fixture
def web(app: App) -> AsyncWebClient:
    return AsyncWebClient(token=BOT_TOKEN, base_url=app.slack.url, retry_handlers=[])


async def test_it_posts_changes_reacts_and_reads(app: App, web: AsyncWebClient) -> None:
    here = app.support.id
    posted = await web.chat_postMessage(
        channel=here,
        text="Привіт 🐤",
        blocks=[SECTION],
        username="Олена",
        icon_url="https://example.com/a.png",
        metadata={"event_type": "m", "event_payload": {"outbox_id": 7}},
    )
    ts = posted["ts"]
    await web.chat_postMessage(channel=here, text="reply", thread_ts=ts)
    await web.chat_update(channel=here, ts=ts, text="changed")
    await web.reactions_add(channel=here, timestamp=ts, name="eyes")
    await web.reactions_remove(channel=here, timestamp=ts, name="eyes")
    await web.chat_postEphemeral(channel=here, user=app.anna.id, text="psst")
    thread = await web.conversations_replies(channel=here, ts=ts, include_all_metadata=True)
    assert [one["text"] for one in thread["messages"]] == ["changed", "reply"]
    assert thread["messages"][0]["metadata"]["event_payload"] == {"outbox_id": 7}
    await web.chat_delete(channel=here, ts=ts)
    assert (await web.conversations_info(channel=here))["channel"]["name"] == "support"
    assert (await web.conversations_join(channel=here))["ok"]
    assert (await web.conversations_history(channel=here))["ok"]


async def test_it_pages_through_people(app: App, web: AsyncWebClient) -> None:
    app.slack.agent("boris")
    names = [
        user["name"] async for page in await web.users_list(limit=1) for user in page["members"]
    ]
    assert names == ["deskbridge", "anna", "boris"]
    assert (await web.users_info(user=app.anna.id))["user"]["name"] == "anna"
    found = await web.users_lookupByEmail(email="anna@example.com")
    assert found["user"]["id"] == app.anna.id


async def test_it_uploads_in_its_own_three_steps(app: App, web: AsyncWebClient) -> None:
    ts = (await app.post("parent"))["ts"]
    await web.files_upload_v2(
        channel=app.support.id,
        thread_ts=ts,
        initial_comment="Дивіться",
        file_uploads=[
            {"filename": "a.txt", "content": "привіт"},
            {"filename": "b.png", "file": b"png", "title": "B"},
        ],
    )
    shared = list(app.support.messages.values())[-1]
    assert [one.content for one in shared.files] == ["привіт".encode(), b"png"]
    assert (shared.thread_ts, shared.text) == (ts, "Дивіться")


async def test_it_opens_and_changes_views(app: App, web: AsyncWebClient) -> None:
    ts = (await app.post())["ts"]
    await app.anna.shortcuts(app.support.id, ts, "transfer")
    trigger = app.slack.ledger.attempts[-1].payload["trigger_id"]
    opened = await web.views_open(trigger_id=trigger, view=MODAL)
    view = opened["view"]
    await web.views_update(view_id=view["id"], hash=view["hash"], view=MODAL)
    home = await web.views_publish(user_id=app.anna.id, view={"type": "home", "blocks": [SECTION]})
    assert app.slack.team.homes[app.anna.id]["id"] == home["view"]["id"]


async def test_it_raises_what_was_refused_and_when_to_come_again(
    app: App, web: AsyncWebClient
) -> None:
    with pytest.raises(SlackApiError) as caught:
        await web.chat_postMessage(channel="C404", text="x")
    assert caught.value.response["error"] == "channel_not_found"
    for _ in range(4):
        await web.chat_postMessage(channel=app.support.id, text="x")
    with pytest.raises(SlackApiError) as caught:
        await web.chat_postMessage(channel=app.support.id, text="x")
    assert caught.value.response.status_code == 429
    assert caught.value.response.headers["Retry-After"] == "1"


async def test_its_verifier_takes_the_models_signature_and_no_other() -> None:
    app = App()
    app.slack = SlackPlatform()
    await app.receiver.start()
    async with app.slack.running():
        assert await app.slack.verify_url(app.receiver.url)
    headers, body = app.receiver.told[-1]
    assert SignatureVerifier(SIGNING_SECRET).is_valid_request(body, dict(headers))
    assert not SignatureVerifier("another").is_valid_request(body, dict(headers))
    assert not SignatureVerifier(SIGNING_SECRET).is_valid_request(body + b" ", dict(headers))
    await app.receiver.stop()


# --- Sockets -------------------------------------------------------------------------


class Listener:
    """A socket client that keeps what it is sent, and acknowledges it unless told not to."""

    def __init__(self, app: App) -> None:
        web = AsyncWebClient(base_url=app.slack.url)
        # Half of its methods have no annotations.
        self.client: Any = SocketModeClient(app_token=APP_TOKEN, web_client=web, ping_interval=0.2)
        take: Any = self._take
        self.client.socket_mode_request_listeners.append(take)
        self.told: list[SocketModeRequest] = []
        self.acknowledges = True
        self.answer: Any = None

    async def _take(self, client: SocketModeClient, request: SocketModeRequest) -> None:
        self.told.append(request)
        if self.acknowledges:
            response = SocketModeResponse(envelope_id=request.envelope_id, payload=self.answer)
            await client.send_socket_mode_response(response)


@pytest.fixture
async def listener(app: App) -> AsyncIterator[Listener]:
    listener = Listener(app)
    await listener.client.connect()
    await eventually(lambda: app.slack.sockets.open)
    yield listener
    await listener.client.disconnect()
    await listener.client.close()


async def test_events_come_over_a_socket_and_are_acknowledged(app: App, listener: Listener) -> None:
    posted = await app.anna.writes(app.support.id, "Привіт 🐤")
    assert posted.answered
    (request,) = listener.told
    assert request.type == "events_api"
    assert request.payload["event"]["text"] == "Привіт 🐤"
    assert app.receiver.told == []


async def test_what_is_not_acknowledged_comes_again(app: App, listener: Listener) -> None:
    app.slack.sockets.patience, listener.acknowledges = 0.05, False
    posted = await app.anna.writes(app.support.id, "Hi")
    await app.slack.telling.settled()
    assert not posted.answered
    assert [one.retry_attempt for one in listener.told] == [0, 1, 2, 3]
    assert app.slack.ledger.missed == [posted.event_id]


async def test_a_press_and_a_submission_are_answered_over_the_socket(
    app: App, listener: Listener
) -> None:
    ts = (await app.post(blocks=[{"type": "actions", "elements": [BUTTON]}]))["ts"]
    await app.slack.telling.settled()
    assert (await app.anna.presses(app.support.id, ts, "take")).ok
    assert listener.told[-1].type == "interactive"
    trigger = listener.told[-1].payload["trigger_id"]
    opened = await app.ask("views.open", {"trigger_id": trigger, "view": MODAL})
    listener.answer = {"response_action": "errors", "errors": {"a": "b"}}
    answer = await app.anna.submits(opened["view"]["id"], {})
    assert answer.body == listener.answer


async def test_a_refresh_makes_the_client_come_again(app: App, listener: Listener) -> None:
    await app.slack.sockets.refresh()
    await eventually(lambda: app.slack.sockets.opened == 2)
    posted = await app.anna.writes(app.support.id, "after")
    assert posted.answered
    assert listener.told[-1].payload["event"]["text"] == "after"


async def test_each_event_goes_to_one_of_several_connections(app: App, listener: Listener) -> None:
    other = Listener(app)
    await other.client.connect()
    await eventually(lambda: len(app.slack.sockets.open) == 2)
    for n in range(20):
        await app.anna.writes(app.support.id, f"number {n}")
    assert len(listener.told) + len(other.told) == 20
    assert listener.told
    assert other.told
    await other.client.disconnect()
    await other.client.close()


async def test_while_nobody_listens_events_are_missed() -> None:
    app = App()
    async with app.slack.running():
        posted = await app.anna.writes(app.support.id, "lost")
        await app.slack.telling.settled()
        assert app.slack.ledger.missed == [posted.event_id]
        assert (await app.ask("conversations.history", {"channel": app.support.id}))["messages"]


async def test_a_ticket_opens_one_connection_and_there_are_ten_at_most(app: App) -> None:
    async with aiohttp.ClientSession() as session:
        sockets, url = [], ""
        for _ in range(10):
            url = (await app.ask("apps.connections.open", token=APP_TOKEN)).get("url", "")
            app.clock.tick(60)
            sockets.append(await session.ws_connect(url))
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(url)
        await asyncio.sleep(0.01)
        refused = await app.ask("apps.connections.open", token=APP_TOKEN)
        assert refused["error"] == "too_many_websockets"
        for one in sockets:
            await one.close()
    assert (await app.ask("apps.connections.open"))["error"] == "not_allowed_token_type"
