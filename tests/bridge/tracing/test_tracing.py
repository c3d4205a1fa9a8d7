"""Traces: off they are nothing, on they hold ids, and a message keeps its trace."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator

import pytest

from bridge import tracing
from bridge.tracing.otlp import REMEMBERED, OtlpTracer
from bridge.tracing.requests import named
from tests.bridge.tracing.collector import Collector, collecting
from tests.routing.world import World


@pytest.fixture
def collector() -> Iterator[Collector]:
    """Return a collector that traces go to until the test ends."""
    with collecting() as kept:
        tracing.use(OtlpTracer(kept.url, "0"))
        try:
            yield kept
        finally:
            tracing.end()


def test_without_a_collector_nothing_of_the_library_is_imported() -> None:
    program = "import sys, bridge.app; print([m for m in sys.modules if 'opentelemetry' in m])"
    told = subprocess.run(  # Our own interpreter.
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == "[]"


def test_without_a_collector_a_span_is_nothing() -> None:
    assert tracing.span("x", {"message": 1}) is tracing.span("y")
    assert tracing.ids() == {}


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/hooks/shop_tg", "/hooks/shop_tg"),
        ("/hooks/shop_tg/secret-of-the-hook", "/hooks/shop_tg"),
        ("/api/conversations/17/messages", "/api/conversations/{}/messages"),
        ("/media/6Zc8v-9Qx_ab", "/media/{}"),
        ("/widget/site_main/api/messages", "/widget/{}/api/messages"),
        ("/", "/{}"),
    ],
)
def test_a_path_is_told_without_what_may_be_a_secret_or_somebody(path: str, told: str) -> None:
    assert named(path) == told


def test_a_failure_is_told_by_its_class_and_not_in_its_words(collector: Collector) -> None:
    with pytest.raises(ValueError, match="canary"), tracing.span("intake", {"inbox": "x"}):
        raise ValueError("canary of a customer")
    tracing.end()
    [span] = collector.spans
    assert (span.failed, span.attributes["error.type"]) == (True, "ValueError")
    assert not any(b"canary" in one for one in collector.bodies)


def test_what_is_done_with_a_message_later_joins_the_trace_it_came_in_by(
    collector: Collector,
) -> None:
    with tracing.span("request"):
        tracing.carry([7])
    with tracing.span("post", of=[7]):
        pass
    with tracing.span("post", of=[8]):
        pass
    tracing.end()
    [request] = collector.named("request")
    mine, other = collector.named("post")
    assert (mine.trace, mine.parent) == (request.trace, request.id)
    assert other.trace != request.trace


def test_what_is_remembered_is_bounded(collector: Collector) -> None:
    with tracing.span("request"):
        tracing.carry(range(REMEMBERED + 10))
    with tracing.span("post", of=[3]):
        pass
    with tracing.span("post", of=[REMEMBERED + 9]):
        pass
    tracing.end()
    [request] = collector.named("request")
    forgotten, known = collector.named("post")
    assert forgotten.trace != request.trace == known.trace


async def test_an_intake_holds_its_transaction_and_no_text(
    world: World, collector: Collector
) -> None:
    answer = await world.says("olena", "canary of a customer")
    with tracing.span("post", of=[answer.message_id or 0]):
        assert tracing.ids().keys() == {"trace_id", "span_id"}
    await asyncio.to_thread(tracing.end)
    [intake] = collector.named("intake")
    [transaction] = collector.named("transaction")
    [post] = collector.named("post")
    assert intake.attributes == {"deskbridge.inbox": "pager", "deskbridge.events": 1}
    assert (transaction.trace, transaction.parent) == (intake.trace, intake.id)
    assert post.trace == intake.trace
    assert not any(b"canary" in one for one in collector.bodies)
