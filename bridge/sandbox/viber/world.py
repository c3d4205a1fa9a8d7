"""What the model keeps: the account, the people, what is on its way between them."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any

import aiohttp

from bridge.sandbox.viber import checks, keyboards
from bridge.sandbox.viber.callbacks import Answer, Callbacks
from bridge.sandbox.viber.ledger import Carried, Ledger
from bridge.sandbox.viber.people import OPTIONAL_EVENTS, Account, Person, Received

# The vendor's tokens are larger than a float can count.
_FIRST_TOKEN = 5_741_311_803_571_721_087
_LARGEST = {
    "picture": checks.LARGEST_PICTURE,
    "video": checks.LARGEST_VIDEO,
    "file": checks.LARGEST_FILE,
}


class World:
    """One bot's world."""

    def __init__(
        self,
        account: Account,
        now: Callable[[], int],
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        """`now` is in ms; `sleep` passes the seconds between attempts at a callback."""
        self.account = account
        self.people: dict[str, Person] = {}
        self.ledger = Ledger()
        self.now = now
        self.callbacks = Callbacks(account.token, self.ledger, now, sleep)
        self.automatic = False
        """Whether phones report what they got by themselves."""
        self._last_token = _FIRST_TOKEN
        self._tasks: set[asyncio.Task[None]] = set()

    def next_token(self) -> int:
        """Return a token that nothing else has."""
        self._last_token += 1
        return self._last_token

    def event(self, kind: str, **more: Any) -> dict[str, Any]:
        """Return a callback with its time and a token, unless it brings one."""
        return {
            "event": kind,
            "timestamp": self.now(),
            "chat_hostname": "SN-CHAT-05_",
            "message_token": more.pop("message_token", None) or self.next_token(),
            **more,
        }

    async def tell(self, event: Mapping[str, Any]) -> Answer:
        """Bring a callback to the webhook, if there is one that wants it."""
        kind = event["event"]
        if not self.account.webhook:
            return Answer(None)
        if kind in OPTIONAL_EVENTS and kind not in self.account.event_types:
            return Answer(200)
        return await self.callbacks.tell(event)

    # --- from the bot ---

    def carry(self, person: Person, message: Mapping[str, Any]) -> int:
        """Take a message for somebody; return its token."""
        token = self.next_token()
        self.ledger.carried.append(Carried(token, person.id, message, self.now()))
        person.unanswered.append(self.now())
        person.tracking_data = message.get("tracking_data", "")
        self._begin(self._arrive(person, token, message))
        return token

    async def _arrive(self, person: Person, token: int, message: Mapping[str, Any]) -> None:
        """Bring a message to the phone, which finds out whether it can show it."""
        keyboard = message.get("keyboard")
        wrong = keyboards.unfit(keyboard) if keyboard else None
        content = None
        if wrong is None and message.get("type") in _LARGEST:
            content, wrong = await _fetched(message)
        if wrong is not None:
            failed = self.event("failed", message_token=token, user_id=person.id, desc=wrong)
            await self.tell(failed)
            return
        person.inbox.append(Received(token, message, content))
        self.ledger.wire.changed()
        if self.automatic:
            await self.tell(self.event("delivered", message_token=token, user_id=person.id))

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def settled(self) -> None:
        """Wait until what was taken has arrived and every callback has come to its end."""
        while self._tasks:
            await asyncio.gather(*self._tasks)
        await self.callbacks.settled()

    async def stop(self) -> None:
        """End what is under way."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.callbacks.stop()


async def _fetched(message: Mapping[str, Any]) -> tuple[bytes | None, str | None]:
    """Fetch the file of a message, as the phone would; return it, or what is wrong with it."""
    most = _LARGEST[message["type"]]
    timeout = aiohttp.ClientTimeout(total=10)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.get(message["media"]) as response,
        ):
            if response.status != 200:
                return None, "the media could not be fetched"
            content = await response.content.read(most + 1)
            while len(content) <= most and (more := await response.content.read(most)):
                content += more
    except (aiohttp.ClientError, OSError):
        return None, "the media could not be fetched"
    return (content, None) if len(content) <= most else (None, "the media is too large")
