"""A world with teams: who is here, and what the YAML says of them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import update

from bridge.models import AGENT, Presence
from bridge.settings import LocalText, Rule
from bridge.store.statement import Statement, nothing, param
from bridge.store.transactions import Tx
from routing.teams import Counter, Crew, Teams, Worker
from tests.routing.test_hours import office
from tests.routing.world import World

WORKERS = {"anna": Worker(8), "boris": Worker(8), "sofia": Worker(8)}
CREWS = {
    "sales": Crew(("anna", "boris"), label=LocalText("Sales", {})),
    "support": Crew(("sofia",)),
}
INBOXES = {"pager": Counter("sales"), "site": Counter(), "post": Counter("support")}
BEGUN = LocalText("We have it.", {})
OFFLINE = LocalText(None, {"en": "Back {{next_open}}.", "uk": "Будемо {{next_open}}."})

SET_PRESENCE: Statement[None] = Statement(
    nothing, update(AGENT).where(AGENT.c.id == param("of")).values(presence=param("presence"))
)


def rule(to: Mapping[str, str], **when: Any) -> Rule:
    """Return a rule as the YAML has it."""
    return Rule.model_validate({"when": when, "to": dict(to)})


def staffed(world: World, **teams: Any) -> World:
    """Give the world teams, an office with hours, and what customers are told."""
    given: dict[str, Any] = {
        "workers": WORKERS,
        "crews": CREWS,
        "hours": {"office": office()},
        "inboxes": INBOXES,
        "strategy": "least_loaded",
    }
    world.desk = replace(
        world.desk, teams=Teams(**(given | teams)), says={"begun": BEGUN, "offline": OFFLINE}
    )
    world.sinks = world._sinks()
    return world


async def is_now(world: World, presence: Presence, *agents: str) -> None:
    """Have agents come, go, or make a break."""

    def change(tx: Tx) -> None:
        for agent in agents:
            tx.run(SET_PRESENCE, of=agent, presence=presence)

    await world.store.write(change)


async def online(world: World, *agents: str) -> None:
    """Have agents come."""
    await is_now(world, "online", *agents)


async def offline(world: World, *agents: str) -> None:
    """Have agents go."""
    await is_now(world, "offline", *agents)


async def assignee(world: World, conversation_id: int) -> str | None:
    """Return who has a conversation."""
    return (await world.conversation(conversation_id)).assignee_id


async def told(world: World, conversation_id: int) -> Sequence[str]:
    """Return what the program has said in a conversation."""
    said = await world.messages(conversation_id)
    return [one.text for one in said if one.kind == "outgoing" and one.agent_id is None]
