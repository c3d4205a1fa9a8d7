"""The promise with one guard broken on purpose, which a storm must notice."""

import asyncio
import contextlib
import itertools
import random
import re
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any, cast
from unittest import mock

from bridge import channel as ch
from bridge.db import Place
from channels.vk import channel as vk
from tests.broken import Mutant
from tests.channels.storm import storm
from tests.channels.storm.house import Guards
from tests.channels.storm.network import Network
from tests.channels.storm.networks.postcard import PostcardNetwork
from tests.channels.storm.networks.telegram import TelegramByPolling
from tests.channels.storm.networks.vk import VkByLongPoll
from tests.channels.storm.report import Report
from tests.databases import lent


class _Wrapped:
    """Something with one method replaced."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


class _AnswersEarly(_Wrapped):
    async def accept(
        self, events: Sequence[ch.InboundEvent], cursor: str | None = None
    ) -> Sequence[ch.Answer]:
        self._later = asyncio.create_task(self._store(events, cursor))
        return [ch.Answer(outcome="stored") for _ in events]

    async def _store(self, events: Sequence[ch.InboundEvent], cursor: str | None) -> None:
        # Whoever dies meanwhile has promised what is not kept.
        await asyncio.sleep(60)
        with contextlib.suppress(ch.StorageUnavailableError):
            await self._inner.accept(events, cursor)


class _KnowsNothingTwice(_Wrapped):
    numbers = itertools.count()

    async def accept(
        self, events: Sequence[ch.InboundEvent], cursor: str | None = None
    ) -> Sequence[ch.Answer]:
        renamed = [
            replace(one, external_id=f"{one.external_id}#{next(self.numbers)}")
            if isinstance(one, ch.InboundMessage)
            else one
            for one in events
        ]
        answers: Sequence[ch.Answer] = await self._inner.accept(renamed, cursor)
        return answers


class _SendsOnceMore(_Wrapped):
    async def send(self, part: ch.OutboundPart, *, key: str) -> ch.Receipt:
        try:
            receipt: ch.Receipt = await self._inner.send(part, key=key)
        except ch.SendError:
            receipt = await self._inner.send(part, key=key)
        return receipt


class _IsNeverUncertain(_Wrapped):
    async def send(self, part: ch.OutboundPart, *, key: str) -> ch.Receipt:
        try:
            receipt: ch.Receipt = await self._inner.send(part, key=key)
        except ch.OutcomeUnknownError:
            receipt = ch.Receipt(external_ids=[f"perhaps-{key}"])
        return receipt


class _MixesPeopleUp(_Wrapped):
    last = ""

    async def send(self, part: ch.OutboundPart, *, key: str) -> ch.Receipt:
        to, self.last = self.last or part.recipient, part.recipient
        receipt: ch.Receipt = await self._inner.send(replace(part, recipient=to), key=key)
        return receipt


class AcknowledgesEarly(Guards):
    """The network is answered before anything is stored."""

    def sink(self, sink: ch.Sink) -> ch.Sink:
        """Answer first."""
        return cast("ch.Sink", _AnswersEarly(sink))


class WithoutDeduplication(Guards):
    """Nothing is known twice."""

    def sink(self, sink: ch.Sink) -> ch.Sink:
        """Have every arrival look new."""
        return cast("ch.Sink", _KnowsNothingTwice(sink))


class WithTheLibrarysRetry(Guards):
    """The vendor's library repeats what failed, as it does unless it is told not to."""

    def channel(self, channel: ch.Channel) -> ch.Channel:
        """Repeat."""
        return cast("ch.Channel", _SendsOnceMore(channel))


class WithoutUncertainty(Guards):
    """What nobody knows counts as sent."""

    def channel(self, channel: ch.Channel) -> ch.Channel:
        """Claim."""
        return cast("ch.Channel", _IsNeverUncertain(channel))


class WithWrongRecipients(Guards):
    """Answers go to whoever was written to last."""

    def channel(self, channel: ch.Channel) -> ch.Channel:
        """Mix up."""
        return cast("ch.Channel", _MixesPeopleUp(channel))


@contextlib.contextmanager
def random_keys() -> Iterator[None]:
    """Have VK get another `random_id` for each attempt at the same part."""
    chance = random.Random(1)
    with mock.patch.object(vk, "random_id", side_effect=lambda *_: chance.randrange(2**31)):
        yield


@contextlib.contextmanager
def without_the_unique_key() -> Iterator[None]:
    """Have tables in which the same message of a customer can stand twice."""

    @contextlib.contextmanager
    def lame(backend: str, folder: Path) -> Iterator[Place]:
        with lent(backend, folder) as place:
            assert isinstance(place, Path)
            _made_anew(place, "messages", without="uq_messages_inbox_id_external_id")
            yield place

    with mock.patch.object(storm, "lent", lame):
        yield


def _made_anew(path: Path, table: str, *, without: str) -> None:
    """Make a table that has no rows once more, without one of its unique keys.

    SQLite drops no index that belongs to a constraint. What refers to the table goes on doing so.
    """
    key = rf",\s*CONSTRAINT {without} UNIQUE \([^)]*\)"
    of_it = "SELECT sql FROM sqlite_master WHERE tbl_name = ? AND sql IS NOT NULL ORDER BY rowid"
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        (whole, *others) = [sql for (sql,) in connection.execute(of_it, (table,))]
        less, times = re.subn(key, "", whole)
        assert times == 1, f"{table} has no {without}"
        connection.execute(f"DROP TABLE {table}")
        for one in (less, *others):
            connection.execute(one)


# --- all of them ---


def _storm(
    name: str,
    network: type[Network],
    count: str,
    guards: Guards | None = None,
    around: Callable[[], AbstractContextManager[None]] = nullcontext,
) -> Mutant:
    """Return a guard that a storm over a network does without."""

    def lives(seed: int) -> Report:
        with around():
            return storm.report(network, seed, guards)

    return Mutant(name, f"a storm ({network.name})", count, lives)


BROKEN: Sequence[Mutant] = (
    _storm(
        "customers are acknowledged before they are stored", PostcardNetwork, "came_in lost",
        AcknowledgesEarly(),
    ),
    _storm(
        "what customers write is new whenever it is told", PostcardNetwork,
        "came_in doubled_unmarked", WithoutDeduplication(),
    ),
    _storm(
        "the unique key of customers' messages is dropped", TelegramByPolling,
        "came_in doubled_unmarked", around=without_the_unique_key,
    ),
    _storm(
        "the library of a vendor (SDK) repeats what failed", PostcardNetwork,
        "went_out doubled_unmarked", WithTheLibrarysRetry(),
    ),
    _storm(
        "an uncertain answer counts as sent", TelegramByPolling, "went_out lost",
        WithoutUncertainty(),
    ),
    _storm(
        "customers are mixed up", PostcardNetwork, "went_out misrouted",
        WithWrongRecipients(),
    ),
    _storm(
        "another random_id for each attempt", VkByLongPoll, "went_out doubled_unmarked",
        around=random_keys,
    ),
)  # fmt: skip
OF_NAME: Mapping[str, Mutant] = {one.name: one for one in BROKEN}
