"""One message followed from the request that brings it to the post that shows it, in one trace."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bridge.sandbox.telegram import TelegramServer
from tests.bridge.tracing.collector import Collector, Span, collecting
from tests.channels.rig import eventually
from tests.desk import RunningDesk
from tests.e2e.house import faults_of, logs_of
from tests.e2e.strangers import CANARY, Anybody

pytestmark = pytest.mark.slow
STAFF = "7000000002:AAtoken-of-the-staff-0123456789ab"


@dataclass
class Followed:
    """The program, and what it tells of itself."""

    desk: RunningDesk
    collector: Collector
    said: list[str]


@pytest.fixture
async def followed(tmp_path: Path) -> AsyncIterator[Followed]:
    """The shipped program with a staff group, that is traced."""
    telegram = TelegramServer()
    staff = telegram.world.add_bot(STAFF, username="desk_bot")
    group = telegram.world.add_group("Support")
    group.rights[staff.id] = {"can_manage_topics", "can_delete_messages", "can_pin_messages"}
    with collecting() as collector:
        async with telegram:
            changes = {
                "staff": {
                    "console": {"type": "web"},
                    "team_tg": {
                        "type": "telegram_forum",
                        "token": "${STAFF}",
                        "groups": [group.id],
                        "api_base": telegram.url,
                    },
                },
                "logging": {"format": "json", "level": "info"},
                "telemetry": {"otlp": collector.url},
            }
            desk = RunningDesk(tmp_path, changes, {"STAFF": STAFF})
            await asyncio.to_thread(desk.start)
            try:
                yield Followed(desk, collector, [])
            finally:
                await asyncio.to_thread(desk.close)
            assert faults_of(logs_of(desk)) == []


def _shown(followed: Followed, message: int) -> list[Span]:
    posts = followed.collector.named("post")
    return [
        one for one in posts if str(message) in one.attributes["deskbridge.messages"].split(",")
    ]


async def test_a_message_is_one_trace_from_the_request_to_the_post(followed: Followed) -> None:
    def writes() -> int:
        with Anybody.arrive(followed.desk) as visitor:
            answer = visitor.write(CANARY)
            assert answer.status_code == 201, answer.text
            number: int = answer.json()["message"]["id"]
            return number

    message = await asyncio.to_thread(writes)
    # Sent in batches, every five seconds.
    await eventually(lambda: _shown(followed, message), within=30)
    [post] = _shown(followed, message)
    spans = {one.id: one for one in followed.collector.spans if one.trace == post.trace}
    assert post.attributes["deskbridge.surface"] == "team_tg"
    way = [post.name]
    while post.parent:
        post = spans[post.parent]
        way.append(post.name)
    assert way == ["post", "intake", "request"]
    assert post.attributes["deskbridge.path"].startswith("/widget/{}/api/")
    assert post.attributes["http.response.status_code"] == 201
    [transaction] = [
        one
        for one in spans.values()
        if one.name == "transaction" and spans[one.parent].name == "intake"
    ]
    assert "accept" in transaction.attributes["deskbridge.work"]
    for body in followed.collector.bodies:
        assert CANARY.encode() not in body
        assert STAFF.encode() not in body


async def test_a_collector_that_is_away_holds_up_nothing(tmp_path: Path) -> None:
    changes = {
        "telemetry": {"otlp": "http://127.0.0.1:9"},
        "logging": {"format": "json", "level": "info"},
    }
    desk = RunningDesk(tmp_path, changes, {})
    await asyncio.to_thread(desk.start)
    try:
        with Anybody.arrive(desk) as visitor:
            began = time.monotonic()
            for _ in range(20):
                assert visitor.write("Hello").status_code == 201
            assert time.monotonic() - began < 10
    finally:
        began = time.monotonic()
        await asyncio.to_thread(desk.close)
        assert time.monotonic() - began < 10
    lines = [json.loads(one) for one in logs_of(desk).splitlines() if one.startswith("{")]
    assert lines
