"""A thousand strangers at once whose posts do not end: little memory, and nobody else waits."""

import asyncio
import contextlib
import json
import resource
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field

import psutil
import pytest

from tests.desk import RunningDesk, StartDesk
from tests.e2e.strangers import API

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

_AWAY = "http://127.0.0.1:1"
_VK_SECRET, _GROUP = "of_the_vk_of_the_tests_0123456789", 77
CHANGES = {
    "channels.vk": {
        "type": "vk", "group_id": _GROUP, "token": "${VK}", "secret": "${VK_SECRET}",
        "confirmation": "a1b2c3", "api_base": _AWAY,
    },
    "channels.viber": {"type": "viber", "token": "${VIBER}", "api_base": _AWAY},
    "channels.tg": {"type": "telegram", "token": "${TG}", "mode": "webhook", "api_base": _AWAY},
    "staff.slack": {
        "type": "slack", "bot_token": "${SLACK}", "signing_secret": "${SIGNING}",
        "channels": {"default": "C0AWAY0001"}, "api_base": _AWAY,
    },
}  # fmt: skip
ENVIRON = {
    "VK": "vk1.a.of-nobody-0123456789",
    "VK_SECRET": _VK_SECRET,
    "VIBER": "4453b6ac1s345678-e02c5f12174805f9-daec9cbb5448c51f",
    "TG": "7000000009:AAtoken-of-nobody-0123456789-0123456789",
    "SLACK": "xoxb-of-nobody-0123456789",
    "SIGNING": "0123456789abcdef0123456789abcdef",
}
# Each door, with what a stranger says of himself there.
DOORS: Mapping[str, Mapping[str, str]] = {
    "/hooks/vk": {},
    "/hooks/viber": {"x-viber-content-signature": "a" * 64},
    "/hooks/tg": {"x-telegram-bot-api-secret-token": "wrong"},
    "/hooks/slack": {"x-slack-signature": f"v0={'a' * 64}", "x-slack-request-timestamp": "1"},
    "/api/session": {"content-type": "application/json"},
    f"{API}/session": {"content-type": "application/json"},
    f"{API}/uploads": {"content-type": "multipart/form-data; boundary=x"},
}
STRANGERS = 1000
TEN_MEGABYTES = 10_000_000
# What each sends before it says no more: less than any of the doors takes as a whole.
SENT = 240_000
STANDS = 12.0
MOST_GROWTH = 50 << 20


@pytest.fixture(autouse=True)
def many_files() -> Iterator[None]:
    """Let the test have a line for each of them."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 8192), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@dataclass(slots=True)
class Crowd:
    """Those at the doors, and what they were answered."""

    desk: RunningDesk
    answers: Counter[int] = field(default_factory=Counter)

    async def stranger(self, number: int, *, announced: bool) -> None:
        """Post something that does not end, and hold the line for as long as it is held."""
        path, said = list(DOORS.items())[number % len(DOORS)]
        length = ("content-length", str(TEN_MEGABYTES))
        how = length if announced else ("transfer-encoding", "chunked")
        headers = {"host": self.desk.url.partition("//")[2], "origin": self.desk.url, **said}
        lines = [f"POST {path} HTTP/1.1", *(f"{k}: {v}" for k, v in [*headers.items(), how])]
        reader, writer = await asyncio.open_connection("127.0.0.1", self.desk.port)
        try:
            writer.write("\r\n".join([*lines, "", ""]).encode())
            piece = b"x" * 8_000
            for _ in range(SENT // len(piece)):
                writer.write(piece if announced else b"1f40\r\n" + piece + b"\r\n")
                await writer.drain()
            await self._hear(reader)
        except ConnectionError:
            # Whoever is refused unread is hung up on.
            await self._hear(reader)
        finally:
            writer.close()

    async def _hear(self, reader: asyncio.StreamReader) -> None:
        with contextlib.suppress(ConnectionError):
            if answer := await reader.read(65_536):
                self.answers[int(answer.split()[1])] += 1
                await reader.read()

    @contextlib.asynccontextmanager
    async def standing(self, *, announced: bool) -> AsyncIterator[None]:
        """Have all of them at the doors until the context ends."""
        them = [
            asyncio.create_task(self.stranger(number, announced=announced))
            for number in range(STRANGERS)
        ]
        try:
            yield
        finally:
            for one in them:
                one.cancel()
            ended = await asyncio.gather(*them, return_exceptions=True)
        failed = [one for one in ended if isinstance(one, Exception)]
        assert not failed, failed[:3]


async def vk_tells(desk: RunningDesk, number: int) -> float:
    """Have VK bring a message in two pieces; return how long it waited for its `ok` (s)."""
    message = {
        "id": number, "date": 1_700_000_000, "peer_id": 5, "from_id": 5, "text": "Добрий день " * 9,
        "out": 0, "conversation_message_id": number, "attachments": [], "version": 10_003,
    }  # fmt: skip
    event = {
        "type": "message_new", "group_id": _GROUP, "secret": _VK_SECRET, "event_id": f"e{number}",
        "v": "5.199", "object": {"message": message, "client_info": {}},
    }  # fmt: skip
    body = json.dumps(event).encode()
    head = f"POST /hooks/vk HTTP/1.1\r\nhost: {desk.url.partition('//')[2]}\r\n"
    began = asyncio.get_running_loop().time()
    reader, writer = await asyncio.open_connection("127.0.0.1", desk.port)
    with contextlib.closing(writer):
        writer.write(f"{head}content-length: {len(body)}\r\n\r\n".encode() + body[:100])
        await writer.drain()
        await asyncio.sleep(0.05)
        writer.write(body[100:])
        answer = await reader.read(65_536)
    assert answer.startswith(b"HTTP/1.1 200"), answer
    return asyncio.get_running_loop().time() - began


@pytest.mark.parametrize("announced", [True, False], ids=["said to be large", "without an end"])
async def test_a_thousand_posts_that_do_not_end_take_little_memory_and_hold_nobody_up(
    start_desk: StartDesk, *, announced: bool
) -> None:
    desk = await asyncio.to_thread(start_desk, CHANGES, environ=ENVIRON)
    process, crowd = psutil.Process(desk.pid), Crowd(desk)
    # What the first of each kind loads is no growth.
    await vk_tells(desk, 1)
    before = process.memory_info().rss
    peak, waits = before, list[float]()
    async with crowd.standing(announced=announced):
        end = asyncio.get_running_loop().time() + STANDS
        while asyncio.get_running_loop().time() < end:
            await asyncio.sleep(0.2)
            peak = max(peak, process.memory_info().rss)
            waits.append(await vk_tells(desk, 2 + len(waits)))
    assert peak - before < MOST_GROWTH, f"{(peak - before) >> 20} MiB, {crowd.answers}"
    assert not [one for one in crowd.answers if one < 400 or one in (500, 502)], crowd.answers
    assert crowd.answers.total() > STRANGERS / 10
    # How long nobody else waited is not measured here; that they did not wait for the crowd is.
    assert max(waits) < STANDS
