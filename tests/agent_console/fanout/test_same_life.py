"""One life of a conversation, led from the console, from a thread, and from both: the same."""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import msgspec
import pytest

from agent_console.fanout.words import DeskVoice
from agent_console.surface import Answer
from bridge import db
from bridge.store.statement import Statement
from bridge.store.transactions import Store, Tx
from tests.agent_console.fanout.conftest import PutUp, Wall
from tests.agent_console.office import Agent, Office, open_office, settings_of
from tests.clock import ManualClock

PAVEL = "222222222"
_CHANGES = {
    "agents.pavel.telegram": int(PAVEL),
    "conversation.allow_delete": True,
    "system_messages.closed.enabled": True,
}


class Console:
    """The agent does everything in the console."""

    def __init__(self, wall: Wall, pavel: Agent, conversation_id: int) -> None:
        """Be at a conversation."""
        self.wall, self.pavel, self.id = wall, pavel, conversation_id

    async def take(self) -> None:
        """Take it, having read it: whoever does something in a thread has."""
        last = (await self.pavel.thread(self.id))[-1]["id"]
        path = f"/api/conversations/{self.id}/read"
        await self.pavel.post(path, {"message_id": last}, expect=204)
        await self.pavel.act("take", self.id)

    async def reply(self, text: str) -> str:
        """Answer."""
        said = await self.pavel.says(self.id, text)
        return str(said["message"]["id"])

    async def note(self, text: str) -> None:
        """Leave a note."""
        await self.pavel.says(self.id, text, kind="note")

    async def change(self, what: str, text: str) -> None:
        """Change what was said."""
        await self.pavel.ask("PATCH", f"/api/messages/{what}", {"text": text})

    async def tag(self, tag: str) -> None:
        """Tag the customer."""
        row = await self.pavel.row(self.id)
        contact = row["conversation"]["contact"]["id"]
        await self.pavel.post(f"/api/contacts/{contact}/tags", {"tag": tag}, expect=204)

    async def close(self) -> None:
        """Close it."""
        await self.pavel.act("close", self.id)


class Thread(Console):
    """The agent does everything in the thread."""

    async def take(self) -> None:
        """Take it by a reaction."""
        await self.wall.signs(PAVEL, "eyes")

    async def reply(self, text: str) -> str:
        """Write in the thread."""
        return await self.wall.says(PAVEL, text, format="markdown")

    async def note(self, text: str) -> None:
        """Write behind a prefix."""
        await self.wall.says(PAVEL, f"// {text}", format="markdown")

    async def change(self, what: str, text: str) -> None:
        """Change the message in the thread."""
        await self.wall.changes(PAVEL, what, text)

    async def tag(self, tag: str) -> None:
        """Press and choose."""
        answer = await self._press("tag")
        assert answer.form is not None
        await self._press("tag", fields={answer.form.fields[0].id: [tag]})

    async def close(self) -> None:
        """Press Close."""
        assert not (await self._press("close")).refused

    async def _press(self, verb: str, **more: Any) -> Answer:
        by = self.wall.by(PAVEL)
        answer = await self.wall.desk.press(by, verb, conversation_id=self.id, **more)
        await self.wall.settled()
        return answer


class Mixed(Thread):
    """The agent takes and closes in the thread, and answers in the console."""

    async def reply(self, text: str) -> str:
        """Answer in the console."""
        return await Console.reply(self, text)

    async def change(self, what: str, text: str) -> None:
        """Change it in the console."""
        await Console.change(self, what, text)


Done = list[tuple[str, ...]]
_SENT = "UPDATE deliveries SET state = 'sent', external_ids = '[\"x\"]'"


def _what_is(tx: Tx) -> tuple[Done, Done]:
    messages = tx.all(
        Statement(
            lambda *row: tuple(str(one) for one in row),
            "SELECT kind, agent_id, text, revision, activity FROM messages ORDER BY id",
        )
    )
    events = tx.all(
        Statement(
            lambda *row: tuple(str(one) for one in row),
            "SELECT kind, conversation_id, message_id FROM events WHERE private_to IS NULL "
            "AND kind NOT LIKE 'presence%' ORDER BY id",
        )
    )
    return list(messages), list(events)


async def _lived(put_up: PutUp, folder: Path, way: type[Console]) -> tuple[Done, Done]:
    """Lead a life in an office of its own; return what it leaves."""
    folder = folder / way.__name__
    folder.mkdir()
    clock, database = ManualClock(), folder / "office.db"
    db.migrate(database)
    store = Store(database, clock=clock)

    def an_office(
        changes: Mapping[str, Any] | None = None,
    ) -> AbstractAsyncContextManager[Office]:
        return open_office(store, clock, settings_of(folder, changes))

    async with put_up(changes=_CHANGES, open_one=an_office) as wall:
        voice = DeskVoice(wall.office.settings, wall.office.desk, "telegram")
        await wall.stop()
        wall.use(voice, voice.press)
        await wall.begin()
        conversation_id, _ = await wall.office.customer_writes("Добрый день")
        await wall.settled()
        pavel = await wall.office.sign_in("pavel")
        agent = way(wall, pavel, conversation_id)
        steps: list[Callable[[], Awaitable[Any]]] = [
            agent.take,
            lambda: agent.note("ждёт давно"),
            lambda: agent.tag("vip"),
        ]
        for step in steps:
            wall.office.clock.tick(1)
            await step()
        said = await agent.reply("Здравствуйте")
        await wall.office.store.write(_all_sent)
        await agent.change(said, "Здравствуйте!")
        await wall.office.customer_writes("Спасибо")
        await agent.close()
        await wall.settled()
        left = await wall.office.store.read(_what_is)
    await store.close()
    return left


def _all_sent(tx: Tx) -> None:
    tx.run(Statement(lambda: None, _SENT))


@pytest.mark.parametrize("way", [Thread, Mixed])
async def test_a_life_in_a_thread_leaves_what_one_in_the_console_leaves(
    put_up: PutUp, tmp_path: Path, way: type[Console]
) -> None:
    messages, events = await _lived(put_up, tmp_path, Console)
    verbs = [msgspec.json.decode(one[4])["verb"] for one in messages if one[0] == "activity"]
    spoken = [one[0] for one in messages if one[0] != "activity"]
    assert spoken == ["incoming", "note", "outgoing", "incoming", "outgoing"]
    assert {"taken", "tagged", "closed"} <= set(verbs)
    assert await _lived(put_up, tmp_path, way) == (messages, events)
