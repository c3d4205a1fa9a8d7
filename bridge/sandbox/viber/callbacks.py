"""Callbacks to the bot's webhook: signed, and sent again for an hour until one is answered.

Sources: https://developers.viber.com/docs/api/rest-bot-api/#callbacks and
https://developers.viber.com/docs/faq/ ("several times for an hour until 200").
"""

import asyncio
import hashlib
import hmac
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp

from bridge.sandbox.viber.ledger import Attempt, Ledger

SIGNATURE = "X-Viber-Content-Signature"
PATIENCE = 5.0
# The pauses before each further attempt, in seconds; the last ends within the hour.
RETRY_AFTER = (10.0, 30.0, 60.0, 300.0, 600.0, 1200.0, 1300.0)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the webhook said; `status` is `None` where nothing came in time."""

    status: int | None
    body: bytes = b""

    @property
    def ok(self) -> bool:
        """Say whether the callback counts as received."""
        return self.status == 200


def sign(token: str, body: bytes) -> str:
    """Return the signature of a body, in hexadecimal digits."""
    return hmac.new(token.encode(), body, hashlib.sha256).hexdigest()


class Callbacks:
    """Brings callbacks to one webhook."""

    def __init__(
        self,
        token: str,
        ledger: Ledger,
        now: Callable[[], int],
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        """`now` is in ms; `sleep` passes the seconds between attempts."""
        self.url = ""
        self.patience = PATIENCE
        self._token = token
        self._ledger = ledger
        self._now = now
        self._sleep = sleep
        self._bodies: dict[int, tuple[str, bytes]] = {}
        self._retrying: set[asyncio.Task[None]] = set()

    async def tell(self, event: Mapping[str, Any]) -> Answer:
        """Bring an event; answer how the first attempt went. Others follow where it failed."""
        token: int = event["message_token"]
        body = json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()
        self._bodies[token] = event["event"], body
        answer = await self.again(token)
        if not answer.ok:
            task = asyncio.create_task(self._retry(token))
            self._retrying.add(task)
            task.add_done_callback(self._retrying.discard)
        return answer

    def knows(self, token: int) -> bool:
        """Say whether this callback has been brought before."""
        return token in self._bodies

    async def again(self, token: int) -> Answer:
        """Bring the very same callback once more, as after a lost answer."""
        return await self._attempt(*self._bodies[token], token, self.url)

    async def probe(self, url: str, event: Mapping[str, Any]) -> bool:
        """Say whether a webhook that is being set answers."""
        body = json.dumps(event).encode()
        return (await self._attempt("webhook", body, event["message_token"], url)).ok

    async def _attempt(self, event: str, body: bytes, token: int, url: str) -> Answer:
        self._ledger.wire.told(event, json.loads(body))
        answer = await self.post(url, body)
        self._ledger.attempts.append(Attempt(event, token, body, answer.status, self._now()))
        self._ledger.wire.changed()
        return answer

    async def post(self, url: str, body: bytes, signature: str | None = None) -> Answer:
        """Post any body, signed as ours unless told otherwise."""
        headers = {SIGNATURE: sign(self._token, body) if signature is None else signature}
        headers["Content-Type"] = "application/json"
        timeout = aiohttp.ClientTimeout(total=self.patience)
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout) as session,
                session.post(url, data=body, headers=headers) as response,
            ):
                return Answer(response.status, await response.read())
        except (aiohttp.ClientError, OSError):
            return Answer(None)

    async def _retry(self, token: int) -> None:
        for pause in RETRY_AFTER:
            await self._sleep(pause)
            if (await self.again(token)).ok:
                return
        self._ledger.lost.append(token)

    async def settled(self) -> None:
        """Wait until every callback has been answered or given up."""
        while self._retrying:
            await asyncio.gather(*self._retrying)

    async def stop(self) -> None:
        """Forget what has not been answered."""
        for task in self._retrying:
            task.cancel()
        await asyncio.gather(*self._retrying, return_exceptions=True)
