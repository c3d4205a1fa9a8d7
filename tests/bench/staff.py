"""A burst into one Telegram staff group beside the least time it can take, and one message alone.

200 messages of 40 customers come at once, and the group takes 20 calls a minute. A conversation
needs three of them at least: its topic, the card, and one post with all that its customer has
said; a customer writes five, so five a post are the most there can be. `bound` is the time that
so many calls take, the first 20 going at once; the minute is shortened to 3 s, ours and the
model's alike. Then one message at a time, with the limits off: from the moment it comes in until
the model has the post, which is durably stored, claimed and sent by then, beside the bare call of
the library to the same model. Each database has a program and a group of its own: a burst each,
and of the single messages one on SQLite, one on PostgreSQL, and the bare call, in turns.
"""

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
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
from tests.bench.both import addresses, shipped
from tests.bench.figures import percentile
from tests.quiet import quiet, unhurried

TOKEN = "7000000002:AAtoken-of-the-staff-bot-012345678"
CUSTOMERS, EACH = 40, 5
MINUTE = 3.0
# Of a conversation: the topic, the card, a post.
CALLS = 3
LIGHT = 300
BARE = "the bare call"
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
    posts: int
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

    def posts(self) -> list[Mapping[str, Any]]:
        """Return the posts with customers' words; topics and cards are none."""
        posted = self.chat.messages.values()
        return [one for one in posted if str(one.get("text", "")).startswith("👤")]

    def said(self) -> dict[int, list[str]]:
        """Return the customers' words in each topic."""
        found: dict[int, list[str]] = {}
        for one in self.posts():
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
async def group(address: str | None, *, limited: bool) -> AsyncIterator[Group]:
    """Run the program with a staff group, with the minute shortened or without limits."""
    budget = (20, MINUTE) if limited else (1_000_000, MINUTE)
    with (
        tempfile.TemporaryDirectory() as folder,
        mock.patch.object(turns, "GROUP", Budget(*budget)),
        mock.patch.object(limits, "GROUP", limits.Budget(*budget)),
    ):
        async with TelegramServer(limits=limited) as telegram:
            chat = staff_group(telegram)
            program = Program(
                load(_config(Path(folder), telegram, chat, address), kinds=known_kinds())
            )
            async with program.running():
                settle_memory()
                # On a server somebody has to take the group first.
                await _until(lambda: program.does("surface:group"), 30)
                staff = Group(program, telegram, chat)
                telegram.ledger.wire.listen(staff.hear)
                yield staff


def _config(folder: Path, telegram: TelegramServer, chat: Chat, address: str | None) -> Path:
    (folder / "token").write_text(TOKEN, encoding="utf-8")
    config: dict[str, Any] = {
        "version": 1,
        "storage": {
            "database": address or f"sqlite:///{folder / 'bench.db'}",
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


async def bursts() -> Mapping[str, Burst]:
    """Measure a burst on each database against the least time that the group's allowance leaves."""
    with shipped() as server:
        return {
            kind: await _burst(address) for kind, address in addresses(server, "bursts").items()
        }


async def _burst(address: str | None) -> Burst:
    async with group(address, limited=True) as staff:
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
            posts=len(staff.posts()),
            refused=sum(not one.ok for one in calls),
            lost=whole - sum(len(set(words)) for words in said),
            disordered=sum(words != sorted(words) for words in said),
        )


async def light(times: int = LIGHT) -> list[Delay]:
    """Measure one message at a time on each database, and the bare call beside them, in turns."""
    async with AsyncExitStack() as stack:
        server = stack.enter_context(shipped())
        groups = {
            kind: await stack.enter_async_context(group(address, limited=False))
            for kind, address in addresses(server, "light").items()
        }
        for staff in groups.values():
            await staff.write(1, "first")
            await _until(lambda staff=staff: bool(staff.said()), 30)  # type: ignore[misc]
        took: dict[str, list[float]] = {kind: [] for kind in (*groups, BARE)}
        async with _bare_call(next(iter(groups.values()))) as call:
            for number in range(times):
                for kind, staff in groups.items():
                    took[kind].append(await staff.shown(f"light{number}"))
                    await asyncio.sleep(0.05)
                begun = time.monotonic()
                await call()
                took[BARE].append((time.monotonic() - begun) * 1000)
    return [Delay(what, percentile(some, 50), percentile(some, 99)) for what, some in took.items()]


@asynccontextmanager
async def _bare_call(staff: Group) -> AsyncIterator[Callable[[], Awaitable[object]]]:
    """Return what posts to the first topic by the library alone."""
    (topic,), client = staff.chat.topics, Client(TOKEN, api_base=staff.telegram.url)
    post = SendMessage(chat_id=staff.chat.id, message_thread_id=topic, text="bare")
    try:
        yield lambda: client.call(post)
    finally:
        await client.close()


async def _until(met: Callable[[], bool], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not met():
        assert time.monotonic() < end, "it never came"
        await asyncio.sleep(0.01)
