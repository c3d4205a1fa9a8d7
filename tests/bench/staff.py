"""A burst into one Telegram staff group beside the least time it can take, and one message alone.

200 messages of 40 customers come at once, and the group takes 20 calls a minute. A conversation
needs three of them at least: its topic, the card, and one post with all that its customer has
said. `bound` is the time that so many calls take, the first 20 going at once; the minute is
shortened, ours and the model's alike. Then one message at a time, with the limits off: from the
moment it comes in until the model has answered the post, which is durably stored, claimed and
sent by then, beside the bare call of the library to the same model.
"""

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

from aiogram.methods import SendMessage
from ruamel.yaml import YAML

from agent_console.telegram_forum import turns
from bridge.app import Program
from bridge.botapi.client import Client
from bridge.channel import InboundMessage, Sender
from bridge.cli.config import known_kinds
from bridge.pace import Budget
from bridge.sandbox.ledger import Payload
from bridge.sandbox.telegram import TelegramServer, limits
from bridge.sandbox.telegram.world import Chat
from bridge.settings import load
from bridge.web.server import settle_memory
from tests.bench.figures import percentile
from tests.quiet import quiet, unhurried

TOKEN = "7000000002:AAtoken-of-the-staff-bot-012345678"
CUSTOMERS, EACH = 40, 5
MINUTE = 3.0
# Of a conversation: the topic, the card, a post.
CALLS = 3
LIGHT = 300
_COUNTED = frozenset(
    {"createForumTopic", "sendMessage", "pinChatMessage", "editMessageText", "editForumTopic"}
)


@dataclass(frozen=True, slots=True)
class Burst:
    """How a burst went; seconds."""

    messages: int
    taken: float
    bound: float
    calls: int
    refused: int
    lost: int
    disordered: int


@dataclass(frozen=True, slots=True)
class Delay:
    """From a customer's message to the post, and the bare call; ms."""

    what: str
    p50: float
    p99: float


@dataclass
class Group:
    """The program, and the staff group it shows conversations in."""

    program: Program
    telegram: TelegramServer
    chat: Chat
    _numbers: int = field(default=0)
    _awaited: tuple[str, asyncio.Future[float]] | None = field(default=None)

    async def write(self, customer: int, text: str) -> None:
        """Let a customer write."""
        self._numbers += 1
        event = InboundMessage(
            sender=Sender(external_id=f"customer-{customer:06}", name=f"Customer {customer}"),
            external_id=f"m{self._numbers}",
            sent_at=self.program.clock.now(),
            thread="t",
            text=text,
        )
        await self.program.inboxes["site"].sink.accept([event])

    async def shown(self, text: str) -> float:
        """Let the first customer write; return after how many ms the group had the post."""
        came: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        self._awaited = text, came
        begun = time.monotonic()
        await self.write(1, text)
        return (await asyncio.wait_for(came, 30) - begun) * 1000

    def hear(self, payload: Payload) -> None:
        """Note when what is waited for was posted."""
        if self._awaited is None or payload.event != "sendMessage":
            return
        text, came = self._awaited
        if text in str(payload.body["given"]["text"]):
            self._awaited = None
            came.set_result(time.monotonic())

    def said(self) -> dict[int, list[str]]:
        """Return the customers' words in each topic."""
        found: dict[int, list[str]] = {}
        for one in self.chat.messages.values():
            if str(one.get("text", "")).startswith("👤"):
                words = one["text"].split("\n", 1)[1].split()
                found.setdefault(one["message_thread_id"], []).extend(words)
        return found


def staff_group(telegram: TelegramServer) -> Chat:
    """Return a new group in which the bot of `TOKEN` may do what it needs."""
    bot = telegram.world.add_bot(TOKEN, username="staff_bot")
    chat = telegram.world.add_group("Staff")
    chat.rights[bot.id] = {"can_manage_topics", "can_delete_messages", "can_pin_messages"}
    return chat


@asynccontextmanager
async def group(*, limited: bool) -> AsyncIterator[Group]:
    """Run the program with a staff group, with the minute shortened or without limits."""
    budget = (20, MINUTE) if limited else (1_000_000, MINUTE)
    with (
        tempfile.TemporaryDirectory() as folder,
        mock.patch.object(turns, "GROUP", Budget(*budget)),
        mock.patch.object(limits, "GROUP", limits.Budget(*budget)),
    ):
        async with TelegramServer(limits=limited) as telegram:
            chat = staff_group(telegram)
            program = Program(load(_config(Path(folder), telegram, chat), kinds=known_kinds()))
            async with program.running():
                settle_memory()
                staff = Group(program, telegram, chat)
                telegram.ledger.wire.listen(staff.hear)
                yield staff


def _config(folder: Path, telegram: TelegramServer, chat: Chat) -> Path:
    (folder / "token").write_text(TOKEN, encoding="utf-8")
    config: dict[str, Any] = {
        "version": 1,
        "storage": {
            "database": f"sqlite:///{folder / 'bench.db'}",
            "media": {"dir": str(folder / "media")},
        },
        "agents": {"anna": {"name": "Anna"}},
        "channels": {"site": {"type": "widget", "name": "Website", "key": "site_main"}},
        "staff": {
            "group": {
                "type": "telegram_forum",
                "token": f"${{file:{folder / 'token'}}}",
                "api_base": telegram.url,
                "groups": [chat.id],
            }
        },
        "system_messages": quiet(),
        "flood": unhurried(),
    }
    path = folder / "bench.yaml"
    with path.open("w", encoding="utf-8") as file:
        YAML().dump(config, file)
    return path


async def burst() -> Burst:
    """Measure a burst against the least time that the group's allowance leaves."""
    async with group(limited=True) as staff:
        begun = time.monotonic()
        for number in range(EACH):
            await asyncio.gather(
                *(staff.write(one, f"c{one}m{number}") for one in range(CUSTOMERS))
            )
        whole = CUSTOMERS * EACH
        await _until(lambda: sum(map(len, staff.said().values())) >= whole, 40 * MINUTE)
        taken = time.monotonic() - begun
        said = staff.said().values()
        calls = [one for one in staff.telegram.ledger.calls if one.method in _COUNTED]
        least = CALLS * CUSTOMERS
        return Burst(
            messages=whole,
            taken=taken,
            bound=(least / 20 - 1) * MINUTE,
            calls=len(calls),
            refused=sum(not one.ok for one in calls),
            lost=whole - sum(len(set(words)) for words in said),
            disordered=sum(words != sorted(words) for words in said),
        )


async def light() -> list[Delay]:
    """Measure one message at a time, and the bare call beside it, in turns."""
    ours, bare = [], []
    async with group(limited=False) as staff:
        await staff.write(1, "first")
        await _until(lambda: bool(staff.said()), 30)
        (topic,) = staff.chat.topics
        client = Client(TOKEN, api_base=staff.telegram.url)
        for number in range(LIGHT):
            ours.append(await staff.shown(f"light{number}"))
            begun = time.monotonic()
            await client.call(
                SendMessage(chat_id=staff.chat.id, message_thread_id=topic, text="bare")
            )
            bare.append((time.monotonic() - begun) * 1000)
            await asyncio.sleep(0.05)
        await client.close()
    return [
        Delay(what, percentile(some, 50), percentile(some, 99))
        for what, some in (("from the message to the post", ours), ("the bare call", bare))
    ]


async def _until(met: Callable[[], bool], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not met():
        assert time.monotonic() < end, "it never came"
        await asyncio.sleep(0.01)
