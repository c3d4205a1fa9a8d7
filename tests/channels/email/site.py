"""The whole program with a widget that goes on by mail, at a clock moved by hand."""

import asyncio
import contextlib
import uuid
from collections.abc import AsyncIterator, Mapping
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import httpx
from ruamel.yaml import YAML

from agent_console import cards
from agent_console.cards import lists
from bridge.app import Program
from bridge.cli.config import known_kinds
from bridge.settings import Settings, load
from bridge.store import conversations as q
from bridge.store.sight import Sight
from bridge.store.transactions import Tx
from routing import outbound
from routing.outbound import Written
from tests.channels.email.dovecot import Dovecot
from tests.channels.email.mails import US
from tests.channels.email.postbox import PostBox
from tests.channels.email.test_whole import SECRETS, Whole
from tests.clock import ManualClock
from tests.quiet import quiet, unhurried

KEY = "site_main"
HOME = "http://127.0.0.1:8080"
THREAD = "11111111-1111-4111-8111-111111111111"
# How long a visitor who is not there any more counts as here, and a little.
LEFT = 40


class Site(Whole):
    """The program, a visitor of its widget, and the mail servers."""

    clock: ManualClock
    http: httpx.AsyncClient
    box: PostBox
    token: str = ""

    # --- the visitor ---

    async def arrives(self) -> None:
        """Open the widget."""
        answer = await self.http.post(f"/widget/{KEY}/api/session", json={})
        assert answer.status_code == 200, answer.text
        self.token = answer.json()["token"]

    async def writes(self, text: str, **pre_chat: str) -> None:
        """Write a message, and answer what is asked before it."""
        body = {"client_id": str(uuid.uuid4()), "thread": THREAD, "text": text}
        url = f"/widget/{KEY}/api/messages"
        asked = {"pre_chat": pre_chat} if pre_chat else {}
        answer = await self.http.post(url, json=body | asked, headers=self._headers)
        assert answer.status_code == 201, answer.text

    async def sees(self) -> list[tuple[str, str]]:
        """Return what the widget shows: who said what."""
        url = f"/widget/{KEY}/api/threads/{THREAD}/messages"
        answer = await self.http.get(url, headers=self._headers)
        assert answer.status_code == 200, answer.text
        return [(one["from"], one["text"]) for one in answer.json()["messages"]]

    async def reads(self) -> None:
        """Show the last of what agents wrote."""
        ((last,),) = self.ask("SELECT max(id) FROM messages WHERE kind = 'outgoing'")
        url = f"/widget/{KEY}/api/threads/{THREAD}/read"
        answer = await self.http.post(url, json={"message_id": last}, headers=self._headers)
        assert answer.status_code == 204, answer.text

    @property
    def _headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.token}", "origin": HOME}

    # --- the agent, time and the post ---

    async def attaches(self, text: str, name: str, content: bytes) -> None:
        """Have an agent answer with a file."""
        view = await self.program.media.receive(
            _chunks(content), name=name, owner="agent:olga", limit=10 * len(content)
        )

        def reply(tx: Tx) -> None:
            conversation = tx.the(q.CONVERSATION_BY_ID, id=1)
            written = Written(agent_id="olga", text=text, attachments=[view.id])
            outbound.reply(tx, self.program.desk, conversation, written)

        await self.program.store.write(reply)

    async def rows(self) -> list[tuple[str, str]]:
        """Return the agent's list: by which inbox each conversation came, and its last line."""

        def look(tx: Tx) -> list[tuple[str, str]]:
            query = lists.Query(folder="all", sort="newest")
            ids, _ = lists.page(tx, Sight(agent="olga"), query, limit=10, after=None)
            shown = cards.shared(tx, ids).values()
            return sorted((one.inbox, one.last.text if one.last else "") for one in shown)

        return await self.program.store.read(look)

    def passes(self, seconds: float) -> None:
        """Let time pass, and the timers look."""
        self.clock.tick(seconds)
        self.program.timers.wake()

    async def posted(self, count: int) -> EmailMessage:
        """Wait for so many mails in all; return the last."""
        async with asyncio.timeout(20):
            while len(self.box.received) < count:  # noqa: ASYNC110  # The server tells nobody.
                await asyncio.sleep(0.02)
        return self.box.received[-1].mail


async def _chunks(content: bytes) -> AsyncIterator[bytes]:
    yield content


@contextlib.asynccontextmanager
async def standing(
    folder: Path,
    server: Dovecot,
    box: PostBox,
    *,
    environ: Mapping[str, str] = {},
    begun: bool = False,
    also: Mapping[str, Any] = {},
    **changes: Any,
) -> AsyncIterator[Site]:
    """Run the program for as long as the context lasts; `changes` are keys of its channels.

    What is in `also` stands in place of whole sections.
    Most tests are about what people write: the program itself speaks only if `begun`.
    """
    user, clock = f"site-{folder.name[:40]}", ManualClock()
    config = _configuration(folder, server, box, user)
    config |= {"system_messages": quiet(begun=begun), "flood": unhurried(), **also}
    for inbox, keys in changes.items():
        config["channels"].setdefault(inbox, {}).update(keys)
    program = Program(_loaded(folder, config, environ), clock=clock)
    async with program.running():
        app: Any = program.web().app
        transport = httpx.ASGITransport(app=app, client=("203.0.113.7", 50000))
        async with httpx.AsyncClient(transport=transport, base_url=HOME) as http:
            site = Site(program, folder, server, user)
            site.clock, site.http, site.box = clock, http, box
            await site.until("SELECT count(*) FROM cursors", [(1,)])
            clock.tick(LEFT)
            await site.arrives()
            yield site


def _configuration(folder: Path, server: Dovecot, box: PostBox, user: str) -> dict[str, Any]:
    place = {"host": "127.0.0.1", "tls": "none"}
    return {
        "version": 1,
        "server": {"public_url": HOME},
        "agents": {"olga": {"name": "Ольга", "role": "owner"}},
        "channels": {
            "help_mail": {
                "type": "email",
                "name": "Крамниця",
                "address": US,
                "imap": place | {"port": server.port, "user": user, "password": "${IMAP}"},
                "smtp": place | {"port": box.port, "password": "${SMTP}"},
                "poll": "1s",
            },
            "site": {
                "type": "widget",
                "key": KEY,
                "pre_chat": [{"field": "email", "required": False}],
                "continue_via": ["help_mail"],
            },
        },
        "storage": {
            "database": f"sqlite:///{folder / 'desk.db'}",
            "media": {"dir": str(folder / "media")},
        },
    }


def _loaded(folder: Path, config: dict[str, Any], environ: Mapping[str, str]) -> Settings:
    path = folder / "deskbridge.yaml"
    with path.open("w", encoding="utf-8") as file:
        YAML().dump(config, file)
    return load(path, kinds=known_kinds(), environ={**SECRETS, **environ})
