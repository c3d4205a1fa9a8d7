"""A team that finds its agents in a way of its own, beside the way of the house."""

from dataclasses import replace

import pytest

from bridge.settings import Settings
from routing import queues
from routing.queues import Queues
from routing.review import review
from routing.teams import Teams, Worker, teams_of
from tests.routing.teams import CREWS, INBOXES, WORKERS, assignee, online, staffed
from tests.routing.world import World

MANUAL_SALES = CREWS | {"sales": replace(CREWS["sales"], strategy="manual")}
GIVING_SALES = CREWS | {"sales": replace(CREWS["sales"], strategy="round_robin")}


def settings_of(house: str, **team: object) -> Settings:
    agents = {one: {"name": one, "role": "agent"} for one in ("anna", "boris")}
    sales = {"members": ["anna", "boris"], **team}
    routing = {"default": {"strategy": house}, "capacity": 5}
    given = {"version": 1, "agents": agents, "teams": {"sales": sales}, "routing": routing}
    return Settings.model_validate(given)


# --- what the YAML says ---


def test_a_team_has_the_strategy_of_the_house_unless_it_has_its_own() -> None:
    assert teams_of(settings_of("sticky")).strategy_of("sales") == "sticky"
    own = teams_of(settings_of("sticky", strategy="round_robin"))
    assert own.strategy_of("sales") == "round_robin"
    assert own.strategy_of(None) == own.strategy_of("gone") == "sticky"


def test_an_agents_own_limit_goes_before_the_teams_and_that_before_the_houses() -> None:
    teams = teams_of(settings_of("sticky", capacity=3))
    assert teams.limit_of("anna", "sales") == 3
    assert teams.limit_of("anna", None) == 5
    own = Teams(workers={"anna": Worker(1)}, crews=teams.crews, capacity=5)
    assert own.limit_of("anna", "sales") == 1


def test_one_team_that_gives_is_enough_to_decide() -> None:
    assert not Teams(crews=CREWS).gives
    assert Teams(crews=GIVING_SALES).gives
    assert Teams(crews=GIVING_SALES).decides
    assert not Teams(crews=MANUAL_SALES).gives


@pytest.mark.parametrize(
    ("house", "team", "warned"),
    [
        ("manual", {"capacity": 3}, True),
        ("round_robin", {"capacity": 3, "strategy": "manual"}, True),
        ("manual", {"capacity": 3, "strategy": "sticky"}, False),
        ("round_robin", {"capacity": 3}, False),
        ("manual", {}, False),
    ],
)
def test_a_capacity_where_nobody_is_given_anything_is_warned_of(
    house: str,
    team: dict[str, object],
    warned: bool,  # noqa: FBT001
) -> None:
    found = [one for one in review(settings_of(house, **team)) if one.code == "capacity_unused"]
    assert [one.path for one in found] == [("teams", "sales", "capacity")] * warned
    assert all(one.is_warning for one in found)


# --- in a life ---


async def test_where_the_house_gives_a_manual_team_takes(world: World) -> None:
    staffed(world, crews=MANUAL_SALES, inboxes=INBOXES)
    await online(world, "anna", "boris", "sofia")
    here = await world.begun()
    assert await assignee(world, here) is None
    assert await world.store.write(queues.give_out, world.desk) == 0
    other = await world.begun(inbox="post")
    assert await assignee(world, other) == "sofia"


async def test_where_the_house_takes_a_team_may_give(world: World) -> None:
    staffed(world, crews=GIVING_SALES, strategy="manual")
    await online(world, "anna", "sofia")
    assert await assignee(world, await world.begun()) == "anna"
    assert await assignee(world, await world.begun(inbox="post")) is None
    assert Queues(world.store, world.desk)._gives


async def test_what_waits_is_given_out_when_one_of_its_team_comes(world: World) -> None:
    staffed(world, crews=GIVING_SALES, strategy="manual")
    here = await world.begun()
    await online(world, "sofia")
    assert await world.store.write(queues.give_out, world.desk) == 0
    await online(world, "boris")
    assert await world.store.write(queues.give_out, world.desk) == 1
    assert await assignee(world, here) == "boris"


async def test_one_has_room_for_one_team_and_none_for_another(world: World) -> None:
    crews = {
        "sales": replace(CREWS["sales"], members=("anna",), capacity=1),
        "support": replace(CREWS["support"], members=("anna",)),
    }
    workers = WORKERS | {"anna": Worker()}
    staffed(world, crews=crews, workers=workers, capacity=3)
    await online(world, "anna")
    assert await assignee(world, await world.begun("a")) == "anna"
    assert await assignee(world, await world.begun("b")) is None
    assert await assignee(world, await world.begun("c", inbox="post")) == "anna"
