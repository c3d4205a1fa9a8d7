"""A bot's queue of updates, and handing it out by `getUpdates`.

Updates live a day, questions from buttons less (tdlib/telegram-bot-api, Client.cpp,
`add_update`); until they are confirmed they are handed out again.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from bridge.sandbox.telegram.errors import OTHER_POLLER, conflict
from bridge.sandbox.telegram.ledger import Dropped, Ledger
from bridge.sandbox.telegram.time import Time

DAY = 86_400.0
# Seconds after which an update of a kind is of no use; all others live a day.
SHORT_LIVES = {"inline_query": 30.0, "callback_query": 150.0, "pre_checkout_query": 150.0}
# Kinds that come only to a bot that has asked for them.
UNASKED = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
MOST_AT_ONCE = 100


@dataclass(slots=True)
class Update:
    """One update; those of one `queue` (a chat) are handed to a webhook one by one."""

    update_id: int
    queue: str
    body: dict[str, Any]
    expires_at: float
    delay: float = 1.0
    fails: int = 0

    @property
    def kind(self) -> str:
        """Return what it tells of: `message`, `edited_message` ..."""
        return next(iter(self.body), "update")

    @property
    def json(self) -> dict[str, Any]:
        """Return it as it is handed out."""
        return {"update_id": self.update_id} | self.body


@dataclass(slots=True)
class Updates:
    """What waits for one bot."""

    bot_id: int
    time: Time
    ledger: Ledger
    allowed: frozenset[str] = frozenset()
    pending: list[Update] = field(default_factory=list)
    next_id: int = 100_001
    news: asyncio.Event = field(default_factory=asyncio.Event)
    _poll: int = 0
    _interrupted_by: str = OTHER_POLLER

    def wants(self, kind: str) -> bool:
        """Say whether the bot is told of updates of this kind."""
        return kind in self.allowed if self.allowed else kind not in UNASKED

    def ask_for(self, kinds: Iterable[str] | None) -> None:
        """Set which kinds the bot wants; `None` leaves that as it was."""
        if kinds is not None:
            self.allowed = frozenset(kinds)

    def put(self, body: dict[str, Any], *, queue: str, kind: str = "") -> Update:
        """Add an update of this kind, wanted or not."""
        expires_at = self.time.now() + SHORT_LIVES.get(kind, DAY)
        update = Update(self.next_id, queue, body, expires_at)
        self.next_id += 1
        self.pending.append(update)
        self.news.set()
        return update

    def remove(self, update: Update) -> None:
        """Forget an update."""
        if update in self.pending:
            self.pending.remove(update)
            self.ledger.wire.changed()

    def drop(self, update: Update) -> None:
        """Forget an update that nobody took."""
        self.remove(update)
        entry = Dropped(bot_id=self.bot_id, update_id=update.update_id, at=self.time.now())
        self.ledger.dropped.append(entry)

    def confirm(self, offset: int) -> None:
        """Forget what comes before `offset`; a negative one keeps only so many."""
        before = len(self.pending)
        if offset < 0:
            self.pending = self.pending[offset:]
        elif offset:
            self.pending = [one for one in self.pending if one.update_id >= offset]
        if len(self.pending) != before:
            self.ledger.wire.changed()

    def expire(self) -> None:
        """Drop what has waited too long."""
        for one in [one for one in self.pending if one.expires_at < self.time.now()]:
            self.drop(one)

    async def poll(self, *, offset: int, limit: int, patience: float) -> list[dict[str, Any]]:
        """Return what waits, or what comes within `patience` seconds.

        Raises `Refusal` (409) when somebody else begins to poll meanwhile.
        """
        self._poll += 1
        self._interrupted_by = OTHER_POLLER
        mine = self._poll
        # Whoever has been polling is told that it is not alone.
        self.news.set()
        self.confirm(offset)
        self.expire()
        if not self.pending and patience:
            await self._wait(mine, patience)
        if self._poll != mine:
            raise conflict(self._interrupted_by)
        handed = self.pending[: min(limit, MOST_AT_ONCE)]
        for one in handed:
            self.ledger.wire.told(one.kind, one.json)
        return [one.json for one in handed]

    async def _wait(self, mine: int, patience: float) -> None:
        try:
            async with asyncio.timeout(patience):
                while not self.pending and self._poll == mine:
                    self.news.clear()
                    await self.news.wait()
        except TimeoutError:
            return

    def interrupt(self, why: str) -> None:
        """End a poll that is waiting."""
        self._poll += 1
        self._interrupted_by = why
        self.news.set()
