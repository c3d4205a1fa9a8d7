"""What the tests of this folder share: one program for a module, and agents who are in already."""

import asyncio
import io
import re
import shutil
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from uuid import uuid4

import httpx
import pytest
from PIL import Image
from playwright.async_api import BrowserContext, Locator, Page, Route, expect

from tests.browser import WAIT_MS
from tests.desk import RunningDesk
from tests.people import AgentAtConsole, Visitor

KEY = "site_main"
# The page shows a message before the server has it, in seconds.
STORED_WITHIN = 30

Folder = Literal["new", "mine", "all", "closed"]


@contextmanager
def running(
    folder: Path,
    changes: Mapping[str, Any] | None = None,
    environ: Mapping[str, str] | None = None,
) -> Iterator[RunningDesk]:
    """Run the program; its log must end without a fault of its own."""
    desk = RunningDesk(folder, changes or {}, environ or {})
    desk.start()
    try:
        yield desk
    finally:
        desk.close()
        faults = faults_of(logs_of(desk))
        shutil.rmtree(folder, ignore_errors=True)
    assert not faults, "\n".join(faults)


def desk_of_module(
    changes: Mapping[str, Any] | None = None, environ: Mapping[str, str] | None = None
) -> Any:
    """Return a fixture: one program for all tests of a module."""

    @pytest.fixture(scope="module")
    def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDesk]:
        with running(tmp_path_factory.mktemp("desk"), changes, environ) as one:
            yield one

    return desk


def logs_of(desk: RunningDesk) -> str:
    """Return what the program has printed in all of its lives."""
    files = sorted(desk.folder.glob("output-*.txt"))
    return "\n".join(one.read_text(encoding="utf-8", errors="replace") for one in files)


def faults_of(log: str) -> list[str]:
    """Return the lines of a log that tell of a fault of ours, as JSON and as plain text."""
    fault = re.compile(r'Traceback|"level": ?"(?:error|critical)"|"exception":')
    return [line for line in log.splitlines() if fault.search(line)]


@dataclass(slots=True)
class AgentApi:
    """A signed-in agent's requests, as the console makes them."""

    http: httpx.Client
    csrf: str

    @classmethod
    def sign_in(cls, desk: RunningDesk, agent: str) -> "AgentApi":
        """Use up the one-time link that the program has printed."""
        http = httpx.Client(base_url=desk.url, headers={"origin": desk.url}, timeout=60)
        token = desk.links[agent].partition("#link=")[2]
        answer = http.post("/api/session/link", json={"token": token})
        assert answer.status_code == 200, answer.text
        return cls(http, answer.json()["csrf"])

    def get(self, path: str, **query: Any) -> Any:
        """Read something."""
        answer = self.http.get(f"/api/{path}", params=query)
        assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text}"
        return answer.json()

    def post(self, path: str, body: Mapping[str, Any] | None = None) -> httpx.Response:
        """Do something."""
        headers = {"x-csrf-token": self.csrf}
        return self.http.post(f"/api/{path}", json=dict(body or {}), headers=headers)

    def find(self, name: str, folder: Folder = "all") -> Any:
        """Return the row of the customer called so, as soon as what they wrote is stored."""
        end = time.monotonic() + STORED_WITHIN
        while True:
            rows = self.get("conversations", folder=folder, limit=100, status="any")["rows"]
            found = [row for row in rows if row["conversation"]["contact"]["name"] == name]
            if len(found) == 1:
                return found[0]
            if found or time.monotonic() > end:
                pytest.fail(f"{len(found)} conversations of {name!r}")
            time.sleep(0.05)

    def conversation(self, name: str) -> int:
        """Return the id of the one conversation of the customer called so."""
        number: int = self.find(name)["conversation"]["id"]
        return number

    def messages(self, conversation: int) -> list[Any]:
        """Return the newest messages of a conversation, notes and events too."""
        found: list[Any] = self.get(f"conversations/{conversation}/messages", limit=100)["messages"]
        return found

    def texts(self, conversation: int, kind: str = "incoming") -> list[str]:
        """Return the texts of one kind of message, in order."""
        return [one["text"] for one in self.messages(conversation) if one["kind"] == kind]

    def reply(self, conversation: int, text: str, **more: Any) -> Any:
        """Answer the customer; return the message as it was stored."""
        body = {"client_id": str(uuid4()), "kind": "reply", "text": text} | more
        answer = self.post(f"conversations/{conversation}/messages", body)
        assert answer.status_code == 201, answer.text
        return answer.json()["message"]


@dataclass(slots=True)
class Agents:
    """The agents of one program: each signs in once, and may sit at several consoles."""

    desk: RunningDesk
    _in: dict[str, AgentApi] = field(default_factory=dict)

    def api(self, agent: str = "anna") -> AgentApi:
        """Return the agent's requests."""
        if agent not in self._in:
            self._in[agent] = AgentApi.sign_in(self.desk, agent)
        return self._in[agent]

    def leave(self) -> None:
        """Hang up."""
        for one in self._in.values():
            one.http.close()

    async def at_console(self, context: BrowserContext, agent: str = "anna") -> AgentAtConsole:
        """Open the console in this profile, signed in."""
        cookies = self.api(agent).http.cookies.jar
        await context.add_cookies(
            [{"name": one.name, "value": one.value or "", "url": self.desk.url} for one in cookies]
        )
        console = AgentAtConsole(await context.new_page())
        await console.page.goto(f"{self.desk.url}/console")
        await console.list.wait_for()
        return console


@pytest.fixture(scope="module")
def agents(desk: RunningDesk) -> Iterator[Agents]:
    """Return the agents of the module's `desk`."""
    everybody = Agents(desk)
    yield everybody
    everybody.leave()


async def arrived(context: BrowserContext, desk: RunningDesk, name: str) -> Visitor:
    """Return somebody on the shop's page who has opened the widget and said who they are."""
    visitor = await Visitor.arrive(context, desk)
    await visitor.open()
    await visitor.introduce(name)
    return visitor


@asynccontextmanager
async def held(page: Page, address: str) -> AsyncIterator[None]:
    """Hold back what the page posts to `address`, as a slow network does, until the block ends."""
    go = asyncio.Event()

    async def wait(route: Route) -> None:
        if route.request.method == "POST":
            await go.wait()
        await route.continue_()

    await page.route(address, wait)
    try:
        yield
    finally:
        go.set()
        await page.unroute_all(behavior="wait")


async def mark_in(log: Locator, text: str, mark: str, *, within_ms: float = WAIT_MS) -> None:
    """Wait until the message that says `text` bears the mark, in the widget or the console.

    `mark` may be several, as in `sent|read`: either is fine.
    """
    line = log.locator(".line, .msg", has_text=text)
    marked = line.locator("[data-mark]").or_(line.and_(log.locator("[data-mark]")))
    await expect(marked).to_have_attribute(
        "data-mark", re.compile(f"^({mark})$"), timeout=within_ms
    )


async def eventually(
    look: Callable[[], Awaitable[object]], *, within: float = WAIT_MS / 1000
) -> None:
    """Wait until `look` finds what it looks for; `within` is in seconds."""
    end = time.monotonic() + within
    while not await look():
        assert time.monotonic() < end, "it never came to pass"
        await asyncio.sleep(0.02)


def picture(colour: str = "#3f6b4f") -> bytes:
    """Return a small PNG."""
    file = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(file, "PNG")
    return file.getvalue()


def cut_picture() -> bytes:
    """Return a PNG whose second half was lost: it tells its size and cannot be drawn."""
    whole = picture()
    return whole[: len(whole) // 2]
