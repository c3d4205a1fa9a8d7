"""State after a load and the live changes is what a fresh load gives, for every action."""

import contextlib
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from bridge.channel import (
    InboundMedia,
    InboundMessage,
    MessageDeleted,
    MessageEdited,
    Sender,
    Visit,
)
from tests.agent_console.office import Agent, LiveView, Office
from tests.bridge.media.conftest import picture

CUSTOMERS = ["customer-one", "customer-two", "customer-three"]


@dataclass
class Screen:
    """What a console keeps: what it has loaded, with every frame put on top."""

    agent: Agent
    view: LiveView
    rows: dict[int, Any] = field(default_factory=dict)
    messages: dict[int, Any] = field(default_factory=dict)
    contacts: dict[int, Any] = field(default_factory=dict)
    visits: dict[int, Any] = field(default_factory=dict)
    folders: Any = None
    presences: dict[str, Any] = field(default_factory=dict)
    photos: dict[str, str] = field(default_factory=dict)

    async def load(self) -> None:
        """Load everything afresh."""
        page = await self.agent.get("/api/conversations", folder="all", status="any", limit=100)
        self.rows = {row["conversation"]["id"]: row for row in page["rows"]}
        self.messages, self.contacts, self.visits = {}, {}, {}
        for conversation in self.rows:
            for message in await self.agent.thread(conversation):
                self.messages[message["id"]] = message
            await self._load_panel(conversation)
        self.folders = await self.agent.get("/api/folders")
        agents = await self.agent.get("/api/agents")
        self.presences = {one["id"]: one["presence"] for one in agents}
        self.photos = {one["id"]: one["avatar_url"] for one in agents if "avatar_url" in one}

    async def _load_panel(self, conversation: int) -> None:
        detail = await self.agent.get(f"/api/conversations/{conversation}")
        self.visits[conversation] = detail["visit"]
        self.contacts[detail["contact"]["id"]] = detail["contact"]

    async def apply(self, frame: Any) -> None:
        """Put a frame on top, as the contract says."""
        if frame["type"] == "folders":
            self.folders = frame["folders"]
        if frame["type"] == "presence":
            changed = [one for one in frame["agents"] if "presence" in one]
            self.presences |= {one["id"]: one["presence"] for one in changed}
        if frame["type"] == "photos":
            self.photos = frame["photos"]
        if frame["type"] == "reset":
            await self.load()
        if frame["type"] != "changes":
            return
        self.rows |= {row["conversation"]["id"]: row for row in frame["rows"]}
        self.messages |= {one["id"]: one for one in frame["messages"]}
        for gone in frame["gone"]:
            del self.rows[gone]
        for contact in frame["contacts"]:
            self.contacts[contact] = await self.agent.get(f"/api/contacts/{contact}")
        for conversation in {*frame["visits"], *(r["conversation"]["id"] for r in frame["rows"])}:
            await self._load_panel(conversation)

    def shown(self) -> dict[str, Any]:
        """Return all that is on the screen."""
        people = {row["conversation"]["contact"]["id"] for row in self.rows.values()}
        return {
            "rows": self.rows,
            "messages": self.messages,
            # Whoever is part of somebody else now is on no screen.
            "contacts": {key: one for key, one in self.contacts.items() if key in people},
            "visits": self.visits,
            "folders": self.folders,
            "presences": self.presences,
            "photos": self.photos,
        }

    async def settle(self, wanted: dict[str, Any], seconds: float = 20.0) -> None:
        """Take in what is told, until it makes the screen as wanted or nothing more comes."""
        end = time.monotonic() + seconds
        while self.shown() != wanted and time.monotonic() < end:
            for frame in await self.view.quiet(0.2):
                await self.apply(frame)


Action = Callable[[Office, random.Random, list[Agent]], Awaitable[None]]


async def _conversation(office: Office, chance: random.Random, agent: Agent) -> int:
    listed = await agent.listed("all", status="any")
    if not listed:
        return (await office.customer_writes(customer=chance.choice(CUSTOMERS)))[0]
    return chance.choice(listed)


async def _customer_writes(office: Office, chance: random.Random, _: list[Agent]) -> None:
    name = chance.choice(["Олена", "Марко 🐈", None])
    office.clock.tick(1)
    # Who is blocked is refused, and what came before comes again.
    event = InboundMessage(
        sender=Sender(external_id=chance.choice(CUSTOMERS), name=name),
        external_id=f"m{chance.randint(1, 60)}",
        sent_at=office.clock.now(),
        thread="t",
        text=f"слово {chance.random()}",
    )
    await office.sink("site").accept([event])


