"""The vendor's framework against the model: verification, routing, acknowledgement, answers."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bridge.sandbox.slack import APP_TOKEN, BOT_TOKEN, SIGNING_SECRET, Agent, Channel, SlackPlatform
from tests.bridge.sandbox.slack.test_web_api import BUTTON, MODAL
from tests.channels.rig import eventually


class Bolt:
    """An app of bolt's and the workspace it is in, in real time: bolt looks at its own clock."""

    def __init__(self) -> None:
        self.slack = SlackPlatform()
        self.anna: Agent = self.slack.agent("anna")
        self.support: Channel = self.slack.channel("support", self.anna)
        self.told: list[Any] = []
        self.app: AsyncApp

    def wire(self) -> None:
        client = AsyncWebClient(token=BOT_TOKEN, base_url=self.slack.url, retry_handlers=[])
        self.app = AsyncApp(
            client=client, signing_secret=SIGNING_SECRET, process_before_response=True
        )

        @self.app.event("message")
        async def answer(event: dict[str, Any], say: Any) -> None:
            self.told.append(event)
            if "bot_id" not in event:
                blocks = [{"type": "actions", "elements": [BUTTON]}]
                await say(text="Taken?", blocks=blocks, thread_ts=event["ts"])

        @self.app.action("take")
        async def take(ack: Any, body: dict[str, Any], respond: Any, client: Any) -> None:
            await ack()
            await respond(text="You have it.", replace_original=False)
            await client.views_open(trigger_id=body["trigger_id"], view=MODAL)

        @self.app.view("")
        async def submitted(ack: Any) -> None:
            await ack(response_action="errors", errors={"who": "Choose somebody."})

        @self.app.shortcut("note")
        async def note(ack: Any, shortcut: dict[str, Any]) -> None:
            await ack()
            self.told.append(shortcut)


@pytest.fixture
async def bolt() -> AsyncIterator[Bolt]:
    bolt = Bolt()
    async with bolt.slack.running():
        bolt.wire()
        yield bolt


@pytest.fixture
async def served(bolt: Bolt) -> AsyncIterator[Bolt]:
    runner = web.AppRunner(bolt.app.web_app("/slack/events"), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    assert await bolt.slack.verify_url(url)
    bolt.slack.webhooks.interactions = url
    yield bolt
    await runner.cleanup()


@pytest.fixture
async def connected(bolt: Bolt) -> AsyncIterator[Bolt]:
    # Half of its methods have no annotations.
    handler: Any = AsyncSocketModeHandler(bolt.app, APP_TOKEN)
    await handler.connect_async()
    await eventually(lambda: bolt.slack.sockets.open)
    yield bolt
    await handler.close_async()


async def conversation(bolt: Bolt) -> None:
    """Write, have it answered, press the button, submit the modal, use a shortcut."""
    posted = await bolt.anna.writes(bolt.support.id, "Привіт 🐤")
    assert posted.answered
    await eventually(lambda: len(bolt.support.messages) == 2)
    reply = list(bolt.support.messages.values())[-1]
    assert (reply.text, reply.thread_ts) == ("Taken?", posted.ts)
    assert (await bolt.anna.presses(bolt.support.id, reply.ts, "take")).ok
    await eventually(lambda: bolt.slack.team.views)
    assert bolt.slack.ledger.responses[0]["text"] == "You have it."
    (view_id,) = bolt.slack.team.views
    answer = await bolt.anna.submits(view_id, {})
    assert answer.body["errors"] == {"who": "Choose somebody."}
    assert (await bolt.anna.shortcuts(bolt.support.id, posted.ts, "note")).ok
    await eventually(lambda: bolt.told[-1]["type"] == "message_action")


async def test_a_conversation_over_http(served: Bolt) -> None:
    await conversation(served)


async def test_a_conversation_over_sockets(connected: Bolt) -> None:
    await conversation(connected)


async def test_a_signature_of_another_secret_is_refused(served: Bolt) -> None:
    served.slack.webhooks._secret = "another"
    posted = await served.anna.writes(served.support.id, "forged")
    assert not posted.answered
    assert served.slack.ledger.attempts[-1].answered == 401
    assert served.told == []


async def test_an_event_older_than_five_minutes_is_refused(served: Bolt) -> None:
    hooks = served.slack.webhooks
    old = served.slack.team.now() // 1000 - 301
    answer = await hooks.post(hooks.events, b"{}", "application/json", {}, at=old)
    assert answer.status == 401
