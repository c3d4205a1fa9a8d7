"""Socket Mode: slack-sdk's connection, with our own storing before each acknowledgement.

docs.slack.dev/apis/events-api/using-socket-mode. slack-sdk pings Slack and knows when answers
stay away; there are reports of its connections falling silent for ever all the same, so its
word is looked at again and again, and what is silent is left for a new one.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from agent_console.slack.client import QUIET, Client
from agent_console.slack.dispatch import Dispatch
from bridge.channel import (
    Health,
    MisconfiguredError,
    SendError,
    StorageUnavailableError,
    UnavailableError,
)

_log = logging.getLogger(__name__)

# Seconds between two pings; four without an answer are a broken line.
PING = 5.0
CONNECTS_WITHIN = 20.0
# A line that breaks is mended by a new one; one that stays broken is the supervisor's.
PAUSES = (0.5, 2.0, 5.0)
# Longer than that without a word of ours, in seconds, is hanging.
SILENCE = 90.0
# An event goes over one of the app's connections alone, and ours is one.
ANOTHER = (
    "Slack has %s connections of this app: if another program has the same app token, it gets "
    "some of what is said, and it never comes here; give it an app of its own"
)


class Sockets:
    """Hears one workspace over one connection."""

    def __init__(
        self,
        client: Client,
        dispatch: Dispatch,
        health: Health,
        catch_up: Callable[[], Awaitable[None]],
    ) -> None:
        """`catch_up` is called after each time when nobody may have listened."""
        self._client = client
        self._dispatch = dispatch
        self._health = health
        self._catch_up = catch_up
        self._greeted = asyncio.Event()
        self._left = asyncio.Event()

    async def run(self) -> None:
        """Hear until cancelled; raises `SendError` and `StorageUnavailableError`."""
        catching = asyncio.create_task(self._catch_up_again())
        listening = asyncio.create_task(self._stay_connected())
        try:
            done, _ = await asyncio.wait({catching, listening}, return_when=asyncio.FIRST_COMPLETED)
            for one in done:
                one.result()
        finally:
            for one in (catching, listening):
                one.cancel()
            await asyncio.gather(catching, listening, return_exceptions=True)

    async def _catch_up_again(self) -> None:
        while True:
            await self._greeted.wait()
            self._greeted.clear()
            await self._catch_up()

    async def _stay_connected(self) -> None:
        failures = 0
        while True:
            try:
                async with self._connected() as sockets:
                    failures = 0
                    await self._watch(sockets)
            except MisconfiguredError:
                raise
            except (SendError, TimeoutError) as error:
                if failures == len(PAUSES):
                    raise UnavailableError(
                        "Slack's connection breaks again and again.", reason="unavailable"
                    ) from None
                _log.warning("Slack is not heard now: %s", str(error) or "no connection in time")
            await asyncio.sleep(PAUSES[failures])
            failures += 1

    @contextlib.asynccontextmanager
    async def _connected(self) -> Any:
        self._left.clear()
        address = await self._client.socket_address()
        sockets = self._made(address)
        try:
            async with asyncio.timeout(CONNECTS_WITHIN):
                await sockets.aiohttp_client_session.close()
                sockets.aiohttp_client_session = self._client.new_session()
                await sockets.connect()
            yield sockets
        finally:
            await sockets.close()
            # Its tasks are cancelled, and end in the loop's next turns.
            await asyncio.gather(*_tasks(sockets), return_exceptions=True)

    def _made(self, address: str) -> Any:
        # Half of its methods have no annotations.
        made: Any = SocketModeClient(
            app_token="",
            logger=QUIET,
            web_client=self._client.web(),
            auto_reconnect_enabled=False,
            ping_interval=PING,
        )
        made.proxy = None
        made.wss_uri = address
        # Slack asks for a new connection every few hours; there is one way to make one, ours.
        made.connect_to_new_endpoint = self._leave
        made.message_listeners.append(self._greet)
        made.socket_mode_request_listeners.append(self._take)
        return made

    async def _watch(self, sockets: Any) -> None:
        """Return once the connection is no more, or silent."""
        while await sockets.is_connected():
            self._health.well(within=SILENCE)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(PING / 2):
                    await self._left.wait()
                    return

    async def _leave(self, *, force: bool = False) -> None:
        """Leave this connection for a new one."""
        del force
        self._left.set()

    async def _greet(self, _: Any, message: dict[str, Any], __: str | None = None) -> None:
        """A connection begins: what happened before it is not told on it."""
        if message.get("type") != "hello":
            return
        self._greeted.set()
        if (number := message.get("num_connections", 1)) != 1:
            _log.warning(ANOTHER, number)

    async def _take(self, sockets: Any, request: SocketModeRequest) -> None:
        """Store, and only then acknowledge: what is not acknowledged comes again."""
        try:
            body = await self._dispatch.take(request.type, request.payload)
        except StorageUnavailableError:
            _log.warning("an event of Slack's could not be stored; it will come again")
            return
        except SendError as error:
            _log.warning("an event of Slack's could not be taken now: %s", error)
            return
        except Exception:  # noqa: BLE001  # A bug of ours, which is logged.
            _log.exception("an event of Slack's could not be taken")
            return
        answer = SocketModeResponse(envelope_id=request.envelope_id, payload=dict(body) or None)
        with contextlib.suppress(ConnectionError, OSError, AttributeError):
            await sockets.send_socket_mode_response(answer)


def _tasks(sockets: Any) -> list[Any]:
    found = (sockets.message_processor, sockets.current_session_monitor, sockets.message_receiver)
    return [one for one in found if one is not None]
