"""Handing updates to a webhook, as the Bot API server does.

Read in its source (tdlib/telegram-bot-api, WebhookActor.cpp): one queue a chat, whose next
update goes out only after the one before was taken or dropped; the first retry at once,
then after 2, 4, 8 ... seconds up to something between one and two minutes; `Retry-After`
is obeyed up to an hour; a day of "410 Gone" removes the webhook.
"""

import asyncio
import random
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from bridge.sandbox.telegram.errors import bad_request
from bridge.sandbox.telegram.ledger import Attempt
from bridge.sandbox.telegram.updates import Update, Updates

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  # A header's name, no secret.
LONGEST_PAUSE = 60
LONGEST_RETRY_AFTER = 3600
GONE_FOR = 23 * 3600.0
PORTS = (80, 88, 443, 8443)
_TIMEOUT = aiohttp.ClientTimeout(total=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """Where updates go."""

    url: str
    secret: str = ""
    max_connections: int = 40


@dataclass(slots=True)
class Courier:
    """Carries the updates of one bot to its webhook."""

    updates: Updates
    webhook: Webhook | None = None
    last_error: str = ""
    last_error_at: float = 0.0
    busy: int = 0
    """How many updates are on the wire just now."""
    _queues: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    _lines: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(40))
    _gone_since: float | None = None
    _session: aiohttp.ClientSession | None = None

    async def point_to(self, webhook: Webhook | None) -> None:
        """Carry to another webhook from now on, or to none."""
        await self.stop()
        self.webhook, self.last_error, self.last_error_at = webhook, "", 0.0
        if webhook is not None:
            self._lines = asyncio.Semaphore(webhook.max_connections)
        self.carry()

    def carry(self) -> None:
        """See that every queue with something in it is being worked on."""
        if self.webhook is None:
            return
        for queue in {one.queue for one in self.updates.pending}:
            if queue not in self._queues or self._queues[queue].done():
                self._queues[queue] = asyncio.create_task(self._work(queue))

    async def stop(self) -> None:
        """Stop; what is not taken stays."""
        tasks = list(self._queues.values())
        self._queues.clear()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()
            self._session = None

    def info(self) -> dict[str, Any]:
        """Answer `getWebhookInfo`."""
        told: dict[str, Any] = {
            "url": self.webhook.url if self.webhook else "",
            "has_custom_certificate": False,
            "pending_update_count": len(self.updates.pending),
        }
        if self.webhook is not None:
            told["max_connections"] = self.webhook.max_connections
        if self.last_error:
            told |= {
                "last_error_date": int(self.last_error_at),
                "last_error_message": self.last_error,
            }
        if self.updates.allowed:
            told["allowed_updates"] = sorted(self.updates.allowed)
        return told

    async def _work(self, queue: str) -> None:
        while (update := self._next(queue)) is not None:
            status, retry_after = await self._post(update)
            if 200 <= status < 300:
                self.updates.remove(update)
                self._gone_since = None
            elif self._is_gone(status):
                self.webhook = None
                return
            else:
                await self._put_off(update, retry_after)

    def _next(self, queue: str) -> Update | None:
        if self.webhook is None:
            return None
        return next((one for one in self.updates.pending if one.queue == queue), None)

    async def _put_off(self, update: Update, retry_after: int) -> None:
        pause = float(retry_after)
        if not retry_after and update.fails:
            longest = random.randint(LONGEST_PAUSE, 2 * LONGEST_PAUSE)  # noqa: S311  # Jitter.
            update.delay = pause = min(longest, update.delay * 2)
        update.fails += 1
        if self.updates.time.now() + pause > update.expires_at:
            self.updates.drop(update)
        else:
            await self.updates.time.sleep(pause)

    def _is_gone(self, status: int) -> bool:
        now = self.updates.time.now()
        if status != 410:
            self._gone_since = None
            return False
        if self._gone_since is None:
            self._gone_since = now
        return now > self._gone_since + GONE_FOR

    async def _post(self, update: Update) -> tuple[int, int]:
        """Hand one update over; return the status and the seconds of `Retry-After`."""
        async with self._lines:
            self.busy += 1
            try:
                status, reason, after = await self._posted(update)
            finally:
                self.busy -= 1
        if not 200 <= status < 300:
            self.last_error = reason
            self.last_error_at = self.updates.time.now()
        self.updates.ledger.attempts.append(
            Attempt(
                bot_id=self.updates.bot_id,
                update_id=update.update_id,
                at=self.updates.time.now(),
                status=status,
            )
        )
        return status, after

    async def _posted(self, update: Update) -> tuple[int, str, int]:
        webhook = self.webhook
        if webhook is None:
            return 0, "Webhook was removed", 0
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=_TIMEOUT)
        self.updates.ledger.wire.told(update.kind, update.json)
        headers = {SECRET_HEADER: webhook.secret} if webhook.secret else {}
        try:
            async with self._session.post(webhook.url, json=update.json, headers=headers) as answer:
                after = answer.headers.get("Retry-After", "")
                seconds = min(int(after), LONGEST_RETRY_AFTER) if after.isdigit() else 0
                said = f"Wrong response from the webhook: {answer.status} {answer.reason}"
                return answer.status, said, seconds
        except aiohttp.ClientConnectorError:
            return 0, "Connection refused", 0
        except (aiohttp.ClientError, OSError):  # A timeout is one of them.
            return 0, "Webhook connection closed", 0


def checked(url: str, secret: str, *, local: bool) -> None:
    """Raise `Refusal` for a webhook that the server would not take.

    A server run with `--local` takes any HTTP address.
    """
    if not all(letter.isascii() and (letter.isalnum() or letter in "_-") for letter in secret):
        raise bad_request("secret token contains unallowed characters")
    if len(secret) > 256:
        raise bad_request("secret token is too long")
    if local:
        return
    scheme, _, rest = url.partition("://")
    if scheme != "https":
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    port = rest.partition("/")[0].rpartition(":")[2]
    if port.isdigit() and int(port) not in PORTS:
        raise bad_request("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
