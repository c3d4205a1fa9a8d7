"""A team that finds its agents in a way of its own, beside the way of the house."""

from dataclasses import replace

import pytest
from pydantic import ValidationError

from bridge.db import Place
from bridge.models import Conversation
from bridge.settings import Settings
from bridge.settings.show import show
from bridge.store.transactions import Tx
from routing import queues
from routing.configured import policy_of
from routing.policy import BotPolicy, Policy, TeamPatience
from routing.queues import Queues
from routing.review import review
from routing.teams import Teams, Worker, teams_of
from tests.clock import ManualClock
from tests.routing.teams import CREWS, INBOXES, WORKERS, assignee, online, staffed
from tests.routing.test_queues import fires
from tests.routing.world import World, living

MINUTE = 60_000

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


# --- patience of its own ---


@pytest.mark.parametrize(
    ("written", "patience"),
    [({}, 5 * MINUTE), ({"release_idle": "90s"}, 90_000), ({"release_idle": "off"}, None)],
)
def test_d16_a_team_has_the_patience_of_the_house_unless_it_has_its_own(
    written: dict[str, object], patience: int | None
) -> None:
    settings = settings_of("manual", **written)
    policy = policy_of(settings)
    assert policy.patience_with("anna", "sales") == patience
    assert policy.patience_with("anna", None) == 5 * MINUTE
    assert policy.patience_with("anna", "gone") == 5 * MINUTE
    told = show(settings).partition("teams:")[2].partition("hours:")[0]
    assert ("release_idle: " in told) == bool(written)


def test_d16_a_bot_is_waited_for_as_long_as_a_bot_is_in_whichever_team() -> None:
    policy = Policy(
        patience=(TeamPatience("sales", None),),
        bots=(BotPolicy("robo", 30_000, hooked=False),),
    )
    assert policy.patience_with("robo", "sales") == 30_000


@pytest.mark.parametrize("wrong", [0, "0s", "soon", True, []])
def test_a_patience_that_is_none_is_refused_where_it_stands(wrong: object) -> None:
    with pytest.raises(ValidationError) as refused:
        settings_of("manual", release_idle=wrong)
    assert [one["loc"] for one in refused.value.errors()] == [("teams", "sales", "release_idle")]


PATIENT = Policy(patience=(TeamPatience("sales", 2 * MINUTE), TeamPatience("support", None)))


async def waits_for_anna(world: World, *, inbox: str = "pager") -> int:
    here = await world.begun(inbox=inbox)
    await world.takes("anna", here)
    await fires(world)
    return here


async def test_d16_each_team_lets_go_after_its_own_time(
    database: Place, clock: ManualClock
) -> None:
    async with living(database, clock, PATIENT) as world:
        staffed(world, strategy="manual")
        sales, others = await waits_for_anna(world), await waits_for_anna(world, inbox="site")
        kept = await waits_for_anna(world, inbox="post")
        for passed, of in ((120, [None, "anna", "anna"]), (180, [None, None, "anna"])):
            world.clock.tick(passed - 1)
            before = await assignee(world, sales), await assignee(world, others)
            await fires(world)
            assert before == (await assignee(world, sales), await assignee(world, others))
            world.clock.tick(1)
            await fires(world)
            assert [await assignee(world, one) for one in (sales, others, kept)] == of


async def test_d16_across_a_restart_a_teams_own_time_goes_on(
    database: Place, clock: ManualClock
) -> None:
    async with living(database, clock, PATIENT) as world:
        staffed(world, strategy="manual")
        here = await waits_for_anna(world)
        clock.tick(60)
    async with living(database, clock, PATIENT) as world:
        staffed(world, strategy="manual")
        clock.tick(59)
        await fires(world)
        assert await assignee(world, here) == "anna"
        clock.tick(1)
        await fires(world)
        assert await assignee(world, here) is None


async def test_d16_what_goes_to_another_team_is_left_alone_for_as_long_as_that_one_bears(
    database: Place, clock: ManualClock
) -> None:
    async with living(database, clock, PATIENT) as world:
        staffed(world, strategy="manual")
        here = await waits_for_anna(world)

        def to_support(tx: Tx, conversation: Conversation) -> None:
            queues.to_team(tx, world.desk, conversation, "support", by="anna")

        await world.does(to_support, here)
        await world.takes("sofia", here)
        await fires(world)
        clock.tick(3600)
        await fires(world)
        assert await assignee(world, here) == "sofia"