async def _customer_edits(office: Office, chance: random.Random, _: list[Agent]) -> None:
    sender = Sender(external_id=chance.choice(CUSTOMERS))
    number = f"m{chance.randint(1, 12)}"
    now = office.clock.now()
    picture = InboundMedia(kind="image", ref=f"picture {chance.randint(1, 3)}")
    event: MessageEdited | MessageDeleted = MessageEdited(
        sender=sender,
        external_id=number,
        edited_at=now,
        text=f"правка {chance.random()}",
        media=chance.choice([None, (), [picture]]),
    )
    if chance.random() < 0.3:
        event = MessageDeleted(sender=sender, external_id=number, deleted_at=now)
    await office.sink("site").accept([event])


async def _customer_moves(office: Office, chance: random.Random, _: list[Agent]) -> None:
    url = f"https://shop.example/{chance.randint(1, 9)}"
    visit = Visit(url=url, online=chance.random() < 0.7, open_pages=1)
    await office.customer_visits(visit, customer=chance.choice(CUSTOMERS))


async def _verb(office: Office, chance: random.Random, agents: list[Agent]) -> None:
    agent = chance.choice(agents)
    conversation = await _conversation(office, chance, agent)
    verb = chance.choice(["take", "release", "close", "reopen", "join", "leave"])
    await agent.ask("POST", f"/api/conversations/{conversation}/{verb}", {})


async def _hand_over(office: Office, chance: random.Random, agents: list[Agent]) -> None:
    agent = chance.choice(agents)
    conversation = await _conversation(office, chance, agent)
    path = f"/api/conversations/{conversation}"
    if chance.random() < 0.5:
        await agent.ask("POST", f"{path}/assign", {"agent": "ivan"})
    else:
        await agent.ask("POST", f"{path}/participants", {"agents": ["ivan", "pavel"]})


async def _write(office: Office, chance: random.Random, agents: list[Agent]) -> None:
    agent = chance.choice(agents)
    conversation = await _conversation(office, chance, agent)
    quoted = chance.choice([m["id"] for m in await agent.thread(conversation)])
    body = {
        "client_id": f"00000000-0000-4000-8000-{chance.randint(0, 10**12 - 1):012}",
        "kind": chance.choice(["reply", "note"]),
        "text": f"ответ {chance.random()} **жирно**",
    } | chance.choice([{}, {"reply_to": quoted}])
    await agent.ask("POST", f"/api/conversations/{conversation}/messages", body)


async def _network_reports(office: Office, chance: random.Random, agents: list[Agent]) -> None:
    agent = chance.choice(agents)
    conversation = await _conversation(office, chance, agent)
    sent = [m["id"] for m in await agent.thread(conversation) if "mark" in m]
    if sent:
        state = chance.choice(["sent", "delivered", "read", "failed", "uncertain"])
        await office.delivered(chance.choice(sent), state)  # type: ignore[arg-type]  # One of them.


async def _read(office: Office, chance: random.Random, agents: list[Agent]) -> None:
    agent = chance.choice(agents)
    conversation = await _conversation(office, chance, agent)
    message = chance.choice(await agent.thread(conversation))["id"]
    verb = chance.choice(["read", "read", "unread"])
    await agent.ask("POST", f"/api/conversations/{conversation}/{verb}", {"message_id": message})


async def _draft(office: Office, chance: random.Random, agents: list[Agent]) -> None:
    agent = chance.choice(agents)
    conversation = await _conversation(office, chance, agent)
    path = f"/api/conversations/{conversation}/drafts"
    kind = chance.choice(["reply", "note"])
    revision = (await agent.get(path)).get(kind, {"revision": 0})["revision"]
    text = chance.choice(["", f"черновик {chance.random()}"])
    await agent.ask("PUT", f"{path}/{kind}", {"text": text, "revision": revision})


async def _contact(office: Office, chance: random.Random, agents: list[Agent]) -> None:
    agent = chance.choice(agents)
    row = await agent.row(await _conversation(office, chance, agent))
    edit = chance.choice(
        [{"name": f"Имя {chance.random()}"}, {"language": "uk"}, {"email": "a@b.co"}]
    )
    await agent.ask("PATCH", f"/api/contacts/{row['conversation']['contact']['id']}", edit)


