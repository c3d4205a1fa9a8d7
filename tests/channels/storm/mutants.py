"""The promise with one guard broken on purpose, which a storm must notice."""

import asyncio
import contextlib
import itertools
import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, cast
from unittest import mock

from bridge import channel as ch
from channels.vk import channel as vk
from tests.channels.storm.house import Guards


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
