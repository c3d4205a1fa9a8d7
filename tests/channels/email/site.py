"""The whole program with a widget that goes on by mail, at a clock moved by hand."""

import asyncio
import contextlib
import uuid
from collections.abc import AsyncIterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import httpx
from ruamel.yaml import YAML

from bridge.app import Program
from bridge.cli.config import known_kinds
from bridge.settings import load
from bridge.store import conversations as q
from bridge.store.transactions import Tx
from routing import outbound
from routing.outbound import Written
from tests.channels.email.dovecot import Dovecot
from tests.channels.email.mails import US
from tests.channels.email.postbox import PostBox
from tests.channels.email.test_whole import SECRETS, Whole
from tests.clock import ManualClock

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
        url = f"/widget/{KEY}/api/messages"
        answer = await self.http.get(url, params={"thread": THREAD}, headers=self._headers)
        assert answer.status_code == 200, answer.text
        return [(one["author_kind"], one["text"]) for one in answer.json()["messages"]]

    @property
    def _headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.token}", "origin": HOME}

    # --- the agent, time and the post ---

    async def attaches(self, text: str, public_id: str) -> None:
        """Have an agent answer with a file."""

        def reply(tx: Tx) -> None:
            conversation = tx.the(q.CONVERSATION_BY_ID, id=1)
            written = Written(agent_id="olga", text=text, attachments=[public_id])
            outbound.reply(tx, self.program.desk, conversation, written)

        await self.program.store.write(reply)

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


@contextlib.asynccontextmanager
async def standing(folder: Path, server: Dovecot, box: PostBox) -> AsyncIterator[Site]:
    """Run the program for as long as the context lasts."""
    user, clock = f"site-{folder.name[:40]}", ManualClock()
    program = Program(_settings(folder, server, box, user), clock=clock)
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


def _settings(folder: Path, server: Dovecot, box: PostBox, user: str) -> Any:
    place = {"host": "127.0.0.1", "tls": "none"}
    config: dict[str, Any] = {
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
    path = folder / "deskbridge.yaml"
    with path.open("w", encoding="utf-8") as file:
        YAML().dump(config, file)
    return load(path, kinds=known_kinds(), environ=SECRETS)
