"""A world with statuses and automations, written as the YAML has them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import msgspec

from bridge.models import Timer
from bridge.settings import Settings
from bridge.store import deliveries as d
from bridge.store import sorting as s
from bridge.store.transactions import Tx
from routing import automations, statuses
from routing.configured import automations_of
from routing.timers import fire
from tests.routing.told.life import texts
from tests.routing.world import World

STATUSES = {
    "active": {"kind": "open"},
    "waiting": {"kind": "open", "pause_timer": True},
    "spam": {"kind": "closed", "actions": [{"block": {"for": "30d", "reason": "spam"}}]},
    "solved": {"kind": "closed", "actions": ["ask_rating"]},
}
TOPICS, TAGS = ("prices", "orders"), ("vip", "regular")


async def automate(
    world: World,
    automated: Mapping[str, Any] | None = None,
    statused: Mapping[str, Any] | None = None,
    **limits: Any,
) -> None:
    """Give the world these automations and statuses; `limits` are of `routing.automations`."""
    written = {
        "version": 1,
        "automations": automated or {},
        "conversation": {"statuses": statused or {}},
        "routing": {"automations": limits},
    }
    settings = Settings.model_validate(written)
    world.under(has_statuses=bool(statused), rating_scale=5)
    world.desk = replace(
        world.desk,
        statuses=settings.conversation.statuses,
        automations=automations_of(settings),
        says=texts("begun", "closed", "closed_inactive", "rating", "blocked", "agent_joined"),
    )
    world.sinks = world._sinks()
    world.store.at_end = lambda tx: automations.follow(tx, world.desk)
    await world.store.write(_declare, settings)


def _declare(tx: Tx, settings: Settings) -> None:
    statuses.declare(tx, settings)
    for place, one in enumerate(TOPICS):
        tx.run(s.PUT_TOPIC, id=one, label=_label(one), place=place)
    for place, one in enumerate(TAGS):
        tx.run(s.PUT_TAG, id=one, label=_label(one), color="#777777", pinned=0, place=place)


def _label(word: str) -> str:
    return msgspec.json.encode(word).decode()


async def goes_on(world: World) -> None:
    """Fire whatever is due, until nothing is."""
    while due := await world.store.read(_due):
        for timer in due:
            await world.store.write(fire, world.desk, timer)


def _due(tx: Tx) -> list[Timer]:
    return tx.all(d.DUE_TIMERS, now=tx.now)


async def done_by(world: World, here: int, key: str) -> list[list[dict[str, Any]]]:
    """Return what each run of an automation, or of a status, has done here."""
    told = await world.activities(here)
    ran = [one for one in told if one["verb"] == "automated"]
    return [one["did"] for one in ran if key in (one.get("automation"), one.get("status"))]
