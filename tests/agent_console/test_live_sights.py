"""Where agents see their teams only: a load and the changes are a fresh load, and no more is told.

Frames are read late, when what they speak of may be out of sight again: then the console asks
in vain, and a frame that says so is still to come.
"""

import contextlib
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from bridge.channel import InboundMessage, Sender
from tests.agent_console.conftest import OpenOffice
from tests.agent_console.office import Agent, Office
from tests.agent_console.test_live_is_fresh import ACTIONS, CUSTOMERS, Screen
from tests.agent_console.test_unseen import SEEN_BY_TEAMS

STRICTNESS: dict[str, dict[str, Any]] = {
    "teams": SEEN_BY_TEAMS,
    "teams, hidden": SEEN_BY_TEAMS | {"routing": {"transfer": {"hide_history": True}}},
    "own, hidden": SEEN_BY_TEAMS
    | {
        "permissions": {"agent": {"see": "own", "see_other_teams": True, "transfer": "any"}},
        "routing": {"transfer": {"hide_history": True}},
    },
    "all, hidden": {"routing": {"transfer": {"hide_history": True, "closed": True}}},
}


@dataclass
class NarrowScreen(Screen):
    """A screen that forgets what is gone, and that is told nothing of what it does not know."""

    known: set[int] = field(default_factory=set)
    ever: set[int] = field(default_factory=set)
    """What was in the agent's sight at any time, be it between two frames."""

    async def load(self) -> None:
        """Load everything afresh."""
        await super().load()
        self.known |= {*self.rows}

    async def apply(self, frame: Any) -> None:
        """Put a frame on top, and look at whether it says too much."""
        if frame["type"] in ("typing", "viewing"):
            assert frame["conversation_id"] in self.known
        if frame["type"] != "changes":
            await super().apply(frame)
            return
        self.known |= {row["conversation"]["id"] for row in frame["rows"]}
        told = {one["conversation_id"] for one in frame["messages"]}
        assert told | {*frame["visits"]} <= self.known, frame
        assert {*frame["gone"]} <= self.known | self.ever, frame
        gone = {*frame["gone"]}
        for one in gone:
            self._forget(one)
        self.known -= gone
        rows = {row["conversation"]["id"]: row for row in frame["rows"]}
        new = rows.keys() - self.rows.keys()
        self.rows |= rows
        self.messages |= {one["id"]: one for one in frame["messages"]}
        for conversation in {*new}:
            await self._load_thread(conversation)
        for conversation in {*frame["visits"], *rows}:
            await self._load_panel(conversation)
        for contact in frame["contacts"]:
            answer = await self.agent.ask("GET", f"/api/contacts/{contact}")
            if answer.status_code == 200:
                self.contacts[contact] = answer.json()

    def _forget(self, conversation: int) -> None:
        self.rows.pop(conversation, None)
        self.visits.pop(conversation, None)
        self.messages = {
            key: one for key, one in self.messages.items() if one["conversation_id"] != conversation
        }

    async def _load_thread(self, conversation: int) -> None:
        answer = await self.agent.ask(
            "GET", f"/api/conversations/{conversation}/messages?limit=100"
        )
        if answer.status_code == 200:
            self.messages |= {one["id"]: one for one in answer.json()["messages"]}

    async def _load_panel(self, conversation: int) -> None:
        answer = await self.agent.ask("GET", f"/api/conversations/{conversation}")
        if answer.status_code == 200:
            detail = answer.json()
            self.visits[conversation] = detail["visit"]
            self.contacts[detail["contact"]["id"]] = detail["contact"]


Action = Callable[[Office, random.Random, list[Agent]], Awaitable[None]]


async def _to_a_team(_: Office, chance: random.Random, agents: list[Agent]) -> None:
    agent = chance.choice(agents)
    listed = await agent.listed("all")
    if listed:
        path = f"/api/conversations/{chance.choice(listed)}/team"
        await agent.ask("POST", path, {"team": chance.choice(["sales", "support"])})


async def _to_somebody(_: Office, chance: random.Random, agents: list[Agent]) -> None:
    agent = chance.choice(agents)
    listed = await agent.listed("all")
    if listed:
        path = f"/api/conversations/{chance.choice(listed)}/assign"
        await agent.ask("POST", path, {"agent": chance.choice(["pavel", "ivan", "anna"])})


async def _about(_: Office, chance: random.Random, agents: list[Agent]) -> None:
    agent = chance.choice(agents)
    listed = await agent.listed("all")
    if not listed:
        return
    path = f"/api/conversations/{chance.choice(listed)}/topics"
    topic = chance.choice(["prices", "orders"])
    if chance.random() < 0.5:
        await agent.ask("POST", path, {"topic": topic})
    else:
        await agent.ask("DELETE", f"{path}/{topic}")


async def _out(_: Office, chance: random.Random, agents: list[Agent]) -> None:
    agent = chance.choice(agents)
    listed = await agent.listed("all")
    if listed:
        path = f"/api/conversations/{chance.choice(listed)}/participants"
        await agent.ask("DELETE", f"{path}/{chance.choice(['pavel', 'ivan'])}")


async def _writes_elsewhere(office: Office, chance: random.Random, _: list[Agent]) -> None:
    office.clock.tick(1)
    # Who is blocked is refused.
    event = InboundMessage(
        sender=Sender(external_id=chance.choice(CUSTOMERS)),
        external_id=f"b{chance.random()}",
        sent_at=office.clock.now(),
        thread="t",
        text="слово",
    )
    await office.sink("blog").accept([event])


async def _looks_around(_: Office, chance: random.Random, agents: list[Agent]) -> None:
    agent = chance.choice(agents)
    await agent.ask("PUT", "/api/me/preferences", {"other_teams": chance.random() < 0.3})


SIGHTS: list[Action] = [
    *[_to_a_team] * 4,
    *[_to_somebody] * 4,
    *[_about] * 4,
    *[_out] * 2,
    *[_writes_elsewhere] * 3,
    _looks_around,
]


async def _happens(office: Office, chance: random.Random, agents: list[Agent]) -> None:
    """Have one thing happen; whoever sees nothing has nothing to act upon."""
    acting = [one for one in agents if await one.listed("all", status="any")]
    actions = [*ACTIONS, *SIGHTS] if acting else [_writes_elsewhere]
    await chance.choice(actions)(office, chance, acting)


@pytest.mark.parametrize("strictness", STRICTNESS)
@pytest.mark.parametrize("seed", range(3))
async def test_whatever_comes_into_sight_and_leaves_it_is_told_and_no_more(
    an_office: OpenOffice, strictness: str, seed: int
) -> None:
    chance = random.Random(f"{strictness} {seed}")
    async with an_office(STRICTNESS[strictness]) as office:
        agents = [await office.sign_in(one) for one in ("anna", "pavel", "ivan")]
        for _ in range(chance.randint(3, 10)):
            await _happens(office, chance, agents)
        async with office.listening() as address, contextlib.AsyncExitStack() as open_consoles:
            screens = []
            for agent in agents:
                cursor = (await agent.get("/api/session"))["cursor"]
                view = await open_consoles.enter_async_context(agent.live(address, after=cursor))
                screens.append(NarrowScreen(agent, view))
                await screens[-1].load()
            for _ in range(40):
                await _happens(office, chance, agents)
                for screen in screens:
                    screen.ever |= {*await screen.agent.listed("all", status="any")}

            for screen in screens:
                fresh = NarrowScreen(screen.agent, screen.view)
                await fresh.load()
                await screen.settle(fresh.shown())
                assert screen.shown() == fresh.shown()
