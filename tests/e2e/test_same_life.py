"""The same life of a conversation, led in the console, in Slack, in Telegram, in all of them."""

import asyncio
import contextlib
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any, Protocol
from uuid import uuid4

import msgspec
import pytest

from bridge.sandbox.slack import BOT_USER
from tests.e2e.staff_house import House, opened, until
from tests.e2e.strangers import Anybody

pytestmark = pytest.mark.slow

Rows = list[tuple[Any, ...]]
_MESSAGES = "SELECT kind, agent_id, text, revision, deleted_at IS NULL, activity FROM messages"
# An agent's own screen and a channel's health have histories of their own; that a row looks
# different is told as often as somebody has read it.
_EVENTS = (
    "SELECT kind, conversation_id, message_id, contact_id, identity_id FROM events"
    " WHERE private_to IS NULL AND contact_id IS NOT NULL AND kind != 'conversation.changed'"
)
_DELIVERIES = "SELECT message_id, action, state FROM deliveries"
_ON_ITS_WAY = "SELECT id FROM deliveries WHERE state IN ('queued', 'sending')"
# How long nothing may happen until what was done counts as done, in seconds.
QUIET = 0.5


class Way(Protocol):
    """How one agent, always the same, does what agents do."""

    async def take(self) -> None:
        """Take the conversation."""

    async def reply(self, text: str) -> Any:
        """Answer; return what names the answer here."""

    async def note(self, text: str) -> None:
        """Leave a note."""

    async def change(self, what: Any, text: str) -> None:
        """Change an answer."""

    async def take_back(self, what: Any) -> None:
        """Take an answer back."""

    async def tag(self, tag: str) -> None:
        """Tag the customer."""

    async def close(self) -> None:
        """Close it."""


class Console:
    """In the console, over the API that it uses."""

    def __init__(self, house: House) -> None:
        """Sign in."""
        self._api = house.agents.api("pavel")
        conversation = house.conversation()
        self._id, self._contact = conversation["id"], conversation["contact"]["id"]

    async def take(self) -> None:
        await self._post(f"conversations/{self._id}/take")

    async def reply(self, text: str) -> int:
        return await self._say("reply", text)

    async def note(self, text: str) -> None:
        await self._say("note", text)

    async def change(self, what: int, text: str) -> None:
        await self._ask("PATCH", f"messages/{what}", {"text": text})

    async def take_back(self, what: int) -> None:
        await self._ask("DELETE", f"messages/{what}")

    async def tag(self, tag: str) -> None:
        await self._post(f"contacts/{self._contact}/tags", {"tag": tag})

    async def close(self) -> None:
        await self._post(f"conversations/{self._id}/close")

    async def _say(self, kind: str, text: str) -> int:
        body = {"client_id": str(uuid4()), "kind": kind, "text": text}
        answer = await self._post(f"conversations/{self._id}/messages", body)
        number: int = answer["message"]["id"]
        return number

    async def _post(self, path: str, body: Any = None) -> Any:
        return await self._ask("POST", path, body or {})

    async def _ask(self, method: str, path: str, body: Any = None) -> Any:
        answer = await asyncio.to_thread(
            self._api.http.request,
            method,
            f"/api/{path}",
            json=body,
            headers={"x-csrf-token": self._api.csrf},
        )
        assert answer.is_success, f"{path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None


class Slack:
    """In the thread of a channel."""

    def __init__(self, house: House) -> None:
        """Sit before the card."""
        self._me, self._channel = house.pavel_in_slack, house.channel.id
        self._card = house.root().ts

    async def take(self) -> None:
        assert (await self._me.presses(self._channel, self._card, "do:take:0")).ok

    async def reply(self, text: str) -> str:
        return (await self._me.writes(self._channel, text, thread_ts=self._card)).ts

    async def note(self, text: str) -> None:
        await self.reply(f"// {text}")

    async def change(self, what: str, text: str) -> None:
        await self._me.edits(self._channel, what, text)

    async def take_back(self, what: str) -> None:
        await self._me.deletes(self._channel, what)

    async def tag(self, tag: str) -> None:
        await self.reply(f"<@{BOT_USER}> tag {tag}")

    async def close(self) -> None:
        await self._me.reacts(self._channel, self._card, "white_check_mark")


