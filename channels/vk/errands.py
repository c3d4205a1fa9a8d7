"""What is asked of VK after a customer has been heard: nobody waits for it.

Who they are, that a press was noticed, which message a mark of reading means. A failure
here costs a name or a mark, never a message; the next occasion asks again.
"""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from typing import Any

from bridge.channel import (
    ButtonPressed,
    ContactUpdated,
    InboundEvent,
    InboundMessage,
    Sender,
    SendError,
    Sink,
    StorageUnavailableError,
)
from bridge.clock import Clock
from channels.vk import translate
from channels.vk.api import Api
from channels.vk.content import page

_log = logging.getLogger(__name__)

# https://dev.vk.com/ru/method/users.get takes a thousand at once.
_AT_ONCE = 100
_FIELDS = "screen_name,photo_200"
# People change their names and pictures now and then; whom we know is asked about daily.
_KNOWN_FOR = 86_400.0
_MOST_KNOWN = 20_000
_FAILURES = (SendError, StorageUnavailableError, KeyError, TypeError)
# What waits while VK cannot be asked; more is forgotten until the next occasion.
_MOST_WAITING = 10_000


class Errands:
    """Runs them one after another, behind the customers' messages."""

    def __init__(self, api: Api, clock: Clock) -> None:
        """Have nothing to do yet."""
        self._api = api
        self._clock = clock
        self._known: OrderedDict[int, float] = OrderedDict()
        self._unknown: dict[int, None] = {}
        self._updates: list[Mapping[str, Any]] = []
        self._work = asyncio.Event()
        self._one_at_a_time = asyncio.Lock()

    def note(self, update: Mapping[str, Any], events: Iterable[InboundEvent]) -> None:
        """Look at what has been stored for something to ask about."""
        for event in events:
            # Facts about whoever has not written yet would be lost on the core.
            if isinstance(event, InboundMessage | ButtonPressed):
                self._ask_about(int(event.sender.external_id))
        if update.get("type") == "message_event":
            self._updates.append(update)
        self._begin()

    def find_read(self, update: Mapping[str, Any]) -> None:
        """Take a mark of reading that names its message by the community's number only."""
        self._updates.append(update)
        self._begin()

    def _begin(self) -> None:
        del self._updates[_MOST_WAITING:]
        if self._updates or self._unknown:
            self._work.set()

    def _ask_about(self, user_id: int) -> None:
        asked_at = self._known.get(user_id)
        due = asked_at is None or self._clock.monotonic() - asked_at > _KNOWN_FOR
        if due and len(self._unknown) < _MOST_WAITING:
            self._unknown[user_id] = None

    # --- doing ---

    async def run(self, sink: Sink) -> None:
        """Do what there is to do until cancelled; while somebody else does, wait."""
        async with self._one_at_a_time:
            while True:
                # First of all what the run before this one has left behind.
                self._work.clear()
                while self._updates:
                    await self._try(sink, self._updates.pop(0))
                while self._unknown:
                    await self._meet(sink)
                await self._work.wait()

    async def _try(self, sink: Sink, update: Mapping[str, Any]) -> None:
        try:
            if update["type"] == "message_event":
                await self._answer_press(update["object"])
            else:
                await sink.accept(await self._read(update["object"]))
        except (*_FAILURES, translate.UntranslatableError):
            _log.info("a press or a mark of reading could not be followed up")

    async def _answer_press(self, thing: Mapping[str, Any]) -> None:
        """Let the customer's application stop waiting."""
        named = {name: thing[name] for name in ("event_id", "user_id", "peer_id")}
        await self._api.call("messages.sendMessageEventAnswer", **named)

    async def _read(self, thing: Mapping[str, Any]) -> list[InboundEvent]:
        found = await self._api.call("messages.getById", message_ids=thing["read_message_id"])
        cmid = found["items"][0]["conversation_message_id"] if found["items"] else None
        update = {"type": "message_read", "object": {**thing, "conversation_message_id": cmid}}
        return list(translate.translated(update, self._clock.now()))

    async def _meet(self, sink: Sink) -> None:
        """Ask who some people are, and tell the core."""
        asked = [self._unknown.popitem()[0] for _ in range(min(_AT_ONCE, len(self._unknown)))]
        try:
            people = await self._api.call(
                "users.get", user_ids=",".join(map(str, asked)), fields=_FIELDS
            )
            await sink.accept([ContactUpdated(sender=_person(one)) for one in people])
        except _FAILURES:
            _log.info("who has written could not be asked; the next message asks again")
            return
        for user_id in asked:
            self._known[user_id] = self._clock.monotonic()
            self._known.move_to_end(user_id)
        while len(self._known) > _MOST_KNOWN:
            self._known.popitem(last=False)


def _person(user: Mapping[str, Any]) -> Sender:
    name = f"{user['first_name']} {user['last_name']}".strip()
    return Sender(
        external_id=str(user["id"]),
        # VK calls whoever has left "DELETED".
        name=None if "deactivated" in user else name or None,
        username=user.get("screen_name"),
        profile_url=page(user["id"]),
        photo=user.get("photo_200"),
    )
