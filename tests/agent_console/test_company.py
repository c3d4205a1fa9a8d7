"""What the company decides stands in one place of the YAML, and holds for every team (J40)."""

from collections.abc import Callable
from typing import Any

import pytest

from bridge.settings import Settings, Team
from routing.configured import policy_of, said_by_us
from tests.agent_console.conftest import OpenOffice
from tests.agent_console.office import Office

TEAMS = {"sales": {"members": ["pavel"]}, "support": {"members": ["ivan"]}}


def _of_policy(name: str) -> Callable[[Settings], Any]:
    return lambda settings: getattr(policy_of(settings), name)


def _says(occasion: str) -> Callable[[Settings], Any]:
    return lambda settings: occasion in said_by_us(settings)


# The key of each setting from J22 to J32, another value of it, and what goes by it: routing
# knows nothing of teams there, so what it goes by is the whole company's.
ONE_PLACE: dict[str, tuple[Any, Callable[[Settings], Any]]] = {
    "locale.customer": ("main", _of_policy("speak")),
    "system_messages.agent_joined.enabled": (True, _says("agent_joined")),
    "conversation.ask_still_questions": (True, _says("still_questions")),
    "conversation.rating": ({"scale": 5, "required": True}, _of_policy("rating_required")),
    "conversation.other_topic": (False, _of_policy("other_topic")),
    "conversation.topic_required_to_close": (True, _of_policy("topic_to_close")),
    "conversation.allow_edit": (False, _of_policy("allow_edit")),
    "conversation.allow_delete": (True, _of_policy("allow_delete")),
    "permissions.agent.transfer": ("any", _of_policy("agent_transfer")),
    "permissions.agent.block": (True, _of_policy("agent_blocks")),
    "routing.close_inactive": ("30m", _of_policy("close_inactive")),
}


@pytest.mark.parametrize("key", ONE_PLACE)
async def test_j40_each_setting_of_the_company_is_one_key(an_office: OpenOffice, key: str) -> None:
    value, goes_by = ONE_PLACE[key]
    async with an_office() as before, an_office({key: value}) as after:
        assert goes_by(before.settings) != goes_by(after.settings)


def test_j40_no_team_decides_any_of_them_for_itself() -> None:
    names = {key.rpartition(".")[2] for key in ONE_PLACE} | {"enabled", "permissions"}

    assert not names & Team.model_fields.keys()


@pytest.mark.parametrize(
    ("key", "value", "can", "could"),
    [
        ("conversation.allow_edit", False, "edit_message", True),
        ("conversation.allow_delete", True, "delete_message", False),
        ("permissions.agent.block", True, "block", False),
        ("permissions.agent.transfer", "none", "assign", True),
    ],
)
async def test_j40_one_key_and_a_start_change_what_every_team_may(
    an_office: OpenOffice, key: str, value: object, can: str, *, could: bool
) -> None:
    async with an_office({"teams": TEAMS}) as office:
        assert await _each_team_can(office, can) == [could, could]
    async with an_office({"teams": TEAMS, key: value}) as office:
        assert await _each_team_can(office, can) == [not could, not could]


async def _each_team_can(office: Office, verb: str) -> list[bool]:
    """Say of an agent of each team whether they can do this with a conversation of their team's."""
    found = []
    for agent_id, team in (("pavel", "sales"), ("ivan", "support")):
        here, _ = await office.customer_writes(customer=f"visitor-{office.clock.now()}-{team}")
        agent, anna = await office.sign_in(agent_id), await office.sign_in("anna")
        await anna.post(f"/api/conversations/{here}/team", {"team": team})
        await agent.act("take", here)
        found.append(verb in (await agent.row(here))["can"])
    return found