class Telegram:
    """In the topic of a group."""

    def __init__(self, house: House) -> None:
        """Open the topic."""
        self._me, self._topic, self._group = house.pavel, house.topic(), house.group

    async def take(self) -> None:
        card = next(k for k, m in self._group.messages.items() if "reply_markup" in m)
        self._me.press(card, "Take")

    async def reply(self, text: str) -> int:
        number: int = self._me.say(text, topic=self._topic)["message_id"]
        return number

    async def note(self, text: str) -> None:
        await self.reply(f"// {text}")

    async def change(self, what: int, text: str) -> None:
        self._me.edit(what, text)

    async def take_back(self, what: int) -> None:
        # No bot is told of what people delete: they say it.
        self._me.say("/del", topic=self._topic, reply_to=what)

    async def tag(self, tag: str) -> None:
        await self.reply(f"/tag {tag}")

    async def close(self) -> None:
        await self.reply("/close")


class Mixed:
    """Wherever the agent happens to be."""

    def __init__(self, house: House) -> None:
        """Have everything open."""
        self._console, self._slack = Console(house), Slack(house)
        self._telegram = Telegram(house)

    async def take(self) -> None:
        await self._telegram.take()

    async def reply(self, text: str) -> int:
        return await self._console.reply(text)

    async def note(self, text: str) -> None:
        await self._slack.note(text)

    async def change(self, what: int, text: str) -> None:
        await self._console.change(what, text)

    async def take_back(self, what: int) -> None:
        await self._console.take_back(what)

    async def tag(self, tag: str) -> None:
        await self._telegram.tag(tag)

    async def close(self) -> None:
        await self._slack.close()


def _rows(house: House, *statements: str) -> Sequence[Rows]:
    with contextlib.closing(sqlite3.connect(house.desk.database)) as connection:
        return [connection.execute(f"{one} ORDER BY id").fetchall() for one in statements]


async def _done(house: House, do: Callable[[], Awaitable[Any]]) -> Any:
    """Do it, and wait until all that follows from it has happened."""
    (before,) = _rows(house, _EVENTS)
    result = await do()
    await until(lambda: len(_rows(house, _EVENTS)[0]) > len(before))
    while True:
        known = _rows(house, _MESSAGES, _EVENTS, _DELIVERIES)
        await asyncio.sleep(QUIET)
        if (
            _rows(house, _MESSAGES, _EVENTS, _DELIVERIES) == known
            and not _rows(house, _ON_ITS_WAY)[0]
        ):
            return result


async def _lived(folder: Path, way: Callable[[House], Way]) -> Sequence[Rows]:
    """Lead the life with a program of its own; return what it leaves."""
    folder.mkdir()
    async with opened(folder, **{"conversation.allow_delete": True}) as house:
        with Anybody.arrive(house.desk) as visitor:
            await _done(house, lambda: asyncio.to_thread(visitor.write, "Добрый день"))
            await until(lambda: bool(house.group.topics) and len(house.in_topic()) > 1)
            await until(lambda: bool(house.in_thread()))
            agent = way(house)
            await _done(house, agent.take)
            await _done(house, lambda: agent.note("ждёт давно"))
            await _done(house, lambda: agent.tag("regular"))
            said = await _done(house, lambda: agent.reply("Здраствуйте"))
            wrong = await _done(house, lambda: agent.reply("Это не вам"))
            await _done(house, lambda: agent.change(said, "Здравствуйте"))
            await _done(house, lambda: agent.take_back(wrong))
            await _done(house, lambda: asyncio.to_thread(visitor.write, "Спасибо"))
            await _done(house, agent.close)
            return _rows(house, _MESSAGES, _EVENTS, _DELIVERIES)


@pytest.mark.timeout(400)
async def test_a_life_leaves_the_same_wherever_its_agent_led_it(tmp_path: Path) -> None:
    messages, events, deliveries = await _lived(tmp_path / "console", Console)
    spoken = [(one[0], one[2], bool(one[4])) for one in messages if one[0] != "activity"]
    verbs = [msgspec.json.decode(one[5])["verb"] for one in messages if one[0] == "activity"]
    assert spoken == [
        ("incoming", "Добрый день", True),
        ("note", "ждёт давно", True),
        ("outgoing", "Здравствуйте", True),
        ("outgoing", "Это не вам", False),
        ("incoming", "Спасибо", True),
    ]
    assert {"taken", "tagged", "closed"} <= set(verbs)
    for way in (Slack, Telegram, Mixed):
        lived = await _lived(tmp_path / way.__name__, way)
        assert lived == [messages, events, deliveries], way.__name__
