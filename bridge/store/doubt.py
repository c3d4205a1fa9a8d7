"""Commits of which nobody knows whether they are there: the answer to them was lost.

Whoever asked for one is told that it could not be stored, and asks again; what is there
already is known by its name. But nobody would be told of what it brought: so the next
transaction looks which of its events are in the log.
"""

import msgspec
from sqlalchemy import select

from bridge.models import EVENT, Event
from bridge.models.base import columns
from bridge.store.statement import Statement, among
from bridge.store.tx import News, Tx

# How often it is looked after, in seconds, while nobody else writes.
LOOK_EVERY = 0.5
_OF = Statement(Event, select(*columns(EVENT, Event)).where(among(EVENT.c.id)).order_by(EVENT.c.id))


class Doubt:
    """What such commits would bring."""

    def __init__(self) -> None:
        """Doubt nothing."""
        self._news = News()

    def __bool__(self) -> bool:
        """Whether there is such a commit."""
        return bool(self._news)

    def begin(self, news: News) -> None:
        """Doubt what is committed now, until `end`."""
        self._news = News(list(news.events), set(news.topics))

    def end(self) -> None:
        """Doubt nothing any more: the answer has come."""
        self._news = News()

    def learned(self, tx: Tx) -> News:
        """Return what is there of it, seen by a transaction that begins after it has ended."""
        if not self._news:
            return News()
        ids = msgspec.json.encode([event.id for event in self._news.events]).decode()
        # Whose ids they are now is for the log to say: a file gives them a second time.
        return News(tx.all(_OF, ids=ids), set(self._news.topics))