async def _presence(_: Office, chance: random.Random, agents: list[Agent]) -> None:
    # Online more often than not: others can do little.
    choice = chance.choice(["online", "online", "break", "offline"])
    await chance.choice(agents).ask("PUT", "/api/me/presence", {"presence": choice})


async def _photo(_: Office, chance: random.Random, agents: list[Agent]) -> None:
    agent = chance.choice(agents)
    if chance.random() < 0.3:
        await agent.ask("DELETE", "/api/me/photo", {})
    else:
        content = picture(chance.randint(8, 99), 20)
        await agent.ask("PUT", "/api/me/photo", files={"file": ("a.png", content)})


async def _sort(office: Office, chance: random.Random, agents: list[Agent]) -> None:
    agent = chance.choice(agents)
    conversation = await _conversation(office, chance, agent)
    contact = (await agent.row(conversation))["conversation"]["contact"]["id"]
    path = f"/api/conversations/{conversation}"
    calls: list[tuple[str, str, Any]] = [
        ("POST", f"{path}/topics", {"topic": chance.choice(["prices", "orders"])}),
        ("DELETE", f"{path}/topics/prices", None),
        ("PUT", f"{path}/other-topic", {"text": f"інше {chance.random()}"}),
        ("POST", f"/api/contacts/{contact}/tags", {"tag": chance.choice(["vip", "gross"])}),
        ("DELETE", f"/api/contacts/{contact}/tags/vip", None),
    ]
    # Refused, of a closed one or a colleague's, it changes nothing.
    await agent.ask(*chance.choice(calls))


async def _keep_away(office: Office, chance: random.Random, agents: list[Agent]) -> None:
    agent = chance.choice(agents)
    conversation = await _conversation(office, chance, agent)
    scope = chance.choice(["identity", "contact"])
    order = {"scope": scope, "until": None, "reason": f"причина {chance.random()}"}
    path = f"/api/conversations/{conversation}"
    # An agent may not, and nobody is blocked twice.
    for verb, body in (("unblock", {}), ("block", order)):
        await agent.ask("POST", f"{path}/{verb}", body)


async def _one_person(office: Office, chance: random.Random, agents: list[Agent]) -> None:
    agent = chance.choice(agents)
    rows = [await agent.row(await _conversation(office, chance, agent)) for _ in range(2)]
    one, other = (row["conversation"]["contact"]["id"] for row in rows)
    joins = (await agent.get(f"/api/contacts/{one}"))["joins"]
    if joins:
        await agent.ask("DELETE", f"/api/joins/{joins[0]['id']}")
    await agent.ask("POST", f"/api/contacts/{one}/joins", {"other": other})


async def _snooze(office: Office, chance: random.Random, agents: list[Agent]) -> None:
    agent = chance.choice(agents)
    path = f"/api/conversations/{await _conversation(office, chance, agent)}/snooze"
    if chance.random() < 0.3:
        await agent.ask("DELETE", path)
    else:
        await agent.ask("PUT", path, {"until": chance.choice(["1h", "3h", "tomorrow"])})


ACTIONS: list[Action] = [
    _customer_writes,
    _snooze,
    _customer_writes,
    _customer_edits,
    _customer_moves,
    _verb,
    _verb,
    _hand_over,
    _write,
    _write,
    _network_reports,
    _read,
    _draft,
    _contact,
    _presence,
    _photo,
    _sort,
    _sort,
    _keep_away,
    _one_person,
]


@pytest.mark.parametrize("seed", range(8))
async def test_load_and_changes_are_a_fresh_load_for_two_agents(
    office: Office, anna: Agent, pavel: Agent, seed: int
) -> None:
    chance = random.Random(seed)
    agents = [anna, pavel]
    for _ in range(chance.randint(0, 8)):
        await chance.choice(ACTIONS)(office, chance, agents)
    async with office.listening() as address, contextlib.AsyncExitStack() as open_consoles:
        screens = []
        for agent in agents:
            cursor = (await agent.get("/api/session"))["cursor"]
            view = await open_consoles.enter_async_context(agent.live(address, after=cursor))
            screens.append(Screen(agent, view))
            await screens[-1].load()
        for _ in range(30):
            await chance.choice(ACTIONS)(office, chance, agents)

        for screen in screens:
            fresh = Screen(screen.agent, screen.view)
            await fresh.load()
            await screen.settle(fresh.shown())
            assert screen.shown() == fresh.shown()
